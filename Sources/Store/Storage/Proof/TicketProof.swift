import MainstayCore
import SQLDatabase
import SupportDesk

/// Proves the rows of tickets by the facts of their events, side by side with the chains.
///
/// An event's facts hold the codes of the ticket that it changed, in `was` and `now` by the names
/// of their columns, and the codes of the row that records the act; its text holds title and body.
struct TicketProof {
    private static let codes = Set(TicketColumn.codes.map(\.name))

    private var tickets: GroupedCursor
    private var escalations: GroupedCursor
    private var labels: GroupedCursor
    private var links: GroupedCursor
    private var replay = TicketReplay()

    /// Begins before the first ticket.
    init(_ connection: any Connection) {
        tickets = GroupedCursor("ticket", connection)
        escalations = GroupedCursor("escalation", connection)
        labels = GroupedCursor("ticket_label", connection)
        links = GroupedCursor("ticket_link", connection)
    }

    /// Takes in the next event of a ticket.
    mutating func take(_ event: StoredEvent, _ report: FaultReport) {
        guard let complaint = replay.take(event) else { return }
        report(Fault("event", event.chainID, seq: event.seq, complaint))
    }

    /// Compares the rows of a ticket with its events, and forgets these.
    ///
    /// Tickets come in order of id.
    mutating func end(_ id: Int64, _ report: FaultReport) throws {
        defer { replay = TicketReplay() }
        if let row = try tickets.rows(of: id).first { compare(id, row, report) }
        compare("escalation", id, try escalations.rows(of: id), replay.escalations, report)
        compare("ticket_label", id, try labels.rows(of: id), replay.labels, report)
        compare("ticket_link", id, try links.rows(of: id), replay.links, report)
    }

    /// Compares the row of a ticket with what its events leave.
    private func compare(_ id: Int64, _ row: [Value], _ report: FaultReport) {
        for (name, value) in zip(tickets.names, row) {
            let name = String(name)
            if let words = replay.words[name], value != .text(words) {
                report(Fault("ticket", id, "\(name) is not what its events say"))
            }
            let logged = replay.history.codes[name]
            guard Self.codes.contains(name), logged != value.json else { continue }
            report(
                Fault(
                    "ticket",
                    id,
                    "\(name) is '\(value.column)', but its events leave "
                        + "'\(logged?.json ?? "nothing")'"
                )
            )
        }
    }

    /// Compares the rows of a table with those that the events tell of, both by their keys.
    private func compare(
        _ table: StaticString,
        _ id: Int64,
        _ rows: [[Value]],
        _ told: [[Value]: [Value]],
        _ report: FaultReport
    ) {
        var told = told
        let keyCount = StoredTable.named(Substring(table.description))?.keyCount ?? 1
        for row in rows {
            let key = Array(row[1..<keyCount])
            let name = row[..<keyCount].map(\.column).joined(separator: "/")
            switch told.removeValue(forKey: key) {
            case nil: report(Fault(table, name, "No event of the ticket tells of it"))
            case let rest? where rest != Array(row[keyCount...]):
                report(
                    Fault(
                        table,
                        name,
                        "It holds \(row[keyCount...].map(\.column)), but the event tells of "
                            + "\(rest.map(\.column))"
                    )
                )
            default: break
            }
        }
        for key in told.keys {
            let name = ([.int(id)] + key).map(\.column).joined(separator: "/")
            report(Fault(table, name, "The row is missing that an event tells of"))
        }
    }
}

/// What the events of one ticket leave, recomputed from their facts alone.
///
/// Rows stand by the rest of their key after the ticket's id.
private struct TicketReplay {
    private(set) var history = TicketHistory()
    /// Title and body, by the names of their columns; empty once their events were redacted.
    private(set) var words: [String: String] = [:]
    private(set) var escalations: [[Value]: [Value]] = [:]
    private(set) var labels: [[Value]: [Value]] = [:]
    private(set) var links: [[Value]: [Value]] = [:]

    /// Takes in the next event; returns what is wrong with it.
    mutating func take(_ event: StoredEvent) -> String? {
        guard let facts = try? JSONValue(json: event.factsJSON) else {
            return "Its facts are no JSON"
        }
        func fact(_ name: String) -> Value { facts[name]?.value ?? .null }
        switch event.kind {
        case "opened":
            let parts = (event.text ?? "").split(separator: "\n\n", maxSplits: 1)
            words["title"] = parts.first.map(String.init) ?? ""
            words["body"] = parts.count == 2 ? String(parts[1]) : ""
        case "retitled": words["title"] = event.text ?? ""
        case "escalated":
            let columns = ["from_level", "to_level", "from_account_id", "to_account_id", "reason"]
            escalations[[.int(event.seq)]] = columns.map(fact)
        case "labelled": labels[[fact("label_id")]] = [.int(event.seq)]
        case "unlabelled": labels[[fact("label_id")]] = nil
        case "linked":
            // A link that stands already keeps the event that made it.
            let key = [fact("other_id"), fact("relation")]
            links[key] = links[key] ?? [.int(event.seq)]
        default: break
        }
        do throws(DeskError) {
            try history.replay(facts, occurredAt: Instant(milliseconds: event.occurredAt))
            return nil
        } catch {
            return error.message
        }
    }
}

/// Rows of a table that come in groups, by the id in the first column.
private struct GroupedCursor {
    let names: [String]
    private var cursor: TableCursor?
    private var next: [Value]?
    private var hasBegun = false

    init(_ table: Substring, _ connection: any Connection) {
        let found = StoredTable.named(table)
        names = found?.columnNames.map(\.description) ?? []
        cursor = found.map { TableCursor($0, connection) }
    }

    /// Returns the rows of an id, which is higher than the one before.
    mutating func rows(of id: Int64) throws -> [[Value]] {
        if !hasBegun { next = try cursor?.next() }
        hasBegun = true
        var rows: [[Value]] = []
        while let row = next, let group = row[0].number, group <= id {
            if group == id { rows.append(row) }
            next = try cursor?.next()
        }
        return rows
    }
}

extension Value {
    /// The value as facts hold it.
    fileprivate var json: JSONValue {
        switch self {
        case .null: .null
        case .int(let number): .int(number)
        case .text(let text): .text(text)
        }
    }
}

extension JSONValue {
    /// The value as a column holds it; `nil` for an array or object.
    fileprivate var value: SQLDatabase.Value? {
        switch self {
        case .null: .null
        case .int(let number): .int(number)
        case .text(let text): .text(text)
        case .bool, .tenths, .list, .object: nil
        }
    }
}
