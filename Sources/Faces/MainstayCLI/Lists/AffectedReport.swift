import MainstayCore
package import MainstayService

/// The answer of `mainstay affected` in its forms.
package enum AffectedReport {
    /// Writes the status as the first word, then why, then the commits that decide.
    package static func table(
        _ answer: AffectedAnswer,
        to buffer: inout TextBuffer,
        on screen: Screen
    ) {
        buffer.add(answer.status.rawValue, answer.status.ink, on: screen)
        buffer.line(": \(makeSafe(answer.reason))")
        buffer.line("  version     \(makeSafe(answer.target)) (\(answer.commit.short))")
        write("introduced", answer.introducedBy, to: &buffer)
        write("fixed", answer.fixedBy, to: &buffer)
    }

    private static func write(_ label: String, _ ids: [CommitID], to buffer: inout TextBuffer) {
        for id in ids {
            buffer.add("  \(label) by")
            buffer.add(spaces: 9 - label.utf8.count)
            buffer.line(id.hex)
        }
    }

    /// Writes the JSON document.
    package static func json(_ answer: Answer<AffectedAnswer>, to buffer: inout TextBuffer) {
        JSONWriter.document("affected", answer, to: &buffer) { json in
            let result = answer.results
            json.breakLine()
            json.beginObject()
            json.field("target", result.target)
            json.field("commit", result.commit)
            json.field("status", result.status.rawValue)
            json.field("introducedBy", result.introducedBy)
            json.field("fixedBy", result.fixedBy)
            json.field("reason", result.reason)
            json.endObject()
        }
    }
}
