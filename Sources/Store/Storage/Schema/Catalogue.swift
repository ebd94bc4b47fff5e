package import SQLDatabase

/// A table of ours, as dumps and proofs see it.
package struct StoredTable: Sendable {
    /// Its name.
    package let name: StaticString
    /// Its columns in their order, separated by a comma and a space; the key comes first.
    package let columns: StaticString
    /// How many of the columns make the primary key.
    package let keyCount: Int
    /// Whether a dump holds it; caches and what belongs to one running instance stay out.
    package let isDumped: Bool
    /// Which of its rows a dump holds, as a condition; empty: all.
    package let dumped: StaticString

    init(
        _ name: StaticString,
        _ columns: StaticString,
        key keyCount: Int = 1,
        isDumped: Bool = true,
        where dumped: StaticString = ""
    ) {
        self.name = name
        self.columns = columns
        self.keyCount = keyCount
        self.isDumped = isDumped
        self.dumped = dumped
    }

    /// The names of the columns in their order.
    package var columnNames: [SourceText] { SourceText(columns).names() }
}

extension StoredTable {
    /// All tables but `search`, whose form differs, in the order of the schema: a table comes
    /// after those
    /// that it refers to.
    package static let all =
        engineRoom + accounts + parties + desk + defects + cases + service + disclosures

    /// The table with a name.
    package static func named(_ name: Substring) -> StoredTable? {
        all.first { $0.name.description == name }
    }

    /// What became of the audit chains: the proofs read it row by row.
    static let chain = StoredTable("chain", "id, kind, seq, head_sha, head_at, anchored_seq")

    /// What happened.
    static let event = StoredTable(
        "event",
        """
        chain_id, seq, kind, audience, actor_id, occurred_at, recorded_at, facts_json, text, salt, \
        text_sha, prev_sha, sha
        """,
        key: 2
    )

    private static let engineRoom = [
        StoredTable(
            "schema_migration",
            "version, name, text_sha, level, applied_at",
            isDumped: false
        ),
        StoredTable(
            "setting",
            "name, value, updated_at",
            where: "name NOT IN ('schema-lock', 'id-floor')"
        ),
        StoredTable("counter", "name, next"),
        StoredTable(
            "node",
            "number, name, level, started_at, seen_at, id_floor_at",
            isDumped: false
        ),
        StoredTable("idempotency", "effect_key, request_sha, result_json, created_at"),
        StoredTable("blob", "sha, size_bytes, media_type, created_at, erased_at"),
        chain, event,
        StoredTable("anchor", "id, made_at, leaf_count, root_sha, prev_root_sha, sent_to"),
        StoredTable("anchor_leaf", "anchor_id, chain_id, seq, sha", key: 2),
        StoredTable(
            "job",
            """
            id, queue, kind, args_json, dedup, wanted, run_at, attempt, max_attempts, leased_by, \
            last_error, created_at
            """
        ),
        StoredTable("job_dead", "id, queue, kind, args_json, attempt, error, died_at"),
    ]

    private static let accounts = [
        StoredTable("customer", "id, ref, name, kind, created_at, closed_at"),
        StoredTable(
            "account",
            """
            id, login, name, email, customer_id, password, sso_subject, os_user, calendar, created_at, \
            disabled_at, erased_at
            """
        ),
        StoredTable("role_grant", "account_id, scope, role, granted_by, granted_at", key: 3),
        StoredTable(
            "api_token",
            "id, account_id, name, secret_sha, roles, created_at, expires_at, revoked_at"
        ),
        StoredTable("product", "id, prefix, name, created_at"),
        StoredTable("component", "id, product_id, name"),
        StoredTable("product_level", "product_id, level, name", key: 2),
        StoredTable("membership", "id, account_id, level, product_id, component_id"),
        StoredTable("handover_item", "product_id, level, name", key: 3),
    ]

    /// The tickets as they stand now.
    static let ticket = StoredTable(
        "ticket",
        """
        id, ref, product_id, component_id, customer_id, kind, status, level, area, channel, \
        is_judged, impact, urgency, matrix_version, service_code, priority, is_overridden, \
        customer_urgency, title, body, customer_release, reporter_id, assignee_id, opened_at, \
        updated_at, closed_at, contract_id, promised_at, due_at
        """
    )

    private static let desk = [
        StoredTable("priority_version", "version, valid_from_at, created_at"),
        StoredTable("priority_matrix", "version, impact, urgency, priority", key: 3),
        ticket,
        StoredTable(
            "escalation",
            "ticket_id, event_seq, from_level, to_level, from_account_id, to_account_id, reason",
            key: 2
        ),
        StoredTable(
            "task",
            "id, chain_id, event_seq, kind, account_id, opened_at, due_at, done_at, done_by"
        ),
        StoredTable(
            "action_step",
            "id, chain_id, event_seq, position, what, owner_id, due_day, done_at, dropped_at"
        ),
        StoredTable("label", "id, product_id, name, is_suggestion"),
        StoredTable("ticket_label", "ticket_id, label_id, event_seq", key: 2),
        StoredTable("ticket_link", "ticket_id, other_id, relation, event_seq", key: 3),
        StoredTable("follower", "chain_id, account_id, since_at", key: 2),
        StoredTable("attachment", "id, chain_id, event_seq, name, blob_sha, is_shareable"),
    ]
}
