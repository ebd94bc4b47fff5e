package import MainstayCore
import Storage
package import SupportDesk

/// One of the fifteen requests of the demonstration.
package struct DemoRequest: Sendable, Hashable {
    /// Where it was solved, or shall be.
    package let level: SupportLevel
    /// What the customer wanted, in one line.
    package let title: String
    /// What solved it, in one line.
    package let means: String
    /// The ticket; for level 0, where there is none, the slug of the article.
    package let ref: String
    /// The defect that it led to.
    package var defect: String?
    /// Whether it is solved; one that needs what is still to come is not.
    package var isSolved = true
}

/// The people of the demonstration's desk.
enum DemoWorker: String, CaseIterable {
    /// First contact.
    case anna
    /// Deeper analysis.
    case ben
    /// A product specialist.
    case mara
    /// A customer.
    case carl

    /// The name for others to read.
    var name: String {
        switch self {
        case .anna: "Anna Sommer"
        case .ben: "Ben Adeyemi"
        case .mara: "Mara Lindqvist"
        case .carl: "Carl Ek"
        }
    }
}

/// A support desk for the demonstration's project: product, people, contract, articles, and fifteen
/// requests, three for each level.
///
/// All of it is made by the uses that people have, each by the account of who would do it.
package struct DemoDesk: Sendable {
    /// The prefix of the product.
    package static let product = "QUAY"
    /// The short name of the customer.
    static let customer = "acme"
    /// The line that the customer runs.
    static let line = "2.0"
    /// The release that the customer runs.
    static let release = "2.0.1"

    let desk: Desk
    let repository: DemoRepository
    let tools: CodeTools
    let now: Instant
    private var people: [DemoWorker: Desk] = [:]

    /// Fills an installation that has nothing but its first administrator, who is `desk`'s account.
    ///
    /// - Parameters:
    ///   - desk: The desk, as an administrator and release manager.
    ///   - repository: The project.
    ///   - tools: For reading the project.
    ///   - now: The present; what happens before it is entered as past.
    /// - Returns: The requests, by level.
    /// - Throws: What a use throws, and ``DemoError`` where the demonstration contradicts itself.
    package static func fill(
        _ desk: Desk,
        from repository: DemoRepository,
        _ tools: CodeTools,
        now: Instant = .now
    ) async throws -> [DemoRequest] {
        var demo = DemoDesk(desk: desk, repository: repository, tools: tools, now: now)
        try await demo.setUpProduct()
        try await demo.setUpPeople()
        try await demo.setUpContract()
        try await demo.writeArticles()
        let requests =
            try await demo.solveAlone() + demo.solveAtFirstContact() + demo.solveByAnalysis()
            + demo.solveInCode() + demo.solveWithVendors()
        _ = try await desk.scan(Self.product, fetching: false, tools)
        return requests
    }

    private init(desk: Desk, repository: DemoRepository, tools: CodeTools, now: Instant) {
        (self.desk, self.repository, self.tools, self.now) = (desk, repository, tools, now)
    }

    /// The desk as one of its people uses it.
    func asking(_ person: DemoWorker) throws -> Desk {
        guard let desk = people[person] else {
            throw DemoError(message: "The demonstration has no \(person.rawValue)", hint: nil)
        }
        return desk
    }

    private func setUpProduct() async throws {
        let product = Self.product
        try await desk.makeProduct(prefix: product, name: "quayd")
        try await desk.setLevels(
            of: product,
            [
                .selfService: "Self-service", .firstContact: "Hotline", .analysis: "Analysis",
                .specialists: "quayd team", .vendor: "Vendors",
            ]
        )
        let items: Set = ["steps to reproduce", "what was tried"]
        try await desk.setHandoverItems(of: product, at: .specialists, items)
        _ = try await desk.setRepository(of: product, url: repository.path, publicURL: nil)
        _ = try await desk.scan(product, fetching: true, tools)
        try await desk.makeCustomer(Self.customer, name: "Acme Ltd", kind: .company)
    }

    private mutating func setUpPeople() async throws {
        for person in DemoWorker.allCases {
            var account = NewAccount(login: person.rawValue, name: person.name)
            let isCustomer = person == .carl
            account.customer = isCustomer ? Self.customer : nil
            account.email = "\(person.rawValue)@\(isCustomer ? "acme" : "quayd").example"
            try await desk.makeAccount(account)
            let role: Role = isCustomer ? .customer : person == .mara ? .engineer : .agent
            let grant = GrantWords(
                role,
                product: isCustomer ? nil : Self.product,
                customer: isCustomer ? Self.customer : nil
            )
            try await desk.setRole(of: person.rawValue, grant, isGiven: true)
            let token = try await desk.makeToken(
                for: person.rawValue,
                name: "demo",
                roles: [],
                expiresAt: now.advanced(by: 3_600_000)
            )
            people[person] = Desk(desk.instance, as: .token(token.secret), zones: desk.zones)
        }
        let levels: [(DemoWorker, SupportLevel)] = [
            (.anna, .firstContact), (.ben, .analysis), (.mara, .specialists),
        ]
        for (person, level) in levels {
            let words = MembershipWords(
                login: person.rawValue,
                level: level,
                product: Self.product,
                component: nil
            )
            _ = try await desk.setMember(words, isMember: true)
        }
    }

    private func setUpContract() async throws {
        let start = CalendarDay(secondsSince1970: now.milliseconds / 1000 - 365 * 86_400)
        let beginning = Instant(milliseconds: Int64(start.daysSince1970) * 86_400_000)
        var always = CalendarWords()
        always.isAlways = true
        try await desk.makeCalendar("24x7", always, from: beginning)
        var office = CalendarWords()
        office.zone = "Europe/Berlin"
        let days = ["mon", "tue", "wed", "thu", "fri"]
        let hours: JSONValue = [["08:00", "20:00"]]
        office.weekly = .object(Dictionary(uniqueKeysWithValues: days.map { ($0, hours) }))
        try await desk.makeCalendar("12x5", office, from: beginning)
        var contract = NewContract(
            "ACME-1",
            with: .customer(Self.customer),
            model: .timeAndMaterials,
            from: start
        )
        contract.terms.calendar = "12x5"
        contract.terms.roundTo = 15
        contract.terms.coverage = [
            CoverageWords(product: Self.product, line: Self.line, phases: [])
        ]
        contract.terms.targets =
            Self.targets(.p1, reaction: 30, fix: 8 * 60, calendar: "24x7")
            + Self.targets(.p2, reaction: 120, fix: 16 * 60)
            + Self.targets(.p3, reaction: 240, fix: 36 * 60)
        try await desk.makeContract(contract)
        _ = try await desk.install(
            Self.release,
            of: Self.product,
            at: Self.customer,
            since: start
        )
    }

    private static func targets(
        _ priority: Priority,
        reaction: Int64,
        fix: Int64,
        calendar: String? = nil
    ) -> [TargetWords] {
        [
            TargetWords(priority, .reaction, minutes: reaction, calendar: calendar),
            TargetWords(priority, .fix, minutes: fix, calendar: calendar),
        ]
    }
}
