import SQLDatabase

/// A column, or two, that name a row of another table without the engine seeing to it.
private struct Link {
    let table: StaticString
    /// The column of `table`.
    let column: StaticString
    /// The table that it names a row of, by its id, or `event`, by `event_seq` too.
    let target: StaticString

    static let all = [
        Link(table: "event", column: "actor_id", target: "account"),
        Link(table: "role_grant", column: "granted_by", target: "account"),
        Link(table: "escalation", column: "ticket_id", target: "event"),
        Link(table: "escalation", column: "from_account_id", target: "account"),
        Link(table: "escalation", column: "to_account_id", target: "account"),
        Link(table: "task", column: "chain_id", target: "event"),
        Link(table: "task", column: "done_by", target: "account"),
        Link(table: "action_step", column: "chain_id", target: "event"),
        Link(table: "ticket_label", column: "ticket_id", target: "event"),
        Link(table: "ticket_link", column: "ticket_id", target: "event"),
        Link(table: "attachment", column: "chain_id", target: "event"),
        Link(table: "follower", column: "chain_id", target: "chain"),
        Link(table: "account", column: "id", target: "chain"),
        Link(table: "customer", column: "id", target: "chain"),
        Link(table: "product", column: "id", target: "chain"),
        Link(table: "ticket", column: "id", target: "chain"),
        Link(table: "repository", column: "id", target: "chain"),
        Link(table: "release_line", column: "id", target: "chain"),
        Link(table: "line_phase", column: "line_id", target: "event"),
        Link(table: "defect", column: "id", target: "chain"),
        Link(table: "defect", column: "duplicate_of_id", target: "defect"),
        Link(table: "reproduction", column: "defect_id", target: "event"),
        Link(table: "intervention", column: "defect_id", target: "event"),
        Link(table: "ticket_defect", column: "ticket_id", target: "event"),
        Link(table: "defect_commit", column: "defect_id", target: "event"),
        Link(table: "commit_ruling", column: "repository_id", target: "event"),
        Link(table: "decision", column: "defect_id", target: "event"),
        Link(table: "release_decision", column: "defect_id", target: "event"),
        Link(table: "product_release", column: "id", target: "chain"),
        Link(table: "release_item", column: "release_id", target: "event"),
        Link(table: "advisory", column: "id", target: "chain"),
        Link(table: "publication", column: "subject_id", target: "event"),
        Link(table: "contract", column: "id", target: "chain"),
        Link(table: "installation", column: "customer_id", target: "event"),
        Link(table: "time_entry", column: "ticket_id", target: "event"),
        Link(table: "material_entry", column: "ticket_id", target: "event"),
        Link(table: "article", column: "id", target: "chain"),
        Link(table: "article_answer", column: "article_id", target: "event"),
        Link(table: "article_use", column: "account_id", target: "account"),
        Link(table: "ticket_rating", column: "ticket_id", target: "event"),
        Link(table: "outbox", column: "chain_id", target: "event"),
        Link(table: "outbox", column: "approved_by", target: "account"),
        Link(table: "vendor", column: "id", target: "chain"),
        Link(table: "vendor_case", column: "id", target: "chain"),
        Link(table: "remote_item", column: "case_id", target: "event"),
        Link(table: "agreement", column: "customer_id", target: "event"),
    ]

    /// The key of `table` and the link's own values, of rows whose target is missing.
    var dangling: Query {
        let key = StoredTable.named(Substring(table.description))?.columnNames.first
        let first: Query = "t.\(name: key ?? SourceText("id")), t.\(name: column)"
        if target.description == "event" {
            return """
                SELECT \(first), t.event_seq FROM \(name: table) t WHERE NOT EXISTS
                  (SELECT 1 FROM event e WHERE e.chain_id = t.\(name: column) AND e.seq = t.event_seq)
                """
        }
        return """
            SELECT \(first), NULL FROM \(name: table) t WHERE t.\(name: column) IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM \(name: target) o WHERE o.id = t.\(name: column))
            """
    }
}

extension Connection {
    /// Proves the links that the engine does not see to, and that chains and their rows belong
    /// together.
    func proveLinks(_ report: @escaping FaultReport) throws {
        for link in Link.all {
            try run(link.dangling) { row in
                let (key, id): (Value, Int64) = (try row.next(), try row.next())
                let seq: Int64? = try row.next()
                let place = seq.map { "\(id) event \($0)" } ?? String(id)
                report(
                    Fault(
                        link.table,
                        key.column,
                        seq: seq,
                        "\(link.column) names \(link.target) \(place), which is missing"
                    )
                )
            }
        }
        for kind in ChainKind.allCases {
            guard let table = StoredTable.named(Substring(kind.rawValue))?.name else { continue }
            try run(
                """
                SELECT id FROM chain c WHERE kind = \(kind)
                  AND NOT EXISTS (SELECT 1 FROM \(name: table) t WHERE t.id = c.id)
                """
            ) {
                report(
                    Fault("chain", try $0.next(Int64.self), "There is no \(kind.rawValue) of it")
                )
            }
        }
        try run(
            """
            SELECT t.id, c.kind FROM ticket t JOIN chain c ON c.id = t.id WHERE c.kind <> 'ticket'
            """
        ) { report(Fault("chain", try $0.next(Int64.self), "It is not of kind 'ticket'")) }
    }
}
