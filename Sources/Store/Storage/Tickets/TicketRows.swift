import MainstayCore
package import SQLDatabase
package import SupportDesk

extension TicketKind: SQLValue {}
extension TicketArea: SQLValue {}
extension TicketChannel: SQLValue {}
extension TicketStatus: SQLValue {}
extension EscalationReason: SQLValue {}
extension TicketRelation: SQLValue {}
extension TaskKind: SQLValue {}

extension Connection {
    /// Returns the number of a ticket by what people call it.
    package func ticketID(ref: String) throws -> Int64? {
        try value("SELECT id FROM ticket WHERE ref = \(ref)")
    }

    /// Returns a ticket by its number.
    ///
    /// - Throws: ``DeskError`` when a column holds what the desk does not know.
    package func ticket(_ id: Int64) throws -> Ticket? {
        var found: Ticket?
        let table = StoredTable.ticket
        try run("SELECT \(name: table.columns) FROM ticket WHERE id = \(id)") { row in
            var columns: [String: JSONValue] = [:]
            for column in Ticket.columns {
                columns[column.description] = try row.next(JSONColumn.self).value
            }
            found = try Ticket(row: columns)
        }
        return found
    }

    /// Returns all tickets that are not closed, oldest first.
    ///
    /// - Throws: ``DeskError`` when a column holds what the desk does not know.
    package func unclosedTickets() throws -> [Ticket] {
        let ids: [Int64] = try values(
            "SELECT id FROM ticket WHERE status <> \(TicketStatus.closed) ORDER BY id"
        )
        return try ids.compactMap { try ticket($0) }
    }

    /// Adds a ticket.
    package func insert(_ ticket: Ticket) throws {
        let values = ticket.row
        let arguments = Ticket.columns.map { "\(JSONColumn(values[$0.description]))" as Query }
        try exec(
            """
            INSERT INTO ticket (\(name: StoredTable.ticket.columns))
            VALUES (\(Query.joined(arguments, by: ", ")))
            """
        )
    }

    /// Writes a ticket as it stands now over its row.
    package func update(_ ticket: Ticket) throws {
        let values = ticket.row
        let changes = Ticket.columns.dropFirst()
            .map { "\(name: $0) = \(JSONColumn(values[$0.description]))" as Query }
        try exec("UPDATE ticket SET \(Query.joined(changes, by: ", ")) WHERE id = \(ticket.id)")
    }

    /// Writes an event of a ticket to its chain, and the row that belongs to it, and asks that people
    /// be told.
    @discardableResult
    package func append(
        _ event: TicketEvent,
        by actor: Int64,
        to head: inout ChainHead,
        _ provision: inout Provision
    ) throws -> Event {
        let written = try append(event.draft, by: actor, to: &head, &provision)
        if let row = event.row { try write(row, of: written, &provision) }
        try askForNotice(of: written, &provision)
        return written
    }

    private func write(_ row: TicketRow, of event: Event, _ provision: inout Provision) throws {
        let (ticket, seq) = (event.chainID, event.seq)
        switch row {
        case .escalation(let move): try insert(move, on: ticket, seq)
        case .link(let otherID, let relation):
            try exec(
                """
                INSERT INTO ticket_link (ticket_id, other_id, event_seq, relation)
                VALUES (\(ticket), \(otherID), \(seq), \(relation))
                ON CONFLICT (ticket_id, other_id, relation) DO NOTHING
                """
            )
        case .label(let label):
            try exec(
                """
                INSERT INTO ticket_label (ticket_id, label_id, event_seq)
                VALUES (\(ticket), \(label), \(seq)) ON CONFLICT (ticket_id, label_id) DO NOTHING
                """
            )
        case .unlabel(let label):
            try exec(
                "DELETE FROM ticket_label WHERE ticket_id = \(ticket) AND label_id = \(label)"
            )
        case .task(let kind, let accountID, let dueAt):
            let id = try provision.id()
            let opened = (event.recordedAt, accountID, dueAt)
            try insert(
                DeskTask(id: id, chainID: ticket, eventSeq: seq, kind: kind, opened: opened)
            )
        case .follower(let account): _ = try setFollowing(ticket, account, true)
        case .noFollower(let account): _ = try setFollowing(ticket, account, false)
        case .defect(let defect): try link(ticket: ticket, to: defect, seq: seq)
        case .noDefect(let defect): _ = try unlink(ticket: ticket, from: defect)
        case .rating(let score, let account):
            try exec(
                """
                INSERT INTO ticket_rating (ticket_id, event_seq, account_id, score)
                VALUES (\(ticket), \(seq), \(account), \(score))
                """
            )
        case .step(let step):
            try write(step, of: event)
        case .time(let entry): try insert(entry, on: ticket, seq)
        case .material(let entry): try insert(entry, on: ticket, seq)
        }
    }
}

extension Connection {
    private func insert(_ move: LevelMove, on ticket: Int64, _ seq: Int64) throws {
        try exec(
            """
            INSERT INTO escalation (ticket_id, event_seq, from_level, to_level, from_account_id,
              to_account_id, reason)
            VALUES (\(ticket), \(seq), \(move.from), \(move.to), \(move.fromAccountID),
              \(move.toAccountID), \(move.reason))
            """
        )
    }
}

extension Ticket {
    /// The columns of `ticket`, the key first.
    fileprivate static let columns = StoredTable.ticket.columnNames
}

/// A column on its way between a row and a ``MainstayCore/JSONValue``.
private struct JSONColumn: SQLValue {
    let value: JSONValue

    init(_ value: JSONValue?) {
        self.value = value ?? .null
    }

    var sqlValue: Value {
        switch value {
        case .null: .null
        case .bool(let flag): .int(flag ? 1 : 0)
        case .int(let number): .int(number)
        case .text(let text): .text(text)
        case .fraction, .list, .object: .text(value.json)
        }
    }

    static func read(_ source: any RowSource, at column: Int) throws -> JSONColumn {
        switch try source.value(column) {
        case .null: JSONColumn(.null)
        case .int(let number): JSONColumn(.int(number))
        case .text(let text): JSONColumn(.text(text))
        }
    }
}
