import MainstayCore

/// A place in raw text from which words, numbers and ids are read without copying.
///
/// Letters are compared without regard to ASCII case. A failed read leaves the place as it was.
struct TextCursor {
    let text: UnsafeRawBufferPointer
    /// The next byte to read.
    var offset: Int
    /// Where reading stops.
    let end: Int

    init(_ text: UnsafeRawBufferPointer, _ span: Range<Int>) {
        self.text = text
        offset = span.lowerBound
        end = span.upperBound
    }

    init(_ text: UnsafeRawBufferPointer) {
        self.init(text, 0..<text.count)
    }

    var isAtEnd: Bool { offset >= end }

    /// The next byte, or 0 at the end.
    var next: UInt8 { offset < end ? text[offset] : 0 }

    /// Moves over `word`, given in lower case.
    @inline(__always)
    mutating func skip(_ word: StaticString) -> Bool {
        // Mostly the first byte tells, and here it is known before the program runs.
        guard offset < end, foldCase(text[offset]) == word.utf8Start[0] else { return false }
        return skipWhole(word)
    }

    private mutating func skipWhole(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        let start = word.utf8Start
        guard offset + length <= end else { return false }
        for index in 1..<length where foldCase(text[offset + index]) != start[index] {
            return false
        }
        offset += length
        return true
    }

    /// Moves over one byte.
    mutating func skip(byte: UInt8) -> Bool {
        guard offset < end, text[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Moves over blanks and tabs.
    mutating func skipBlanks() {
        while offset < end, text[offset] == 32 || text[offset] == 9 { offset += 1 }
    }

    /// Moves over at least one digit and returns the number; too large a number is no number.
    mutating func readNumber() -> UInt32? {
        var index = offset
        var value: UInt64 = 0
        while index < end, isDigit(text[index]), index - offset < 12 {
            value = value * 10 + UInt64(text[index] - 48)
            index += 1
        }
        guard index > offset, let number = UInt32(exactly: value) else { return nil }
        offset = index
        return number
    }

    /// Moves over `digits` hex digits that end at a word's end.
    mutating func readID(_ digits: ClosedRange<Int>) -> CommitPrefix? {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var count = 0
        while offset + count < end, count <= 40 {
            let value = UInt64(hexDigitValue(text[offset + count]))
            guard value < 16 else { break }
            guard count < 40 else { return nil }
            let shift = UInt64(60 - 4 * (count % 16))
            switch count / 16 {
            case 0: words.0 |= value << shift
            case 1: words.1 |= value << shift
            default: words.2 |= value << shift
            }
            count += 1
        }
        guard digits.contains(count) else { return nil }
        guard offset + count == end || !isWordByte(text[offset + count]) else { return nil }
        offset += count
        let id = CommitID(high: words.0, middle: words.1, low: UInt32(words.2 >> 32))
        return CommitPrefix(padded: id, digits: UInt8(count))
    }

    /// Moves to the first place at which `word` stands and over it.
    mutating func find(_ word: StaticString) -> Bool {
        let start = offset
        let first = word.utf8Start[0]
        while offset < end {
            if foldCase(text[offset]) == first, skip(word) { return true }
            offset += 1
        }
        offset = start
        return false
    }
}

/// `byte` in lower case if it is an ASCII letter.
@inline(__always)
func foldCase(_ byte: UInt8) -> UInt8 {
    byte &- 65 < 26 ? byte | 32 : byte
}

/// Whether `byte` is an ASCII digit.
@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

/// Whether `byte` is an ASCII letter, a digit or part of a multi-byte character.
@inline(__always)
func isWordByte(_ byte: UInt8) -> Bool {
    byte >= 128 || isDigit(byte) || foldCase(byte) &- 97 < 26
}
