import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// The support desk of an installation, as one account uses it.
///
/// Each use is one body: it reads who acts, whether he may, and what is there, and writes, on one
/// snapshot. Commands and pages call the same uses.
package struct Desk: Sendable {
    /// The installation.
    package let instance: Instance
    /// How the person said who he is.
    package let credential: Credential
    /// The time zones of calendars.
    package let zones: TimeZones

    /// Opens the desk for somebody; who that is and what he may is looked up by each use.
    package init(
        _ instance: Instance,
        as credential: Credential,
        zones: TimeZones = TimeZones()
    ) {
        self.instance = instance
        self.credential = credential
        self.zones = zones
    }

    /// Runs a body that only reads, with the account that acts.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (any Connection, ActingAccount) throws -> T
    ) async throws -> T {
        let credential = credential
        return try await instance.engine.read { connection in
            try body(connection, try connection.acting(by: credential))
        }
    }

    /// Runs a body that writes, exactly once, with the account that acts.
    ///
    /// Where somebody else took a name after the body looked for it, the body looks again.
    @discardableResult
    func write(
        ids count: Int = 16,
        _ body:
            @escaping @Sendable (any Connection, ActingAccount, inout Provision) throws -> JSONValue
    ) async throws -> JSONValue {
        let credential = credential
        let signed: @Sendable (any Connection, inout Provision) throws -> JSONValue = {
            try body($0, try $0.acting(by: credential), &$1)
        }
        do {
            return try await instance.writeOnce(ids: count, signed)
        } catch let error as SQLError where error.code == .constraint {
            return try await instance.writeOnce(ids: count, signed)
        }
    }
}

extension Connection {
    /// Returns a ticket that the account may see, by what people call it.
    ///
    /// One that it may not see is unknown to it, so that a guess tells nothing.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func visibleTicket(_ ref: String, to acting: ActingAccount) throws -> Ticket {
        let unknown = UseError.unknown("ticket", ref, list: "ticket list")
        guard let id = try ticketID(ref: ref.uppercased()), let ticket = try ticket(id) else {
            throw unknown
        }
        guard try isVisible(ticket, to: acting) else { throw unknown }
        return ticket
    }

    /// Whether an account may see a ticket.
    func isVisible(_ ticket: Ticket, to acting: ActingAccount) throws -> Bool {
        let roles = acting.roles(
            product: ticket.origin.productID,
            customer: ticket.origin.customerID
        )
        let followers = ticket.isUnderEmbargo ? try followers(of: ticket.id) : []
        return !roles.isEmpty
            && ticket.isVisible(to: acting.account.id, roles: roles, followers: followers)
    }

    /// Records on the account's own chain what it made for all.
    func record(
        _ draft: EventDraft,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        var head = try lockChain(acting.account.id)
        try append(draft, by: acting.account.id, to: &head, &provision)
    }

    /// Returns a product by its prefix.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownProduct(_ prefix: String) throws -> Product {
        if let product = try product(prefix: prefix.uppercased()) { return product }
        let names = try products().map(\.prefix)
        throw UseError.unknown("product", prefix, among: names, list: "product list")
    }

    /// Returns a component of a product by its name.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownComponent(_ name: String, of product: Product) throws -> Component {
        let components = try components(of: product.id)
        if let component = components.first(where: { $0.name == name }) { return component }
        throw UseError.unknown(
            "component of \(product.prefix)",
            name,
            among: components.map(\.name),
            list: "product show \(product.prefix)"
        )
    }

    /// Returns a customer by its short name, of those that somebody may know; `nil`: of all.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownCustomer(_ ref: String, to acting: ActingAccount? = nil) throws -> Customer {
        if let customer = try customer(ref: ref), acting?.knows(customer) ?? true {
            return customer
        }
        let names = try customers().filter { acting?.knows($0) ?? true }.map(\.ref)
        throw UseError.unknown("customer", ref, among: names, list: "customer list")
    }

    /// Returns an account by its login, of those that somebody may know; `nil`: of all.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownAccount(_ login: String, to acting: ActingAccount? = nil) throws -> Account {
        if let account = try account(login: login), acting?.knows(account) ?? true {
            return account
        }
        let names = try accounts().filter { acting?.knows($0) ?? true }.map(\.login)
        throw UseError.unknown("account", login, among: names, list: "account list")
    }

    /// Returns the number of an account that can work on a ticket, by its login.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, or ``UseError/Code/refused`` for one
    ///   that is disabled or has no role to work on it.
    func worker(_ login: String, on ticket: Ticket) throws -> Int64 {
        let account = try knownAccount(login)
        let canWork = try grants(of: account.id)
            .holds(
                UseCase.work.roles,
                product: ticket.origin.productID,
                customer: ticket.origin.customerID
            )
        let obstacle: String? =
            account.disabledAt != nil
            ? "it is disabled" : canWork ? nil : "it has no role to work on it"
        guard let obstacle else { return account.id }
        throw UseError(
            .refused,
            "Account '\(login)' cannot take ticket \(ticket.ref): \(obstacle)",
            hint: "'mainstay account show \(login)' shows its roles"
        )
    }

    /// Returns the label of a name, of those that tickets of a product may bear.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownLabel(_ name: String, for product: Int64?) throws -> Label {
        let labels = try labels(for: nil).filter { [nil, product].contains($0.productID) }
        if let label = labels.first(where: { $0.name == name }) { return label }
        throw UseError.unknown("label", name, among: labels.map(\.name), list: "ticket labels")
    }

    /// Returns what a judgement of a ticket under a contract goes by at a moment.
    ///
    /// Where that is over, the matrix is the one in force now: it is now that somebody judges.
    ///
    /// - Parameters:
    ///   - contract: The contract; `nil`: none.
    ///   - moment: The moment; `nil`: now.
    /// - Returns: The matrix, and the service code of the term.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` when no matrix is in force.
    func priorityBasis(under contract: Int64?, at moment: Instant? = nil) throws -> PriorityBasis {
        let now = try now()
        let moment = moment ?? now
        let term = try contract.flatMap { try terms(of: $0).inForce(at: moment) }
        let all = try priorityMatrices()
        let named = term?.matrixVersion
            .flatMap { version in
                all.first { $0.version == version }
            }
        guard let matrix = named ?? all.inForce(at: max(moment, now)) else {
            throw UseError(
                .unknown,
                "No priority matrix is in force",
                hint: "Bring one into force with 'mainstay priority new'"
            )
        }
        return PriorityBasis(matrix, serviceCode: term?.serviceCode)
    }
}
