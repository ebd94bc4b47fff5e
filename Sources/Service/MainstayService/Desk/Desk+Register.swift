package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// A request as somebody brings it to the desk.
package struct NewTicket: Sendable, Hashable {
    /// What it is about, in one line.
    package var title: String
    /// What it is about, at length.
    package var body = ""
    /// The files that come with it.
    package var attachments: [NewAttachment] = []
    /// The product's prefix; `nil`: none.
    package var product: String?
    /// The name of a component of the product.
    package var component: String?
    /// The customer's short name; `nil`: that of the account that acts, or nobody's.
    package var customer: String?
    /// The login of who asked; `nil`: the account that acts.
    package var reporter: String?
    /// What kind of request it is.
    package var kind = TicketKind.question
    /// Which side of the house it concerns.
    package var area = TicketArea.technical
    /// How it came.
    package var channel = TicketChannel.web
    /// The release that the customer says he runs.
    package var customerRelease: String?
    /// How urgent it feels to the customer.
    package var customerUrgency: Grade?
    /// When it was asked; `nil`: now.
    package var occurredAt: Instant?
    /// The contract that it names; `nil`: the one of the customer that covers the product.
    package var contract: String?
    /// Whether it is refused where it goes beyond its contract; a defect never is.
    package var isOnlyIfEntitled = false

    /// Creates a request of one line.
    package init(title: String) {
        self.title = title
    }
}

extension Desk {
    /// Registers a request and returns what people call the ticket.
    ///
    /// It stands at the first level that the product has from 1 up, judged by nobody.
    ///
    /// - Throws: ``UseError``, or ``DeskError`` for a text or a time that breaks the rules.
    package func register(_ request: NewTicket) async throws -> String {
        let prefix = try await read { connection, acting in
            // A request that is refused draws no number.
            let origin = try connection.opening(request, as: "DESK-0", id: 0, by: acting).ticket
                .origin
            return try origin.productID.flatMap { try connection.product($0)?.prefix } ?? "DESK"
        }
        let number = try await instance.engine.drawNumber(of: "ticket:\(prefix)")
        let ref = "\(prefix)-\(number)"
        let body = try MessageContent(
            request.body,
            with: request.attachments,
            in: instance.blobs
        )
        let zones = zones
        try await write(ids: 16 + request.attachments.count) { connection, acting, provision in
            var request = request
            request.body = body.text
            let opened = try connection.register(request, as: ref, by: acting, &provision, zones)
            try body.attach(to: opened, on: connection, &provision)
            return .text(ref)
        }
        return ref
    }
}

extension Connection {
    fileprivate func register(
        _ request: NewTicket,
        as ref: String,
        by acting: ActingAccount,
        _ provision: inout Provision,
        _ zones: TimeZones
    ) throws -> Event {
        let id = try provision.id()
        var change = try opening(request, as: ref, id: id, by: acting)
        try change.keepInSight(of: acting, on: self)
        try insert(change.ticket)
        var head = try beginChain(change.ticket.id, .ticket)
        let events = try change.events.map { event in
            try append(event, by: acting.account.id, to: &head, &provision)
        }
        var ticket = change.ticket
        try keepClocks(of: &ticket, upTo: head.seq, zones)
        if ticket.dueAt != nil { try update(ticket) }
        try indexTicket(change.ticket.id)
        try noteUnsolved(request, ticket: change.ticket, for: acting, &provision)
        guard let opened = events.first else { throw UseError(.refused, "Nothing was registered") }
        return opened
    }

    fileprivate func opening(
        _ request: NewTicket,
        as ref: String,
        id: Int64,
        by acting: ActingAccount
    ) throws -> TicketChange {
        let origin = try origin(of: request, by: acting)
        let product = try origin.productID.flatMap { try self.product($0) }
        let component = try request.component.map { name in
            guard let product else {
                throw UseError(.unknown, "Component '\(name)' needs a product", hint: "--product")
            }
            return try knownComponent(name, of: product).id
        }
        var draft = TicketRequest(
            id: id,
            ref: ref,
            origin: origin,
            classification: Classification(request.kind, area: request.area, component: component),
            title: request.title
        )
        draft.body = request.body
        draft.customerRelease = request.customerRelease
        draft.customerUrgency = request.customerUrgency
        let asked = try min(request.occurredAt ?? now(), now())
        let contract = try contract(for: request, from: origin, at: asked)
        draft.contractID = contract?.id
        let levels = try levels(of: origin.productID)
        if request.isOnlyIfEntitled, let contract {
            let demand = Demand(request.kind, origin, at: levels.entry)
            try requireWithin(contract, demand, release: request.customerRelease)
        }
        return try TicketChange(
            opening: draft,
            in: levels,
            by: try priorityBasis(under: contract?.id, at: asked),
            signature: try acting.signature(for: origin, at: request.occurredAt, now: try now())
        )
    }

    private func origin(
        of request: NewTicket,
        by acting: ActingAccount
    ) throws -> TicketOrigin {
        let product = try request.product.map { try knownProduct($0).id }
        let customer =
            try request.customer.map { try knownCustomer($0, to: acting).id }
            ?? acting.account.customerID
        try acting.require(.register, product: product, customer: customer)
        let reporter =
            try request.reporter.map { try knownAccount($0, to: acting).id } ?? acting.account.id
        return TicketOrigin(
            product: product,
            customer: customer,
            reporter: reporter,
            channel: request.channel
        )
    }
}

extension ActingAccount {
    /// The signature under an act on a ticket.
    func signature(
        for origin: TicketOrigin,
        at occurredAt: Instant?,
        now: Instant
    ) throws -> Signature {
        try Signature(
            accountID: account.id,
            isCustomer: isCustomer,
            roles: roles(product: origin.productID, customer: origin.customerID),
            occurredAt: occurredAt ?? now,
            now: now
        )
    }
}
