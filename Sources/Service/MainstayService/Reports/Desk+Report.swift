import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Desk {
    /// Returns how the desk did in a span of days, as far as the account may see it.
    ///
    /// It reads the events of each ticket once: all that were open in the span. What it tells of
    /// the past is what the events tell, recorded late or not; only kind, urgency and contract
    /// are those of today.
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``, ``UseError/Code/unknown`` or
    ///   ``UseError/Code/refused``; ``DeskError`` for a calendar or zone that is gone.
    package func report(_ query: ReportQuery) async throws -> ReportView {
        let zones = zones
        return try await read { connection, acting in
            try acting.requireAnyRole()
            var scope = try ReportScope(connection, query, acting)
            return try scope.view(zones)
        }
    }
}

/// What one report looks at.
private struct ReportScope {
    let connection: any Connection
    let acting: ActingAccount
    let span: ReportSpan
    let filter: TicketFilter
    let product: Product?
    let customer: Customer?
    var book: EntitlementBook

    init(_ connection: any Connection, _ query: ReportQuery, _ acting: ActingAccount) throws {
        self.connection = connection
        self.acting = acting
        span = try ReportSpan(query, now: connection.now())
        product = try query.product.map { try connection.knownProduct($0) }
        customer = try query.customer.map { try connection.knownCustomer($0, to: acting) }
        book = EntitlementBook(connection)
        var filter = TicketFilter(for: acting)
        filter.statuses = Set(TicketStatus.allCases)
        filter.product = product?.id
        filter.customer = customer?.id
        self.filter = filter
    }

    mutating func view(_ zones: TimeZones) throws -> ReportView {
        let contracts = try connection.contracts()
        let rows = try connection.reportRows(filter, in: span.instants)
        var replay = TicketReplay(
            connection,
            until: span.last,
            isForCustomer: acting.isCustomer,
            zones
        )
        let read = try replay.read(rows)
        let byNumber = Dictionary(uniqueKeysWithValues: contracts.map { ($0.id, $0) })
        var tickets: [ReportedTicket] = []
        for row in rows {
            guard var ticket = read[row.id] else { continue }
            if let contract = row.contractID.flatMap({ byNumber[$0] }) {
                ticket.isBeyond = try isBeyond(row, ticket.course, contract)
            }
            tickets.append(ticket)
        }
        let uses = acting.isCustomer ? [] : try countedUses()
        let report = DeskReport(
            tickets,
            contracts: byNumber.mapValues(\.ref),
            selfSolved: uses.count { $0.outcome == .solved },
            in: span.instants
        )
        return ReportView(
            span: span,
            product: product?.prefix,
            customer: customer?.ref,
            isForCustomer: acting.isCustomer,
            report: report,
            hours: try hours(of: contracts),
            lateSteps: acting.isCustomer ? [] : try lateSteps(),
            articles: try articles(uses, rows, solved: Set(report.solved))
        )
    }

    /// Whether a ticket goes beyond its contract at the level that has or had it last; nobody asks
    /// where a customer reads.
    private mutating func isBeyond(
        _ row: ReportRow,
        _ course: TicketCourse,
        _ contract: Contract
    ) throws -> Bool {
        guard let level = course.solvedLevel ?? course.currentLevel else { return false }
        let end = min(row.closedAt ?? span.last, span.last)
        return try
            !book.excesses(
                of: Demand(row.kind, row.origin, at: level),
                release: row.customerRelease,
                beyond: contract,
                at: end
            )
            .isEmpty
    }

    private func hours(of contracts: [Contract]) throws -> [ReportView.Hours] {
        let day = span.last.day
        var hours: [ReportView.Hours] = []
        for contract in contracts where contract.model == .prepaidBlock {
            guard customer == nil || contract.customerID == customer?.id, contract.holds(on: day),
                try connection.sees(contract, acting)
            else { continue }
            let term = try connection.terms(of: contract.id).inForce(at: span.last)
            if let product, let term, !term.covers(product: product.id) { continue }
            let drawDown = try connection.drawDown(of: contract.id)
            let owner = try contract.customerID.flatMap { try connection.customer($0)?.ref }
            hours.append(
                ReportView.Hours(
                    contract: contract.ref,
                    customer: owner ?? "",
                    leftMinutes: drawDown.left(on: day),
                    overdrawnMinutes: drawDown.overdrawn(until: day)
                )
            )
        }
        return hours
    }

    private func lateSteps() throws -> [ReportView.LateStep] {
        var late: [ReportView.LateStep] = []
        for (chain, step) in try connection.lateSteps(at: span.last) {
            guard let ref = try visibleRef(of: chain) else { continue }
            late.append(
                ReportView.LateStep(
                    ref: ref,
                    position: step.position,
                    what: step.what,
                    owner: try connection.logins(of: [step.ownerID])[step.ownerID] ?? "?",
                    dueDay: step.dueDay
                )
            )
        }
        return late
    }

    /// What people call a ticket or defect; `nil` for one that the report leaves out.
    private func visibleRef(of chain: Int64) throws -> String? {
        if let ticket = try connection.ticket(chain) {
            let isMeant =
                [nil, ticket.origin.productID].contains(product?.id)
                && [nil, ticket.origin.customerID].contains(customer?.id)
            return try isMeant && connection.isVisible(ticket, to: acting) ? ticket.ref : nil
        }
        guard customer == nil, let defect = try connection.defect(chain),
            [nil, defect.productID].contains(product?.id)
        else { return nil }
        return try connection.isVisible(defect, to: acting) ? defect.ref : nil
    }
}

/// What articles solved.
extension ReportScope {
    /// The uses of articles that count: by readers and on products that the report is about and
    /// that the account may see, and all that tickets made.
    private func countedUses() throws -> [ArticleUse] {
        let uses = try connection.articleSuccesses(in: span.instants)
        let products = try products(of: Set(uses.map(\.articleID)))
        return uses.filter { use in
            if use.outcome == .linked { return true }
            let about = products[use.articleID] ?? []
            if let product, !about.contains(product.id) { return false }
            if let customer, use.customerID != customer.id { return false }
            guard case .some(let seen, let customers) = filter.sight else { return true }
            return !about.isDisjoint(with: seen) || use.customerID.map(customers.contains) ?? false
        }
    }

    private func products(of articles: Set<Int64>) throws -> [Int64: Set<Int64>] {
        guard !articles.isEmpty else { return [:] }
        let scopes = try connection.scopes(of: articles.sorted())
        var products = scopes.mapValues { Set($0.map(\.productID)) }
        for id in articles {
            if let product = try connection.article(id)?.productID {
                products[id, default: []].insert(product)
            }
        }
        return products
    }

    private func articles(
        _ uses: [ArticleUse],
        _ rows: [ReportRow],
        solved: Set<String>
    ) throws -> [ReportView.ArticleSuccess] {
        let refs = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.ref) })
        var successes: [ReportView.ArticleSuccess] = []
        for (id, those) in Dictionary(grouping: uses, by: \.articleID) {
            let numbers = Set(those.filter { $0.outcome == .linked }.compactMap(\.ticketID))
            let tickets = numbers.sorted().compactMap { refs[$0] }.filter(solved.contains)
            let alone = those.count { $0.outcome == .solved }
            guard alone > 0 || !tickets.isEmpty, let article = try connection.article(id) else {
                continue
            }
            let language = article.language == .english ? "" : " (\(article.language))"
            successes.append(
                ReportView.ArticleSuccess(
                    slug: article.slug + language,
                    title: article.title,
                    alone: alone,
                    tickets: tickets
                )
            )
        }
        return successes.sorted {
            ($1.alone + $1.tickets.count, $0.slug) < ($0.alone + $0.tickets.count, $1.slug)
        }
    }
}
