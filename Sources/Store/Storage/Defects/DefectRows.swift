package import LTSReleases
package import MainstayCore
package import SQLDatabase

extension DefectKind: SQLValue {}
extension DefectStatus: SQLValue {}
extension DefectCause: SQLValue {}
extension Severity: SQLValue {}
extension ReproductionOutcome: SQLValue {}
extension InterventionKind: SQLValue {}

extension Defect: TableRow {
    static var table: StoredTable { .defect }
    var values: [any SQLValue] {
        [
            id, ref, productID, componentID, kind, status, severity, cause, cvssVector, title, body,
            duplicateOfID, assigneeID, openedAt, updatedAt, closedAt,
        ]
    }

    /// Reads a row of `defect`.
    package init(_ row: inout RowReader) throws {
        let (id, ref, product): (Int64, String, Int64) =
            (try row.next(), try row.next(), try row.next())
        let component: Int64? = try row.next()
        let (kind, status): (DefectKind, DefectStatus) = (try row.next(), try row.next())
        let (severity, cause): (Severity, DefectCause?) = (try row.next(), try row.next())
        let vector: String? = try row.next()
        let (title, body): (String, String) = (try row.next(), try row.next())
        let (duplicate, assignee): (Int64?, Int64?) = (try row.next(), try row.next())
        self.init(
            id: id,
            ref: ref,
            productID: product,
            kind: kind,
            severity: severity,
            title: title,
            body: body,
            openedAt: try row.next()
        )
        componentID = component
        self.status = status
        self.cause = cause
        cvssVector = vector
        duplicateOfID = duplicate
        assigneeID = assignee
        updatedAt = try row.next()
        closedAt = try row.next()
    }
}

/// A try to reproduce a defect.
package struct Reproduction: Sendable, Hashable, TableRow {
    static var table: StoredTable { .reproduction }
    var values: [any SQLValue] {
        [defectID, eventSeq, version, commit, outcome, triedBy, triedAt]
    }

    /// The defect.
    package let defectID: Int64
    /// The event that tells of it, with steps and environment.
    package let eventSeq: Int64
    /// The release that it was tried on, as it was named.
    package let version: String?
    /// The commit that it was tried on.
    package let commit: CommitID?
    /// What came of it.
    package let outcome: ReproductionOutcome
    /// Who tried.
    package let triedBy: Int64
    /// When.
    package let triedAt: Instant

    /// Creates a record of a try.
    package init(
        of defect: Int64,
        on place: (version: String?, commit: CommitID?),
        _ outcome: ReproductionOutcome,
        by signature: (account: Int64, at: Instant, seq: Int64)
    ) {
        defectID = defect
        (version, commit) = place
        self.outcome = outcome
        (triedBy, triedAt, eventSeq) = signature
    }

    /// Reads a row of `reproduction`.
    package init(_ row: inout RowReader) throws {
        defectID = try row.next()
        eventSeq = try row.next()
        version = try row.next()
        commit = try row.next()
        outcome = try row.next()
        triedBy = try row.next()
        triedAt = try row.next()
    }
}

/// Something put right at a customer's without a commit.
package struct Intervention: Sendable, Hashable, TableRow {
    static var table: StoredTable { .intervention }
    var values: [any SQLValue] { [defectID, eventSeq, ticketID, kind, doneBy, doneAt] }

    /// The defect.
    package let defectID: Int64
    /// The event that tells what was done.
    package let eventSeq: Int64
    /// The ticket of the customer.
    package let ticketID: Int64
    /// What was put right.
    package let kind: InterventionKind
    /// By whom.
    package let doneBy: Int64
    /// When.
    package let doneAt: Instant

    /// Creates a record of an intervention.
    package init(
        on defect: Int64,
        for ticket: Int64,
        _ kind: InterventionKind,
        by signature: (account: Int64, at: Instant, seq: Int64)
    ) {
        defectID = defect
        ticketID = ticket
        self.kind = kind
        (doneBy, doneAt, eventSeq) = signature
    }

    /// Reads a row of `intervention`.
    package init(_ row: inout RowReader) throws {
        defectID = try row.next()
        eventSeq = try row.next()
        ticketID = try row.next()
        kind = try row.next()
        doneBy = try row.next()
        doneAt = try row.next()
    }
}

extension Connection {
    /// Adds a defect.
    package func insert(_ defect: Defect) throws { try add(defect) }

    /// Writes a defect as it stands now over its row.
    package func update(_ defect: Defect) throws { try put(row: defect) }

    /// Returns a defect by its number.
    package func defect(_ id: Int64) throws -> Defect? { try row("WHERE id = \(id)") }

    /// Returns a defect by what people call it: its own name, else the one that bears this alias.
    package func defect(named name: String) throws -> Defect? {
        if let defect: Defect = try row("WHERE ref = \(name.uppercased())") {
            return defect
        }
        let alias = CommitPattern.normalised(name)
        let found: [Defect] = try rows(
            """
            WHERE id IN (SELECT defect_id FROM defect_alias WHERE alias = \(alias)) ORDER BY id
            LIMIT 2
            """
        )
        return found.count == 1 ? found[0] : nil
    }

    /// Returns the defects of a product, by number: those that stand in `statuses`, or all.
    package func defects(
        of product: Int64,
        in statuses: [DefectStatus]? = nil
    ) throws -> [Defect] {
        let standing: Query = statuses.map { "AND status IN \(list: $0)" } ?? ""
        return try rows("WHERE product_id = \(product) \(standing) ORDER BY id")
    }

    /// Adds the record of a try to reproduce a defect.
    package func insert(_ reproduction: Reproduction) throws { try add(reproduction) }

    /// Returns the tries to reproduce a defect, the oldest first.
    package func reproductions(of defect: Int64) throws -> [Reproduction] {
        try rows("WHERE defect_id = \(defect) ORDER BY event_seq")
    }

    /// Adds the record of an intervention.
    package func insert(_ intervention: Intervention) throws { try add(intervention) }

    /// Returns what was put right at customers' for a defect, the oldest first.
    package func interventions(for defect: Int64) throws -> [Intervention] {
        try rows("WHERE defect_id = \(defect) ORDER BY event_seq")
    }

    /// Gives a defect another name; one that it bears already changes nothing.
    package func addAlias(_ alias: String, to defect: Int64) throws {
        try exec(
            """
            INSERT INTO defect_alias (defect_id, alias)
            VALUES (\(defect), \(CommitPattern.normalised(alias)))
            ON CONFLICT (defect_id, alias) DO NOTHING
            """
        )
    }

    /// Takes a name from a defect; returns whether it bore it.
    package func removeAlias(_ alias: String, from defect: Int64) throws -> Bool {
        let alias = CommitPattern.normalised(alias)
        return try exec(
            "DELETE FROM defect_alias WHERE defect_id = \(defect) AND alias = \(alias)"
        ) > 0
    }

    /// Returns the other names of the defects of a product, in order, by defect.
    package func aliases(of product: Int64) throws -> [Int64: [String]] {
        var found: [Int64: [String]] = [:]
        try run(
            """
            SELECT a.defect_id, a.alias FROM defect_alias a JOIN defect d ON d.id = a.defect_id
            WHERE d.product_id = \(product) ORDER BY a.defect_id, a.alias
            """
        ) { found[try $0.next(), default: []].append(try $0.next()) }
        return found
    }

    /// Ties a ticket to a defect; `seq` is the event of the ticket that tells of it.
    package func link(ticket: Int64, to defect: Int64, seq: Int64) throws {
        try exec(
            """
            INSERT INTO ticket_defect (ticket_id, defect_id, event_seq)
            VALUES (\(ticket), \(defect), \(seq)) ON CONFLICT (ticket_id, defect_id) DO NOTHING
            """
        )
    }

    /// Unties a ticket from a defect; returns whether they were tied.
    package func unlink(ticket: Int64, from defect: Int64) throws -> Bool {
        try exec(
            "DELETE FROM ticket_defect WHERE ticket_id = \(ticket) AND defect_id = \(defect)"
        ) > 0
    }

    /// Returns the tickets that suffer from a defect, by number.
    package func tickets(of defect: Int64) throws -> [Int64] {
        try values(
            "SELECT ticket_id FROM ticket_defect WHERE defect_id = \(defect) ORDER BY ticket_id"
        )
    }

    /// Returns the defects that a ticket suffers from, by number.
    package func defects(ofTicket ticket: Int64) throws -> [Defect] {
        try rows(
            """
            WHERE id IN (SELECT defect_id FROM ticket_defect WHERE ticket_id = \(ticket)) ORDER BY id
            """
        )
    }

    /// Returns what the tickets of each defect of a product are called.
    package func ticketRefs(ofDefectsOf product: Int64) throws -> [Int64: [String]] {
        var found: [Int64: [String]] = [:]
        try run(
            """
            SELECT l.defect_id, t.ref FROM ticket_defect l JOIN defect d ON d.id = l.defect_id
              JOIN ticket t ON t.id = l.ticket_id
            WHERE d.product_id = \(product) ORDER BY l.defect_id, l.ticket_id
            """
        ) { found[try $0.next(), default: []].append(try $0.next()) }
        return found
    }
}

/// What the ledger said of lines when a scan saw it last, as the chains of defects keep it.
extension Connection {
    /// Returns the defects of a product that have got a name or a ticket since a scan saw them last.
    package func unreadDefects(of product: Int64) throws -> Set<Int64> {
        let naming = ["made", "alias_added", "ticket_linked"]
        return Set(
            try values(
                """
                SELECT d.id FROM defect d WHERE d.product_id = \(product) AND EXISTS
                  (SELECT 1 FROM event n WHERE n.chain_id = d.id AND n.kind IN \(list: naming)
                    AND n.seq > COALESCE((SELECT MAX(s.seq) FROM event s
                      WHERE s.chain_id = d.id AND s.kind = 'lines_changed'), 0))
                """
            )
        )
    }

    /// Returns the digest of the whole row that the newest `lines_changed` of each defect of a
    /// product ends with: its fact `row`, 16 digits, is the last of the names in its text.
    package func toldRows(of product: Int64) throws -> [Int64: String] {
        var found: [Int64: String] = [:]
        try run(
            """
            SELECT e.chain_id, substr(e.facts_json, length(e.facts_json) - 17, 16)
            FROM event e JOIN defect d ON d.id = e.chain_id
            WHERE d.product_id = \(product) AND e.kind = 'lines_changed' AND e.seq =
              (SELECT MAX(s.seq) FROM event s WHERE s.chain_id = d.id AND s.kind = 'lines_changed')
            """
        ) { found[try $0.next()] = try $0.next() }
        return found
    }

    /// Returns the defects of a product whose commits people changed after lines were told last: the
    /// next scan tells what that changes.
    package func relinkedDefects(of product: Int64) throws -> Set<Int64> {
        let linking = ["linked", "unlinked", "link_confirmed", "link_denied", "ruled"]
        return Set(
            try values(
                """
                SELECT d.id FROM defect d WHERE d.product_id = \(product) AND EXISTS
                  (SELECT 1 FROM event n WHERE n.chain_id = d.id AND n.kind IN \(list: linking)
                    AND n.seq > COALESCE((SELECT MAX(s.seq) FROM event s
                      WHERE s.chain_id = d.id AND s.kind = 'lines_changed'), 0))
                """
            )
        )
    }

    /// Returns the facts of the newest `lines_changed` of each line of some defects.
    ///
    /// - Returns: By defect and line, the element of the event's list `lines`.
    /// - Throws: ``SQLError``, or ``MainstayCore/JSONFault`` where facts are damaged.
    package func lastLineFacts(of defects: [Int64]) throws -> [Int64: [Int64: JSONValue]] {
        var found: [Int64: [Int64: JSONValue]] = [:]
        if defects.isEmpty { return found }
        try run(
            """
            SELECT chain_id, facts_json FROM event
            WHERE chain_id IN \(list: defects) AND kind = 'lines_changed' ORDER BY chain_id, seq
            """
        ) { row in
            let defect: Int64 = try row.next()
            let facts: JSONValue = try row.next()
            for line in facts["lines"]?.list ?? [] {
                if let id = line["line_id"]?.int { found[defect, default: [:]][id] = line }
            }
        }
        return found
    }
}
