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

    /// Writes what a version is to the known defects: affected ones first.
    static func table(
        _ found: AffectedByDefects,
        to buffer: inout TextBuffer,
        on screen: Screen
    ) {
        let line = found.line.map { ", line \(makeSafe($0))" } ?? ""
        buffer.line("\(makeSafe(found.target)) is \(found.commit.short)\(line)")
        if found.items.isEmpty { return buffer.line("No defect is known that may be shown.") }
        for item in found.items {
            buffer.add("\(item.status.symbol) \(item.status.rawValue)", item.status.ink, on: screen)
            let names = ([item.ref] + item.aliases).joined(separator: ", ")
            buffer.line("  \(makeSafe(names))  \(makeSafe(item.title))")
            buffer.line("    \(makeSafe(item.reason))")
            if let decision = item.decision { buffer.line("    decided: \(decision)") }
            if let release = item.fixedIn { buffer.line("    fixed in \(makeSafe(release))") }
        }
    }
}

extension AffectedByDefects.Item {
    /// The defect with stable keys.
    var json: JSONValue {
        [
            "defect": .text(ref), "aliases": .texts(aliases), "title": .text(title),
            "severity": .int(severity), "status": .text(status.rawValue),
            "reason": .text(reason), "decision": .text(decision), "fixedIn": .text(fixedIn),
        ]
    }
}
