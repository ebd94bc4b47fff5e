package import MainstayCore

extension ServiceCalendar {
    private enum Key: String, CaseIterable {
        case tz, weekly, holidays, overrides, always
    }

    /// The calendar as JSON: `tz` and `weekly`, with `holidays` and `overrides` where there are
    /// any, or `always`.
    ///
    /// Weekdays without windows are left out; a window is `["09:00","17:00"]`.
    package var json: JSONValue {
        var members: [String: JSONValue] = [:]
        if let zoneName { members[Key.tz.rawValue] = .text(zoneName) }
        guard !isAlways else {
            members[Key.always.rawValue] = .bool(true)
            return .object(members)
        }
        let week = zip(Weekday.allCases, weekly).filter { !$0.1.isEmpty }
        members[Key.weekly.rawValue] = .object(
            Dictionary(uniqueKeysWithValues: week.map { ($0.0.rawValue, $0.1.json) })
        )
        if !holidays.isEmpty {
            members[Key.holidays.rawValue] = .texts(holidays.sorted().map(\.description))
        }
        if !overrides.isEmpty {
            let dates = overrides.map { ($0.key.description, $0.value.json) }
            members[Key.overrides.rawValue] = .object(Dictionary(uniqueKeysWithValues: dates))
        }
        return .object(members)
    }

    /// Reads a calendar from the form of ``json``.
    ///
    /// - Parameters:
    ///   - json: The object.
    ///   - zone: The name of its zone where the object has no `tz`.
    ///   - zones: Where time zones are looked up.
    /// - Throws: ``DeskError`` with ``DeskError/Code/calendar`` for unknown keys and weekdays,
    ///   windows that overlap or do not end after they begin, days that do not exist and a calendar
    ///   that never opens; ``DeskError/Code/zone`` for its zone.
    package init(
        json: JSONValue,
        zone: String? = nil,
        zones: TimeZones
    ) throws(DeskError) {
        let members = try json.calendarMembers("Calendar", keys: Key.allCases.map(\.rawValue))
        let name: String?
        if let tz = members[Key.tz.rawValue] {
            guard let text = tz.text else { throw Self.fault(.tz, tz, "the name of a time zone") }
            name = text
        } else {
            name = zone
        }
        let rules: TimeZoneRules? = if let name { try zones.rules(name) } else { nil }
        if try Self.isAlways(members) {
            self.init(alwaysIn: rules)
            return
        }
        guard let rules else {
            throw DeskError(
                .calendar,
                "Calendar has no 'tz', expected the name of a time zone",
                hint: "Only a calendar of '\"always\": true' needs none"
            )
        }
        try self.init(
            in: rules,
            weekly: try Self.weekly(members[Key.weekly.rawValue] ?? [:]),
            holidays: try Self.holidays(members[Key.holidays.rawValue] ?? []),
            overrides: try Self.overrides(members[Key.overrides.rawValue] ?? [:])
        )
    }

    private static func isAlways(_ members: [String: JSONValue]) throws(DeskError) -> Bool {
        guard let value = members[Key.always.rawValue] else { return false }
        guard case .bool(let isAlways) = value else { throw fault(.always, value, "true") }
        let others = [Key.weekly, .holidays, .overrides].filter { members[$0.rawValue] != nil }
        guard !isAlways || others.isEmpty else {
            throw DeskError(
                .calendar,
                "Calendar is always open and has '\(others[0].rawValue)', expected one or the other"
            )
        }
        return isAlways
    }

    private static func weekly(_ json: JSONValue) throws(DeskError) -> [Weekday: [DayWindow]] {
        let days = Weekday.allCases.map(\.rawValue)
        let members = try json.calendarMembers("Part 'weekly' of the calendar", keys: days)
        var weekly: [Weekday: [DayWindow]] = [:]
        for day in Weekday.allCases {
            guard let value = members[day.rawValue] else { continue }
            weekly[day] = try windows(value, of: "'\(day.rawValue)'")
        }
        return weekly
    }

    private static func holidays(_ json: JSONValue) throws(DeskError) -> Set<CalendarDay> {
        guard let values = json.list else { throw fault(.holidays, json, "a list of days") }
        var days: Set<CalendarDay> = []
        for value in values { days.insert(try date(value.text ?? value.json, "holiday")) }
        return days
    }

    private static func overrides(
        _ json: JSONValue
    ) throws(DeskError) -> [CalendarDay: [DayWindow]] {
        guard let members = json.members else { throw fault(.overrides, json, "an object by days") }
        var dates: [CalendarDay: [DayWindow]] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            dates[try date(name, "override")] = try windows(value, of: name)
        }
        return dates
    }

    private static func date(_ text: String, _ what: String) throws(DeskError) -> CalendarDay {
        guard let day = CalendarDay(text) else {
            throw DeskError(
                .calendar,
                "Calendar has the \(what) '\(text)', expected a day that exists, such as 2026-12-25"
            )
        }
        return day
    }

    private static func windows(_ json: JSONValue, of day: String) throws(DeskError) -> [DayWindow]
    {
        guard let values = json.list else {
            throw DeskError(
                .calendar,
                "Calendar has \(json.json) as windows of \(day), expected a list such as "
                    + #"[["09:00","17:00"]]"#
            )
        }
        var windows: [DayWindow] = []
        for value in values {
            let edges = (value.list ?? []).map { $0.text.flatMap(DayWindow.minutes) }
            guard edges.count == 2, let opens = edges[0], let closes = edges[1] else {
                throw DeskError(
                    .calendar,
                    "Calendar has the window \(value.json) of \(day), expected two times from 00:00 "
                        + #"to 24:00, such as ["09:00","17:00"]"#
                )
            }
            guard let window = DayWindow(opens: opens, closes: closes) else {
                throw DeskError(
                    .calendar,
                    "Window \(value.json) of \(day) does not end after it begins",
                    hint: "A window over midnight is two: one to 24:00, one from 00:00 of the next "
                        + "day"
                )
            }
            windows.append(window)
        }
        return windows
    }

    private static func fault(_ key: Key, _ value: JSONValue, _ expected: String) -> DeskError {
        DeskError(
            .calendar,
            "Calendar has \(value.json) as '\(key.rawValue)', expected \(expected)"
        )
    }
}

extension [DayWindow] {
    /// The windows as JSON: pairs of times of day.
    fileprivate var json: JSONValue {
        .list(map { .texts([DayWindow.text($0.opens), DayWindow.text($0.closes)]) })
    }
}

extension JSONValue {
    /// The members of an object that has no other keys than these.
    fileprivate func calendarMembers(
        _ what: String,
        keys: [String]
    ) throws(DeskError) -> [String: JSONValue] {
        guard let members else {
            throw DeskError(.calendar, "\(what) is \(json), expected an object")
        }
        if let stranger = members.keys.filter({ !keys.contains($0) }).min() {
            throw DeskError(
                .calendar,
                "\(what) has the key '\(stranger)', expected one of "
                    + keys.map { "'\($0)'" }.listed(),
                hint: Spelling.nearest(to: stranger, among: keys).map { "Did you mean '\($0)'?" }
            )
        }
        return members
    }
}
