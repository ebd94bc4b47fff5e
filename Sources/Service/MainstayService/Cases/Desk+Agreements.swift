package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// A customer's word, as somebody records it.
package struct NewAgreement: Sendable, Hashable {
    /// The ticket that it is about; `nil`: all under ``contract``.
    package var ticket: String?
    /// The contract in which it stands.
    package var contract: String?
    /// The one vendor that it is about; `nil`: any.
    package var vendor: String?
    /// What may leave.
    package var scope: Set<AgreementScope>
    /// When he agreed; `nil`: now.
    package var agreedAt: Instant?
    /// Its last day.
    package var untilDay: CalendarDay?
    /// How he said so, in words.
    package var words: String?

    /// Creates an agreement that names neither ticket nor contract yet.
    package init(scope: Set<AgreementScope>) { self.scope = scope }
}

/// An agreement with the names of what it is about.
package struct AgreementView: Sendable {
    /// The agreement.
    package let agreement: Agreement
    /// The customer's short name.
    package let customer: String
    /// The ticket, or the contract.
    package let subject: String
    /// The vendor's name; `nil`: any.
    package let vendor: String?
    /// The login of who recorded it.
    package let login: String
}

extension Desk {
    /// Records that a customer lets his data go to a vendor; he may do so himself.
    ///
    /// - Returns: The number of the agreement.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, ``UseError/Code/forbidden``, or
    ///   ``UseError/Code/refused`` for a ticket or contract of no customer.
    @discardableResult
    package func agree(_ new: NewAgreement) async throws -> Int64 {
        let result = try await write { connection, acting, provision in
            let ticket = try new.ticket.map { try connection.visibleTicket($0, to: acting) }
            let contract = try new.contract.map { try connection.visibleContract($0, to: acting) }
            guard let customer = ticket?.origin.customerID ?? contract?.customerID else {
                throw UseError(
                    .refused,
                    "\(new.ticket.map { "Ticket \($0)" } ?? "Contract \(new.contract ?? "")") is of "
                        + "no customer who could agree"
                )
            }
            try acting.require(.agree, product: ticket?.origin.productID, customer: customer)
            var head = try connection.lockChain(customer)
            let now = try connection.now()
            var agreement = Agreement(
                id: try provision.id(),
                of: customer,
                for: (ticket?.id, ticket == nil ? contract?.id : nil),
                vendor: try new.vendor.map { try connection.knownVendor($0).id },
                scope: new.scope,
                by: acting.account.id,
                at: min(new.agreedAt ?? now, now),
                until: new.untilDay
            )
            let draft = EventDraft(
                "agreed",
                for: .customer,
                facts: agreement.facts,
                text: new.words,
                occurredAt: agreement.agreedAt
            )
            let event = try connection.append(draft, by: acting.account.id, to: &head, &provision)
            agreement.eventSeq = event.seq
            try connection.put(agreement)
            return .int(agreement.id)
        }
        return result.int ?? 0
    }

    /// Takes an agreement back; what was approved on it and has not left is held again.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, or ``UseError/Code/refused`` where that
    ///   was done already.
    package func withdraw(agreement id: Int64, words: String?) async throws {
        try await write { connection, acting, provision in
            guard var agreement = try connection.agreement(id),
                let customer = try connection.customer(agreement.customerID),
                acting.knows(customer)
            else { throw UseError.unknown("agreement", "\(id)", list: "case agree --list") }
            let ticket = try agreement.ticketID.flatMap { try connection.ticket($0) }
            try acting.require(
                .agree,
                product: ticket?.origin.productID,
                customer: agreement.customerID
            )
            var head = try connection.lockChain(agreement.customerID)
            guard agreement.withdrawnAt == nil else {
                throw UseError(.refused, "Agreement \(id) was withdrawn already")
            }
            agreement.withdrawnAt = try connection.now()
            let draft = EventDraft(
                "agreement_withdrawn",
                for: .customer,
                facts: agreement.facts,
                text: words
            )
            let event = try connection.append(draft, by: acting.account.id, to: &head, &provision)
            agreement.eventSeq = event.seq
            try connection.put(agreement)
            try connection.holdAgain(whatRestedOn: agreement, by: acting.account.id, &provision)
            return .null
        }
    }

    /// Returns the agreements that the account may see, of one ticket or of all, by number.
    package func agreements(ofTicket ref: String? = nil) async throws -> [AgreementView] {
        try await read { connection, acting in
            try acting.requireAnyRole()
            let ticket = try ref.map { try connection.visibleTicket($0, to: acting) }
            let customers = try connection.customers().filter { acting.knows($0) }
            var views: [AgreementView] = []
            for customer in customers {
                for agreement in try connection.agreements(of: customer.id) {
                    if let ticket, !agreement.concerns(ticket) { continue }
                    let view = try connection.view(of: agreement, from: customer, for: acting)
                    if let view { views.append(view) }
                }
            }
            return views
        }
    }
}

extension Connection {
    /// An agreement with names; `nil` where it is about a ticket that the account may not see.
    fileprivate func view(
        of agreement: Agreement,
        from customer: Customer,
        for acting: ActingAccount
    ) throws -> AgreementView? {
        let ticket = try agreement.ticketID.flatMap { try self.ticket($0) }
        if let ticket, try !isVisible(ticket, to: acting) { return nil }
        let contract = try agreement.contractID.flatMap { try self.contract($0) }
        return AgreementView(
            agreement: agreement,
            customer: customer.ref,
            subject: ticket?.ref ?? contract?.ref ?? "",
            vendor: try agreement.vendorID.flatMap { try vendor($0) }?.name,
            login: try logins(of: [agreement.agreedBy])[agreement.agreedBy] ?? "?"
        )
    }

    /// Returns the agreements that let so much of tickets leave to a vendor today: one for each ticket
    /// of a customer.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for the first ticket without one.
    func grounds(
        for scope: Set<AgreementScope>,
        of tickets: [Ticket],
        to vendor: Vendor
    ) throws -> [Int64] {
        if scope.isEmpty { return [] }
        let day = try now().day
        var grounds: Set<Int64> = []
        for ticket in tickets {
            guard let customer = ticket.origin.customerID else { continue }
            let valid = try agreements(of: customer)
                .filter { $0.covers(ticket, to: vendor.id, on: day) }
            let agreed = valid.reduce(into: Set<AgreementScope>()) { $0.formUnion($1.scope) }
            guard scope.isSubset(of: agreed) else {
                let missing = AgreementScope.allCases
                    .filter { scope.contains($0) && !agreed.contains($0) }.map(\.rawValue)
                throw UseError(
                    .refused,
                    "Customer '\(try self.customer(customer)?.ref ?? "")' has not agreed that "
                        + "\(missing.joined(separator: " and ")) of ticket \(ticket.ref) "
                        + "\(missing.count == 1 ? "goes" : "go") to vendor '\(vendor.name)'",
                    hint: "Record his word with 'mainstay case agree \(ticket.ref) --vendor "
                        + "\(vendor.name) \(missing.map { "--scope \($0)" }.joined(separator: " "))'"
                )
            }
            grounds.formUnion(valid.filter { !$0.scope.isDisjoint(with: scope) }.map(\.id))
        }
        return grounds.sorted()
    }

    /// Whether all customers of tickets let names leave to a vendor as they are.
    func letNames(_ tickets: [Ticket], to vendor: Vendor) throws -> Bool {
        let ofCustomers = tickets.filter { $0.origin.customerID != nil }
        guard !ofCustomers.isEmpty else { return false }
        let day = try now().day
        return try ofCustomers.allSatisfy { ticket in
            try agreements(of: ticket.origin.customerID ?? 0)
                .contains { $0.covers(ticket, to: vendor.id, on: day) && $0.scope.contains(.names) }
        }
    }
}
