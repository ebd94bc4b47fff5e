package import MainstayCore

/// What support costs.
package enum SupportTier: String, Sendable, Hashable, CaseIterable {
    /// Nothing: no targets.
    case free
    /// Paid for.
    case premium
}

/// What a contract promises from a moment on; a change is a new term, never an edit.
package struct ContractTerm: Sendable, Hashable {
    /// The contract.
    package let contractID: Int64
    /// From when on it holds, until the next term of the contract does.
    package var validFrom: Instant
    /// When it was agreed, by the desk's clock.
    package var createdAt: Instant
    /// The name of the calendar whose hours count.
    package var calendar: String
    /// How clocks run, how time is rounded, at which rests of hours to warn.
    package var policy = ContractPolicy()
    /// What support costs.
    package var tier = SupportTier.premium
    /// How requests may come; empty: in every way.
    package var channels: Set<TicketChannel> = []
    /// The deepest level that works on requests.
    package var highestLevel = SupportLevel.vendor
    /// What is added to a priority; `nil`: nothing, and nothing is said of it.
    package var serviceCode: ServiceCode?
    /// The version of the priority matrix; `nil`: the one in force.
    package var matrixVersion: Int64?
    /// The targets, by priority and clock.
    package var targets: [ClockTarget] = []
    /// The products and lines that are covered; empty: all.
    package var coverage: [CoveredLine] = []

    /// Creates a term of tier premium without targets, for every product, channel and level.
    package init(of contract: Int64, validFrom: Instant, createdAt: Instant, calendar: String) {
        contractID = contract
        self.validFrom = validFrom
        self.createdAt = createdAt
        self.calendar = calendar
    }

    /// Whether it covers a product at all; requests on no product are covered by every term.
    package func covers(product: Int64?) -> Bool {
        coverage.isEmpty || product == nil || coverage.contains { $0.productID == product }
    }

    /// How many places ``coverage`` may name.
    package static let mostPlaces = 100

    /// Refuses targets that contradict one another or the tier.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract``.
    package func check() throws(DeskError) {
        if tier == .free, let target = targets.first {
            throw DeskError(
                .contract,
                "Tier 'free' has no targets, but \(target.name) is one",
                hint: "Leave the targets out, or make it --tier premium"
            )
        }
        guard coverage.count <= Self.mostPlaces else {
            throw DeskError(
                .contract,
                "Term covers \(coverage.count) places, expected up to \(Self.mostPlaces)"
            )
        }
        var seen: Set<String> = []
        for target in targets where !seen.insert(target.name).inserted {
            throw DeskError(.contract, "Target \(target.name) is there twice")
        }
    }

    /// What clocks need of it.
    package var dated: DatedTerms {
        let terms = ClockTerms(calendar: calendar, policy: policy.clocks, targets: targets)
        return DatedTerms(validFrom: validFrom, terms)
    }
}

/// A product that a term covers, or one of its lines, or lines in some phases.
package struct CoveredLine: Sendable, Hashable {
    /// The product.
    package let productID: Int64
    /// The line; `nil`: all of them.
    package let lineID: Int64?
    /// The phases in which a line is covered; empty: in every phase.
    package let phases: Set<LifecyclePhase>

    /// Creates a place.
    package init(product: Int64, line: Int64? = nil, phases: Set<LifecyclePhase> = []) {
        productID = product
        lineID = line
        self.phases = phases
    }
}

extension Sequence<ContractTerm> {
    /// The term that holds at a moment: the last that is valid from then or earlier.
    package func inForce(at moment: Instant) -> ContractTerm? {
        filter { $0.validFrom <= moment }.max { $0.validFrom < $1.validFrom }
    }
}

extension ClockTarget {
    /// What tells it from the others of its term: `P1 fix`.
    package var name: String { "\(priority) \(clock.rawValue)" }
}
