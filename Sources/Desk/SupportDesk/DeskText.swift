/// The rules of the texts that people write.
///
/// Lengths count code points, which bounds the bytes; a character of several code points has no
/// bound. Positions count code points from 1.
package enum DeskText {
    /// The longest title.
    package static let longestTitle = 300
    /// The longest name of a level, label or handover item.
    package static let longestName = 100

    /// Returns a title without the white space around it: one line of 1 to 300 code points.
    ///
    /// `what` names another text of this kind in messages.
    /// - Throws: ``DeskError`` with ``DeskError/Code/text``.
    package static func title(
        _ text: String,
        as what: String = "Title"
    ) throws(DeskError) -> String {
        let scalars = text.unicodeScalars
        let isSpace = \Unicode.Scalar.properties.isWhitespace
        let tail = scalars.drop { $0[keyPath: isSpace] }
        let end = tail.lastIndex { !$0[keyPath: isSpace] }
        let title = end.map { String(tail[...$0]) } ?? ""
        try checkLine(title, what, longest: longestTitle)
        return title
    }

    /// Returns a name as it stands: one line of 1 to 100 code points, no white space around it.
    ///
    /// White space is refused and not dropped: names are compared, and two that look alike are one.
    /// - Throws: ``DeskError`` with ``DeskError/Code/text``.
    package static func name(_ text: String) throws(DeskError) -> String {
        try checkLine(text, "Name", longest: longestName)
        let ends = [text.unicodeScalars.first, text.unicodeScalars.last]
        guard !ends.contains(where: { $0?.properties.isWhitespace == true }) else {
            throw DeskError(.text, "Name '\(text)' has white space at its start or end")
        }
        return text
    }

    /// Returns a message or description with its control characters made harmless.
    ///
    /// Every line ends in LF. Any other control character but the tab is shown by its picture
    /// (U+0007 as U+2407), and those from U+0080 on by U+FFFD. Nothing is refused: a request that
    /// holds a pasted log must be registered, whatever is in it. The store limits the size.
    package static func body(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            if scalar != "\n" || !afterReturn { kept.append(harmless(scalar)) }
            afterReturn = scalar == "\r"
        }
        return String(kept)
    }

    /// Returns the words of a message or reason, as ``body(_:)`` does; at least one must be there.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a text that is blank.
    package static func words(_ text: String) throws(DeskError) -> String {
        guard !isBlank(text) else { throw DeskError(.text, "Message is empty") }
        return body(text)
    }

    /// Returns the words of a reason, as ``body(_:)`` does; `nil` where there are none.
    static func words(ifAny text: String?) -> String? {
        text.flatMap { isBlank($0) ? nil : body($0) }
    }

    /// Whether a text holds nothing but white space.
    static func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }

    private static func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09, 0x0A: scalar
        case 0x0D: "\n"
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0: "\u{FFFD}"
        default: scalar
        }
    }

    private static func checkLine(
        _ text: String,
        _ what: String,
        longest: Int
    ) throws(DeskError) {
        let count = text.unicodeScalars.count
        guard (1...longest).contains(count) else {
            throw DeskError(.text, "\(what) has \(count) code points, expected 1 to \(longest)")
        }
        let breaks: Set<Unicode.GeneralCategory> = [.control, .lineSeparator, .paragraphSeparator]
        for (offset, scalar) in text.unicodeScalars.enumerated()
        where breaks.contains(scalar.properties.generalCategory) {
            let hex = String(scalar.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
            throw DeskError(
                .text,
                "\(what) has the control character U+\(padded) at position \(offset + 1)",
                hint: "Write it in one line, without control characters"
            )
        }
    }
}
