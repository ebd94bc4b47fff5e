package import MainstayCore
package import SQLDatabase
package import SupportDesk

/// What the sync with vendors' systems asks of cases and messages.
extension Connection {
    /// Returns the cases that a connector follows and that are not over, by number.
    package func vendorCases(followedBy connector: Int64) throws -> [VendorCase] {
        let over = CaseState.allCases.filter(\.isOver)
        return try rows(
            "WHERE connector_id = \(connector) AND mapped NOT IN \(list: over) ORDER BY id"
        )
    }

    /// Counts the cases that a connector follows and that are not over.
    package func caseCount(followedBy connector: Int64) throws -> Int64 {
        let over = CaseState.allCases.filter(\.isOver)
        return try value(
            """
            SELECT COUNT(*) FROM vendor_case
            WHERE connector_id = \(connector) AND mapped NOT IN \(list: over)
            """
        ) ?? 0
    }

    /// Returns the cases of a connector that are to be looked at in the vendor's system, the longest
    /// due first; one that was never looked at is due.
    package func dueCases(followedBy connector: Int64, limit: Int) throws -> [VendorCase] {
        let over = CaseState.allCases.filter(\.isOver)
        return try rows(
            """
            WHERE connector_id = \(connector) AND remote_id IS NOT NULL
              AND mapped NOT IN \(list: over) AND COALESCE(next_check_at, 0) <= \(clock)
            ORDER BY COALESCE(next_check_at, 0), id LIMIT \(limit)
            """
        )
    }

    /// Whether the opening of a case through a connector is under way, or may have arrived.
    package func hasUnsettledOpening(of connector: Int64) throws -> Bool {
        let found: Int? = try value(
            """
            SELECT 1 FROM outbox o JOIN vendor_case c ON c.id = o.case_id
            WHERE c.connector_id = \(connector) AND c.remote_id IS NULL
              AND o.state IN \(list: [OutboxState.sending, .unknown]) LIMIT 1
            """
        )
        return found != nil
    }

    /// Notes that all open cases of a connector could be looked at; those whose own checks fail are
    /// left out, and those that were noted within five minutes.
    package func noteGoodPoll(of connector: Int64) throws {
        let over = CaseState.allCases.filter(\.isOver)
        let now = try now()
        try exec(
            """
            UPDATE vendor_case SET checked_at = \(now), last_error = NULL
            WHERE connector_id = \(connector) AND failures = 0 AND mapped NOT IN \(list: over)
              AND remote_id IS NOT NULL
              AND (last_error IS NOT NULL OR COALESCE(checked_at, 0) < \(now.advanced(by: -300_000)))
            """
        )
    }

    /// Notes on a case that its connector's server could not be asked; returns whether that is new.
    package func noteFailedPoll(of vendorCase: Int64, _ words: String) throws -> Bool {
        try exec(
            """
            UPDATE vendor_case SET last_error = \(words)
            WHERE id = \(vendorCase) AND failures = 0 AND COALESCE(last_error, '') <> \(words)
            """
        ) == 1
    }

    /// Returns the numbers of the cases of a connector of which something is to be sent.
    package func casesToSend(through connector: Int64) throws -> [Int64] {
        let states: [OutboxState] = [.approved, .sending, .unknown]
        return try values(
            """
            SELECT DISTINCT o.case_id FROM outbox o JOIN vendor_case c ON c.id = o.case_id
            WHERE c.connector_id = \(connector) AND o.channel = 'vendor' AND o.settled_at IS NULL
              AND o.state IN \(list: states) ORDER BY o.case_id LIMIT 1000
            """
        )
    }

    /// Whether a job of a key waits or runs.
    package func hasJob(dedup: String) throws -> Bool {
        let found: Int? = try value("SELECT 1 FROM job WHERE dedup = \(dedup)")
        return found != nil
    }

    /// Whether a queue has a job: with `before` one of a lower number, with `kind` one of that kind.
    package func hasJob(
        in queue: String,
        kind: String? = nil,
        before id: Int64? = nil
    ) throws -> Bool {
        let bound: Query = id.map { "AND id < \($0)" } ?? ""
        let same: Query = kind.map { "AND kind = \($0)" } ?? ""
        let found: Int? = try value(
            "SELECT 1 FROM job WHERE queue = \(queue) \(bound) \(same) LIMIT 1"
        )
        return found != nil
    }

    /// Returns the case that a connector knows by the vendor's name for it, also by one that it had
    /// before the vendor merged it into another.
    package func vendorCase(
        of connector: Int64,
        everCalled remoteID: String
    ) throws -> VendorCase? {
        if let found = try vendorCase(of: connector, remoteID: remoteID) { return found }
        return try row(
            """
            WHERE connector_id = \(connector) AND id IN
              (SELECT case_id FROM remote_item WHERE remote_item_id = \("case:" + remoteID))
            ORDER BY id LIMIT 1
            """
        )
    }

    /// How many attempts to send something of a case were made since a moment.
    package func disclosures(ofCase vendorCase: Int64, since moment: Instant) throws -> Int {
        try value(
            """
            SELECT COUNT(*) FROM disclosure d JOIN outbox o ON o.id = d.outbox_id
            WHERE o.case_id = \(vendorCase) AND d.started_at >= \(moment)
            """
        ) ?? 0
    }
}
