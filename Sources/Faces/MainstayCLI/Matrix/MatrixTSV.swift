import MainstayCore
package import MainstayService

/// The matrix as tab-separated values: one header line, then one line per fix and line.
package enum MatrixTSV {
    /// Writes `matrix` to `buffer`.
    ///
    /// Several commits are joined by commas, kinds of evidence by `+`, the reason and the flags by
    /// `; `. What is absent is an empty field.
    package static func write(_ matrix: Matrix, to buffer: inout TextBuffer) {
        buffer.add("fix\tline\tstatus\tcommit\trelease\tposition\tevidence\tconfidence\tnote\n")
        let names = matrix.lines.map { Array(("\t" + makeSafe($0.name) + "\t").utf8) }
        for fix in matrix.fixes {
            let start = Array(makeSafe(fix.fix).utf8)
            for (name, cell) in zip(names, fix.cells) {
                buffer.add(start)
                buffer.add(name)
                write(cell, to: &buffer)
                buffer.endLine()
            }
        }
    }

    private static func write(_ cell: MatrixCell, to buffer: inout TextBuffer) {
        buffer.add(cell.status.word)
        buffer.add(byte: 9)
        var isFirst = true
        for commit in cell.commits {
            if !isFirst { buffer.add(byte: 44) }
            isFirst = false
            buffer.add(commit)
        }
        buffer.add(byte: 9)
        if let release = cell.release { buffer.addSafe(release) }
        buffer.add(byte: 9)
        if let position = cell.position { buffer.add(position) }
        buffer.add(byte: 9)
        buffer.add(kindsOf: cell.evidence)
        buffer.add(byte: 9)
        if let confidence = cell.confidence { buffer.add(confidence: confidence) }
        buffer.add(byte: 9)
        if let reason = cell.reason { buffer.addSafe(reason) }
        isFirst = cell.reason == nil
        for flag in cell.flags {
            if !isFirst { buffer.add("; ") }
            isFirst = false
            buffer.addSafe(flag)
        }
    }
}

extension TextBuffer {
    /// Adds `glibc-2.38-27`.
    package mutating func add(_ position: Position) {
        addSafe(position.tag)
        guard position.commits != 0 else { return }
        add(byte: 45)
        add(position.commits)
    }

    /// Adds the kinds of `evidence` joined by `+`.
    package mutating func add(kindsOf evidence: [EvidenceItem]) {
        var isFirst = true
        for item in evidence {
            if !isFirst { add(byte: 43) }
            isFirst = false
            addSafe(item.kind)
        }
    }
}
