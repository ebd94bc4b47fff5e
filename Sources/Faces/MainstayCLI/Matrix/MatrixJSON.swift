import MainstayCore
package import MainstayService

extension JSONWriter {
    /// Writes a whole document: `results` writes the elements of its array.
    package static func document<Results>(
        _ command: String,
        _ answer: Answer<Results>,
        to buffer: inout TextBuffer,
        results: (inout JSONWriter) -> Void
    ) {
        var json = JSONWriter(buffer)
        json.beginObject()
        json.field("schema", 1)
        json.field("command", command)
        json.field("repository", answer.repository)
        json.key("results")
        json.beginArray()
        results(&json)
        json.endArray()
        json.field("warnings", answer.warnings)
        json.endObject()
        json.buffer.endLine()
        buffer = json.buffer
    }

    /// Writes one row per fix and line, each on a line of its own.
    ///
    /// The keys of a row are written as a few ready pieces: there may be 175,000 rows.
    package mutating func rows(_ fixes: [MatrixFix], lines: [LineRow]) {
        let names = lines.map { line in
            var part = JSONWriter(TextBuffer())
            part.field("line", line.name)
            return [44] + part.buffer.bytes + Array(",\"status\":\"".utf8)
        }
        for fix in fixes {
            var part = JSONWriter(TextBuffer())
            part.breakLine()
            part.buffer.add("{")
            part.field("fix", fix.fix)
            let start = part.buffer.bytes
            for (index, cell) in fix.cells.enumerated() where index < names.count {
                raw(start)
                buffer.add(names[index])
                buffer.add(cell.status.word)
                state(cell)
            }
            buffer.flushIfLarge()
        }
    }

    /// Writes what follows the status of one cell, up to the end of the row.
    private mutating func state(_ cell: MatrixCell) {
        buffer.add("\"")
        field("reason", cell.reason)
        buffer.add(",\"commits\":[")
        var isFirst = true
        for commit in cell.commits {
            buffer.add(isFirst ? "\"" : ",\"")
            isFirst = false
            buffer.add(commit)
            buffer.add("\"")
        }
        buffer.add("]")
        field("release", cell.release)
        if let position = cell.position {
            buffer.add(",\"position\":{")
            skipComma()
            field("tag", position.tag)
            field("commits", position.commits)
            endObject()
        }
        if cell.evidence.isEmpty {
            buffer.add(",\"evidence\":[]")
        } else {
            field(evidence: cell.evidence)
        }
        if let confidence = cell.confidence {
            buffer.add(",\"confidence\":")
            buffer.add(confidence: confidence)
        }
        if cell.flags.isEmpty {
            buffer.add(",\"flags\":[]}")
        } else {
            field("flags", cell.flags)
            endObject()
        }
    }

    /// Writes the key `evidence` with its array.
    package mutating func field(evidence: [EvidenceItem]) {
        key("evidence")
        beginArray()
        for item in evidence {
            beginObject()
            field("kind", item.kind)
            key("confidence")
            value(confidence: item.confidence)
            field("detail", item.detail)
            endObject()
        }
        endArray()
    }
}

extension LineStatus {
    /// The raw value as a literal, which is the fastest to write.
    var word: StaticString {
        switch self {
        case .unknown: "unknown"
        case .notAffected: "not-affected"
        case .fixed: "fixed"
        case .fixedUnreleased: "fixed-unreleased"
        case .partial: "partial"
        case .reverted: "reverted"
        case .affected: "affected"
        case .missing: "missing"
        }
    }
}
