/// What a judgement goes by: the matrix in force and the service code of the contract's term.
package struct PriorityBasis: Sendable, Hashable {
    /// The matrix that the contract names, or the one in force.
    package let matrix: PriorityMatrix
    /// The contract's code; `nil` without a contract or without a code in it.
    package let serviceCode: ServiceCode?

    /// Creates a basis.
    package init(_ matrix: PriorityMatrix, serviceCode: ServiceCode? = nil) {
        self.matrix = matrix
        self.serviceCode = serviceCode
    }
}

/// How a person judges a ticket.
package struct Judgement: Sendable, Hashable {
    /// How much is at stake.
    package let impact: Grade
    /// How soon it is needed.
    package let urgency: Grade
    /// The priority in place of the computed one; `nil` to go by the matrix.
    package var byHand: Priority?
    /// Why, in words; needed for a priority by hand.
    package var reason: String?

    /// Creates a judgement that goes by the matrix.
    package init(impact: Grade, urgency: Grade) {
        self.impact = impact
        self.urgency = urgency
    }
}

/// How a ticket was judged, and the priority that follows.
package struct PriorityStanding: Sendable, Hashable {
    /// How much is at stake, as we see it.
    package internal(set) var impact = Grade.medium
    /// How soon it is needed, as we see it.
    package internal(set) var urgency = Grade.medium
    /// The version of the matrix that was used.
    package internal(set) var matrixVersion: Int64
    /// The service code that was used.
    package internal(set) var serviceCode: ServiceCode?
    /// The priority.
    package internal(set) var priority: Priority
    /// Whether a person has judged the ticket at all.
    package internal(set) var isJudged = false
    /// Whether a person set the priority by hand.
    package internal(set) var isOverridden = false

    /// The standing of a ticket that nobody has judged: 3 x 3.
    init(unjudgedBy basis: PriorityBasis) {
        matrixVersion = basis.matrix.version
        serviceCode = basis.serviceCode
        priority = basis.matrix.priority(impact: .medium, urgency: .medium)
            .adjusted(by: basis.serviceCode)
    }

    /// The standing after a judgement.
    init(_ judgement: Judgement, by basis: PriorityBasis) {
        self.init(unjudgedBy: basis)
        impact = judgement.impact
        urgency = judgement.urgency
        isJudged = true
        isOverridden = judgement.byHand != nil
        priority =
            judgement.byHand
            ?? basis.matrix.priority(impact: impact, urgency: urgency)
            .adjusted(by: basis.serviceCode)
    }

    /// The priority that the same grades have by another basis; one by hand stays.
    package func judgedAgain(by basis: PriorityBasis) -> Priority {
        if isOverridden { return priority }
        return basis.matrix.priority(impact: impact, urgency: urgency)
            .adjusted(by: basis.serviceCode)
    }

    /// How the priority came about: `P1 = impact 2 x urgency 3 (P2), code -1, matrix of 2026-03`.
    ///
    /// Without a contract's code that part is left out. `not judged yet` follows where it is so; a
    /// priority by hand says which one it replaced: `P1 by hand, not P3 = ...`.
    /// - Precondition: `matrix` has the standing's ``matrixVersion``.
    package func explanation(by matrix: PriorityMatrix) -> String {
        let cell = matrix.priority(impact: impact, urgency: urgency)
        var parts = ["impact \(impact.rawValue) x urgency \(urgency.rawValue) (\(cell))"]
        if let serviceCode {
            parts.append("code \(serviceCode == .lowered ? "+" : "")\(serviceCode.rawValue)")
        }
        parts.append(matrix.name)
        if !isJudged { parts.append("not judged yet") }
        let result =
            isOverridden
            ? "\(priority) by hand, not \(cell.adjusted(by: serviceCode))" : "\(priority)"
        return "\(result) = \(parts.joined(separator: ", "))"
    }
}

extension Ticket {
    /// Whether the customer's own urgency is another than ours, which somebody has judged.
    package var isUrgencyDisputed: Bool {
        standing.isJudged && customerUrgency.map { $0 != standing.urgency } ?? false
    }
}

extension TicketChange {
    /// Judges the ticket by the basis in force now, which it keeps.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/reason`` for a priority by hand without a
    ///   reason, ``DeskError/Code/status`` or ``DeskError/Code/staffOnly``.
    package mutating func prioritise(
        _ judgement: Judgement,
        by basis: PriorityBasis
    ) throws(DeskError) {
        try requireStaff("prioritise")
        try requireUnclosed("prioritised")
        let reason = DeskText.words(ifAny: judgement.reason)
        if let priority = judgement.byHand, reason == nil {
            throw DeskError(
                .reason,
                "Priority \(priority) by hand of ticket \(ticket.ref) has no reason",
                hint: "Say why, or give impact and urgency alone"
            )
        }
        record(.prioritised, text: reason) { $0.standing = PriorityStanding(judgement, by: basis) }
    }

    /// Sets how urgent it feels to the customer; `nil` takes it back.
    ///
    /// The priority stays. Staff may do it for the customer.
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` or ``DeskError/Code/unchanged``.
    package mutating func setCustomerUrgency(_ urgency: Grade?) throws(DeskError) {
        try requireUnclosed("changed in urgency")
        try requireChange(ticket.customerUrgency, urgency, "customer's urgency")
        record(.urgencySet) { $0.customerUrgency = urgency }
    }
}
