package import MainstayCore
package import SQLDatabase

/// How a message leaves the house.
package enum OutboxChannel: String, Sendable, Hashable, CaseIterable, SQLValue {
    /// By HTTP to a receiver that somebody named.
    case webhook
    /// By the machine's own program for mail.
    case mail
    /// By a connector to a vendor.
    case vendor
    /// By a person, to a vendor whose cases are kept by hand.
    case hand
}

/// How far a message has come.
package enum OutboxState: String, Sendable, Hashable, CaseIterable, SQLValue {
    /// It is to be sent.
    case due
    /// A worker has it. After a crash it is sent again, under the same key.
    case sending
    /// The receiver has taken it.
    case sent
    /// It was given up.
    case failed
    /// A person has to look at its bytes first.
    case held
    /// A person has agreed to its bytes; it is to be sent.
    case approved
    /// The vendor has turned it down.
    case refused
    /// The answer was lost: it may have arrived.
    case unknown
    /// It was taken back before it left.
    case withdrawn
}

/// One message to the outside, whose bytes are a blob.
package struct OutboxMessage: Sendable, Hashable, TableRow {
    static var table: StoredTable { .outbox }
    var values: [any SQLValue] {
        [
            id, channel, destination, effectKey, bodySHA, state, chainID, eventSeq, createdAt,
            settledAt, caseID, attachmentID, approvedSHA, approvedBy, approvedAt,
        ]
    }

    /// Its number.
    package let id: Int64
    /// How it leaves.
    package let channel: OutboxChannel
    /// The number of a webhook, or an address.
    package let destination: String
    /// The name of the effect: a receiver that has seen it has the message.
    package let effectKey: String
    /// Its bytes.
    package let bodySHA: String
    /// How far it has come.
    package var state: OutboxState
    /// The chain whose event asked for it.
    package let chainID: Int64
    /// The number of that event.
    package let eventSeq: Int64
    /// When it was asked for.
    package let createdAt: Instant
    /// When it was sent or given up.
    package var settledAt: Instant?
    /// The vendor's case that it is for.
    package let caseID: Int64?
    /// The file that goes along.
    package let attachmentID: Int64?
    /// The bytes that a person approved as they will leave.
    package var approvedSHA: String?
    /// Who approved them.
    package var approvedBy: Int64?
    /// When.
    package var approvedAt: Instant?

    /// Creates a message that is to be sent.
    package init(
        id: Int64,
        _ channel: OutboxChannel,
        to destination: String,
        key: String,
        body: String,
        of event: (chain: Int64, seq: Int64),
        at createdAt: Instant
    ) {
        self.id = id
        self.channel = channel
        self.destination = destination
        effectKey = key
        bodySHA = body
        state = .due
        (chainID, eventSeq) = event
        self.createdAt = createdAt
        (settledAt, caseID, attachmentID) = (nil, nil, nil)
    }

    /// Creates a message for a vendor's case, which is held until a person has seen it.
    package init(
        id: Int64,
        _ channel: OutboxChannel,
        forCase vendorCase: Int64,
        to destination: String,
        key: String,
        body: String,
        attachment: Int64?,
        asked: (seq: Int64, at: Instant)
    ) {
        self.id = id
        self.channel = channel
        self.destination = destination
        effectKey = key
        bodySHA = body
        state = .held
        (chainID, eventSeq, createdAt) = (vendorCase, asked.seq, asked.at)
        (settledAt, caseID, attachmentID) = (nil, vendorCase, attachment)
    }

    /// Reads a row of `outbox`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        channel = try row.next()
        destination = try row.next()
        effectKey = try row.next()
        bodySHA = try row.next()
        state = try row.next()
        chainID = try row.next()
        eventSeq = try row.next()
        createdAt = try row.next()
        settledAt = try row.next()
        caseID = try row.next()
        attachmentID = try row.next()
        approvedSHA = try row.next()
        approvedBy = try row.next()
        approvedAt = try row.next()
    }
}

/// A receiver of notices.
package struct Webhook: Sendable, Hashable, TableRow {
    static var table: StoredTable { .webhook }
    var values: [any SQLValue] {
        [id, accountID, url, secret, kinds.joined(separator: " "), createdAt, disabledAt]
    }

    /// Its number.
    package let id: Int64
    /// The account that sees what is sent to it.
    package let accountID: Int64
    /// Where it is.
    package let url: String
    /// The name of the file that holds its secret.
    package let secret: String
    /// The kinds of events that it wants; none: all.
    package let kinds: [String]
    /// When it was made.
    package let createdAt: Instant
    /// Since when nothing is sent to it.
    package var disabledAt: Instant?

    /// Creates a receiver.
    package init(
        id: Int64,
        account: Int64,
        url: String,
        secret: String,
        kinds: [String],
        at createdAt: Instant
    ) {
        self.id = id
        accountID = account
        self.url = url
        self.secret = secret
        self.kinds = kinds
        self.createdAt = createdAt
        disabledAt = nil
    }

    /// Reads a row of `webhook`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        accountID = try row.next()
        url = try row.next()
        secret = try row.next()
        kinds = try row.next(String.self).split(separator: " ").map(String.init)
        createdAt = try row.next()
        disabledAt = try row.next()
    }
}

extension Connection {
    /// Adds a message, unless one of its key is there; returns whether it was added.
    package func insert(_ message: OutboxMessage) throws -> Bool {
        let isThere: Int? = try value(
            "SELECT 1 FROM outbox WHERE effect_key = \(message.effectKey)"
        )
        if isThere == nil { try add(message) }
        return isThere == nil
    }

    /// Returns a message by its number.
    package func outboxMessage(_ id: Int64) throws -> OutboxMessage? { try row("WHERE id = \(id)") }

    /// Writes a message as it stands now over its row.
    package func update(_ message: OutboxMessage) throws { try put(row: message) }

    /// Moves a message to another state, which `settledAt` ends.
    package func setState(
        of message: Int64,
        _ state: OutboxState,
        settledAt: Instant? = nil
    ) throws {
        try exec(
            "UPDATE outbox SET state = \(state), settled_at = \(settledAt) WHERE id = \(message)"
        )
    }

    /// Returns the notices that are neither sent nor given up, the oldest first; messages to vendors
    /// are none.
    package func openMessages(to destination: String? = nil, limit: Int) throws -> [OutboxMessage] {
        let whose: Query = destination.map { "AND destination = \($0)" } ?? ""
        return try rows(
            """
            WHERE settled_at IS NULL AND case_id IS NULL \(whose)
            ORDER BY created_at, id LIMIT \(limit)
            """
        )
    }

    /// Returns the newest messages of a channel to a destination.
    package func messages(
        _ channel: OutboxChannel,
        to destination: String,
        limit: Int
    ) throws -> [OutboxMessage] {
        try rows(
            """
            WHERE channel = \(channel) AND destination = \(destination) ORDER BY id DESC LIMIT \(limit)
            """
        )
    }

    /// Adds a receiver.
    package func insert(_ webhook: Webhook) throws { try add(webhook) }

    /// Writes a receiver as it stands now over its row.
    package func update(_ webhook: Webhook) throws { try put(row: webhook) }

    /// Returns a receiver by its number.
    package func webhook(_ id: Int64) throws -> Webhook? { try row("WHERE id = \(id)") }

    /// Returns the receivers, by number.
    package func webhooks() throws -> [Webhook] { try rows("ORDER BY id") }

    /// Removes a receiver.
    package func deleteWebhook(_ id: Int64) throws {
        try exec("DELETE FROM webhook WHERE id = \(id)")
    }
}
