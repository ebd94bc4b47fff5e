/// The SHA-1 name of a Git commit (or of any other object): 20 bytes, shown as 40 hex digits.
///
/// Ordered as its bytes, which is the order of its hex form.
package struct CommitID: Hashable, Sendable, Comparable {
    /// Bytes 0 to 7, most significant first.
    package let high: UInt64
    /// Bytes 8 to 15, most significant first.
    package let middle: UInt64
    /// Bytes 16 to 19, most significant first.
    package let low: UInt32

    /// Creates an id from its three words, each most significant byte first.
    @inlinable
    package init(high: UInt64, middle: UInt64, low: UInt32) {
        self.high = high
        self.middle = middle
        self.low = low
    }

    /// Reads the 20 bytes at `bytes`.
    ///
    /// - Precondition: 20 bytes can be read there; no alignment is needed.
    @inlinable
    package init(bytes: UnsafeRawPointer) {
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        middle = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }

    /// Reads 40 hex digits of either case; `nil` for anything else.
    package init?(hex: some StringProtocol) {
        var text = Substring(hex)
        let id = text.withUTF8 { utf8 -> CommitID? in
            guard utf8.count == 40, let base = utf8.baseAddress else { return nil }
            return CommitID(hexDigits: base)
        }
        guard let id else { return nil }
        self = id
    }

    /// Reads the 40 hex digits at `digits`; `nil` if one of them is no hex digit.
    ///
    /// - Precondition: 40 bytes can be read there.
    @inlinable
    package init?(hexDigits digits: UnsafePointer<UInt8>) {
        let text = UnsafeRawPointer(digits)
        var bad: UInt64 = 0
        let high = eightHexDigits(text, &bad) << 32 | eightHexDigits(text + 8, &bad)
        let middle = eightHexDigits(text + 16, &bad) << 32 | eightHexDigits(text + 24, &bad)
        let low = eightHexDigits(text + 32, &bad)
        guard bad == 0 else { return nil }
        self.init(high: high, middle: middle, low: UInt32(truncatingIfNeeded: low))
    }

    /// Names no object: 40 zeros, which stand for "since the beginning".
    package static let zero = CommitID(high: 0, middle: 0, low: 0)

    /// The 40 lower-case hex digits.
    package var hex: String {
        String(unsafeUninitializedCapacity: 40) { buffer in
            writeHex(to: buffer)
            return 40
        }
    }

    /// The first 12 hex digits, for people.
    package var short: String { String(hex.prefix(12)) }

    /// Writes the 40 lower-case hex digits to the start of `buffer`.
    ///
    /// - Precondition: `buffer` has room for 40 bytes.
    package func writeHex(to buffer: UnsafeMutableBufferPointer<UInt8>) {
        func put(_ word: UInt64, digits: Int, at start: Int) {
            for index in 0..<digits {
                let nibble =
                    UInt8(truncatingIfNeeded: word >> UInt64(4 * (digits - 1 - index))) & 15
                buffer[start + index] = nibble < 10 ? 48 + nibble : 87 + nibble
            }
        }
        put(high, digits: 16, at: 0)
        put(middle, digits: 16, at: 16)
        put(UInt64(low), digits: 8, at: 32)
    }

    /// Writes the 20 bytes, most significant first, to `target`.
    @inlinable
    package func store(to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: high.bigEndian, as: UInt64.self)
        target.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
        target.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
    }

    /// Whether both ids are the same.
    @inlinable
    package static func == (left: CommitID, right: CommitID) -> Bool {
        left.high == right.high && left.middle == right.middle && left.low == right.low
    }

    /// Byte order, which is the order of the hex form.
    @inlinable
    package static func < (left: CommitID, right: CommitID) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.middle != right.middle { return left.middle < right.middle }
        return left.low < right.low
    }
}

extension CommitID: CustomStringConvertible, Codable {
    /// The 40 lower-case hex digits.
    package var description: String { hex }

    /// Reads the 40 hex digits of a JSON string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = CommitID(hex: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "Expected 40 hex digits, found '\(text)'"
            )
        }
        self = id
    }

    /// Writes the 40 hex digits as a JSON string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

/// The value of one ASCII hex digit of either case, or 16 for any other byte.
@inlinable
package func hexDigitValue(_ byte: UInt8) -> UInt8 {
    let digit = byte &- 48
    if digit < 10 { return digit }
    let letter = (byte | 32) &- 97
    return letter < 6 ? letter + 10 : 16
}

/// The number that the eight hex digits at `text`, of either case, stand for; 0 to 2³² - 1.
///
/// Bits are set in `bad`, and the number means nothing, where one of the bytes is no hex digit.
@inlinable
package func eightHexDigits(_ text: UnsafeRawPointer, _ bad: inout UInt64) -> UInt64 {
    // All eight bytes are read in one word, each in a lane of its own.
    @inline(__always)
    func lanes(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
    let text = UInt64(bigEndian: text.loadUnaligned(as: UInt64.self))
    let digit = text ^ lanes(0x30)
    let letter = (text | lanes(0x20)) ^ lanes(0x60)
    // The highest bit of a lane: more than 9; more than 0; more than 6.
    let isNoDigit = digit | ((digit & lanes(0x7F)) &+ lanes(0x76))
    let isPositive = (letter & lanes(0x7F)) &+ lanes(0x7F)
    let isNoLetter = letter | ~isPositive | ((letter & lanes(0x7F)) &+ lanes(0x79))
    bad |= isNoDigit & isNoLetter & lanes(0x80)
    var word = (text & lanes(0x0F)) &+ ((text >> 6) & lanes(1)) &* 9
    word = (word | (word >> 4)) & 0x00FF_00FF_00FF_00FF
    word = (word | (word >> 8)) & 0x0000_FFFF_0000_FFFF
    return (word | (word >> 16)) & 0xFFFF_FFFF
}
