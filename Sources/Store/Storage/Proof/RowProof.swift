import MainstayCore
import SQLDatabase
import SupportDesk

/// Proves the rows that chains are about by the facts of their events, side by side with the chains.
///
/// An event's facts hold the codes that it changed, in `was` and `now` by the names of their columns,
/// and the codes of the row that records the act; its text holds title and body.
struct RowProof {
    /// What is proven of the chains of one kind.
    private struct Subject {
        /// The rows that the chains are about, where their codes are told.
        var rows: GroupedCursor?
        /// The rows that stand for acts.
        var told: [(ToldTable, GroupedCursor)]
    }

    private var subjects: [ChainKind: Subject] = [:]
    private var replay = ChainReplay()

    /// Begins before the first chain.
    init(_ connection: any Connection) {
        for kind in Set(ToldTable.ofChain.keys).union(CodedTable.ofChain.keys) {
            subjects[kind] = Subject(
                rows: CodedTable.ofChain[kind].map { GroupedCursor($0.table, connection) },
                told: (ToldTable.ofChain[kind] ?? [])
                    .map { ($0, GroupedCursor($0.table, connection)) }
            )
        }
    }

    /// Begins a chain; chains come in order of id.
    mutating func begin(_ kind: ChainKind?) {
        replay = ChainReplay(kind)
    }

    /// Takes in the next event of the chain.
    mutating func take(_ event: StoredEvent, _ report: FaultReport) {
        guard let complaint = replay.take(event) else { return }
        report(Fault("event", event.chainID, seq: event.seq, complaint))
    }

    /// Compares the rows of the chain with its events.
    mutating func end(_ id: Int64, _ report: FaultReport) throws {
        guard let kind = replay.kind, var subject = subjects[kind] else { return }
        if let row = try subject.rows?.rows(of: id).first, let coded = replay.coded {
            compare(id, row, coded, report)
        }
        for place in subject.told.indices {
            let stored = try subject.told[place].1.rows(of: id)
            replay.told[place].compare(id, with: stored, report)
        }
        subjects[kind] = subject
    }

    private func compare(
        _ id: Int64,
        _ row: [Value],
        _ coded: CodedTable,
        _ report: FaultReport
    ) {
        let table = coded.table.name
        for (name, value) in zip(coded.table.columnNames, row) {
            let name = name.description
            if let words = replay.words[name], value != .text(words) {
                report(Fault(table, id, "\(name) is not what its events say"))
            }
            // A code that no event names is nothing: older events know no newer columns.
            let logged = replay.history.codes[name] ?? .null
            guard coded.codes.contains(name), logged != value.json else { continue }
            report(
                Fault(
                    table,
                    id,
                    "\(name) is '\(value.column)', but its events leave "
                        + "'\(logged == .null ? "nothing" : logged.json)'"
                )
            )
        }
    }
}

/// A table of which events repeat every code, and title and body in words.
private struct CodedTable: Sendable {
    let table: StoredTable
    /// The columns whose values events repeat.
    let codes: Set<String>
    /// The kinds of the events whose text is the title and, after an empty line, the body.
    let making: Set<String>

    static let ofChain: [ChainKind: CodedTable] = [
        .ticket: CodedTable(
            table: StoredTable.named("ticket") ?? .event,
            codes: Set(TicketColumn.codes.map(\.name)),
            making: ["opened"]
        ),
        .defect: CodedTable(
            table: .defect,
            codes: Set(StoredTable.defect.columnNames.map(\.description))
                .subtracting(["id", "title", "body", "updated_at"]),
            making: ["made"]
        ),
        .article: CodedTable(
            table: .article,
            codes: ["slug", "language", "product_id", "kind", "status", "audience", "author_id"],
            making: ["made", "edited"]
        ),
        .vendor: CodedTable(
            table: .vendor,
            codes: ["name", "kind", "policy_json", "closed_at"],
            making: []
        ),
        .vendorCase: CodedTable(
            table: .vendorCase,
            codes: Set(StoredTable.vendorCase.columnNames.map(\.description))
                .subtracting([
                    "id", "title", "checked_at", "next_check_at", "failures", "last_error",
                    "updated_at",
                ]),
            making: ["opened"]
        ),
        .contract: CodedTable(
            table: .contract,
            codes: Set(StoredTable.contract.columnNames.map(\.description)).subtracting(["id"]),
            making: ["made"]
        ),
    ]
}

/// What the events of one chain leave, recomputed from their facts alone.
private struct ChainReplay {
    let kind: ChainKind?
    let coded: CodedTable?
    private(set) var history = TicketHistory()
    /// Title and body, by the names of their columns; empty once their events were redacted.
    private(set) var words: [String: String] = [:]
    private(set) var told: [ToldRows] = []

    init(_ kind: ChainKind? = nil) {
        self.kind = kind
        coded = kind.flatMap { CodedTable.ofChain[$0] }
        told = kind.flatMap { ToldTable.ofChain[$0] }.map { $0.map(ToldRows.init) } ?? []
    }

    /// Takes in the next event; returns what is wrong with it.
    mutating func take(_ event: StoredEvent) -> String? {
        guard coded != nil || !told.isEmpty else { return nil }
        guard let facts = try? JSONValue(json: event.factsJSON) else {
            return "Its facts are no JSON"
        }
        for place in told.indices { told[place].take(event, facts) }
        guard let coded else { return nil }
        if coded.making.contains(event.kind) {
            let parts = (event.text ?? "").split(separator: "\n\n", maxSplits: 1)
            words["title"] = parts.first.map(String.init) ?? ""
            words["body"] = parts.count == 2 ? String(parts[1]) : ""
        } else if event.kind == "retitled" {
            words["title"] = event.text ?? ""
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
    private var cursor: TableCursor
    private var next: [Value]?
    private var hasBegun = false

    init(_ table: StoredTable, _ connection: any Connection) {
        cursor = TableCursor(table, connection)
    }

    /// Returns the rows of an id, which is higher than the one before.
    mutating func rows(of id: Int64) throws -> [[Value]] {
        if !hasBegun { next = try cursor.next() }
        hasBegun = true
        var rows: [[Value]] = []
        while let row = next, let group = row[0].number, group <= id {
            if group == id { rows.append(row) }
            next = try cursor.next()
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
