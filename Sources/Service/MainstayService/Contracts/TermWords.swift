import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// A target as people write it: a time, or none any more.
package struct TargetWords: Sendable, Hashable {
    /// The priority.
    package let priority: Priority
    /// The clock.
    package let clock: ClockName
    /// Service minutes; `nil` takes the target away.
    package let minutes: Int64?
    /// The name of a calendar of its own.
    package let calendar: String?

    /// Creates a target.
    package init(_ priority: Priority, _ clock: ClockName, minutes: Int64?, calendar: String?) {
        self.priority = priority
        self.clock = clock
        self.minutes = minutes
        self.calendar = calendar
    }
}

/// A product, line or phases that are covered, as people write them.
package struct CoverageWords: Sendable, Hashable {
    /// The prefix of the product.
    package let product: String
    /// The name of a line; `nil`: all of them.
    package let line: String?
    /// The phases; empty: every one.
    package let phases: Set<LifecyclePhase>

    /// Creates a place.
    package init(product: String, line: String?, phases: Set<LifecyclePhase>) {
        self.product = product
        self.line = line
        self.phases = phases
    }
}

/// What shall be different in a term; what is `nil` stays.
package struct TermWords: Sendable, Hashable {
    /// The name of the calendar.
    package var calendar: String?
    /// The tier.
    package var tier: SupportTier?
    /// The channels; empty: all.
    package var channels: Set<TicketChannel>?
    /// The deepest level.
    package var highestLevel: SupportLevel?
    /// The service code; the inner `nil`: none.
    package var serviceCode: ServiceCode??
    /// The version of the matrix; the inner `nil`: the one in force.
    package var matrixVersion: Int64??
    /// The step to which time is rounded up, in minutes.
    package var roundTo: Int64?
    /// For how much a time entry counts at least, in minutes.
    package var least: Int64?
    /// The rests of hours at which to warn, in minutes.
    package var warnRests: [Int64]?
    /// How clocks run; keys that are missing stay.
    package var clocks: JSONValue?
    /// Targets that are set or taken away; the others stay.
    package var targets: [TargetWords] = []
    /// What is covered, in place of all that was.
    package var coverage: [CoverageWords]?

    /// Creates words that change nothing.
    package init() {}
}

extension Connection {
    /// Returns a term with changes.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for a calendar, matrix, product or line
    ///   that is not there; ``DeskError`` for what contradicts itself.
    func term(_ base: ContractTerm, changedBy words: TermWords) throws -> ContractTerm {
        var term = base
        term.calendar = words.calendar ?? term.calendar
        term.tier = words.tier ?? term.tier
        term.channels = words.channels ?? term.channels
        term.highestLevel = words.highestLevel ?? term.highestLevel
        term.serviceCode = words.serviceCode ?? term.serviceCode
        term.matrixVersion = words.matrixVersion ?? term.matrixVersion
        term.policy.rounding = try TimeRounding(
            step: words.roundTo ?? term.policy.rounding.stepMinutes,
            least: words.least ?? term.policy.rounding.leastMinutes
        )
        term.policy.warnRests = words.warnRests?.sorted(by: >) ?? term.policy.warnRests
        if let clocks = words.clocks {
            let merged = (term.policy.clocks.json.members ?? [:])
                .merging(clocks.members ?? [:]) { $1 }
            term.policy.clocks = try ClockPolicy(json: .object(merged))
        }
        for target in words.targets {
            term.targets.removeAll {
                $0.priority == target.priority && $0.clock == target.clock
            }
            guard let minutes = target.minutes else { continue }
            term.targets.append(
                try ClockTarget(
                    target.clock,
                    target.priority,
                    minutes: minutes,
                    calendar: target.calendar
                )
            )
        }
        term.targets.sort {
            ($0.priority.rawValue, $0.clock.rawValue) < ($1.priority.rawValue, $1.clock.rawValue)
        }
        if let coverage = words.coverage { term.coverage = try coverage.map(coveredLine) }
        try term.check()
        try requireClocks(of: term)
        try requireKnown(term)
        return term
    }

    private func coveredLine(_ words: CoverageWords) throws -> CoveredLine {
        let product = try knownProduct(words.product)
        let line = try words.line.map { name in
            let lines = try lines(of: product.id)
            if let line = lines.first(where: { $0.name == name }) { return line.id }
            throw UseError.unknown(
                "line of \(product.prefix)",
                name,
                among: lines.map(\.name),
                list: "line list \(product.prefix)"
            )
        }
        return CoveredLine(product: product.id, line: line, phases: words.phases)
    }

    /// Refuses targets for clocks that the other side does not have: a vendor acknowledges, we react.
    private func requireClocks(of term: ContractTerm) throws {
        guard let contract = try contract(term.contractID) else { return }
        let clocks = contract.vendorID == nil ? ClockName.ofCustomers : ClockName.ofVendors
        guard let odd = term.targets.first(where: { !clocks.contains($0.clock) }) else { return }
        throw UseError(
            .refused,
            "Contract \(contract.ref) is with a \(contract.vendorID == nil ? "customer" : "vendor") "
                + "and has no clock '\(odd.clock.rawValue)', expected one of "
                + clocks.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        )
    }

    /// Refuses a term that names a calendar or a matrix which is not there.
    private func requireKnown(_ term: ContractTerm) throws {
        let names = Set(try calendarRows().map(\.name))
        for name in Set([term.calendar] + term.targets.compactMap(\.calendar)).sorted()
        where !names.contains(name) {
            let list = "calendar list"
            throw UseError.unknown("calendar", name, among: names.sorted(), list: list)
        }
        guard let version = term.matrixVersion else { return }
        let versions = try priorityMatrices().map(\.version)
        if versions.contains(version) { return }
        throw UseError.unknown("priority matrix", "\(version)", list: "priority list")
    }
}
