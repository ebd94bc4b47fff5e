extension StoredTable {
    /// Those of ``Migration/vendors`` that messages of the outbox refer to, in their order.
    static let cases = [
        vendorRepository, connectorLibrary, connector, statusMap, syncCursor, vendorCase,
        caseTicket,
        caseDefect, watchActivity, remoteItem, agreement, pseudonym,
    ]

    /// Those of ``Migration/vendors`` that refer to messages of the outbox.
    static let disclosures = [disclosure, disclosureGround]

    static let vendorRepository = StoredTable(
        "vendor_repository",
        "vendor_id, repository_id",
        key: 2
    )
    static let connectorLibrary = StoredTable(
        "connector_library",
        "id, version, library_sha, manifest_json, installed_by, installed_at"
    )
    static let connector = StoredTable(
        "connector",
        "id, name, library, vendor_id, config_json, state, created_at"
    )
    static let statusMap = StoredTable(
        "status_map",
        "connector_id, version, remote_status, mapped",
        key: 3
    )
    static let syncCursor = StoredTable(
        "sync_cursor",
        "connector_id, stream, cursor, version, updated_at",
        key: 2
    )
    static let vendorCase = StoredTable(
        "vendor_case",
        """
        id, ref, vendor_id, connector_id, remote_id, url, contract_id, priority, title, \
        remote_status, map_version, mapped, is_held, remote_changed_at, vendor_version, \
        vendor_commit, checked_at, next_check_at, failures, last_error, opened_at, updated_at
        """
    )
    static let caseTicket = StoredTable("case_ticket", "case_id, ticket_id, is_holding", key: 2)
    static let caseDefect = StoredTable("case_defect", "case_id, defect_id", key: 2)
    static let watchActivity = StoredTable(
        "watch_activity",
        "id, case_id, checked_at, took_ms, result, error, detail"
    )
    static let remoteItem = StoredTable(
        "remote_item",
        "case_id, remote_item_id, direction, content_sha, event_seq",
        key: 2
    )
    static let agreement = StoredTable(
        "agreement",
        """
        id, customer_id, event_seq, ticket_id, contract_id, vendor_id, scope, agreed_by, agreed_at, \
        until_day, withdrawn_at
        """
    )
    static let pseudonym = StoredTable("pseudonym", "case_id, token, kind, value", key: 2)
    static let disclosure = StoredTable(
        "disclosure",
        """
        id, outbox_id, attempt, destination, wire_sha, policy_sha, started_at, ended_at, outcome
        """
    )
    static let disclosureGround = StoredTable(
        "disclosure_ground",
        "disclosure_id, agreement_id",
        key: 2
    )
    /// Agreements as proofs read them: by customer.
    static let agreementByCustomer = StoredTable(
        "agreement",
        """
        customer_id, id, event_seq, ticket_id, contract_id, vendor_id, scope, agreed_by, agreed_at, \
        until_day, withdrawn_at
        """,
        key: 2
    )
}
