/// How the messages of a product's commits name what they fix.
///
/// What stands in braces is the identifier, as tickets and defects bear it; what stands around it must
/// be there too. `<n>` is a number; a blank is any run of blanks; letter case is free:
///
///     [{BZ #<n>}]       "[BZ #30843] Fix ..."       names BZ #30843
///     Closes {#<n>}     "Closes #12"                 names #12
///     {CVE-<n>-<n>}     "... (CVE-2023-6246)"        names CVE-2023-6246
///
/// A letter or digit may touch neither end of the match.
package struct CommitPattern: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case byte(UInt8)
        case blanks
        case number
        case open
        case close
    }

    /// The pattern as it was written.
    package let text: String
    private let pieces: [Piece]

    /// Reads a pattern.
    ///
    /// - Throws: ``ReleaseError`` with ``ReleaseError/Code/pattern``.
    package init(_ text: String) throws(ReleaseError) {
        self.text = text
        var pieces: [Piece] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if rest.starts(with: Array("<n>".utf8)) {
                pieces.append(.number)
                rest = rest.dropFirst(3)
                continue
            }
            switch byte {
            case UInt8(ascii: "{"): pieces.append(.open)
            case UInt8(ascii: "}"): pieces.append(.close)
            case 32, 9: if pieces.last != .blanks { pieces.append(.blanks) }
            default: pieces.append(.byte(Self.folded(byte)))
            }
            rest = rest.dropFirst()
        }
        self.pieces = pieces
        try check()
    }

    private func check() throws(ReleaseError) {
        let open = pieces.indices.filter { pieces[$0] == .open }
        let close = pieces.indices.filter { pieces[$0] == .close }
        guard open.count == 1, close.count == 1, open[0] + 1 < close[0] else {
            throw ReleaseError(
                .pattern,
                "Pattern '\(text)' does not hold one identifier in braces",
                hint: "Such as '[{BZ #<n>}]' or 'Closes {#<n>}'"
            )
        }
        guard pieces[open[0]...close[0]].contains(.number) else {
            throw ReleaseError(
                .pattern,
                "Pattern '\(text)' has no number in its identifier",
                hint: "Write <n> where the number stands"
            )
        }
    }

    /// The identifiers that a message names, in order, blanks folded and in capitals.
    package func identifiers(in message: [UInt8]) -> [String] {
        var found: [String] = []
        var place = 0
        while place < message.count {
            if let (end, identifier) = match(message, at: place) {
                found.append(identifier)
                place = max(end, place + 1)
            } else {
                place += 1
            }
        }
        return found
    }

    /// The form in which identifiers are compared.
    package static func normalised(_ identifier: String) -> String {
        identifier.split(whereSeparator: \.isWhitespace).joined(separator: " ").uppercased()
    }

    private func match(_ message: [UInt8], at start: Int) -> (end: Int, identifier: String)? {
        if start > 0, Self.isWord(message[start - 1]), Self.isWord(message[start]) { return nil }
        var place = start
        var bounds = (from: start, to: start)
        for piece in pieces {
            switch piece {
            case .open: bounds.from = place
            case .close: bounds.to = place
            case .byte(let byte):
                guard place < message.count, Self.folded(message[place]) == byte else {
                    return nil
                }
                place += 1
            case .number, .blanks:
                let isOne = piece == .number ? Self.isDigit : Self.isBlank
                let end = message[place...].firstIndex { !isOne($0) } ?? message.count
                if end == place { return nil }
                place = end
            }
        }
        if place < message.count, Self.isWord(message[place]), Self.isWord(message[place - 1]) {
            return nil
        }
        let identifier = String(decoding: message[bounds.from..<bounds.to], as: UTF8.self)
        return (place, Self.normalised(identifier))
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (65...90).contains(byte) ? byte + 32 : byte
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (97...122).contains(folded(byte))
    }
}

extension CommitPattern {
    /// What every product's commits are read for; `prefix` is that of its tickets.
    package static func usual(prefix: String) -> [CommitPattern] {
        [
            "{\(prefix)-<n>}", "{\(prefix)-D<n>}", "{CVE-<n>-<n>}", "[{BZ #<n>}]",
            "Closes {#<n>}", "Closes: {#<n>}", "Fixes {#<n>}", "Fixes: {#<n>}",
            "Resolves {#<n>}", "Resolves: {#<n>}",
        ]
        .compactMap { try? CommitPattern($0) }
    }
}
