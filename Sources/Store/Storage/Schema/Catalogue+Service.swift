extension StoredTable {
    /// Those of ``Migration/service`` that tickets refer to.
    static let parties = [vendor, contract]

    /// The others of ``Migration/service``, in their order.
    static let service = [
        calendar, levelTarget, installation, contractTerm, slaTarget,
        contractLine, contractService, hourBlock, slaDue, rota, rotaOverride, webhook, outbox,
        ticketRating, timeEntry, materialEntry, article, articleScope, articleDefect,
        articleAnswer, searchMiss, articleUse,
    ]

    static let vendor = StoredTable(
        "vendor",
        "id, name, kind, contact, policy_json, created_at, closed_at"
    )
    static let calendar = StoredTable(
        "calendar",
        "name, valid_from_at, created_at, zone, rules_json",
        key: 2
    )
    static let levelTarget = StoredTable(
        "level_target",
        "product_id, level, valid_from_at, created_at, accept_min, return_min, calendar",
        key: 3
    )
    static let installation = StoredTable(
        "installation",
        "id, customer_id, event_seq, product_id, version, since_day, until_day"
    )
    static let contract = StoredTable(
        "contract",
        "id, ref, customer_id, vendor_id, model, starts_day, ends_day"
    )
    static let contractTerm = StoredTable(
        "contract_term",
        """
        contract_id, valid_from_at, created_at, calendar, policy_json, tier, channels, \
        highest_level, service_code, matrix_version
        """,
        key: 2
    )
    static let slaTarget = StoredTable(
        "sla_target",
        "contract_id, valid_from_at, priority, clock, target_min, calendar",
        key: 4
    )
    static let contractLine = StoredTable(
        "contract_line",
        "id, contract_id, valid_from_at, product_id, line_id, phases"
    )
    static let contractService = StoredTable(
        "contract_service",
        "id, contract_id, product_id, name, from_day, to_day"
    )
    static let hourBlock = StoredTable(
        "hour_block",
        "id, contract_id, bought_min, bought_day, expires_day"
    )
    static let slaDue = StoredTable(
        "sla_due",
        "chain_id, clock, computed_seq, state, due_at, next_at",
        key: 2,
        isDumped: false
    )
    static let rota = StoredTable(
        "rota",
        "name, valid_from_at, created_at, product_id, component_id, level, zone, rules_json",
        key: 2
    )
    static let rotaOverride = StoredTable(
        "rota_override",
        "id, rota, account_id, from_at, to_at, created_at"
    )
    static let webhook = StoredTable(
        "webhook",
        "id, account_id, url, secret, kinds, created_at, disabled_at"
    )
    static let outbox = StoredTable(
        "outbox",
        """
        id, channel, destination, effect_key, body_sha, state, chain_id, event_seq, created_at, \
        settled_at, case_id, attachment_id, approved_sha, approved_by, approved_at
        """
    )
    static let ticketRating = StoredTable(
        "ticket_rating",
        "ticket_id, event_seq, account_id, score",
        key: 2
    )
    static let timeEntry = StoredTable(
        "time_entry",
        """
        id, ticket_id, event_seq, account_id, contract_id, spent_min, is_billable, worked_day, \
        rate_code
        """
    )
    static let materialEntry = StoredTable(
        "material_entry",
        """
        id, ticket_id, event_seq, account_id, contract_id, item, unit, quantity_milli, \
        is_billable, used_day, rate_code
        """
    )
    static let article = StoredTable(
        "article",
        """
        id, slug, language, product_id, kind, guide_json, status, audience, title, body, \
        author_id, updated_at
        """
    )
    static let articleScope = StoredTable(
        "article_scope",
        "article_id, product_id, from_release, to_release",
        key: 3
    )
    static let articleDefect = StoredTable(
        "article_defect",
        "article_id, defect_id",
        key: 2
    )
    static let articleAnswer = StoredTable(
        "article_answer",
        "id, article_id, event_seq, account_id, state, created_at"
    )
    static let searchMiss = StoredTable(
        "search_miss",
        "id, words, product_id, ticket_id, asked_at"
    )
    static let articleUse = StoredTable(
        "article_use",
        "id, article_id, ticket_id, account_id, outcome, used_at"
    )
}

/// Tables as proofs read them: grouped by what their rows belong to.
extension StoredTable {
    static let installationByCustomer = StoredTable(
        "installation",
        "customer_id, id, event_seq, product_id, version, since_day, until_day",
        key: 2
    )
    static let contractLineByContract = StoredTable(
        "contract_line",
        "contract_id, id, valid_from_at, product_id, line_id, phases",
        key: 2
    )
    static let contractServiceByContract = StoredTable(
        "contract_service",
        "contract_id, id, product_id, name, from_day, to_day",
        key: 2
    )
    static let hourBlockByContract = StoredTable(
        "hour_block",
        "contract_id, id, bought_min, bought_day, expires_day",
        key: 2
    )
    static let timeEntryByTicket = StoredTable(
        "time_entry",
        """
        ticket_id, id, event_seq, account_id, contract_id, spent_min, is_billable, worked_day, \
        rate_code
        """,
        key: 2
    )
    static let materialEntryByTicket = StoredTable(
        "material_entry",
        """
        ticket_id, id, event_seq, account_id, contract_id, item, unit, quantity_milli, \
        is_billable, used_day, rate_code
        """,
        key: 2
    )
}
