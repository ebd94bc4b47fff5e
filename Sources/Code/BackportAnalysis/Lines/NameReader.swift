/// Reads the short name of a branch or tag byte by byte.
struct NameReader {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// Moves past `byte` if it stands here.
    mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// Moves past any one byte of `set`, for example `/-`.
    mutating func take(anyOf set: StaticString) -> Bool {
        guard place < bytes.count else { return false }
        for offset in 0..<set.utf8CodeUnitCount where set.utf8Start[offset] == bytes[place] {
            place += 1
            return true
        }
        return false
    }

    /// Moves past `word` if it stands here.
    mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard place + length <= bytes.count else { return false }
        for offset in 0..<length where word.utf8Start[offset] != bytes[place + offset] {
            return false
        }
        place += length
        return true
    }

    /// Moves past the first of `words` that stands here and ends before a letter.
    mutating func take(oneOf words: [StaticString]) -> Bool {
        for word in words {
            let start = place
            if take(word), isAtEnd || !Self.isLetter(bytes[place]) { return true }
            place = start
        }
        return false
    }

    /// Moves past a run of letters and returns where it stood; `nil` if there is none.
    mutating func letters(lowerCaseOnly: Bool = false) -> Range<Int>? {
        let start = place
        while place < bytes.count, Self.isLetter(bytes[place]) {
            if lowerCaseOnly, bytes[place] < 97 { return nil }
            place += 1
        }
        return place == start ? nil : start..<place
    }

    /// Moves past `v?N([._]N)*` of at most four numbers; a `v` is no part of the result.
    ///
    /// With `dashes` the numbers may be parted by `-` instead, as in `7-1-stable`.
    mutating func version(dashes: Bool = false) -> [Int]? {
        let start = place
        if place < bytes.count, bytes[place] | 32 == 118 { place += 1 }
        guard let first = number() else {
            place = start
            return nil
        }
        var numbers = [first]
        while place + 1 < bytes.count, bytes[place + 1] &- 48 < 10 {
            let byte = bytes[place]
            guard byte == 46 || byte == 95 || (dashes && byte == 45) else { break }
            place += 1
            guard numbers.count < 4, let next = number() else {
                place = start
                return nil
            }
            numbers.append(next)
        }
        return numbers
    }

    private mutating func number() -> Int? {
        let start = place
        var value = 0
        while place < bytes.count, bytes[place] &- 48 < 10 {
            value = value * 10 + Int(bytes[place] - 48)
            place += 1
            if place - start > 14 { return nil }
        }
        return place == start ? nil : value
    }

    /// The text of `range`.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 }
}

/// What a template reads from the name of a branch or tag.
struct LineName: Sendable, Hashable {
    /// The version's numbers as written; `nil` for named lines.
    var numbers: [Int]?
    /// The word of a named line.
    var word: String?
    /// Whether the name ends in `.x` or `.y` after the numbers.
    var isOpen = false
    /// The project's own word in front of the version.
    var project: String?
    /// Whether the name says that the line is kept for long.
    var isLongTerm = false
    /// The phase that the name gives away.
    var phaseHint: PhaseHint?

    /// What a name tells about the phase.
    enum PhaseHint: Sendable, Hashable {
        case ended
        case extended
    }

    /// The name as people know it.
    var shown: String {
        guard let numbers else { return word ?? "" }
        return numbers.map(String.init).joined(separator: ".") + (isOpen ? ".x" : "")
    }
}
