import MainstayCore
package import MainstayService

/// The answer of `mainstay lines` in its forms.
package enum LinesReport {
    /// Writes a table for people.
    package static func table(_ rows: [LineRow], to buffer: inout TextBuffer, on screen: Screen) {
        var table = GridTable(["LINE", "PHASE", "RELEASE", "SINCE", "BRANCH POINT", "REF"])
        let kept = rows.filter { $0.passedOver == nil }
        for row in kept {
            table.add([
                row.name,
                (row.phaseInferred ? "~" : "") + row.phase.rawValue,
                row.latestRelease ?? "-",
                row.commitsSince.map { "+\($0)" } ?? "",
                row.branchPoint?.short ?? (row.isMainline ? "mainline" : ""),
                row.ref,
            ])
        }
        table.write(to: &buffer, on: screen)
        let passed = rows.filter { $0.passedOver != nil }
        if !passed.isEmpty {
            buffer.line("\nPassed over:")
            for row in passed {
                buffer.line("  \(makeSafe(row.ref)): \(makeSafe(row.passedOver ?? ""))")
            }
        }
        if kept.contains(where: \.phaseInferred) {
            buffer.line("\n~ phase guessed from names; set dates in .mainstay.yml to be sure")
        }
    }

    /// Writes tab-separated values.
    package static func tsv(_ rows: [LineRow], to buffer: inout TextBuffer) {
        buffer.line("name\tref\ttip\tbranchPoint\tphase\tlatestRelease\tcommitsSince\tpassedOver")
        for row in rows {
            let fields = [
                row.name, row.ref, row.tip.hex, row.branchPoint?.hex ?? "", row.phase.rawValue,
                row.latestRelease ?? "", row.commitsSince.map(String.init) ?? "",
                row.passedOver ?? "",
            ]
            buffer.line(fields.map(makeSafe).joined(separator: "\t"))
        }
    }

    /// Writes a JSON document.
    package static func json(_ answer: Answer<[LineRow]>, to buffer: inout TextBuffer) {
        JSONWriter.document("lines", answer, to: &buffer) { json in
            for row in answer.results {
                json.breakLine()
                json.line(row)
            }
        }
    }
}

extension JSONWriter {
    /// Writes one line as an object.
    mutating func line(_ row: LineRow) {
        beginObject()
        field("name", row.name)
        field("ref", row.ref)
        field("tip", row.tip)
        field("branchPoint", row.branchPoint)
        field("version", row.version)
        field("phase", row.phase.rawValue)
        key("phaseInferred")
        value(row.phaseInferred)
        field("latestRelease", row.latestRelease)
        field("commitsSince", row.commitsSince)
        if row.isMainline {
            key("isMainline")
            value(true)
        }
        field("passedOver", row.passedOver)
        endObject()
    }
}
