package import MainstayCore
package import SQLDatabase

/// What has a chain of events, named as its table.
package enum ChainKind: String, Sendable, Hashable, CaseIterable, SQLValue {
    /// A person or service that acts: roles and memberships change here, and what it makes for all.
    case account
    /// A customer.
    case customer
    /// A product: its components, levels and handover items change here.
    case product
    /// A ticket.
    case ticket
    /// A git repository: what people say of its commits changes here.
    case repository
    /// A release line.
    case line = "release_line"
    /// A defect.
    case defect
    /// A planned or published release.
    case release = "product_release"
    /// An advisory.
    case advisory
    /// A contract: its terms, services and hours change here.
    case contract
    /// An article.
    case article
    /// A vendor: its policy and its connectors change here.
    case vendor
    /// A case at a vendor.
    case vendorCase = "vendor_case"
}

/// The head of a chain: its lock, its version, its ETag.
package struct ChainHead: Sendable, Hashable, RowDecodable {
    /// The columns of `chain` that make the head.
    package static let columns: Query = "id, kind, seq, head_sha, head_at"

    /// The id of the row that the chain is about.
    package let id: Int64
    /// What that row is.
    package let kind: ChainKind
    /// The number of the last event; 0 before the first.
    package var seq: Int64
    /// The hash of the last event.
    package var sha: String
    /// When the last event was recorded.
    package var at: Instant

    /// Reads the columns of `chain`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        kind = try row.next()
        seq = try row.next()
        sha = try row.next()
        at = try row.next()
    }

    fileprivate init(id: Int64, kind: ChainKind) {
        self.id = id
        self.kind = kind
        seq = 0
        sha = Event.genesisSHA(chain: id, kind: kind.rawValue)
        at = .earliest
    }
}

extension Connection {
    /// Begins the chain of a new row.
    package func beginChain(_ id: Int64, _ kind: ChainKind) throws -> ChainHead {
        let head = ChainHead(id: id, kind: kind)
        try exec(
            """
            INSERT INTO chain (id, kind, seq, head_sha, head_at, anchored_seq)
            VALUES (\(id), \(kind), 0, \(head.sha), \(head.at), 0)
            """
        )
        return head
    }

    /// Locks a chain for the rest of the body and returns its head.
    ///
    /// Every body that changes something calls this first; one that changes several, in order of
    /// id.
    ///
    /// - Parameters:
    ///   - id: The row that the chain is about.
    ///   - expected: The number of the last event that the person saw; `nil`: whatever it is.
    /// - Returns: The head.
    /// - Throws: ``StorageError`` with ``StorageError/Code/missing``, or with
    ///   ``StorageError/Code/changedMeanwhile`` when there are newer events than expected.
    package func lockChain(_ id: Int64, expecting expected: Int64? = nil) throws -> ChainHead {
        let found: ChainHead? = try one(
            "SELECT \(ChainHead.columns) FROM chain WHERE id = \(id)\(postgres: " FOR UPDATE")"
        )
        guard let head = found else { throw StorageError(.missing, "There is no chain \(id)") }
        if let expected, expected != head.seq {
            throw StorageError.changedMeanwhile(seen: expected, now: head.seq)
        }
        return head
    }

    /// Appends an event to a chain and moves its head.
    ///
    /// - Parameters:
    ///   - draft: What happened. A time in the future is taken for now.
    ///   - actor: The account that acts.
    ///   - head: The head from ``lockChain(_:expecting:)``; afterwards the new one.
    ///   - provision: Gives the salt, if there is a text.
    /// - Returns: The event as it is stored.
    /// - Throws: ``StorageError`` with ``StorageError/Code/tooLong`` for a text beyond 1 MiB.
    @discardableResult
    package func append(
        _ draft: EventDraft,
        by actor: Int64,
        to head: inout ChainHead,
        _ provision: inout Provision
    ) throws -> Event {
        if let text = draft.text, text.utf8.count > Event.longestText {
            throw StorageError.tooLong(bytes: text.utf8.count)
        }
        let salt = draft.text == nil ? nil : provision.salt()
        let event = Event(draft, by: actor, after: head, at: try now(), salt: salt)
        try send(
            """
            INSERT INTO event (\(Event.columns))
            VALUES (\(event.chainID), \(event.seq), \(event.kind), \(event.audience), \(event.actorID),
              \(event.occurredAt), \(event.recordedAt), \(event.factsJSON), \(event.text),
              \(event.salt), \(event.textSHA), \(event.prevSHA), \(event.sha))
            """
        )
        let moved = try exec(
            """
            UPDATE chain SET seq = \(event.seq), head_sha = \(event.sha), head_at = \(event.recordedAt)
            WHERE id = \(head.id) AND seq = \(head.seq)
            """
        )
        guard moved == 1 else { throw StorageError.changedMeanwhile(seen: head.seq, now: nil) }
        head.seq = event.seq
        head.sha = event.sha
        head.at = event.recordedAt
        return event
    }

    /// Returns the events of a chain, oldest first.
    ///
    /// - Parameters:
    ///   - id: The row that the chain is about.
    ///   - seq: Only events after this one.
    ///   - audiences: Only events for these.
    /// - Returns: The events in order of their numbers.
    /// - Throws: ``SQLError``.
    package func events(
        of id: Int64,
        after seq: Int64 = 0,
        for audiences: Set<Audience> = Set(Audience.allCases)
    ) throws -> [Event] {
        try all(
            """
            SELECT \(Event.columns) FROM event
            WHERE chain_id = \(id) AND seq > \(seq)
              AND audience IN \(list: audiences.sorted { $0.rawValue < $1.rawValue })
            ORDER BY seq
            """
        )
    }
}

extension Event {
    /// The longest text of an event, in bytes: 1 MiB.
    package static let longestText = 1 << 20
}

extension StorageError {
    /// Somebody else's change came in between.
    fileprivate static func changedMeanwhile(seen: Int64, now: Int64?) -> StorageError {
        StorageError(
            .changedMeanwhile,
            "Somebody else changed it meanwhile: you saw version \(seen)"
                + (now.map { ", it is at version \($0)" } ?? ""),
            hint: "Look at what changed, then do it again"
        )
    }

    static func tooLong(bytes: Int) -> StorageError {
        StorageError(
            .tooLong,
            "A text of \(bytes) bytes is longer than the \(Event.longestText) that a field holds",
            hint: "Attach it as a file"
        )
    }
}
