import MainstayCore
import SQLDatabase

/// A table whose rows stand for acts: an event puts each of them, and its facts hold their codes.
///
/// The first column of the table names the chain that the event is on.
struct ToldTable: Sendable {
    /// Where the event of a row holds the value of a column.
    enum Source: Sendable, ExpressibleByStringLiteral {
        /// In the fact of this name.
        case fact(String)
        /// In its number.
        case seq
        /// In who acted.
        case actor
        /// In when it was recorded.
        case moment

        init(stringLiteral name: String) { self = .fact(name) }
    }

    /// The table.
    let table: StoredTable
    /// The kinds of the events that put a row, and of those that take it away.
    let kinds: (putting: Set<String>, removing: Set<String>)
    /// Where the values of the columns behind the first come from.
    let sources: [Source]
    /// The fact that lists the rows of one event; `nil`: the event tells of one row.
    ///
    /// What an element of the list does not hold is in the facts beside it.
    let list: String?
    /// Whether a row that is there stays as it is when an event would put it again.
    let keepsFirst: Bool

    private init(
        _ table: StoredTable,
        _ putting: Set<String>,
        removing: Set<String> = [],
        _ sources: [Source],
        list: String? = nil,
        keepsFirst: Bool = false
    ) {
        self.table = table
        kinds = (putting, removing)
        self.sources = sources
        self.list = list
        self.keepsFirst = keepsFirst
    }

    /// How many of the columns behind the first belong to the key.
    var keyCount: Int { table.keyCount - 1 }

    /// The tables of each kind of chain.
    static let ofChain: [ChainKind: [ToldTable]] = [
        .ticket: [
            ToldTable(
                named("escalation"),
                ["escalated"],
                [.seq, "from_level", "to_level", "from_account_id", "to_account_id", "reason"]
            ),
            ToldTable(
                named("ticket_label"),
                ["labelled"],
                removing: ["unlabelled"],
                ["label_id", .seq]
            ),
            ToldTable(
                named("ticket_link"),
                ["linked"],
                ["other_id", "relation", .seq],
                keepsFirst: true
            ),
            ToldTable(
                .ticketDefect,
                ["defect_linked"],
                removing: ["defect_unlinked"],
                ["defect_id", .seq],
                keepsFirst: true
            ),
            ToldTable(
                .timeEntryByTicket,
                ["time_entered"],
                [
                    "entry_id", .seq, "account_id", "contract_id", "spent_min", "is_billable",
                    "worked_day", "rate_code",
                ]
            ),
            ToldTable(
                .materialEntryByTicket,
                ["material_entered"],
                [
                    "entry_id", .seq, "account_id", "contract_id", "item", "unit",
                    "quantity_milli", "is_billable", "used_day", "rate_code",
                ]
            ),
            ToldTable(.ticketRating, ["rated"], [.seq, .actor, "score"]),
        ],
        .customer: [
            ToldTable(
                .installationByCustomer,
                ["installed", "uninstalled"],
                ["installation_id", .seq, "product_id", "version", "since_day", "until_day"]
            ),
            ToldTable(
                .agreementByCustomer,
                ["agreed", "agreement_withdrawn"],
                [
                    "agreement_id", .seq, "ticket_id", "contract_id", "vendor_id", "scope",
                    "agreed_by", "agreed_at", "until_day", "withdrawn_at",
                ]
            ),
        ],
        .vendor: [
            ToldTable(
                .vendorRepository,
                ["repository_added"],
                removing: ["repository_removed"],
                ["repository_id"]
            )
        ],
        .vendorCase: [
            ToldTable(
                .caseTicket,
                ["ticket_linked"],
                removing: ["ticket_unlinked"],
                ["ticket_id", "is_holding"]
            ),
            ToldTable(
                .caseDefect,
                ["defect_linked"],
                removing: ["defect_unlinked"],
                ["defect_id"]
            ),
        ],
        .contract: [
            ToldTable(
                .contractTerm,
                ["term_made"],
                [
                    "valid_from_at", .moment, "calendar", "policy_json", "tier", "channels",
                    "highest_level", "service_code", "matrix_version",
                ]
            ),
            ToldTable(
                .slaTarget,
                ["term_made"],
                ["valid_from_at", "priority", "clock", "target_min", "calendar"],
                list: "targets"
            ),
            ToldTable(
                .contractLineByContract,
                ["term_made"],
                ["line_row_id", "valid_from_at", "product_id", "line_id", "phases"],
                list: "lines"
            ),
            ToldTable(
                .contractServiceByContract,
                ["service_covered", "service_ended"],
                ["service_id", "product_id", "name", "from_day", "to_day"]
            ),
            ToldTable(
                .hourBlockByContract,
                ["block_bought"],
                removing: ["block_withdrawn"],
                ["block_id", "bought_min", "bought_day", "expires_day"]
            ),
        ],
        .article: [
            ToldTable(
                .articleScope,
                ["scoped"],
                removing: ["unscoped"],
                ["product_id", "from_release", "to_release"]
            ),
            ToldTable(
                .articleDefect,
                ["defect_tied"],
                removing: ["defect_untied"],
                ["defect_id"],
                keepsFirst: true
            ),
        ],
        .defect: [
            ToldTable(
                .defectCommit,
                ["linked", "link_found", "link_confirmed", "link_denied"],
                removing: ["unlinked"],
                ["repository_id", "commit", "role", "part", "line_id", "source", "state", .seq]
            ),
            ToldTable(
                .decision,
                ["decided"],
                [
                    "line_id", .seq, "decision", "justification", "release_id", "until_day",
                    .actor, .moment,
                ]
            ),
            ToldTable(
                .reproduction,
                ["reproduced"],
                [.seq, "version", "commit", "outcome", .actor, .moment]
            ),
            ToldTable(
                .intervention,
                ["intervened"],
                [.seq, "ticket_id", "kind", .actor, .moment]
            ),
        ],
        .repository: [
            ToldTable(
                .commitRuling,
                ["ruled"],
                ["commit", "origin", "verdict", .seq, .actor, .moment]
            )
        ],
        .line: [
            ToldTable(.linePhase, ["phase_announced"], [.seq, "phase", "from_day", .moment])
        ],
    ]

    private static func named(_ name: Substring) -> StoredTable {
        StoredTable.all.first { $0.name.description == name } ?? .event
    }
}

/// The rows of one told table that the events of one chain leave.
struct ToldRows {
    let told: ToldTable
    /// What stands behind the key, by the key; both without the first column.
    private var rows: [[Value]: [Value]] = [:]

    init(_ told: ToldTable) {
        self.told = told
    }

    /// Takes in the next event of the chain.
    mutating func take(_ event: StoredEvent, _ facts: JSONValue) {
        let isPutting = told.kinds.putting.contains(event.kind)
        guard isPutting || told.kinds.removing.contains(event.kind) else { return }
        guard let list = told.list else { return take(event, facts, facts, isPutting) }
        for element in facts[list]?.list ?? [] { take(event, facts, element, isPutting) }
    }

    private mutating func take(
        _ event: StoredEvent,
        _ facts: JSONValue,
        _ element: JSONValue,
        _ isPutting: Bool
    ) {
        let values = told.sources.map { source -> Value in
            switch source {
            case .fact(let name): (element[name] ?? facts[name])?.value ?? .null
            case .seq: .int(event.seq)
            case .actor: .int(event.actorID)
            case .moment: .int(event.recordedAt)
            }
        }
        let key = Array(values[..<told.keyCount])
        if !isPutting {
            rows[key] = nil
        } else if !told.keepsFirst || rows[key] == nil {
            rows[key] = Array(values[told.keyCount...])
        }
    }

    /// Compares the rows that are stored with those that the events leave.
    func compare(_ chain: Int64, with stored: [[Value]], _ report: FaultReport) {
        var left = rows
        let (table, keyCount) = (told.table.name, told.table.keyCount)
        for row in stored {
            let name = row[..<keyCount].map(\.column).joined(separator: "/")
            let rest = Array(row[keyCount...])
            switch left.removeValue(forKey: Array(row[1..<keyCount])) {
            case nil: report(Fault(table, name, "No event tells of it"))
            case let expected? where expected != rest:
                report(
                    Fault(
                        table,
                        name,
                        "It holds \(rest.map(\.column)), but the event tells of "
                            + "\(expected.map(\.column))"
                    )
                )
            default: break
            }
        }
        for key in left.keys {
            let name = ([.int(chain)] + key).map(\.column).joined(separator: "/")
            report(Fault(table, name, "The row is missing that an event tells of"))
        }
    }
}

extension JSONValue {
    /// The value as a column holds it; `nil` for an array or object.
    var value: SQLDatabase.Value? {
        switch self {
        case .null: .null
        case .int(let number): .int(number)
        case .text(let text): .text(text)
        case .bool, .fraction, .list, .object: nil
        }
    }
}
