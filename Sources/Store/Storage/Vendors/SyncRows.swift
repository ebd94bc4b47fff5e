package import MainstayCore
package import SQLDatabase

/// A comment or file that both sides know.
package struct RemoteItem: Sendable, Hashable, TableRow {
    /// From which side it came.
    package enum Direction: String, Sendable, Hashable, CaseIterable, SQLValue {
        /// From the vendor.
        case inwards = "in"
        /// From us.
        case outwards = "out"
    }

    static var table: StoredTable { .remoteItem }
    var values: [any SQLValue] { [caseID, remoteItemID, direction, contentSHA, eventSeq] }

    /// The case.
    package let caseID: Int64
    /// What the vendor calls it.
    package let remoteItemID: String
    /// From which side it came.
    package let direction: Direction
    /// The SHA-256 of its text.
    package let contentSHA: String
    /// The event of the case that tells of it.
    package let eventSeq: Int64

    /// Creates the record of an item.
    package init(
        of vendorCase: Int64,
        _ remoteItemID: String,
        _ direction: Direction,
        content: String,
        eventSeq: Int64
    ) {
        caseID = vendorCase
        self.remoteItemID = remoteItemID
        self.direction = direction
        contentSHA = content
        self.eventSeq = eventSeq
    }

    /// Reads a row of `remote_item`.
    package init(_ row: inout RowReader) throws {
        caseID = try row.next()
        remoteItemID = try row.next()
        direction = try row.next()
        contentSHA = try row.next()
        eventSeq = try row.next()
    }
}

/// One check of a case in the vendor's system.
package struct WatchActivity: Sendable, Hashable, TableRow {
    static var table: StoredTable { .watchActivity }
    var values: [any SQLValue] { [id, caseID, checkedAt, tookMs, result, error, detail] }

    /// Its number.
    package let id: Int64
    /// The case.
    package let caseID: Int64
    /// When.
    package let checkedAt: Instant
    /// How long it took, in milliseconds.
    package let tookMs: Int64
    /// What came of it.
    package let result: WatchResult
    /// How it failed.
    package let error: WatchError?
    /// What was said, for the staff; without a secret.
    package let detail: String?

    /// Creates the record of a check.
    package init(
        id: Int64,
        of vendorCase: Int64,
        at checkedAt: Instant,
        tookMs: Int64,
        _ result: WatchResult,
        _ error: WatchError? = nil,
        detail: String? = nil
    ) {
        self.id = id
        caseID = vendorCase
        self.checkedAt = checkedAt
        self.tookMs = tookMs
        self.result = result
        self.error = error
        self.detail = detail
    }

    /// Reads a row of `watch_activity`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        caseID = try row.next()
        checkedAt = try row.next()
        tookMs = try row.next()
        result = try row.next()
        error = try row.next()
        detail = try row.next()
    }
}

extension Connection {
    /// Returns how far a stream was read, and the version of that word; empty with version 0 at the
    /// beginning.
    package func syncCursor(
        of connector: Int64,
        _ stream: String
    ) throws -> (cursor: String, version: Int64) {
        var found = (cursor: "", version: Int64(0))
        try run(
            """
            SELECT cursor, version FROM sync_cursor
            WHERE connector_id = \(connector) AND stream = \(stream)
            """
        ) { found = (try $0.next(), try $0.next()) }
        return found
    }

    /// Moves a stream on, unless somebody else did since it was read.
    ///
    /// - Returns: Whether it was moved.
    package func moveCursor(
        of connector: Int64,
        _ stream: String,
        from version: Int64,
        to cursor: String
    ) throws -> Bool {
        let now = try now()
        if version == 0 {
            return try exec(
                """
                INSERT INTO sync_cursor (connector_id, stream, cursor, version, updated_at)
                VALUES (\(connector), \(stream), \(cursor), 1, \(now))
                ON CONFLICT (connector_id, stream) DO NOTHING
                """
            ) == 1
        }
        return try exec(
            """
            UPDATE sync_cursor SET cursor = \(cursor), version = \(version + 1), updated_at = \(now)
            WHERE connector_id = \(connector) AND stream = \(stream) AND version = \(version)
            """
        ) == 1
    }

    /// Returns the items of a case that both sides know, by the vendor's names.
    package func remoteItems(of vendorCase: Int64) throws -> [RemoteItem] {
        try rows("WHERE case_id = \(vendorCase) ORDER BY remote_item_id")
    }

    /// Notes an item that both sides know; one that is known stays.
    package func keep(_ item: RemoteItem) throws {
        let known: RemoteItem? = try row(
            "WHERE case_id = \(item.caseID) AND remote_item_id = \(item.remoteItemID)"
        )
        if known == nil { try add(item) }
    }

    /// Notes a check.
    package func insert(_ activity: WatchActivity) throws { try add(activity) }

    /// Returns the newest checks of a case, the newest first.
    package func activities(of vendorCase: Int64, limit: Int) throws -> [WatchActivity] {
        try rows("WHERE case_id = \(vendorCase) ORDER BY checked_at DESC, id DESC LIMIT \(limit)")
    }
}
