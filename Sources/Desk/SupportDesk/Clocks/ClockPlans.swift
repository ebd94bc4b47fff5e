package import MainstayCore

/// What one level is expected to do with a ticket, from an instant on.
package struct LevelTarget: Sendable, Hashable {
    /// Since when it is in force.
    package let validFrom: Instant
    /// The calendar that it goes by.
    package let calendar: String
    /// Minutes until somebody takes the ticket; `nil` for no such target.
    package let acceptMinutes: Int64?
    /// Minutes from there until it leaves the level or is resolved; `nil` for no such target.
    package let returnMinutes: Int64?

    /// Creates a target.
    package init(validFrom: Instant, calendar: String, accept: Int64?, return minutes: Int64?) {
        self.validFrom = validFrom
        self.calendar = calendar
        acceptMinutes = accept
        returnMinutes = minutes
    }
}

/// All promises that clocks go by, made ready once for any number of tickets.
package struct ClockPlans: Sendable {
    private let contracts: [Int64: [DatedPlan]]
    private let levels: [SupportLevel: [DatedLevelPlan]]

    /// Creates the plans.
    ///
    /// - Parameters:
    ///   - contracts: The terms of each contract by its number, in any order.
    ///   - calendars: The service hours that the terms and targets name.
    ///   - levels: The targets of the levels of the tickets' product, in any order.
    /// - Throws: ``DeskError`` with ``DeskError/Code/calendar`` for a calendar that is not there.
    package init(
        contracts: [Int64: [DatedTerms]],
        calendars: [CalendarVersions],
        levels: [SupportLevel: [LevelTarget]] = [:]
    ) throws(DeskError) {
        let hours = Dictionary(calendars.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        var plans: [Int64: [DatedPlan]] = [:]
        for (contract, terms) in contracts {
            var dated: [DatedPlan] = []
            for terms in terms.sorted(by: { $0.validFrom < $1.validFrom }) {
                let plan = try ClockPlan(terms.terms, hours)
                dated.append(DatedPlan(validFrom: terms.validFrom.milliseconds, plan: plan))
            }
            plans[contract] = dated
        }
        self.contracts = plans
        var targets: [SupportLevel: [DatedLevelPlan]] = [:]
        for (level, dated) in levels {
            for target in dated.sorted(by: { $0.validFrom < $1.validFrom }) {
                let plan = DatedLevelPlan(target, try hours.named(target.calendar))
                targets[level, default: []].append(plan)
            }
        }
        self.levels = targets
    }

    /// The plan of a contract in force at an instant, and when the next one comes into force.
    func plan(of contract: Int64, at moment: Int64) -> (plan: ClockPlan?, next: Int64?) {
        guard let dated = contracts[contract] else { return (nil, nil) }
        let next = dated.firstIndex { $0.validFrom > moment } ?? dated.count
        return (
            next > 0 ? dated[next - 1].plan : nil, next < dated.count ? dated[next].validFrom : nil
        )
    }

    /// The target of a level in force at an instant.
    func target(of level: SupportLevel, at moment: Int64) -> DatedLevelPlan? {
        levels[level]?.last { $0.validFrom <= moment }
    }
}

/// A plan with the instant from which it is in force.
private struct DatedPlan: Sendable {
    let validFrom: Int64
    let plan: ClockPlan
}

/// The target of a level with its service hours.
struct DatedLevelPlan: Sendable {
    let validFrom: Int64
    let accept: Int64?
    let handback: Int64?
    let hours: CalendarVersions

    init(_ target: LevelTarget, _ hours: CalendarVersions) {
        validFrom = target.validFrom.milliseconds
        accept = target.acceptMinutes.map { $0 * 60_000 }
        handback = target.returnMinutes.map { $0 * 60_000 }
        self.hours = hours
    }
}

/// Terms with the service hours that they name.
final class ClockPlan: Sendable {
    let policy: ClockPolicy
    /// The waits that pause the fix clock.
    let pauses: PauseReasons
    /// The parts of a target at which to warn.
    private let fractions: [Double]
    private let hours: CalendarVersions
    private let targets: [(target: Int64, hours: CalendarVersions)?]

    init(_ terms: ClockTerms, _ calendars: [String: CalendarVersions]) throws(DeskError) {
        policy = terms.policy
        fractions = terms.policy.warnings.map { Double($0) / 100 }
        pauses = terms.policy.pauses.reduce(into: []) { $0.insert(PauseReasons($1)) }
        hours = try calendars.named(terms.calendar)
        var targets: [(target: Int64, hours: CalendarVersions)?] = []
        for clock in ClockName.allCases {
            for priority in Priority.allCases {
                guard let target = terms.target(clock, priority) else {
                    targets.append(nil)
                    continue
                }
                let named = try target.calendar.map { name throws(DeskError) in
                    try calendars.named(name)
                }
                targets.append((target: target.minutes * 60_000, hours: named ?? hours))
            }
        }
        self.targets = targets
    }

    /// The target of a clock and its hours; without a target those of the term still count.
    func promise(_ clock: ClockName, _ priority: Priority) -> ClockPromise {
        let found = targets[clock.place * Priority.allCases.count + priority.place]
        return ClockPromise(
            target: found?.target,
            priority: priority,
            hours: found?.hours ?? hours,
            fractions: fractions
        )
    }
}

extension [String: CalendarVersions] {
    fileprivate func named(_ name: String) throws(DeskError) -> CalendarVersions {
        guard let hours = self[name] else {
            throw DeskError(
                .calendar,
                "Calendar '\(name)' does not exist, expected one of "
                    + keys.sorted().map { "'\($0)'" }.listed()
            )
        }
        return hours
    }
}
