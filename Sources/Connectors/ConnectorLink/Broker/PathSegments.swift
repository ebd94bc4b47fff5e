/// The segments of a path that every server reads in the same way.
///
/// Servers differ in how often they undo escapes, in whether `\` is `/`, in what `..;x` or a dot
/// before a space means. A path of which any of that could matter is refused, not repaired.
package struct PathSegments: Sendable, Hashable {
    /// What stands between the slashes, escapes undone; the last one is empty where the path ends
    /// with a slash.
    package let texts: [String]
    /// The same as it goes out: escapes in capital digits, and escaped what must be.
    package let escaped: [String]

    /// The path as it goes out, from its first slash on.
    package var path: String { "/" + escaped.joined(separator: "/") }

    /// Reads a path.
    ///
    /// - Parameter path: Begins with a slash; has neither query nor fragment.
    /// - Throws: ``PathFault``.
    package init(_ path: some StringProtocol) throws(PathFault) {
        guard path.hasPrefix("/") else { throw PathFault("does not begin with a slash") }
        let parts = path.utf8.dropFirst()
            .split(
                separator: UInt8(ascii: "/"),
                omittingEmptySubsequences: false
            )
        var (texts, escaped): ([String], [String]) = ([], [])
        for (position, part) in parts.enumerated() {
            if part.isEmpty && position < parts.count - 1 {
                throw PathFault("has two slashes side by side")
            }
            let (text, sent) = try Self.read(Array(part))
            try Self.check(text)
            texts.append(text)
            escaped.append(sent)
        }
        (self.texts, self.escaped) = (texts, escaped)
    }

    /// Undoes the escapes of a segment, and writes it as it goes out.
    private static func read(_ bytes: [UInt8]) throws(PathFault) -> (text: String, sent: String) {
        var (plain, sent): ([UInt8], [UInt8]) = ([], [])
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, let high = hexDigit(rest.removeFirst()),
                    let low = hexDigit(rest.removeFirst())
                else { throw PathFault("has a '%' that begins no escape") }
                plain.append(high << 4 | low)
                appendEscape(of: high << 4 | low, to: &sent)
            } else {
                plain.append(byte)
                if isPlain(byte) || "!$&'()*+,;=:@".utf8.contains(byte) {
                    sent.append(byte)
                } else {
                    appendEscape(of: byte, to: &sent)
                }
            }
        }
        guard let text = String(validating: plain, as: UTF8.self) else {
            throw PathFault("has bytes that are not UTF-8")
        }
        return (text, String(decoding: sent, as: UTF8.self))
    }

    private static func check(_ text: String) throws(PathFault) {
        if text.unicodeScalars.contains(where: { lookalikes.contains($0) }) {
            throw PathFault("has a slash, a dot or a percent sign in another guise")
        }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            throw PathFault("has a control character")
        }
        let bytes = Array(text.utf8)
        let hasEscape = bytes.indices.dropLast(2)
            .contains { place in
                bytes[place] == UInt8(ascii: "%") && hexDigit(bytes[place + 1]) != nil
                    && hexDigit(bytes[place + 2]) != nil
            }
        if hasEscape { throw PathFault("is escaped twice") }
        let name = text.prefix { $0 != ";" }
        if !text.isEmpty, name.allSatisfy({ $0 == "." || $0.isWhitespace }) {
            throw PathFault("has a segment of dots")
        }
    }

    /// Some servers fold these to the characters that they look like.
    private static let lookalikes: Set<Unicode.Scalar> = [
        "/", "\\", "\u{FF0F}", "\u{FF3C}", "\u{FE68}", "\u{FF0E}", "\u{FE52}", "\u{2024}",
        "\u{2025}", "\u{2026}", "\u{FF05}", "\u{FE6A}", "\u{2215}", "\u{2044}", "\u{29F5}",
        "\u{29F8}", "\u{2100}", "\u{2101}", "\u{2105}", "\u{2106}", "\u{FF1B}", "\u{037E}",
        "\u{FE54}",
    ]

    /// A text with everything escaped but letters, digits, `-`, `.`, `_` and `~`.
    static func escape(_ text: String) -> String {
        var sent: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) { sent.append(byte) } else { appendEscape(of: byte, to: &sent) }
        }
        return String(decoding: sent, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || "-._~".utf8.contains(byte)
    }

    private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}

/// The value of a digit of base 16, in letters of either size.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
}

/// Why a path is not asked for: what follows "The path ".
package struct PathFault: Error, Hashable {
    /// Such as `has two slashes side by side`.
    package let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
