package import MainstayCore
package import SQLDatabase
package import SupportDesk

/// What became of an attempt to send something.
package enum DisclosureOutcome: String, Sendable, Hashable, CaseIterable, SQLValue {
    /// It may be on its way.
    case open
    /// It arrived.
    case sent
    /// It was turned down.
    case refused
    /// Nobody knows: the answer was lost.
    case unknown
}

/// One attempt to send something out of the house, written before the first byte leaves.
package struct Disclosure: Sendable, Hashable, TableRow {
    static var table: StoredTable { .disclosure }
    var values: [any SQLValue] {
        [id, outboxID, attempt, destination, wireSHA, policySHA, startedAt, endedAt, outcome]
    }

    /// Its number.
    package let id: Int64
    /// The message.
    package let outboxID: Int64
    /// Which attempt this is, from 1.
    package let attempt: Int64
    /// Where it went.
    package let destination: String
    /// The bytes as they left, credentials cut out.
    package let wireSHA: String
    /// The policy that was applied.
    package let policySHA: String
    /// When it was about to leave.
    package let startedAt: Instant
    /// When its end was known.
    package var endedAt: Instant?
    /// What became of it.
    package var outcome: DisclosureOutcome

    /// Creates the record of an attempt that is about to leave.
    package init(
        id: Int64,
        of outbox: Int64,
        attempt: Int64,
        to destination: String,
        wire: String,
        policy: String,
        at startedAt: Instant
    ) {
        self.id = id
        outboxID = outbox
        self.attempt = attempt
        self.destination = destination
        wireSHA = wire
        policySHA = policy
        self.startedAt = startedAt
        outcome = .open
    }

    /// Reads a row of `disclosure`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        outboxID = try row.next()
        attempt = try row.next()
        destination = try row.next()
        wireSHA = try row.next()
        policySHA = try row.next()
        startedAt = try row.next()
        endedAt = try row.next()
        outcome = try row.next()
    }
}

extension Connection {
    /// Adds an attempt with the agreements that it rests on, or writes how it ended over its row.
    package func put(_ disclosure: Disclosure, on agreements: [Int64] = []) throws {
        try put(row: disclosure)
        for agreement in agreements {
            try exec("INSERT INTO disclosure_ground VALUES (\(disclosure.id), \(agreement))")
        }
    }

    /// Returns the attempts to send a message, in their order.
    package func disclosures(of outbox: Int64) throws -> [Disclosure] {
        try rows("WHERE outbox_id = \(outbox) ORDER BY attempt")
    }

    /// Returns the agreements that an attempt rests on.
    package func grounds(of disclosure: Int64) throws -> [Int64] {
        try values(
            """
            SELECT agreement_id FROM disclosure_ground WHERE disclosure_id = \(disclosure)
            ORDER BY agreement_id
            """
        )
    }

    /// Returns the messages of a case, the oldest first; only those that are not settled if so asked.
    package func messages(ofCase id: Int64, open: Bool = false) throws -> [OutboxMessage] {
        let filter: Query = open ? "AND settled_at IS NULL" : ""
        return try rows("WHERE case_id = \(id) \(filter) ORDER BY id")
    }

    /// Returns the stand-ins of a case, in the order in which they were made.
    package func disguise(ofCase id: Int64) throws -> Disguise {
        var entries: [Disguise.Entry] = []
        try run("SELECT token, kind, value FROM pseudonym WHERE case_id = \(id)") { row in
            let (token, word): (String, String) = (try row.next(), try row.next())
            guard let kind = SecretKind(rawValue: word) else {
                throw SQLError(.decode, "Pseudonym \(token) has the kind '\(word)'")
            }
            entries.append(Disguise.Entry(token: token, kind: kind, value: try row.next()))
        }
        return Disguise(
            entries.sorted {
                ($0.kind.rawValue, $0.token.count, $0.token)
                    < ($1.kind.rawValue, $1.token.count, $1.token)
            }
        )
    }

    /// Keeps the stand-ins of a case that are new.
    package func keep(_ disguise: Disguise, ofCase id: Int64) throws {
        let known = Set(try self.disguise(ofCase: id).entries.map(\.token))
        for entry in disguise.entries where !known.contains(entry.token) {
            try exec(
                """
                INSERT INTO pseudonym (case_id, token, kind, value)
                VALUES (\(id), \(entry.token), \(entry.kind.rawValue), \(entry.value))
                """
            )
        }
    }
}
