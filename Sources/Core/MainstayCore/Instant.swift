import Glibc

/// A moment in UTC, to the millisecond.
///
/// Shown as `2026-03-01T09:30:00.250Z`, without the fraction where it is zero.
public struct Instant: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01 UTC, leap seconds left out; negative before.
    public let milliseconds: Int64

    /// Creates a moment from milliseconds since 1970-01-01 UTC.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// What the clock of this machine says.
    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The last moment that can be stored and shown: the end of the year 9999.
    package static let latest = Instant(milliseconds: 253_402_300_799_999)

    /// The first moment that can be stored and shown: the start of the year 1.
    package static let earliest = Instant(milliseconds: -62_135_596_800_000)

    /// Compares by time.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The moment so many milliseconds later; earlier if negative.
    package func advanced(by milliseconds: Int64) -> Instant {
        Instant(milliseconds: self.milliseconds + milliseconds)
    }

    /// The day in UTC on which this moment falls.
    package var day: CalendarDay {
        CalendarDay(secondsSince1970: Self.floored(milliseconds, by: 1000).quotient)
    }

    private static func floored(_ value: Int64, by unit: Int64) -> (quotient: Int64, rest: Int64) {
        let parts = value.quotientAndRemainder(dividingBy: unit)
        return parts.remainder < 0
            ? (parts.quotient - 1, parts.remainder + unit) : (parts.quotient, parts.remainder)
    }
}

extension Instant {
    /// Date and time in UTC to the minute, for people: `2026-11-30 10:05`.
    package var minute: String {
        String(description.prefix(16)).replacing("T", with: " ")
    }
}

extension Instant: CustomStringConvertible {
    /// Date and time in UTC, ISO 8601.
    public var description: String {
        let (seconds, fraction) = Self.floored(milliseconds, by: 1000)
        let inDay = Self.floored(seconds, by: 86_400).rest
        let time = [inDay / 3600, inDay / 60 % 60, inDay % 60].map { Self.padded($0, to: 2) }
        let tail = fraction == 0 ? "" : "." + Self.padded(fraction, to: 3)
        return "\(day)T\(time.joined(separator: ":"))\(tail)Z"
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Reads `2026-03-01T09:30:00Z`; `nil` for anything else.
    ///
    /// Seconds may have up to three decimals. In place of `Z` there may be an offset such as
    /// `+02:00`; a time without either is not a moment.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"),
            let day = CalendarDay(String(decoding: bytes[..<10], as: UTF8.self)),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = Self.number(bytes[11..<13], below: 24),
            let minute = Self.number(bytes[14..<16], below: 60),
            let second = Self.number(bytes[17..<19], below: 60)
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }
            guard (1...3).contains(digits.count), let read = Self.number(digits, below: 1000) else {
                return nil
            }
            fraction = digits.count == 1 ? read * 100 : digits.count == 2 ? read * 10 : read
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = Self.offset(rest) else { return nil }
        let seconds =
            Int64(day.daysSince1970) * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(milliseconds: seconds * 1000 + fraction)
        guard (Self.earliest...Self.latest).contains(self) else { return nil }
    }

    /// Seconds that `Z`, `+02:00` or `-05:30` lie before UTC's reading.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        if bytes.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
        let start = bytes.startIndex
        guard bytes.count == 6, bytes[start + 3] == UInt8(ascii: ":"),
            [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[start]),
            let hours = number(bytes[start + 1..<start + 3], below: 24),
            let minutes = number(bytes[start + 4..<start + 6], below: 60)
        else { return nil }
        return (hours * 3600 + minutes * 60) * (bytes[start] == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func number(_ digits: ArraySlice<UInt8>, below limit: Int64) -> Int64? {
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
        return value < limit ? value : nil
    }
}
