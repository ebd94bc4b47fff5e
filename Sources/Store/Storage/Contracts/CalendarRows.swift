package import MainstayCore
package import SQLDatabase

/// A version of a calendar of service hours as it is stored; a change is a new row.
package struct CalendarRow: Sendable, Hashable, TableRow {
    static var table: StoredTable { .calendar }
    var values: [any SQLValue] { [name, validFrom, createdAt, zone, rules] }

    /// What people call the calendar.
    package let name: String
    /// From when on this version holds.
    package let validFrom: Instant
    /// When it was made.
    package let createdAt: Instant
    /// The IANA name of its zone.
    package let zone: String
    /// Windows, holidays and overrides.
    package let rules: JSONValue

    /// Creates a version.
    package init(
        name: String,
        validFrom: Instant,
        createdAt: Instant,
        zone: String,
        rules: JSONValue
    ) {
        self.name = name
        self.validFrom = validFrom
        self.createdAt = createdAt
        self.zone = zone
        self.rules = rules
    }

    /// Reads a row of `calendar`.
    package init(_ row: inout RowReader) throws {
        name = try row.next()
        validFrom = try row.next()
        createdAt = try row.next()
        zone = try row.next()
        rules = try row.next()
    }
}

extension Connection {
    /// Adds a version of a calendar.
    package func insert(_ calendar: CalendarRow) throws { try add(calendar) }

    /// Returns all versions of all calendars, by name, then by the moment they hold from.
    package func calendarRows() throws -> [CalendarRow] {
        try rows("ORDER BY name, valid_from_at")
    }

    /// Takes all versions of a calendar away.
    package func deleteCalendar(_ name: String) throws {
        try exec("DELETE FROM calendar WHERE name = \(name)")
    }

    /// Returns what names a calendar: refs of contracts, prefixes of products, logins of accounts.
    package func users(ofCalendar name: String) throws -> [String] {
        try values(
            """
            SELECT ref FROM contract WHERE id IN (
                SELECT contract_id FROM contract_term WHERE calendar = \(name)
                UNION SELECT contract_id FROM sla_target WHERE calendar = \(name))
            UNION SELECT p.prefix FROM product p JOIN level_target t ON t.product_id = p.id
              WHERE t.calendar = \(name)
            UNION SELECT login FROM account WHERE calendar = \(name)
            ORDER BY 1
            """
        )
    }
}
