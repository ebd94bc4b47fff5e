import MainstayCore
package import MainstayService

/// The words around the matrix of the demonstration.
package struct DemoReport {
    private let demo: DemoRepository
    private let isKept: Bool
    private let screen: Screen

    /// Prepares the words about `demo`, whose folder stays or goes.
    package init(_ demo: DemoRepository, isKept: Bool, on screen: Screen) {
        self.demo = demo
        self.isKept = isKept
        self.screen = screen
    }

    /// Writes everything.
    package func write(_ matrix: Matrix, to buffer: inout TextBuffer) {
        paragraph(
            """
            quayd is a made-up message broker. Its work happens on main; customers stay on \
            release lines, each with a branch of its own, where fixes arrive later as copies. The \
            table says for every fix (a row) and every line (a column) whether the fix is there.
            """,
            to: &buffer
        )
        MatrixTable(matrix, on: screen).write(to: &buffer)
        buffer.endLine()
        buffer.add("What to look for", .bold, on: screen)
        buffer.endLine()
        for (fix, words) in zip(demo.fixes, Self.remarks) {
            guard let words else { continue }
            buffer.add("  ")
            buffer.add(fix.short, .yellow, on: screen)
            buffer.add("  ")
            let narrow = Screen(width: screen.width - 16, hasColour: false)
            var lines = TextBuffer()
            lines.add(wrapped: words.split(separator: " ").map(String.init), on: narrow)
            buffer.add(lines.text.dropLast().replacing("\n", with: "\n" + Self.margin))
            buffer.endLine()
        }
        buffer.endLine()
        writeNext(to: &buffer)
    }

    private static let margin = String(repeating: " ", count: 16)

    /// What is remarkable about each fix, in their order; `nil` where nothing is.
    private static let remarks: [String?] = [
        "was picked to 1.2 and 1.0, which say 'cherry picked from'; the newer lines began with it.",
        "has another title on 2.0 and no trailer; the change itself gives it away.",
        "was written anew for 1.0, because the code differs there; nobody did so for 1.2.",
        "was picked to 2.0 by someone else, under a new date and without a trailer.",
        "is missing on 1.2, where it would apply as it is.",
        "was taken back and applied again on 2.0, and taken back for good on 1.2.",
        "was taken back in part on 2.0.",
        nil, nil, nil,
        "is missing on 1.2 and conflicts there: that code is older.",
        "mends a file that only main and 2.2 have; 'affected' tells the older lines apart.",
        nil,
        "is on the branch of 2.0, in no release yet, and was forgotten on the newer 2.2.",
    ]

    private func writeNext(to buffer: inout TextBuffer) {
        guard isKept else {
            buffer.line("The repository was in \(makeSafe(demo.path)) and is removed now.")
            buffer.line("Keep one to play with: mainstay demo --keep quayd")
            return
        }
        buffer.add("Try next", .bold, on: screen)
        buffer.endLine()
        let (clean, conflict) = (demo.cleanPick, demo.conflictingPick)
        let broken =
            "--introduced \(demo.defect.introduced.short) --fixed \(demo.defect.fixed.short)"
        let commands = [
            "cd \(shellWord(demo.path))",
            "mainstay lines",
            "mainstay fix \(demo.manyFaces.short)",
            "mainstay pick \(clean.fix.short) --onto \(clean.line) --dry-run",
            "mainstay pick \(conflict.fix.short) --onto \(conflict.line) --dry-run",
            "mainstay affected v2.0.3 \(broken)",
            "mainstay backports --format tsv",
            "mainstay matrix --format html > matrix.html",
        ]
        for command in commands { buffer.line("  " + command) }
    }

    private func paragraph(_ text: String, to buffer: inout TextBuffer) {
        let narrow = Screen(width: min(screen.width, 100), hasColour: false)
        buffer.add(wrapped: text.split(separator: " ").map(String.init), on: narrow)
        buffer.endLine()
    }
}

/// A path as a word of a shell, safe to show.
func shellWord(_ path: String) -> String {
    let safe = makeSafe(path)
    let plain = safe.utf8.allSatisfy { byte in
        switch byte {
        case 45...57, 65...90, 95, 97...122: true
        default: false
        }
    }
    return plain ? safe : "'\(safe.replacing("'", with: "'\\''"))'"
}
