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
        var book = EntitlementBook(self)
        let excesses = try book.excesses(
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
        var book = EntitlementBook(self)
        let now = try now()
        let excesses = try book.excesses(of: demand, release: release, beyond: contract, at: now)
        if excesses.isEmpty { return }
        throw UseError(
            .refused,
            "Request goes beyond contract \(contract.ref): "
                + excesses.map(\.words).joined(separator: "; "),
            hint: "Without --only-entitled it is registered, and marked so"
        )
    }
}

/// What contracts allow, read once for any number of demands.
struct EntitlementBook {
    private struct Place: Hashable {
        let product: Int64
        let release: String
    }

    private struct Grounds {
        let terms: [ContractTerm]
        let services: [CoveredService]
        let drawDown: DrawDown
    }

    private let connection: any Connection
    private var grounds: [Int64: Grounds] = [:]
    private var lines: [Place: (id: Int64, life: Lifecycle)?] = [:]

    /// Creates a book that reads what it is asked for.
    init(_ connection: any Connection) { self.connection = connection }

    /// Returns in what a demand goes beyond a contract at a moment; empty where it is within.
    mutating func excesses(
        of demand: Demand,
        release: String?,
        beyond contract: Contract,
        at moment: Instant
    ) throws -> [Excess] {
        var demand = demand
        if let release, let product = demand.productID,
            let line = try line(Place(product: product, release: release))
        {
            demand.line = (line.id, line.life.phase(on: moment.day))
        }
        let grounds = try grounds(of: contract.id)
        let entitlement = Entitlement(
            contract,
            grounds.terms.inForce(at: moment),
            services: grounds.services,
            drawDown: grounds.drawDown
        )
        return entitlement.excesses(of: demand, on: moment.day)
    }

    private mutating func grounds(of contract: Int64) throws -> Grounds {
        if let known = grounds[contract] { return known }
        let read = Grounds(
            terms: try connection.terms(of: contract),
            services: try connection.services(of: contract),
            drawDown: try connection.drawDown(of: contract)
        )
        grounds[contract] = read
        return read
    }

    /// The line of a release, where the release is known.
    private mutating func line(_ place: Place) throws -> (id: Int64, life: Lifecycle)? {
        if let known = lines[place] { return known }
        let known = try connection.releases(of: place.product)
        let line = try known.first { $0.name == place.release }
            .map { release in
                let changes = try connection.phases(of: place.product)[release.lineID] ?? []
                return (id: release.lineID, life: try Lifecycle(changes.map(\.change)))
            }
        lines[place] = .some(line)
        return line
    }
}
