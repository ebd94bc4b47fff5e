package import MainstayCore

/// A moment at which somebody is told of a clock, once.
package struct ClockThreshold: Sendable, Hashable {
    /// The clock, such as `reaction`.
    package let clock: String
    /// Which run of the clock it is, from 0: a clock that starts anew is told of anew.
    package let cycle: Int64
    /// How much of the target is used up then; 100: the target is missed.
    package let percent: Int64
    /// When.
    package let at: Instant
    /// Whether a change of target missed it, such as another priority, and not the time.
    package let isByChange: Bool

    /// Creates a threshold.
    package init(
        clock: String,
        cycle: Int64,
        percent: Int64,
        at: Instant,
        isByChange: Bool = false
    ) {
        self.clock = clock
        self.cycle = cycle
        self.percent = percent
        self.at = at
        self.isByChange = isByChange
    }

    /// What no two thresholds of a ticket share.
    package var key: String { "\(clock):\(cycle):\(percent)" }

    /// Reads the key of the threshold that an event tells of; `nil` for another event.
    package static func key(in facts: JSONValue) -> String? {
        guard let clock = facts["clock"]?.text, let cycle = facts["cycle"]?.int,
            let percent = facts["percent"]?.int
        else { return nil }
        return "\(clock):\(cycle):\(percent)"
    }
}

extension TicketChange {
    /// Notes that a clock came to a threshold, and how late that is noted.
    package mutating func tell(_ threshold: ClockThreshold) {
        let late = signature.now.milliseconds - threshold.at.milliseconds
        var facts: [String: JSONValue] = [
            "clock": .text(threshold.clock), "cycle": .int(threshold.cycle),
            "percent": .int(threshold.percent), "at": .int(threshold.at.milliseconds),
            "late_ms": .int(max(0, late)),
        ]
        if threshold.isByChange { facts["is_by_change"] = .int(1) }
        record(.clockDue, facts: facts)
    }
}
