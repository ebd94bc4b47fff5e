extension StoredTable {
    /// The tables of ``Migration/defects``, in their order.
    static let defects = [
        repository, refSeen, commitPattern, releasePolicy, releaseLine, lineRef, linePhase, defect,
        defectAlias, reproduction, intervention, ticketDefect, defectCommit, commitRuling,
        productRelease, decision, releaseDecision, releaseTag, releaseItem, advisory,
        advisoryDefect, publication, claim,
    ]

    static let repository = StoredTable(
        "repository",
        "id, product_id, name, url, public_url, main_ref"
    )
    static let refSeen = StoredTable(
        "ref_seen",
        "repository_id, ref_name, commit_id, seen_at",
        key: 2
    )
    static let commitPattern = StoredTable("commit_pattern", "product_id, pattern", key: 2)
    static let releasePolicy = StoredTable(
        "release_policy",
        "product_id, valid_from_at, created_at, rules_json",
        key: 2
    )
    static let releaseLine = StoredTable("release_line", "id, product_id, name, kind, position")
    static let lineRef = StoredTable("line_ref", "line_id, repository_id, ref_name", key: 2)
    static let linePhase = StoredTable(
        "line_phase",
        "line_id, event_seq, phase, from_day, announced_at",
        key: 2
    )
    static let defect = StoredTable(
        "defect",
        """
        id, ref, product_id, component_id, kind, status, severity, cause, cvss_vector, title, body, \
        duplicate_of_id, assignee_id, opened_at, updated_at, closed_at
        """
    )
    static let defectAlias = StoredTable("defect_alias", "defect_id, alias", key: 2)
    static let reproduction = StoredTable(
        "reproduction",
        "defect_id, event_seq, version, commit_id, outcome, tried_by, tried_at",
        key: 2
    )
    static let intervention = StoredTable(
        "intervention",
        "defect_id, event_seq, ticket_id, kind, done_by, done_at",
        key: 2
    )
    static let ticketDefect = StoredTable(
        "ticket_defect",
        "ticket_id, defect_id, event_seq",
        key: 2
    )
    static let defectCommit = StoredTable(
        "defect_commit",
        """
        defect_id, repository_id, commit_id, role, part, line_id, source, state, event_seq
        """,
        key: 4
    )
    static let commitRuling = StoredTable(
        "commit_ruling",
        """
        repository_id, commit_id, origin_commit_id, verdict, event_seq, ruled_by, ruled_at
        """,
        key: 3
    )
    static let productRelease = StoredTable(
        "product_release",
        "id, line_id, name, state, planned_day, published_at"
    )
    static let decision = StoredTable(
        "decision",
        """
        defect_id, line_id, event_seq, kind, justification, release_id, until_day, decided_by, \
        decided_at
        """,
        key: 3
    )
    static let releaseDecision = StoredTable(
        "release_decision",
        "defect_id, line_id, event_seq, choice, cause, release_id, decided_by, decided_at",
        key: 3
    )
    static let releaseTag = StoredTable(
        "release_tag",
        "release_id, repository_id, tag, commit_id",
        key: 2
    )
    static let releaseItem = StoredTable(
        "release_item",
        "release_id, defect_id, position, state, event_seq",
        key: 2
    )
    static let advisory = StoredTable(
        "advisory",
        "id, ref, product_id, cve_id, state, embargo_until_at, title, body, updated_at"
    )
    static let advisoryDefect = StoredTable("advisory_defect", "advisory_id, defect_id", key: 2)
    static let publication = StoredTable(
        "publication",
        """
        id, subject_id, event_seq, kind, revision, customer_id, body_sha, published_by, \
        published_at, withdrawn_at
        """
    )
    static let claim = StoredTable(
        "claim",
        """
        publication_id, defect_id, line_id, published_at, status, decision, phase, evidence_json, \
        release_id
        """,
        key: 3
    )
}
