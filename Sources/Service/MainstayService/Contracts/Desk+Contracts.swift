package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// A contract as somebody makes it.
package struct NewContract: Sendable, Hashable {
    /// With whom a contract is.
    package enum Party: Sendable, Hashable {
        /// A customer, to whom we promise.
        case customer(String)
        /// A vendor, who promises us.
        case vendor(String)
    }

    /// What people will call it.
    package let ref: String
    /// The short name of the customer, or of the vendor for one of ours.
    package let party: Party
    /// How work is paid for.
    package let model: ContractModel
    /// Its first day.
    package let startsDay: CalendarDay
    /// Its last day.
    package var endsDay: CalendarDay?
    /// Its first term; the calendar must be named.
    package var terms = TermWords()
    /// Whether it may cover what another contract covers: then each request names its contract.
    package var isBeside = false

    /// Creates a contract that does not end.
    package init(
        _ ref: String,
        with party: Party,
        model: ContractModel,
        from startsDay: CalendarDay
    ) {
        self.ref = ref
        self.party = party
        self.model = model
        self.startsDay = startsDay
    }
}

/// What a body that acts on a contract can look up, and the head of its chain.
struct ContractActing: ~Copyable {
    /// The body's connection.
    let connection: any Connection
    /// Who acts.
    let acting: ActingAccount
    /// The contract.
    var contract: Contract
    /// The head of its chain, locked.
    var head: ChainHead
    /// Ids and salts.
    var provision: Provision

    /// Appends an event to the chain.
    mutating func tell(_ kind: String, _ facts: JSONValue) throws {
        let draft = EventDraft(kind, facts: facts)
        try connection.append(draft, by: acting.account.id, to: &head, &provision)
    }
}

extension ContractActing {
    /// Ends the contract on a day.
    fileprivate mutating func end(on day: CalendarDay) throws {
        let today = try connection.now().day
        guard day >= today else {
            throw UseError(
                .refused,
                "Contract \(contract.ref) cannot end on \(day), which is over: today is \(today)"
            )
        }
        let before = contract
        contract = try Contract(
            id: before.id,
            ref: before.ref,
            party: (before.customerID, before.vendorID),
            model: before.model,
            period: (before.startsDay, day)
        )
        try connection.update(contract)
        // What was agreed to overlap may still do so for as long as it did.
        if before.endsDay.map({ $0 < day }) ?? false { try connection.refuseOverlap(of: contract) }
        try tell(
            "ended",
            [
                "was": ["ends_day": .text(before.endsDay?.description)],
                "now": ["ends_day": .text(day.description)],
            ]
        )
    }
}

extension Desk {
    /// Makes a contract with its first term.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists``; ``DeskError`` with
    ///   ``DeskError/Code/contract`` where it overlaps another of the customer.
    package func makeContract(_ new: NewContract) async throws {
        try await write(ids: ContractTerm.mostPlaces + 1) { connection, acting, provision in
            let party = try connection.party(new.party, for: acting)
            try acting.require(.keepContracts, customer: party.customer)
            if let id = party.customer ?? party.vendor { _ = try connection.lockChain(id) }
            let contract = try Contract(
                id: try provision.id(),
                ref: try ShortName.contract.check(new.ref),
                party: party,
                model: new.model,
                period: (new.startsDay, new.endsDay)
            )
            if try connection.contract(ref: new.ref) != nil {
                throw UseError.taken("contract", new.ref)
            }
            try connection.insert(contract)
            var head = try connection.beginChain(contract.id, .contract)
            let made = EventDraft("made", facts: ["now": contract.codes])
            try connection.append(made, by: acting.account.id, to: &head, &provision)
            let base = ContractTerm(
                of: contract.id,
                validFrom: contract.startsDay.start,
                createdAt: try connection.now(),
                calendar: new.terms.calendar ?? ""
            )
            let term = try connection.term(base, changedBy: new.terms)
            try connection.append(term, by: acting.account.id, to: &head, &provision)
            if !new.isBeside { try connection.refuseOverlap(of: contract) }
            return .int(contract.id)
        }
    }

    /// The end of a contract on a day, which is its last; it may also run longer so.
    ///
    /// Carried out it throws ``UseError`` with ``UseError/Code/refused`` for a day that is over.
    package func endOfContract(_ ref: String, on day: CalendarDay) -> ServiceChange {
        ServiceChange(ids: 1, from: nil) { connection, acting, provision in
            try connection.change(ref, by: acting, &provision) { try $0.end(on: day) }
        }
    }

    /// Covers a service from a day on, or ends one by its name.
    package func cover(
        _ name: String,
        of prefix: String?,
        under ref: String,
        from: CalendarDay?,
        to: CalendarDay?
    ) async throws {
        try await change(contract: ref) { state in
            let known = try state.connection.services(of: state.contract.id)
            let product = try prefix.map { try state.connection.knownProduct($0).id }
            let today = try state.connection.now().day
            if var service = known.first(where: { $0.name == name && $0.toDay == nil }) {
                guard let to, from == nil else {
                    throw UseError.taken("service of contract \(ref)", name)
                }
                service.toDay = max(to, service.fromDay)
                try state.connection.put(service)
                return try state.tell("service_ended", service.facts)
            }
            let service = try CoveredService(
                id: try state.provision.id(),
                contract: state.contract.id,
                product: product,
                name: name,
                period: (from ?? max(today, state.contract.startsDay), to)
            )
            try state.connection.put(service)
            try state.tell("service_covered", service.facts)
        }
    }

    /// Sells a block of hours.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` unless the contract is a prepaid block.
    package func buyHours(
        _ minutes: Int64,
        under ref: String,
        on day: CalendarDay?,
        until expires: CalendarDay?
    ) async throws {
        try await change(contract: ref) { state in
            guard state.contract.model == .prepaidBlock else {
                throw UseError(
                    .refused,
                    "Contract \(ref) is \(state.contract.model.rawValue) and has no hours, expected "
                        + "\(ContractModel.prepaidBlock.rawValue)"
                )
            }
            let block = try HourBlock(
                id: try state.provision.id(),
                contract: state.contract.id,
                minutes: minutes,
                bought: try day ?? state.connection.now().day,
                expires: expires
            )
            try state.connection.insert(block)
            try state.tell("block_bought", block.facts)
        }
    }

    /// Takes a block of hours back that was entered by mistake.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, or ``UseError/Code/refused`` for a
    ///   block that paid for work.
    package func withdrawHours(_ id: Int64, under ref: String) async throws {
        try await change(contract: ref) { state in
            let blocks = try state.connection.blocks(of: state.contract.id)
            guard let block = blocks.first(where: { $0.id == id }) else {
                throw UseError.unknown("block of contract \(ref)", "\(id)")
            }
            let used = try state.connection.drawDown(of: state.contract.id)
                .used(of: id, until: .latest)
            guard used == 0 else {
                throw UseError(
                    .refused,
                    "Block \(id) of contract \(ref) paid \(used) minutes and stays",
                    hint: "Take the time entries back first: 'mainstay ticket time TICKET --undo'"
                )
            }
            try state.connection.deleteBlock(id)
            try state.tell("block_withdrawn", block.facts)
        }
    }

    /// Carries out an act on a contract.
    func change(
        contract ref: String,
        ids: Int = 16,
        _ act: @escaping @Sendable (inout ContractActing) throws -> Void
    ) async throws {
        try await write(ids: ids) { connection, acting, provision in
            try connection.change(ref, by: acting, &provision, act)
        }
    }
}

extension Connection {
    /// The numbers of whom a contract is with: one of both is there.
    fileprivate func party(
        _ party: NewContract.Party,
        for acting: ActingAccount
    ) throws -> (customer: Int64?, vendor: Int64?) {
        switch party {
        case .customer(let name): (try knownCustomer(name, to: acting).id, nil)
        case .vendor(let name): (nil, try knownVendor(name).id)
        }
    }

    /// Locks the customer and the contract, acts, and returns the contract's version.
    func change(
        _ ref: String,
        by acting: ActingAccount,
        _ provision: inout Provision,
        _ act: (inout ContractActing) throws -> Void
    ) throws -> JSONValue {
        let seen = try visibleContract(ref, to: acting)
        try acting.require(.keepContracts, customer: seen.customerID)
        // Two contracts of a customer must not come to overlap at the same time.
        if let customer = seen.customerID { _ = try lockChain(customer) }
        let head = try lockChain(seen.id)
        let contract = try visibleContract(ref, to: acting)
        var state = ContractActing(
            connection: self,
            acting: acting,
            contract: contract,
            head: head,
            provision: provision
        )
        try act(&state)
        provision = state.provision
        return .int(state.head.seq)
    }

    /// Returns a contract that the account may see, by what people call it.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func visibleContract(_ ref: String, to acting: ActingAccount) throws -> Contract {
        if let contract = try contract(ref: ref), try sees(contract, acting) { return contract }
        let names = try contracts().filter { try sees($0, acting) }.map(\.ref)
        throw UseError.unknown("contract", ref, among: names, list: "contract list")
    }

    /// Whether an account may see a contract: a customer sees the own ones alone.
    func sees(_ contract: Contract, _ acting: ActingAccount) throws -> Bool {
        guard let customer = try contract.customerID.flatMap({ try self.customer($0) }) else {
            return !acting.isCustomer && !acting.grants.isEmpty
        }
        return acting.knows(customer)
    }

    /// Returns who pays the hours of a contract.
    func drawDown(of contract: Int64) throws -> DrawDown {
        DrawDown(
            of: try work(under: contract, billable: true),
            from: try blocks(of: contract)
        )
    }

    /// Refuses a contract that covers what another one of its customer covers.
    func refuseOverlap(of contract: Contract) throws {
        guard let customer = contract.customerID else { return }
        try contractBook(of: customer).refuseOverlap(with: contract.ref)
    }
}

extension CalendarDay {
    /// The last day that can be stored.
    static let latest = Instant.latest.day
}

extension Contract {
    /// All codes of the contract, by the names of the columns.
    fileprivate var codes: JSONValue {
        [
            "ref": .text(ref), "customer_id": customerID.map { .int($0) } ?? .null,
            "vendor_id": vendorID.map { .int($0) } ?? .null, "model": .text(model.rawValue),
            "starts_day": .text(startsDay.description), "ends_day": .text(endsDay?.description),
        ]
    }
}

extension CoveredService {
    /// All codes of the service, by the names of the columns.
    fileprivate var facts: JSONValue {
        [
            "service_id": .int(id), "product_id": productID.map { .int($0) } ?? .null,
            "name": .text(name), "from_day": .text(fromDay.description),
            "to_day": .text(toDay?.description),
        ]
    }
}

extension HourBlock {
    /// All codes of the block, by the names of the columns.
    fileprivate var facts: JSONValue {
        [
            "block_id": .int(id), "bought_min": .int(boughtMinutes),
            "bought_day": .text(boughtDay.description),
            "expires_day": .text(expiresDay?.description),
        ]
    }
}
