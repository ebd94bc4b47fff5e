import MainstayCore

/// The rule for all years to come at the end of a time zone file, as POSIX writes it in `TZ`.
///
/// `CET-1CEST,M3.5.0,M10.5.0/3` for example. The source is RFC 8536, section 3.3.
struct PosixZone: Sendable {
    /// Seconds east of UTC outside summer time.
    let standard: Int64
    /// Summer time, if the zone has one.
    let summer: Summer?

    /// Seconds east of UTC in summer, and when it starts and ends.
    struct Summer: Sendable {
        let offset: Int64
        let start: Turn
        let end: Turn
    }

    /// A day of each year, and seconds of wall clock after its midnight (may be negative).
    struct Turn: Sendable {
        let day: YearDay
        let seconds: Int64

        /// Seconds since 1970 of the wall clock at which the turn comes.
        func wall(in year: Int) -> Int64 { Int64(day.since1970(in: year)) * 86_400 + seconds }
    }

    /// How a day of the year is named.
    enum YearDay: Sendable {
        /// Day 1 to 365, the leap day not counted.
        case plain(Int)
        /// Day 0 to 365, the leap day counted.
        case counted(Int)
        /// The `week`th `weekday` (0 is Sunday) of a month; week 5 is the last.
        case weekday(month: Int, week: Int, weekday: Int)

        func since1970(in year: Int) -> Int {
            let first = Self.first(of: 1, in: year)
            switch self {
            case .plain(let day):
                let isLeap = Self.first(of: 3, in: year) - first == 60
                return first + day - 1 + (isLeap && day >= 60 ? 1 : 0)
            case .counted(let day): return first + day
            case .weekday(let month, let week, let weekday):
                let start = Self.first(of: month, in: year)
                // 1970-01-01 was a Thursday.
                let shift = (weekday - (start + 4) % 7 + 14) % 7
                let found = start + shift + (week - 1) * 7
                let next =
                    month == 12
                    ? Self.first(of: 1, in: year + 1) : Self.first(of: month + 1, in: year)
                return found < next ? found : found - 7
            }
        }

        private static func first(of month: Int, in year: Int) -> Int {
            CalendarDay(year: year, month: month, day: 1)?.daysSince1970 ?? 0
        }
    }

    /// The instants at which the offset turns within `years`, ascending, with the new offset.
    func turns(in years: ClosedRange<Int>) -> [(at: Int64, offset: Int64)] {
        guard let summer else { return [] }
        let turns = years.flatMap { year in
            [
                (at: summer.start.wall(in: year) - standard, offset: summer.offset),
                (at: summer.end.wall(in: year) - summer.offset, offset: standard),
            ]
        }
        return turns.enumerated().sorted { ($0.1.at, $0.0) < ($1.1.at, $1.0) }.map(\.element)
    }
}

extension PosixZone {
    /// Reads the rule; `nil` where it is not one.
    init?(_ text: some Sequence<UInt8>) {
        var reader = Reader(rest: Array(text)[...])
        guard reader.skipName(), let standard = reader.seconds() else { return nil }
        self.standard = -standard
        guard !reader.rest.isEmpty else {
            summer = nil
            return
        }
        guard reader.skipName() else { return nil }
        var offset = self.standard + 3600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let given = reader.seconds() else { return nil }
            offset = -given
        }
        guard let start = reader.turn(), let end = reader.turn(), reader.rest.isEmpty else {
            return nil
        }
        summer = Summer(offset: offset, start: start, end: end)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func skip(_ mark: Character) -> Bool {
            guard let byte = mark.asciiValue, rest.first == byte else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func skipName() -> Bool {
            if skip("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (48...57).contains($0) }
            guard (1...3).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            return range.contains(value) ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]`
        mutating func seconds() -> Int64? {
            let sign: Int64 = skip("-") ? -1 : 1
            if sign == 1 { _ = skip("+") }
            guard let hours = number(0...167) else { return nil }
            var seconds = Int64(hours) * 3600
            for unit in [60, 1] as [Int64] where skip(":") {
                guard let part = number(0...59) else { return nil }
                seconds += Int64(part) * unit
            }
            return sign * seconds
        }

        mutating func turn() -> Turn? {
            guard skip(","), let day = yearDay() else { return nil }
            guard skip("/") else { return Turn(day: day, seconds: 7200) }
            return seconds().map { Turn(day: day, seconds: $0) }
        }

        private mutating func yearDay() -> YearDay? {
            if skip("J") { return number(1...365).map { .plain($0) } }
            guard skip("M") else { return number(0...365).map { .counted($0) } }
            guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
                let weekday = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}
