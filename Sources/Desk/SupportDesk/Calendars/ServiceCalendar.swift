package import MainstayCore

/// Service hours: when time counts.
///
/// Windows are wall clock in a time zone. An override of a date goes before a holiday, and that
/// before the windows of the week. A date that its zone skips has no windows.
package struct ServiceCalendar: Sendable {
    /// The time zone's name; `nil` for a calendar that is always open and names none.
    package let zoneName: String?
    /// Whether it never closes.
    package let isAlways: Bool
    /// The windows of each weekday, Monday first; each list ascends and no two windows overlap.
    package let weekly: [[DayWindow]]
    /// The dates on which the windows of the week do not open.
    package let holidays: Set<CalendarDay>
    /// The windows of single dates, in place of any others; an empty list closes the date.
    package let overrides: [CalendarDay: [DayWindow]]
    private let zone: TimeZoneRules?

    /// Creates a calendar that never closes; it needs no time zone.
    package static let always = ServiceCalendar(alwaysIn: nil)

    init(alwaysIn zone: TimeZoneRules?) {
        zoneName = zone?.name
        isAlways = true
        weekly = []
        holidays = []
        overrides = [:]
        self.zone = zone
    }

    /// Creates a calendar of windows by weekday; those of a day may come in any order.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/calendar`` for windows of one day that overlap
    ///   and for a calendar that never opens.
    package init(
        in zone: TimeZoneRules,
        weekly: [Weekday: [DayWindow]],
        holidays: Set<CalendarDay> = [],
        overrides: [CalendarDay: [DayWindow]] = [:]
    ) throws(DeskError) {
        var week: [[DayWindow]] = []
        for day in Weekday.allCases {
            week.append(try Self.ordered(weekly[day] ?? [], of: "'\(day.rawValue)'"))
        }
        var dates: [CalendarDay: [DayWindow]] = [:]
        for (date, windows) in overrides {
            dates[date] = try Self.ordered(windows, of: "\(date)")
        }
        guard !week.allSatisfy(\.isEmpty) || !dates.values.allSatisfy(\.isEmpty) else {
            throw DeskError(
                .calendar,
                "Calendar never opens, expected a window on a weekday or in an override"
            )
        }
        self.weekly = week
        self.holidays = holidays
        self.overrides = dates
        self.zone = zone
        zoneName = zone.name
        isAlways = false
    }

    private static func ordered(
        _ windows: [DayWindow],
        of day: String
    ) throws(DeskError) -> [DayWindow] {
        let ordered = windows.sorted { $0.opens < $1.opens }
        for (earlier, later) in zip(ordered, ordered.dropFirst()) where later.opens < earlier.closes
        {
            throw DeskError(
                .calendar,
                "Windows \(earlier) and \(later) of \(day) overlap, expected them apart"
            )
        }
        return ordered
    }

    /// The windows of a date, ascending.
    package func windows(on date: CalendarDay) -> [DayWindow] {
        if isAlways { return DayWindow.wholeDay }
        if let windows = overrides[date] { return windows }
        return holidays.contains(date) ? [] : weekly[date.weekdayPlace]
    }

    /// Appends the instants at which it opens and closes on the dates that touch a range of
    /// instants, clipped to it; milliseconds since 1970, ascending unless a zone turns back.
    func appendOpenings(in range: Range<Int64>, to openings: inout [Range<Int64>]) {
        guard !isAlways, let zone else {
            openings.append(range)
            return
        }
        // No wall clock is further than a day from UTC but in zones that changed their side.
        let first = CalendarDay(secondsSince1970: range.lowerBound / 1000).daysSince1970 - 2
        let last = CalendarDay(secondsSince1970: range.upperBound / 1000).daysSince1970 + 2
        for number in first...last {
            let date = CalendarDay(secondsSince1970: Int64(number) * 86_400)
            let windows = windows(on: date)
            if windows.isEmpty || !zone.hasDay(date) { continue }
            for window in windows {
                let opens = zone.instant(of: window.opens, on: date)
                let closes = zone.instant(of: window.closes, on: date)
                // An edge that moved out of a gap may lie behind one that did not.
                guard opens < closes else { continue }
                let clipped = (opens..<closes).clamped(to: range)
                if !clipped.isEmpty { openings.append(clipped) }
            }
        }
    }

    /// The date at an instant by the wall clock of the calendar; UTC where it has no zone.
    package func date(at moment: Instant) -> CalendarDay {
        guard let zone else { return moment.day }
        let seconds = moment.milliseconds / 1000
        return Instant(milliseconds: (seconds + zone.offset(at: seconds)) * 1000).day
    }
}

extension TimeZoneRules {
    /// The instant, in milliseconds since 1970, of a minute of a date.
    fileprivate func instant(of minute: Int, on date: CalendarDay) -> Int64 {
        instant(wall: Int64(date.daysSince1970) * 86_400 + Int64(minute) * 60) * 1000
    }
}
