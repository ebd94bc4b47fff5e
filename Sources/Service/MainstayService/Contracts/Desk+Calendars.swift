package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// What shall be different about a calendar; what is `nil` or empty stays.
package struct CalendarWords: Sendable, Hashable {
    /// The name of its time zone.
    package var zone: String?
    /// Whether it never closes.
    package var isAlways: Bool?
    /// All windows by weekday, as `weekly` of ``SupportDesk/ServiceCalendar/json``.
    package var weekly: JSONValue?
    /// Days on which it does not open.
    package var holidays: [String] = []
    /// Windows of single days; an empty list closes the day.
    package var overrides: [String: JSONValue] = [:]
    /// Days that are holidays and overrides no more.
    package var plainDays: [String] = []

    /// Creates words that change nothing.
    package init() {}

    /// The JSON of a calendar with these changes.
    fileprivate func changing(_ json: JSONValue) -> JSONValue {
        var members = json.members ?? [:]
        if let zone { members["tz"] = .text(zone) }
        if let weekly { (members["weekly"], members["always"]) = (weekly, nil) }
        if isAlways == true {
            for key in ["weekly", "holidays", "overrides"] { members[key] = nil }
            members["always"] = .bool(true)
        }
        let closed = (members["holidays"]?.list ?? []).compactMap(\.text) + holidays
        let days = Set(closed).subtracting(plainDays).sorted()
        members["holidays"] = days.isEmpty ? nil : .texts(days)
        let dates = (members["overrides"]?.members ?? [:]).filter { !plainDays.contains($0.key) }
            .merging(overrides) { $1 }
        members["overrides"] = dates.isEmpty ? nil : .object(dates)
        return .object(members)
    }
}

/// A calendar with all that a person wants to see of it.
package struct CalendarView: Sendable {
    /// What people call it.
    package let ref: String
    /// The moments from which its versions hold, oldest first.
    package let versions: [Instant]
    /// The version that is in force, or the first.
    package let calendar: ServiceCalendar
    /// From when on that version holds.
    package let validFrom: Instant
    /// When it is open next, of the coming year; the first may have begun.
    package let openings: [Range<Instant>]
    /// What goes by it: contracts, products, accounts.
    package let users: [String]
}

extension Desk {
    /// Makes a calendar.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists``; ``DeskError`` with
    ///   ``DeskError/Code/calendar`` or ``DeskError/Code/zone``.
    package func makeCalendar(_ name: String, _ words: CalendarWords, from: Instant?) async throws {
        let zones = zones
        try await write { connection, acting, provision in
            try acting.require(.keepCalendars)
            let name = try ShortName.calendar.check(name)
            if try connection.calendarRows().contains(where: { $0.name == name }) {
                throw UseError(
                    .alreadyExists,
                    "There is a calendar '\(name)' already",
                    hint: "Change it from a moment on with 'mainstay calendar change \(name)'"
                )
            }
            let calendar = try ServiceCalendar(json: words.changing([:]), zones: zones)
            try connection.add(calendar, as: name, from: from, "calendar_made", acting, &provision)
            return .null
        }
    }

    /// A change of a calendar from a moment on: it gets another version.
    ///
    /// Carried out it throws ``UseError`` with ``UseError/Code/refused`` for a moment that is over.
    package func changeOfCalendar(
        _ name: String,
        _ words: CalendarWords,
        from: Instant?
    )
        -> ServiceChange
    {
        let zones = zones
        return ServiceChange(ids: 1, from: from) { connection, acting, provision in
            try connection.changeCalendar(name, words, from: from, zones, acting, &provision)
            return .null
        }
    }

    /// Takes a calendar away that nothing goes by.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for one that is in use.
    package func deleteCalendar(_ name: String) async throws {
        try await write { connection, acting, provision in
            try acting.require(.keepCalendars)
            _ = try connection.knownCalendar(name)
            let users = try connection.users(ofCalendar: name)
            guard users.isEmpty else {
                throw UseError(
                    .refused,
                    "Calendar '\(name)' is in use by \(users.joined(separator: ", ")) and stays",
                    hint: "Change it from a moment on with 'mainstay calendar change \(name)'"
                )
            }
            try connection.deleteCalendar(name)
            let draft = EventDraft("calendar_deleted", facts: ["calendar": .text(name)])
            try connection.record(draft, by: acting, &provision)
            return .null
        }
    }

    /// Returns the names of all calendars with their zones, by name; `nil`: no zone.
    package func calendars() async throws -> [(name: String, zone: String?, versions: Int)] {
        try await read { connection, acting in
            try acting.requireAnyRole()
            let rows = Dictionary(grouping: try connection.calendarRows(), by: \.name)
            return rows.sorted { $0.key < $1.key }
                .map { name, rows in
                    let zone = rows.last?.zone ?? ""
                    return (name, zone.isEmpty ? nil : zone, rows.count)
                }
        }
    }

    /// Returns a calendar with its next openings.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func calendar(_ name: String) async throws -> CalendarView {
        let zones = zones
        return try await read { connection, acting in
            try acting.requireAnyRole()
            let rows = try connection.knownCalendar(name)
            let now = try connection.now()
            let versions = try rows.versions(zones)
            let current = rows.last { $0.validFrom <= now } ?? rows[0]
            let end = now.advanced(by: 366 * 86_400_000)
            return CalendarView(
                ref: name,
                versions: rows.map(\.validFrom),
                calendar: versions.calendar(at: now),
                validFrom: current.validFrom,
                openings: Array(versions.openings(from: now, to: end).prefix(5)),
                users: acting.isCustomer ? [] : try connection.users(ofCalendar: name)
            )
        }
    }
}

extension Connection {
    /// Gives a calendar another version, as ``Desk/changeOfCalendar(_:_:from:)`` says.
    func changeCalendar(
        _ name: String,
        _ words: CalendarWords,
        from: Instant?,
        _ zones: TimeZones,
        _ acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        try acting.require(.keepCalendars)
        let rows = try knownCalendar(name)
        let now = try now()
        let from = from ?? now
        guard from >= now else {
            throw UseError(
                .refused,
                "Calendar '\(name)' cannot change from \(from) on, which is over: clocks went by it"
            )
        }
        if let later = rows.first(where: { $0.validFrom >= from }) {
            throw UseError(
                .refused,
                "Calendar '\(name)' has a version from \(later.validFrom) on already, expected a "
                    + "moment after it, not \(from)",
                hint: "Say when with --from"
            )
        }
        let json = words.changing(rows.last?.rules ?? [:])
        let calendar = try ServiceCalendar(json: json, zones: zones)
        try add(calendar, as: name, from: from, "calendar_changed", acting, &provision)
    }

    /// Adds a version and records it.
    fileprivate func add(
        _ calendar: ServiceCalendar,
        as name: String,
        from: Instant?,
        _ kind: String,
        _ acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        let now = try now()
        let row = CalendarRow(
            name: name,
            validFrom: from ?? now,
            createdAt: now,
            zone: calendar.zoneName ?? "",
            rules: calendar.json
        )
        try insert(row)
        let facts: JSONValue = [
            "calendar": .text(name), "valid_from_at": .int(row.validFrom.milliseconds),
            "rules_json": .text(row.rules.json),
        ]
        try record(EventDraft(kind, facts: facts), by: acting, &provision)
    }

    /// Returns the versions of a calendar, oldest first; there is one at least.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownCalendar(_ name: String) throws -> [CalendarRow] {
        let all = try calendarRows()
        let rows = all.filter { $0.name == name }
        if !rows.isEmpty { return rows }
        let names = Set(all.map(\.name)).sorted()
        throw UseError.unknown("calendar", name, among: names, list: "calendar list")
    }

    /// Returns all calendars by name.
    func calendars(_ zones: TimeZones) throws -> [String: CalendarVersions] {
        let rows = Dictionary(grouping: try calendarRows(), by: \.name)
        return try rows.mapValues { try $0.versions(zones) }
    }
}

extension [CalendarRow] {
    /// The hours of versions of one calendar, of which there is one at least.
    fileprivate func versions(_ zones: TimeZones) throws -> CalendarVersions {
        let versions = try map { row in
            (validFrom: row.validFrom, calendar: try ServiceCalendar(json: row.rules, zones: zones))
        }
        return CalendarVersions(first?.name ?? "", versions: versions)
    }
}
