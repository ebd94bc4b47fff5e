package import MainstayCore

/// How one clock of a ticket ended, or one cycle of it.
package struct ClockVerdict: Sendable, Hashable {
    /// The clock.
    package let clock: ClockName
    /// The priority for which the target was that was met or missed.
    package let priority: Priority
    /// The level whose target it was; `nil` for a promise to the customer.
    package let level: SupportLevel?
    /// The contract by its number; `nil` for the target of a level.
    package let contractID: Int64?
    /// When it was decided: when what it measures came, or when the target was used up.
    package let at: Instant
    /// Whether what it measures came in time.
    package let isMet: Bool
    /// Whether a change of target used the target up: "by reprioritisation".
    package let isByChange: Bool

    /// Creates a verdict.
    package init(
        _ clock: ClockName,
        _ priority: Priority,
        level: SupportLevel? = nil,
        contract: Int64? = nil,
        at: Instant,
        isMet: Bool,
        isByChange: Bool = false
    ) {
        self.clock = clock
        self.priority = priority
        self.level = level
        contractID = contract
        self.at = at
        self.isMet = isMet
        self.isByChange = isByChange
    }
}

extension TicketRun {
    /// How a clock ended at the instant reached; `nil` while that is open, and without a target.
    func verdict(of run: ClockRun?, _ clock: ClockName) -> ClockVerdict? {
        guard let run, run.target != nil else { return nil }
        let missedAt = run.isMissed ? run.brokenAt ?? run.due : nil
        guard let at = missedAt ?? run.stoppedAt else { return nil }
        let isOfLevel = clock == .accept || clock == .handback
        return ClockVerdict(
            clock,
            run.priority ?? priority,
            level: isOfLevel ? level : nil,
            contract: isOfLevel || contract == ClockLog.Entry.none ? nil : contract,
            at: Instant(milliseconds: at),
            isMet: missedAt == nil,
            isByChange: run.overrun != nil
        )
    }

    /// How the clocks ended so far: of all levels and cycles that are over, then of those that
    /// stand.
    var verdicts: [ClockVerdict] {
        let standing = [
            verdict(of: response, responseClock), verdict(of: update, .update),
            verdict(of: fix, .fix), verdict(of: accept, .accept), verdict(of: handback, .handback),
        ]
        return (past ?? []) + standing.compactMap(\.self)
    }
}
