import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Desk {
    /// Returns a ticket with all that the viewer may see of it.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func show(_ ref: String) async throws -> TicketView {
        let zones = zones
        return try await read { connection, acting in
            let ticket = try connection.visibleTicket(ref, to: acting)
            return try connection.view(of: ticket, for: acting, zones)
        }
    }

    /// Returns a ticket as ``show(_:)`` does; `nil` where the viewer does not see it.
    package func showIfVisible(_ ref: String) async throws -> TicketView? {
        do {
            return try await show(ref)
        } catch let error as UseError where error.code == .unknown {
            return nil
        }
    }

    /// Returns a page of tickets in the order of the queue.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` or ``UseError/Code/forbidden``.
    package func list(_ query: TicketQuery) async throws -> TicketPage {
        try await read { connection, acting in
            let filter = try connection.filter(for: query, by: acting)
            let after = try query.after.flatMap { try connection.summary(of: $0, to: acting) }
            let found =
                if let words = query.words {
                    try connection.find(words, filter, after: after, for: acting, query.limit + 1)
                } else {
                    try connection.tickets(filter, after: after, limit: query.limit + 1)
                }
            let tickets = Array(found.prefix(query.limit))
            var clocks = try connection.listedClocks(of: tickets.map(\.id))
            if acting.isCustomer { clocks = clocks.mapValues { $0.filter { !$0.isInternal } } }
            return TicketPage(
                tickets: tickets,
                clocks: clocks,
                readAt: try connection.now(),
                hasMore: found.count > query.limit,
                names: try connection.names(of: tickets)
            )
        }
    }
}

extension Connection {
    /// Returns tickets with all words that a filter lets through, the newest first.
    fileprivate func find(
        _ words: String,
        _ filter: TicketFilter,
        after: TicketSummary?,
        for acting: ActingAccount,
        _ limit: Int
    ) throws -> [TicketSummary] {
        let ids = try search(
            SearchQuery(words),
            for: acting.isCustomer ? .customer : .staff,
            where: filter.condition,
            before: after?.id,
            limit: limit
        )
        return try ticketSummaries(ids)
    }

    fileprivate func view(
        of ticket: Ticket,
        for acting: ActingAccount,
        _ zones: TimeZones
    ) throws -> TicketView {
        let events = try events(of: ticket.id)
        var history = TicketHistory()
        for event in events { try history.replay(try event.facts, occurredAt: event.occurredAt) }
        let hidden = try defectsInFacts(of: events)
            .filter { id in try defect(id).map { try !isVisible($0, to: acting) } ?? false }
        let seen = events.filter { event in
            acting.sees(event) && !(event.defectInFacts.map(hidden.contains) ?? false)
        }
        let levels = try levels(of: ticket.origin.productID)
        let members = try responsible(for: ticket)
        let matrices = try priorityMatrices()
        let matrix = matrices.first { $0.version == ticket.standing.matrixVersion }
        let tasks = acting.isCustomer ? [] : try openTasks(on: ticket.id)
        let steps = acting.isCustomer ? [] : try steps(on: ticket.id)
        let accounts =
            seen.map(\.actorID) + members + tasks.compactMap(\.accountID) + steps.map(\.ownerID)
            + [ticket.origin.reporterID] + [ticket.assigneeID].compactMap { $0 }
            + seen.flatMap { $0.accountsInFacts }
        let product = Set([ticket.origin.productID].compactMap { $0 })
        var names = try names(
            accounts: Set(accounts),
            products: product,
            customers: Set([ticket.origin.customerID].compactMap { $0 })
        )
        names.components = try self.names(
            "name",
            of: "component",
            where: "product_id",
            isIn: product
        )
        names.contracts = try self.names("ref", of: "contract", isIn: seen.contractsInFacts)
        let told = defectsInFacts(of: seen)
        if !told.isEmpty {
            names.defects = try self.names("ref", of: "defect", isIn: told)
            names.lines = try self.names(
                "name",
                of: "release_line",
                where: "product_id",
                isIn: product
            )
        }
        let cases = try cases(of: ticket, for: acting)
        for found in cases { names.cases[found.vendorCase.id] = found.vendorCase.ref }
        return TicketView(
            ticket: ticket,
            version: events.last?.seq ?? 0,
            priority: matrix.map { ticket.standing.explanation(by: $0) } ?? "",
            levels: levels,
            responsible: members.compactMap { names.login($0) },
            statusSince: history.statusSince ?? ticket.openedAt,
            events: seen,
            defects: try standings(ofDefectsOf: ticket, for: acting),
            cases: cases,
            links: try links(of: ticket.id)
                .filter { link in
                    try self.ticket(link.otherID).map { try isVisible($0, to: acting) } ?? false
                },
            labels: acting.isCustomer ? [] : try labels(on: ticket.id),
            tasks: tasks,
            steps: steps,
            lateSteps: try lateSteps(of: steps),
            attachments: try attachments(on: ticket.id)
                .filter { file in
                    !file.name.isEmpty && seen.contains { $0.seq == file.eventSeq }
                },
            clocks: try clocks(of: ticket, zones, for: acting),
            readAt: try now(),
            contract: try contract(of: ticket),
            time: acting.isCustomer ? [] : try timeEntries(on: ticket.id),
            material: acting.isCustomer ? [] : try materialEntries(on: ticket.id),
            names: names
        )
    }

    private func clocks(
        of ticket: Ticket,
        _ zones: TimeZones,
        for acting: ActingAccount
    ) throws -> TicketReadings {
        var book = ClockBook(self, zones)
        let readings = try book.readings(of: ticket, at: try now())
        return acting.isCustomer ? readings.ofCustomer : readings
    }

    private func lateSteps(of steps: [ActionStep]) throws -> Set<Int64> {
        if steps.allSatisfy(\.isSettled) { return [] }
        let today = CalendarDay(secondsSince1970: try now().milliseconds / 1000)
        return Set(steps.filter { $0.isLate(on: today) }.map(\.id))
    }

    /// The defects that events name.
    private func defectsInFacts(of events: [Event]) -> Set<Int64> {
        Set(events.compactMap(\.defectInFacts))
    }

    fileprivate func filter(for query: TicketQuery, by acting: ActingAccount) throws -> TicketFilter
    {
        try acting.requireAnyRole()
        if query.label != nil { try acting.requireStaff(toSee: "labels") }
        var filter = TicketFilter(for: acting)
        filter.product = try query.product.map { try knownProduct($0).id }
        filter.customer = try query.customer.map { try knownCustomer($0, to: acting).id }
        filter.statuses = query.statuses
        filter.level = query.level
        filter.kind = query.kind
        filter.assignee = try query.assignee.map {
            try $0.map { try knownAccount($0, to: acting).id }
        }
        filter.label = try query.label.map { name in
            guard let label = try labels(for: nil).first(where: { $0.name == name }) else {
                throw UseError.unknown("label", name, list: "ticket labels")
            }
            return label.id
        }
        return filter
    }

    fileprivate func summary(of ref: String, to acting: ActingAccount) throws -> TicketSummary? {
        let ticket = try visibleTicket(ref, to: acting)
        return try ticketSummaries([ticket.id]).first
    }

    fileprivate func names(of tickets: [TicketSummary]) throws -> Names {
        try names(
            accounts: Set(tickets.compactMap { $0.assigneeID }),
            products: Set(tickets.compactMap { $0.productID }),
            customers: Set(tickets.compactMap { $0.customerID })
        )
    }

    /// Returns what people call these things.
    func names(
        accounts: Set<Int64>,
        products: Set<Int64> = [],
        customers: Set<Int64> = []
    ) throws -> Names {
        var names = Names()
        names.logins = try logins(of: accounts)
        names.products = try self.names("prefix", of: "product", isIn: products)
        names.customers = try self.names("ref", of: "customer", isIn: customers)
        return names
    }
}

extension ActingAccount {
    /// Whether it sees an event of a ticket that it sees.
    func sees(_ event: Event) -> Bool { !isCustomer || event.isForCustomers }
}

extension Event {
    /// Whether a customer who sees the ticket sees it: under embargo he is a follower, and its kind
    /// decides as it does elsewhere.
    fileprivate var isForCustomers: Bool {
        audience == .customer
            || audience == .embargo && TicketEventKind(rawValue: kind)?.audience == .customer
    }

    /// The defect that the facts name.
    fileprivate var defectInFacts: Int64? { (try? facts)?["defect_id"]?.int }

    /// The accounts that the facts name.
    fileprivate var accountsInFacts: [Int64] {
        guard let facts = try? facts else { return [] }
        let places = [facts, facts["now"], facts["was"]].compactMap { $0 }
        let keys = ["assignee_id", "from_account_id", "to_account_id", "owner_id", "account_id"]
        return places.flatMap { place in keys.compactMap { place[$0]?.int } }
    }
}

extension Sequence<Event> {
    /// The contracts that the facts put the ticket under.
    fileprivate var contractsInFacts: Set<Int64> {
        Set(
            flatMap { event -> [Int64] in
                let facts = try? event.facts
                return ["was", "now"].compactMap { facts?[$0]?["contract_id"]?.int }
            }
        )
    }
}

extension TicketFilter {
    /// Lets through what is open and may be seen by an account.
    init(for acting: ActingAccount) {
        self.init(
            viewer: acting.account.id,
            sight: acting.grants.sight,
            embargoSight: acting.grants.filter { $0.role == .security }.sight
        )
    }
}

extension Sequence<RoleGrant> {
    /// Whose tickets these grants show.
    fileprivate var sight: TicketFilter.Sight {
        var products: Set<Int64> = []
        var customers: Set<Int64> = []
        for grant in self {
            switch grant.scope {
            case .everywhere: return .all
            case .product(let id): products.insert(id)
            case .customer(let id): customers.insert(id)
            case .advisory: break
            }
        }
        return .some(products: products, customers: customers)
    }
}
