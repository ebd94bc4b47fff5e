package import MainstayCore

/// Who acts on a ticket, and when.
package struct Signature: Sendable, Hashable {
    /// The account that acts.
    package let accountID: Int64
    /// Whether the account is a customer's; otherwise it is ours.
    package let isCustomer: Bool
    /// The roles that the account holds for the ticket's product and customer.
    package let roles: Set<Role>
    /// When it happened in the world.
    package let occurredAt: Instant
    /// What the desk's clock says.
    package let now: Instant

    /// Creates a signature.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/time`` for what is still to happen.
    package init(
        accountID: Int64,
        isCustomer: Bool,
        roles: Set<Role>,
        occurredAt: Instant,
        now: Instant
    ) throws(DeskError) {
        guard occurredAt <= now else {
            throw DeskError(.time, "Moment \(occurredAt) is later than now which is \(now)")
        }
        self.accountID = accountID
        self.isCustomer = isCustomer
        self.roles = roles
        self.occurredAt = occurredAt
        self.now = now
    }
}

/// One or more acts of one person on one ticket, and what is to be written for them.
///
/// Read the row, create the change, call the acts, write ``events`` in their order (each with its
/// row) and then ``ticket``. An act that throws leaves the change as it was.
package struct TicketChange: Sendable {
    /// The ticket after all acts so far.
    package private(set) var ticket: Ticket
    /// What is to be appended to the ticket's chain, in order.
    package private(set) var events: [TicketEvent] = []
    /// Who acts, and when.
    package let signature: Signature

    /// Begins a change of a ticket that exists.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/time`` for acts before the ticket was opened.
    package init(of ticket: Ticket, by signature: Signature) throws(DeskError) {
        guard signature.occurredAt >= ticket.openedAt else {
            throw DeskError(
                .time,
                "Moment \(signature.occurredAt) is earlier than ticket \(ticket.ref) "
                    + "which was opened at \(ticket.openedAt)"
            )
        }
        self.ticket = ticket
        self.signature = signature
    }

    /// Opens a ticket: status `new`, nobody's, judged by nobody, at the product's first level.
    ///
    /// The event's text is the title, an empty line and the body; its facts hold every code.
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a title or release that breaks the
    ///   rules of titles, or ``DeskError/Code/plan`` for a component without a product.
    package init(
        opening request: TicketRequest,
        in levels: ProductLevels,
        by basis: PriorityBasis,
        signature: Signature
    ) throws(DeskError) {
        try request.classification.requireProduct(request.origin.productID, ref: request.ref)
        let release: String? =
            if let named = request.customerRelease {
                try DeskText.title(named, as: "Release")
            } else {
                nil
            }
        self.signature = signature
        ticket = Ticket(
            id: request.id,
            ref: request.ref,
            origin: request.origin,
            classification: request.classification,
            title: try DeskText.title(request.title),
            body: DeskText.body(request.body),
            customerRelease: release,
            level: levels.entry,
            standing: PriorityStanding(unjudgedBy: basis),
            customerUrgency: request.customerUrgency,
            openedAt: signature.occurredAt,
            updatedAt: signature.now
        )
        ticket.contractID = request.contractID
        let words = ticket.body.isEmpty ? ticket.title : "\(ticket.title)\n\n\(ticket.body)"
        record(.opened, text: words)
    }

    /// Changes the ticket and drafts the event for it, with the codes that changed in its facts.
    mutating func record(
        _ kind: TicketEventKind,
        text: String? = nil,
        facts: [String: JSONValue] = [:],
        row: TicketRow? = nil,
        isSecret: Bool = false,
        edit: (inout Ticket) -> Void = { _ in }
    ) {
        let before = kind == .opened ? nil : ticket
        edit(&ticket)
        ticket.updatedAt = signature.now
        let changed = TicketColumn.codes.filter { column in
            before.map(column.read) != column.read(ticket)
        }
        var facts = facts.merging(row?.facts ?? [:]) { fact, _ in fact }
        for case (let key, let state?) in [("was", before), ("now", ticket)]
        where !changed.isEmpty {
            let values = changed.map { ($0.name, $0.read(state)) }
            facts[key] = .object(Dictionary(uniqueKeysWithValues: values))
        }
        let isSecret = isSecret || ticket.isUnderEmbargo || before?.isUnderEmbargo == true
        let event = TicketEvent(
            kind: kind,
            audience: isSecret ? .embargo : kind.audience,
            facts: .object(facts),
            text: text,
            occurredAt: signature.occurredAt,
            row: row
        )
        events.append(event)
    }

    /// Refuses what is not the customer's to do; `act` completes "may not ...".
    func requireStaff(_ act: String) throws(DeskError) {
        guard !signature.isCustomer else {
            throw DeskError(.staffOnly, "Customer may not \(act) ticket \(ticket.ref)")
        }
    }

    /// Refuses what makes no sense on a closed ticket; `done` completes "cannot be ...".
    func requireUnclosed(_ done: String) throws(DeskError) {
        guard ticket.status != .closed else {
            throw DeskError(
                .status,
                "Ticket \(ticket.ref) is closed and cannot be \(done)",
                hint: "Reopen it with 'mainstay ticket reopen \(ticket.ref)'"
            )
        }
    }

    /// Refuses an act that would leave `what` as it is.
    func requireChange<Value: Equatable>(
        _ old: Value,
        _ new: Value,
        _ what: String
    ) throws(DeskError) {
        guard old != new else {
            throw DeskError(.unchanged, "Ticket \(ticket.ref) has that \(what) already")
        }
    }
}

/// What is known of a ticket when it is asked for.
package struct TicketRequest: Sendable, Hashable {
    /// The number drawn for it.
    package let id: Int64
    /// What people will call it: `MST-123`.
    package let ref: String
    /// Where it comes from.
    package let origin: TicketOrigin
    /// What it is about, in codes.
    package let classification: Classification
    /// What it is about, in one line.
    package let title: String
    /// What it is about, at length.
    package var body = ""
    /// The release that the customer says he runs.
    package var customerRelease: String?
    /// How urgent it feels to the customer.
    package var customerUrgency: Grade?
    /// The contract under which it is asked; `nil` for none.
    package var contractID: Int64?

    /// Creates a request without a body.
    package init(
        id: Int64,
        ref: String,
        origin: TicketOrigin,
        classification: Classification,
        title: String
    ) {
        self.id = id
        self.ref = ref
        self.origin = origin
        self.classification = classification
        self.title = title
    }
}
