/// A plain table: left-aligned columns, two spaces apart, cut to the width of the screen.
package struct GridTable {
    private let header: [String]
    private var rows: [[String]] = []

    /// Creates a table with the names of its columns.
    package init(_ header: [String]) {
        self.header = header
    }

    /// Adds a row with as many fields as there are columns; the fields are made safe.
    package mutating func add(_ fields: [String]) {
        rows.append(fields.map(makeSafe))
    }

    /// Writes the table; on a narrow screen the widest columns are cut first.
    package func write(to buffer: inout TextBuffer, on screen: Screen) {
        let widths = self.widths(within: screen.width)
        write(header, widths, ink: .bold, to: &buffer, on: screen)
        for row in rows { write(row, widths, ink: .plain, to: &buffer, on: screen) }
    }

    private func widths(within room: Int) -> [Int] {
        var widths = header.map(columnCount(of:))
        for row in rows {
            for (index, field) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], columnCount(of: field))
            }
        }
        while widths.reduce(2 * (widths.count - 1), +) > room {
            guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
                widths[widest] > 6
            else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func write(
        _ fields: [String],
        _ widths: [Int],
        ink: Ink,
        to buffer: inout TextBuffer,
        on screen: Screen
    ) {
        var gap = 0
        for (field, width) in zip(fields, widths) {
            let cut = clip(field, to: width)
            guard cut.width > 0 else {
                gap += width + 2
                continue
            }
            buffer.add(spaces: gap)
            buffer.add(cut.text, ink, on: screen)
            gap = width - cut.width + 2
        }
        buffer.endLine()
    }
}
