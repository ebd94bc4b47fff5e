import MainstayCore
package import SQLDatabase
package import SupportDesk

extension CaseState: SQLValue {}

extension VendorCase: TableRow {
    static var table: StoredTable { .vendorCase }
    var values: [any SQLValue] {
        [
            id, ref, vendorID, connectorID, remoteID, url, contractID, priority, title,
            remoteStatus, mapVersion, state, isHeld, remoteChangedAt, vendorVersion, vendorCommit,
            checkedAt, nextCheckAt, failures, lastError, openedAt, updatedAt,
        ]
    }

    /// Reads a row of `vendor_case`.
    package init(_ row: inout RowReader) throws {
        let (id, ref, vendor): (Int64, String, Int64) =
            (try row.next(), try row.next(), try row.next())
        let connector: Int64? = try row.next()
        var standing = Standing()
        (standing.remote.id, standing.remote.url) = (try row.next(), try row.next())
        let (contract, priority, title): (Int64?, Priority, String) =
            (try row.next(), try row.next(), try row.next())
        standing.remote.status = try row.next()
        standing.state = (try row.next(), try row.next(), try row.next(), try row.next())
        standing.fix = (try row.next(), try row.next())
        let (checkedAt, nextCheckAt): (Instant?, Instant?) = (try row.next(), try row.next())
        let (failures, lastError): (Int64, String?) = (try row.next(), try row.next())
        self.init(
            id: id,
            ref: ref,
            vendor: vendor,
            connector: connector,
            contract: contract,
            priority: priority,
            title: title,
            openedAt: try row.next()
        )
        standing.updatedAt = try row.next()
        stand(standing)
        (self.checkedAt, self.nextCheckAt) = (checkedAt, nextCheckAt)
        (self.failures, self.lastError) = (failures, lastError)
    }
}

/// A ticket that has to do with a case.
package struct CaseTicket: Sendable, Hashable, TableRow {
    static var table: StoredTable { .caseTicket }
    var values: [any SQLValue] { [caseID, ticketID, isHolding] }

    /// The case.
    package let caseID: Int64
    /// The ticket.
    package let ticketID: Int64
    /// Whether the ticket waits for it.
    package let isHolding: Bool

    /// Reads a row of `case_ticket`.
    package init(_ row: inout RowReader) throws {
        (caseID, ticketID, isHolding) = (try row.next(), try row.next(), try row.next())
    }
}

extension Connection {
    /// Adds a case, or writes it as it stands now over its row.
    package func put(_ vendorCase: VendorCase) throws { try put(row: vendorCase) }

    /// Returns a case by its number.
    package func vendorCase(_ id: Int64) throws -> VendorCase? { try row("WHERE id = \(id)") }

    /// Returns a case by what people call it.
    package func vendorCase(ref: String) throws -> VendorCase? { try row("WHERE ref = \(ref)") }

    /// Returns the case that a connector knows by the vendor's name for it.
    package func vendorCase(of connector: Int64, remoteID: String) throws -> VendorCase? {
        try row("WHERE connector_id = \(connector) AND remote_id = \(remoteID)")
    }

    /// Returns cases that are not over, those to be checked first in front; with `all` also the
    /// others.
    package func vendorCases(of vendor: Int64? = nil, all: Bool = false) throws -> [VendorCase] {
        var conditions: [Query] = []
        if let vendor { conditions.append("vendor_id = \(vendor)") }
        if !all {
            let over = CaseState.allCases.filter(\.isOver)
            conditions.append("mapped NOT IN \(list: over)")
        }
        let filter: Query =
            conditions.isEmpty ? "" : "WHERE \(Query.joined(conditions, by: " AND "))"
        return try rows("\(filter) ORDER BY next_check_at NULLS LAST, id")
    }

    /// Returns the cases kept by hand whose check is due and which nobody has been told of, by number.
    package func uncheckedCases(limit: Int) throws -> [VendorCase] {
        try rows(
            """
            WHERE next_check_at <= \(clock) AND connector_id IS NULL AND NOT EXISTS
              (SELECT 1 FROM task t WHERE t.chain_id = vendor_case.id AND t.done_at IS NULL
                AND t.kind = 'check_case')
            ORDER BY id LIMIT \(limit)
            """
        )
    }

    /// Returns the tickets of a case, by number.
    package func tickets(ofCase id: Int64) throws -> [CaseTicket] {
        try rows("WHERE case_id = \(id) ORDER BY ticket_id")
    }

    /// Returns the cases that a ticket has to do with, by number.
    package func cases(ofTicket id: Int64) throws -> [CaseTicket] {
        try rows("WHERE ticket_id = \(id) ORDER BY case_id")
    }

    /// Returns the numbers of the defects that a case is about.
    package func defects(ofCase id: Int64) throws -> [Int64] {
        try values("SELECT defect_id FROM case_defect WHERE case_id = \(id) ORDER BY defect_id")
    }

    /// Returns the cases that are about a defect, by number.
    package func cases(ofDefect id: Int64) throws -> [VendorCase] {
        try rows(
            "WHERE id IN (SELECT case_id FROM case_defect WHERE defect_id = \(id)) ORDER BY id"
        )
    }

    /// Returns the cases that are not over and hold up defects of a product, by defect.
    package func openCases(ofDefectsOf product: Int64) throws -> [Int64: [VendorCase]] {
        let over = CaseState.allCases.filter(\.isOver)
        var found: [Int64: [VendorCase]] = [:]
        try run(
            """
            SELECT c.defect_id, c.case_id FROM case_defect c JOIN defect d ON d.id = c.defect_id
              JOIN vendor_case v ON v.id = c.case_id
            WHERE d.product_id = \(product) AND v.mapped NOT IN \(list: over)
            ORDER BY c.defect_id, c.case_id
            """
        ) { row in
            let (defect, id): (Int64, Int64) = (try row.next(), try row.next())
            if let vendorCase = try vendorCase(id) { found[defect, default: []].append(vendorCase) }
        }
        return found
    }

    /// Writes an event of a case to its chain, and the row that belongs to it.
    @discardableResult
    package func append(
        _ event: CaseEvent,
        by actor: Int64,
        to head: inout ChainHead,
        _ provision: inout Provision
    ) throws -> Event {
        let written = try append(event.draft, by: actor, to: &head, &provision)
        let (id, seq) = (written.chainID, written.seq)
        switch event.row {
        case .ticket(let ticket, let isHolding):
            try exec(
                """
                INSERT INTO case_ticket (case_id, ticket_id, is_holding)
                VALUES (\(id), \(ticket), \(isHolding))
                ON CONFLICT (case_id, ticket_id) DO UPDATE SET is_holding = \(isHolding)
                """
            )
        case .noTicket(let ticket):
            try exec("DELETE FROM case_ticket WHERE case_id = \(id) AND ticket_id = \(ticket)")
        case .defect(let defect):
            try exec("INSERT INTO case_defect (case_id, defect_id) VALUES (\(id), \(defect))")
        case .noDefect(let defect):
            try exec("DELETE FROM case_defect WHERE case_id = \(id) AND defect_id = \(defect)")
        case .task(let kind):
            let opened = (written.recordedAt, Int64?.none, Instant?.none)
            try insert(
                DeskTask(
                    id: try provision.id(),
                    chainID: id,
                    eventSeq: seq,
                    kind: kind,
                    opened: opened
                )
            )
        case nil: break
        }
        return written
    }
}
