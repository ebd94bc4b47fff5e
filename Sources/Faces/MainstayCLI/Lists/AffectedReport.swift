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
        let ref = answer.ref.map { " = \(makeSafe($0))" } ?? ""
        buffer.line("  judged at      \(answer.commit.hex)\(ref)")
        for id in answer.introducedBy { buffer.line("  introduced by  \(id.hex)") }
        for id in answer.fixedBy { buffer.line("  fixed by       \(id.hex)") }
    }

    /// Writes the JSON document.
    package static func json(_ answer: Answer<AffectedAnswer>, to buffer: inout TextBuffer) {
        JSONWriter.document("affected", answer, to: &buffer) { json in
            let result = answer.results
            json.breakLine()
            json.beginObject()
            json.field("target", result.target)
            json.field("ref", result.ref)
            json.field("commit", result.commit)
            json.field("status", result.status.rawValue)
            json.field("introducedBy", result.introducedBy)
            json.field("fixedBy", result.fixedBy)
            json.field("reason", result.reason)
            json.endObject()
        }
    }
}
