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
    package mutating func rows(_ fixes: [MatrixFix], lines: [LineRow]) {
        let names = lines.map { line in
            var part = JSONWriter(TextBuffer())
            part.field("line", line.name)
            part.key("status")
            return part.buffer.bytes
        }
        for fix in fixes {
            var part = JSONWriter(TextBuffer())
            part.field("fix", fix.fix)
            let start = part.buffer.bytes
            for (name, cell) in zip(names, fix.cells) {
                breakLine()
                beginObject()
                raw(start)
                raw(name)
                state(cell)
                endObject()
            }
        }
    }

    /// Writes the value of `status` and the other keys of one cell.
    private mutating func state(_ cell: MatrixCell) {
        continueValue(cell.status.rawValue)
        field("reason", cell.reason)
        field("commits", cell.commits)
        field("release", cell.release)
        if let position = cell.position {
            key("position")
            beginObject()
            field("tag", position.tag)
            field("commits", position.commits)
            endObject()
        }
        field(evidence: cell.evidence)
        if let confidence = cell.confidence {
            key("confidence")
            value(confidence: confidence)
        }
        field("flags", cell.flags)
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
