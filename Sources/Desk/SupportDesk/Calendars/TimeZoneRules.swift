package import MainstayCore

/// The wall clock of one time zone: its offset from UTC at every instant.
///
/// Read from a TZif file (RFC 8536); the rule at its end holds for all years after it.
package final class TimeZoneRules: Sendable {
    /// The zone's name, such as `Europe/Berlin`.
    package let name: String
    /// Instants at which the offset changes, in seconds since 1970, ascending.
    private let turns: [Int64]
    /// Seconds east of UTC: before the first turn, then from each one on.
    private let offsets: [Int64]
    /// From here on the zone repeats itself every 400 years; `nil` where nothing changes any more.
    private let repeatsAfter: Int64?

    /// Days, and thereby weekdays, repeat after 400 years.
    private static let cycle: Int64 = 146_097 * 86_400
    /// More than any two wall clocks on earth are apart.
    private static let reach: Int64 = 2 * 86_400

    /// Creates the rules of a zone from the offset before all turns, the turns, and what follows.
    init(name: String, first: Int64, turns: [(at: Int64, offset: Int64)], footer: PosixZone?) {
        self.name = name
        var all = turns
        let last = turns.last?.at ?? Int64.min
        let year = turns.last.map { CalendarDay(secondsSince1970: $0.at).parts.year } ?? 1900
        let coming = footer?.turns(in: year...year + 402) ?? []
        all += coming.filter { $0.at > last }
        var offsets = [first]
        var kept: [Int64] = []
        for turn in all {
            if turn.at == kept.last {
                offsets[offsets.count - 1] = turn.offset
            } else if turn.offset != offsets.last {
                kept.append(turn.at)
                offsets.append(turn.offset)
            }
        }
        self.turns = kept
        self.offsets = offsets
        repeatsAfter = coming.isEmpty ? nil : kept.last.map { $0 - Self.reach }
    }

    /// How many seconds the wall clock is ahead of UTC at an instant, in seconds since 1970.
    package func offset(at instant: Int64) -> Int64 {
        offsets[period(at: instant - shift(of: instant))]
    }

    /// The instant at which the wall clock first shows `wall`, both in seconds since 1970.
    ///
    /// A time that is skipped lies as far after the gap as it is within it: 02:30 becomes 03:30.
    package func instant(wall: Int64) -> Int64 {
        let shift = shift(of: wall)
        let wall = wall - shift
        let first = period(at: wall - Self.reach)
        if first == turns.count || turns[first] > wall + Self.reach {
            return wall - offsets[first] + shift
        }
        for place in first..<turns.count {
            let instant = wall - offsets[place]
            if instant >= turns[place] { continue }
            let isSkipped = place > first && instant < turns[place - 1]
            return shift + (isSkipped ? wall - offsets[place - 1] : instant)
        }
        return shift + afterLastTurn(wall)
    }

    /// Whether a date ever comes there: none of it is when a zone crosses the date line eastward.
    package func hasDay(_ day: CalendarDay) -> Bool {
        let midnight = instant(wall: Int64(day.daysSince1970) * 86_400)
        return CalendarDay(secondsSince1970: midnight + offset(at: midnight)) == day
    }

    private func afterLastTurn(_ wall: Int64) -> Int64 {
        let last = offsets.count - 1
        let instant = wall - offsets[last]
        return instant < turns[last - 1] ? wall - offsets[last - 1] : instant
    }

    /// How far back lies the equal moment for which there is a turn in the table.
    private func shift(of moment: Int64) -> Int64 {
        guard let repeatsAfter, moment > repeatsAfter else { return 0 }
        return ((moment - repeatsAfter - 1) / Self.cycle + 1) * Self.cycle
    }

    /// How many turns lie at or before an instant.
    private func period(at instant: Int64) -> Int {
        var (low, high) = (0, turns.count)
        while low < high {
            let middle = (low + high) / 2
            if turns[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
