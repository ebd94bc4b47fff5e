import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// The contract that a ticket is under.
package struct TicketContract: Sendable, Hashable {
    /// What people call it.
    package let ref: String
    /// In what the ticket goes beyond it now, or when it was closed; empty: in nothing.
    package let excesses: [Excess]
}

extension Connection {
    /// Returns the contract that a ticket is under, and in what it goes beyond it.
    func contract(of ticket: Ticket) throws -> TicketContract? {
        guard let contract = try ticket.contractID.flatMap({ try contract($0) }) else { return nil }
        let excesses = try excesses(
            of: Demand(ticket),
            release: ticket.customerRelease,
            beyond: contract,
            at: try ticket.closedAt ?? now()
        )
        return TicketContract(ref: contract.ref, excesses: excesses)
    }

    /// Returns the contract that a new request gets: the one that it names, or that covers it.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract`` where several cover it, or where the
    ///   named one does not hold; ``UseError`` for a contract without a customer.
    func contract(
        for request: NewTicket,
        from origin: TicketOrigin,
        at moment: Instant
    ) throws -> Contract? {
        guard let customer = origin.customerID else {
            guard let ref = request.contract else { return nil }
            throw UseError(
                .refused,
                "Contract '\(ref)' is named on a request of no customer",
                hint: "Say whose request it is with --customer"
            )
        }
        let book = try contractBook(of: customer)
        if let ref = request.contract { return try book.contract(named: ref, at: moment) }
        return try book.contract(covering: origin.productID, at: moment)
    }

    /// Refuses a request that goes beyond a contract, unless it is a defect or about security.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused``.
    func requireWithin(_ contract: Contract, _ demand: Demand, release: String?) throws {
        guard Entitlement.mayStop(demand.kind) else { return }
        let excesses = try excesses(of: demand, release: release, beyond: contract, at: try now())
        if excesses.isEmpty { return }
        throw UseError(
            .refused,
            "Request goes beyond contract \(contract.ref): "
                + excesses.map(\.words).joined(separator: "; "),
            hint: "Without --only-entitled it is registered, and marked so"
        )
    }

    private func excesses(
        of demand: Demand,
        release: String?,
        beyond contract: Contract,
        at moment: Instant
    ) throws -> [Excess] {
        var demand = demand
        demand.line = try release.flatMap { try line(of: $0, demand.productID, on: moment.day) }
        let entitlement = Entitlement(
            contract,
            try terms(of: contract.id).inForce(at: moment),
            services: try services(of: contract.id),
            drawDown: try drawDown(of: contract.id)
        )
        return entitlement.excesses(of: demand, on: moment.day)
    }

    /// The line of a release and its phase on a day, where the release is known.
    private func line(
        of release: String,
        _ product: Int64?,
        on day: CalendarDay
    ) throws -> (id: Int64, phase: LifecyclePhase)? {
        guard let product else { return nil }
        let known = try releases(of: product)
        guard let line = known.first(where: { $0.name == release })?.lineID else { return nil }
        let changes = try phases(of: product)[line] ?? []
        return (line, try Lifecycle(changes.map(\.change)).phase(on: day))
    }
}
