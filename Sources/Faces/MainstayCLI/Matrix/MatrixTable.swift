import MainstayCore
package import MainstayService

/// The matrix as a table for people.
///
/// Where there is room every cell says its status with the release; else every line becomes a
/// narrow column of symbols under an upright name; else the lines are folded into blocks.
package struct MatrixTable {
    private let matrix: Matrix
    private let screen: Screen
    private let names: [String]
    private let labels: [String]

    /// Prepares the table of `matrix` for `screen`.
    package init(_ matrix: Matrix, on screen: Screen) {
        self.matrix = matrix
        self.screen = screen
        names = matrix.lines.map { clip($0.name, to: 16).text }
        labels = matrix.fixes.map(MatrixTable.label)
    }

    /// Writes the table, the legend and the summary.
    package func write(to buffer: inout TextBuffer) {
        guard !matrix.fixes.isEmpty else {
            buffer.line("No fixes to show.")
            return
        }
        let widths = wideColumns
        let titles = min(max(titleWidth, 12), 60)
        let needed = labelWidth + 2 + min(titles, 24) + widths.reduce(0) { $0 + $1 + 2 }
        if matrix.lines.count <= 12 && needed <= screen.width {
            let room = screen.width - needed + min(titles, 24)
            writeWide(widths, title: min(titles, room), to: &buffer)
        } else {
            writeNarrow(title: titles, to: &buffer)
        }
        buffer.endLine()
        writeLegend(to: &buffer)
    }

    private var labelWidth: Int { labels.reduce(3) { max($0, $1.utf8.count) } }
    private var titleWidth: Int {
        matrix.fixes.reduce(5) { max($0, clip($1.title, to: 60).width) }
    }

    /// The first digits of the root, and `+1` where there are more steps.
    private static func label(_ fix: MatrixFix) -> String {
        if let label = fix.label { return label }
        let more = fix.fix.utf8.count { $0 == 43 }
        return more > 0 ? fix.root.short + "+\(more)" : fix.root.short
    }

    // MARK: Words

    private func words(_ cell: MatrixCell) -> String {
        if cell.status == .fixed, let release = cell.release { return clip(release, to: 16).text }
        switch cell.status {
        case .fixedUnreleased: return "unreleased"
        case .notAffected: return "not affected"
        default: return cell.status.rawValue
        }
    }

    private var wideColumns: [Int] {
        guard matrix.lines.count <= 12 else { return [] }
        return matrix.lines.indices.map { index in
            matrix.fixes.reduce(columnCount(of: names[index])) { widest, fix in
                guard index < fix.cells.count else { return widest }
                return max(widest, 2 + columnCount(of: words(fix.cells[index])))
            }
        }
    }

    private func writeWide(_ widths: [Int], title: Int, to buffer: inout TextBuffer) {
        writeHead(title: title, to: &buffer)
        var gap = 2
        for (name, width) in zip(names, widths) {
            buffer.add(spaces: gap)
            buffer.add(name, .bold, on: screen)
            gap = width - columnCount(of: name) + 2
        }
        buffer.endLine()
        for (index, fix) in matrix.fixes.enumerated() {
            start(index, title: title, to: &buffer)
            gap = 2
            for (cell, width) in zip(fix.cells, widths) {
                let said = words(cell)
                buffer.add(spaces: gap)
                buffer.add("\(cell.status.symbol) \(said)", cell.status.ink, on: screen)
                gap = width - columnCount(of: said)
            }
            buffer.endLine()
        }
    }

    /// Writes the id and the title of one fix, padded to `title` columns.
    private func start(_ index: Int, title: Int, to buffer: inout TextBuffer) {
        buffer.add(labels[index], .yellow, on: screen)
        buffer.add(spaces: labelWidth - labels[index].utf8.count + 2)
        let cut = clip(matrix.fixes[index].title, to: title)
        buffer.add(cut.text)
        buffer.add(spaces: title - cut.width)
    }

    // MARK: Symbols

    private func writeNarrow(title wanted: Int, to buffer: inout TextBuffer) {
        let fixed = labelWidth + 3
        let count = matrix.lines.count
        let least = min(wanted, 24, screen.width / 4)
        let level = names.reduce(0) { $0 + columnCount(of: $1) + 2 }
        if fixed + least + level <= screen.width {
            let title = min(wanted, screen.width - fixed - level)
            return writeBlock(0..<count, title: title, isLevel: true, to: &buffer)
        }
        let title = min(wanted, max(least, screen.width - fixed - 2 * count))
        let room = max(1, (screen.width - fixed - title) / 2)
        for first in stride(from: 0, to: count, by: room) {
            if first > 0 { buffer.endLine() }
            let block = first..<min(first + room, count)
            writeBlock(block, title: title, isLevel: false, to: &buffer)
        }
    }

    /// Writes the columns of `block` under names that lie level or stand upright.
    private func writeBlock(
        _ block: Range<Int>,
        title: Int,
        isLevel: Bool,
        to buffer: inout TextBuffer
    ) {
        if isLevel {
            writeHead(title: title, to: &buffer)
            buffer.add(names[block].map { "  " + $0 }.joined(), .bold, on: screen)
            buffer.endLine()
        } else {
            writeUprightNames(block, title: title, to: &buffer)
        }
        for (index, fix) in matrix.fixes.enumerated() {
            start(index, title: title, to: &buffer)
            var gap = isLevel ? 1 : 2
            for column in block where column < fix.cells.count {
                let status = fix.cells[column].status
                let side = isLevel ? columnCount(of: names[column]) - 1 : 0
                buffer.add(spaces: gap + (isLevel ? 1 : 0) + side / 2)
                buffer.add(status.symbol, status.ink, on: screen)
                gap = 1 + side - side / 2
            }
            buffer.endLine()
        }
    }

    private func writeHead(title: Int, to buffer: inout TextBuffer) {
        buffer.add("FIX", .bold, on: screen)
        buffer.add(spaces: labelWidth - 1)
        buffer.add("TITLE", .bold, on: screen)
        buffer.add(spaces: title - 5)
    }

    /// Writes the names from top to bottom, standing on the table.
    private func writeUprightNames(_ block: Range<Int>, title: Int, to buffer: inout TextBuffer) {
        let upright = block.map { Array(clip(names[$0], to: 12).text) }
        let height = upright.reduce(1) { max($0, $1.count) }
        for row in 0..<height {
            var line = " "
            for name in upright {
                let at = row - (height - name.count)
                line += " "
                line.append(at >= 0 ? name[at] : " ")
            }
            while line.hasSuffix(" ") { line.removeLast() }
            if row == height - 1 {
                writeHead(title: title, to: &buffer)
            } else {
                buffer.add(spaces: labelWidth + title + 2)
            }
            buffer.add(line, .bold, on: screen)
            buffer.endLine()
        }
    }

    // MARK: Legend

    private func writeLegend(to buffer: inout TextBuffer) {
        var counts = StatusCounts()
        for fix in matrix.fixes {
            for cell in fix.cells { counts.add(cell.status) }
        }
        for (status, _) in counts.occurring {
            buffer.add(status.symbol, status.ink, on: screen)
            let name = status.rawValue
            buffer.add(" \(name)\(String(repeating: " ", count: 18 - name.utf8.count))")
            buffer.add(clip(status.meaning, to: screen.width - 20).text, .dim, on: screen)
            buffer.endLine()
        }
        buffer.endLine()
        let fixes = count(matrix.fixes.count, "fix", "fixes")
        let lines = count(matrix.lines.count, "line", "lines")
        buffer.add(wrapped: ["\(fixes) on \(lines):"] + counts.words, indent: 4, on: screen)
        guard matrix.isQuick else { return }
        buffer.line("Quick evidence only: matches by content were left out.")
    }
}

/// `1 fix`, `2 fixes`.
func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
}
