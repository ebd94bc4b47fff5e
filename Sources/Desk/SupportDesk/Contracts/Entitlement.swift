package import MainstayCore

/// A service that managed services or a fixed price cover, and when.
package struct CoveredService: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// The contract it belongs to.
    package let contractID: Int64
    /// The product it is about; `nil`: whatever the request is about.
    package let productID: Int64?
    /// What people call it.
    package let name: String
    /// Its first day.
    package let fromDay: CalendarDay
    /// Its last day; `nil`: until the contract ends.
    package var toDay: CalendarDay?

    /// Creates a service.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a name that breaks the rules, and
    ///   with ``DeskError/Code/contract`` for one that ends before it begins.
    package init(
        id: Int64,
        contract: Int64,
        product: Int64?,
        name: String,
        period: (from: CalendarDay, to: CalendarDay?)
    ) throws(DeskError) {
        if let to = period.to, to < period.from {
            throw DeskError(
                .contract,
                "Service '\(name)' ends on \(to), expected \(period.from) or later"
            )
        }
        self.id = id
        contractID = contract
        productID = product
        self.name = try DeskText.name(name)
        (fromDay, toDay) = period
    }

    /// Whether it covers what is asked of a product on a day; a request on no product is covered.
    func covers(product: Int64?, on day: CalendarDay) -> Bool {
        let isInTime = fromDay <= day && toDay.map { day <= $0 } ?? true
        return isInTime && (productID == nil || product == nil || productID == product)
    }
}

/// What a ticket asks for, as a contract sees it.
package struct Demand: Sendable, Hashable {
    /// What kind of request it is.
    package let kind: TicketKind
    /// How it came.
    package let channel: TicketChannel
    /// The level that works on it.
    package let level: SupportLevel
    /// The product it is about.
    package let productID: Int64?
    /// The line that the customer runs and its phase, where that is known.
    package var line: (id: Int64, phase: LifecyclePhase)? {
        get { lineID.flatMap { id in phase.map { (id, $0) } } }
        set { (lineID, phase) = (newValue?.id, newValue?.phase) }
    }

    private var lineID: Int64?
    private var phase: LifecyclePhase?

    /// What a ticket asks for, on a line that is not known.
    package init(_ ticket: Ticket) {
        self.init(ticket.classification.kind, ticket.origin, at: ticket.level)
    }

    /// What a request would ask for at a level.
    package init(_ kind: TicketKind, _ origin: TicketOrigin, at level: SupportLevel) {
        self.kind = kind
        self.level = level
        channel = origin.channel
        productID = origin.productID
    }
}

/// In what a demand goes beyond its contract.
package enum Excess: Sendable, Hashable {
    /// The contract does not hold on the day: `ended on 2026-03-01`.
    case period(String)
    /// The demand came in a way that is not agreed; the agreed ones.
    case channel(TicketChannel, agreed: Set<TicketChannel>)
    /// It went deeper than agreed.
    case level(SupportLevel, highest: SupportLevel)
    /// The term covers other products.
    case product
    /// The term covers other lines of the product.
    case line
    /// The term covers the line in other phases.
    case phase(LifecyclePhase)
    /// None of the services that are covered is about the product, or it is over.
    case service
    /// The hours that were bought are used up; so many minutes are paid by no block.
    case hours(overdrawn: Int64)

    /// One clause for people: `level 3 is beyond level 2`.
    package var words: String {
        switch self {
        case .period(let words): "its contract \(words)"
        case .channel(let channel, let agreed):
            "by \(channel.rawValue), agreed is \(agreed.map(\.rawValue).sorted().listed())"
        case .level(let level, let highest):
            "level \(level.rawValue) is beyond level \(highest.rawValue)"
        case .product: "its product is not covered"
        case .line: "its line is not covered"
        case .phase(let phase): "its line is not covered in phase \(phase.rawValue)"
        case .service: "no service that is covered is about it"
        case .hours(let overdrawn):
            overdrawn > 0
                ? "the hours are overdrawn by \(overdrawn) minutes" : "the hours are used up"
        }
    }
}

/// What a customer may ask for on one day.
///
/// It says in what a demand goes beyond it; that is shown, and stops a demand only where a person
/// says so, never a defect or security ticket.
package struct Entitlement: Sendable, Hashable {
    /// The contract.
    package let contract: Contract
    /// Its term in force; `nil` before the first.
    package let term: ContractTerm?
    /// The services that it covers.
    package let services: [CoveredService]
    /// Who pays its hours.
    package let drawDown: DrawDown

    /// Creates what a contract allows.
    package init(
        _ contract: Contract,
        _ term: ContractTerm?,
        services: [CoveredService] = [],
        drawDown: DrawDown = DrawDown(of: [:], from: [])
    ) {
        self.contract = contract
        self.term = term
        self.services = services
        self.drawDown = drawDown
    }

    /// Returns in what a demand goes beyond the contract on a day; empty where it is within.
    package func excesses(of demand: Demand, on day: CalendarDay) -> [Excess] {
        if let obstacle = contract.obstacle(on: day) { return [.period(obstacle)] }
        guard let term else { return [.period("has no term yet")] }
        var excesses: [Excess] = []
        if !term.channels.isEmpty, !term.channels.contains(demand.channel) {
            excesses.append(.channel(demand.channel, agreed: term.channels))
        }
        if demand.level > term.highestLevel {
            excesses.append(.level(demand.level, highest: term.highestLevel))
        }
        if let excess = term.excess(of: demand) { excesses.append(excess) }
        let needsService = contract.model == .managedServices || !services.isEmpty
        let isServed = services.contains { $0.covers(product: demand.productID, on: day) }
        if needsService, !isServed { excesses.append(.service) }
        if contract.model == .prepaidBlock, drawDown.left(on: day) == 0 {
            excesses.append(.hours(overdrawn: drawDown.overdrawn(until: day)))
        }
        return excesses
    }

    /// Whether a person may refuse such a ticket for going beyond: not a defect's or security's.
    package static func mayStop(_ kind: TicketKind) -> Bool {
        ![.defect, .security].contains(kind)
    }
}

extension ContractTerm {
    /// In what a demand goes beyond the products and lines that are covered.
    fileprivate func excess(of demand: Demand) -> Excess? {
        guard covers(product: demand.productID) else { return .product }
        let places = coverage.filter { $0.productID == demand.productID }
        guard let line = demand.line, !places.isEmpty else { return nil }
        let ofLine = places.filter { $0.lineID == nil || $0.lineID == line.id }
        if ofLine.isEmpty { return .line }
        let isInPhase = ofLine.contains { $0.phases.isEmpty || $0.phases.contains(line.phase) }
        return isInPhase ? nil : .phase(line.phase)
    }
}
