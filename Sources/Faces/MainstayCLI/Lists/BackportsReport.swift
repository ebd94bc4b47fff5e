import MainstayCore
package import MainstayService

/// The answer of `mainstay backports` in its forms.
package enum BackportsReport {
    /// Writes tab-separated values with a header line.
    package static func tsv(_ rows: [BackportRow], to buffer: inout TextBuffer) {
        buffer.add("line\tbackport\tupstream\tevidence\tconfidence\n")
        for row in rows {
            buffer.addSafe(row.line)
            buffer.add(byte: 9)
            buffer.add(row.backport)
            buffer.add(byte: 9)
            buffer.add(row.upstream)
            buffer.add(byte: 9)
            buffer.add(kindsOf: row.evidence)
            buffer.add(byte: 9)
            buffer.add(confidence: row.confidence)
            buffer.endLine()
        }
    }

    /// Writes a JSON document.
    package static func json(_ answer: Answer<[BackportRow]>, to buffer: inout TextBuffer) {
        JSONWriter.document("backports", answer, to: &buffer) { json in
            for row in answer.results {
                json.breakLine()
                json.beginObject()
                json.field("line", row.line)
                json.field("backport", row.backport)
                json.field("upstream", row.upstream)
                json.field(evidence: row.evidence)
                json.key("confidence")
                json.value(confidence: row.confidence)
                json.endObject()
            }
        }
    }

    /// Writes a table for people.
    package static func table(
        _ rows: [BackportRow],
        to buffer: inout TextBuffer,
        on screen: Screen
    ) {
        guard !rows.isEmpty else {
            buffer.line("No backports found.")
            return
        }
        var table = GridTable(["LINE", "BACKPORT", "UPSTREAM", "SURE", "EVIDENCE"])
        for row in rows {
            var number = TextBuffer()
            number.add(confidence: row.confidence)
            let kinds = row.evidence.map(\.kind).joined(separator: "+")
            let ids = (row.backport.short, row.upstream.short)
            table.add([row.line, ids.0, ids.1, number.text, kinds])
        }
        table.write(to: &buffer, on: screen)
        let lines = Set(rows.map(\.line)).count
        let backports = count(rows.count, "backport", "backports")
        buffer.line("\n\(backports) on \(count(lines, "line", "lines"))")
    }
}
