package import MainstayCore
package import SQLDatabase
package import SupportDesk

/// A time entry with the ticket that it is on.
package struct TimeEntryRow: Sendable, Hashable, TableRow {
    static var table: StoredTable { .timeEntry }
    var values: [any SQLValue] {
        [
            entry.id, ticketID, eventSeq, entry.accountID, entry.contractID, entry.minutes,
            entry.isBillable, entry.workedDay, entry.rateCode,
        ]
    }

    /// The ticket.
    package let ticketID: Int64
    /// The event of the ticket that tells of it.
    package let eventSeq: Int64
    /// What counts.
    package let entry: TimeEntry

    fileprivate init(_ entry: TimeEntry, on ticket: Int64, _ seq: Int64) {
        ticketID = ticket
        eventSeq = seq
        self.entry = entry
    }

    /// Reads a row of `time_entry`.
    package init(_ row: inout RowReader) throws {
        let id: Int64 = try row.next()
        ticketID = try row.next()
        eventSeq = try row.next()
        entry = TimeEntry(
            id: id,
            by: try row.next(),
            under: try row.next(),
            minutes: try row.next(),
            isBillable: try row.next(),
            on: try row.next(),
            rate: try row.next()
        )
    }
}

/// A material entry with the ticket that it is on.
package struct MaterialEntryRow: Sendable, Hashable, TableRow {
    static var table: StoredTable { .materialEntry }
    var values: [any SQLValue] {
        [
            entry.id, ticketID, eventSeq, entry.accountID, entry.contractID, entry.item, entry.unit,
            entry.quantityMilli, entry.isBillable, entry.usedDay, entry.rateCode,
        ]
    }

    /// The ticket.
    package let ticketID: Int64
    /// The event of the ticket that tells of it.
    package let eventSeq: Int64
    /// What was used.
    package let entry: MaterialEntry

    fileprivate init(_ entry: MaterialEntry, on ticket: Int64, _ seq: Int64) {
        ticketID = ticket
        eventSeq = seq
        self.entry = entry
    }

    /// Reads a row of `material_entry`.
    package init(_ row: inout RowReader) throws {
        let id: Int64 = try row.next()
        ticketID = try row.next()
        eventSeq = try row.next()
        entry = MaterialEntry(
            id: id,
            by: try row.next(),
            under: try row.next(),
            item: (try row.next(), try row.next(), try row.next()),
            isBillable: try row.next(),
            on: try row.next(),
            rate: try row.next()
        )
    }
}

extension Connection {
    /// Adds a time entry beside its event.
    func insert(_ entry: TimeEntry, on ticket: Int64, _ seq: Int64) throws {
        try add(TimeEntryRow(entry, on: ticket, seq))
    }

    /// Adds a material entry beside its event.
    func insert(_ entry: MaterialEntry, on ticket: Int64, _ seq: Int64) throws {
        try add(MaterialEntryRow(entry, on: ticket, seq))
    }

    /// Returns the time entries on a ticket, oldest first.
    package func timeEntries(on ticket: Int64) throws -> [TimeEntryRow] {
        try rows("WHERE ticket_id = \(ticket) ORDER BY id")
    }

    /// Returns the material entries on a ticket, oldest first.
    package func materialEntries(on ticket: Int64) throws -> [MaterialEntryRow] {
        try rows("WHERE ticket_id = \(ticket) ORDER BY id")
    }

    /// Returns the minutes under a contract, by the day of the work: those that the customer pays,
    /// or the others.
    package func work(under contract: Int64, billable: Bool) throws -> [CalendarDay: Int64] {
        var work: [CalendarDay: Int64] = [:]
        try run(
            """
            SELECT worked_day, CAST(SUM(spent_min) AS BIGINT) FROM time_entry
            WHERE contract_id = \(contract) AND is_billable = \(billable) GROUP BY worked_day
            """
        ) { work[try $0.next()] = try $0.next() }
        return work
    }

    /// Returns the billable material under a contract, summed by item, unit and rate code.
    package func material(under contract: Int64) throws -> [MaterialSum] {
        try all(
            """
            SELECT \(MaterialSum.columns) FROM material_entry
            WHERE contract_id = \(contract) AND is_billable = 1
            GROUP BY item, unit, rate_code ORDER BY item, unit, rate_code
            """
        )
    }
}

/// How much of one material was used.
package struct MaterialSum: Sendable, Hashable, RowDecodable {
    /// The columns that it sums up.
    package static let columns: Query = "item, unit, rate_code, CAST(SUM(quantity_milli) AS BIGINT)"

    /// What it is.
    package let item: String
    /// What its quantity counts.
    package let unit: String
    /// The billing system's word for what it costs.
    package let rateCode: String?
    /// How much, in thousandths of the unit.
    package let quantityMilli: Int64

    /// Reads a sum.
    package init(_ row: inout RowReader) throws {
        item = try row.next()
        unit = try row.next()
        rateCode = try row.next()
        quantityMilli = try row.next()
    }
}
