import Glibc

/// How text may look: its width and whether it has colour.
package struct Screen: Sendable {
    /// Columns of a line, at least 20.
    package let width: Int
    /// Whether colours may be used.
    package let hasColour: Bool

    /// Creates a screen.
    package init(width: Int, hasColour: Bool) {
        self.width = max(20, width)
        self.hasColour = hasColour
    }

    /// The screen behind standard output; 100 columns without colour where it is no terminal.
    package static func standardOutput(_ environment: Environment) -> Screen {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let plain = environment["NO_COLOR"] != nil || environment["TERM"] == "dumb"
        let asked = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        return Screen(
            width: min(asked ?? (isTerminal ? terminalWidth() : 100), 10_000),
            hasColour: isTerminal && !plain
        )
    }

    private static func terminalWidth() -> Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// The looks of text on a terminal; the raw value is the code for them.
package enum Ink: String, Sendable {
    /// As the terminal writes.
    case plain = ""
    /// For names of columns and of things.
    case bold = "1"
    /// For what is said beside.
    case dim = "2"
    /// For what is open.
    case red = "31"
    /// For what is done.
    case green = "32"
    /// For ids, and for what is half done.
    case yellow = "33"
    /// For what is not known.
    case magenta = "35"
    /// For what is done and waits.
    case cyan = "36"
}

extension TextBuffer {
    /// Adds `text`, in `ink` where the screen has colour.
    package mutating func add(_ text: String, _ ink: Ink, on screen: Screen) {
        guard screen.hasColour && ink != .plain else { return add(text) }
        add("\u{1B}[")
        add(ink.rawValue)
        add("m")
        add(text)
        add("\u{1B}[0m")
    }
}

extension TextBuffer {
    /// Adds `pieces`, which must be safe, with spaces between; breaks lines between pieces only.
    package mutating func add(wrapped pieces: [String], indent: Int = 0, on screen: Screen) {
        var used = 0
        for word in pieces {
            let width = columnCount(of: word)
            if used > 0 && used + 1 + width > screen.width {
                endLine()
                add(spaces: indent)
                used = indent
            } else if used > 0 {
                add(" ")
                used += 1
            }
            add(word)
            used += width
        }
        endLine()
    }
}
