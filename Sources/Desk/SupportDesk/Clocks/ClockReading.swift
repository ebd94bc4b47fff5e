package import MainstayCore

/// What a clock shows.
package struct ClockReading: Sendable, Hashable {
    /// Whether the target holds.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// It counts, or will at the next opening.
        case running
        /// It stands still.
        case paused
        /// What it measures came in time.
        case met
        /// The target was used up.
        case breached
    }

    /// A target that was used up.
    package struct Breach: Sendable, Hashable {
        /// When.
        package let at: Instant
        /// Whether a change of target used it up: "by reprioritisation".
        package let isByChange: Bool
        /// The milliseconds by which a change overran the new target; 0 for any other breach.
        package let overrun: Int64
    }

    /// A pause that lasts.
    package struct Pause: Sendable, Hashable {
        /// Why.
        package let reasons: PauseReasons
        /// Since when.
        package let since: Instant
        /// When somebody is to be reminded of it; `nil` for never.
        package var reminder: Instant?
    }

    /// Whether the target holds, at the instant of the reading.
    package let state: State
    /// When the target is or was used up; `nil` while it stands still, after a breach by a change,
    /// and where there is none.
    package private(set) var due: Instant?
    /// When its cycle began.
    package let start: Instant
    /// When what it measures came; `nil` if it did not yet.
    package let stop: Instant?
    /// The target in milliseconds of service time; `nil` where none is in force.
    package let target: Int64?
    /// The milliseconds of service time consumed until the reading, or until it stopped.
    package let elapsed: Int64
    /// The milliseconds of service time in which a vendor was waited for, be they in ``elapsed``
    /// or, where that is a pause, beside it.
    package let vendorTime: Int64
    /// Whether ``vendorTime`` is in ``elapsed``.
    package var countsVendorTime = true
    /// When to warn, one for each of ``warningPercents`` as far as it is known, ascending.
    package private(set) var warnings: [Instant]
    /// At which parts of the target a person is warned, in per cent.
    package let warningPercents: [Int64]
    /// How it was missed; `nil` if it was not.
    package private(set) var breach: Breach?
    /// The pause that lasts; `nil` if none does.
    package var pause: Pause?
    /// How many earlier cycles were missed.
    package let missedCycles: Int

    /// ``elapsed`` without the time in which a vendor was waited for.
    package var elapsedWithoutVendor: Int64 { countsVendorTime ? elapsed - vendorTime : elapsed }
    /// ``elapsed`` with the time in which a vendor was waited for.
    package var elapsedWithVendor: Int64 { countsVendorTime ? elapsed : elapsed + vendorTime }
}

extension ClockReading {
    /// Reads a clock at the instant to which it has come.
    init(_ run: ClockRun) {
        let expected = run.expectedDue()
        state =
            run.isMissed
            ? .breached : run.stoppedAt != nil ? .met : run.pause.isEmpty ? .running : .paused
        due = run.overrun == nil ? expected.map(Instant.init(milliseconds:)) : nil
        start = Instant(milliseconds: run.cycleStart)
        stop = run.stoppedAt.map(Instant.init(milliseconds:))
        target = run.target
        elapsed = run.consumed
        vendorTime = run.vendorTime
        warnings = run.expectedWarnings().map(Instant.init(milliseconds:))
        missedCycles = run.missedCycles
        warningPercents = run.fractions.map { Int64(($0 * 100).rounded()) }
        breach = run.isMissed ? Breach(run) : nil
        if let since = run.pausedSince, run.stoppedAt == nil {
            pause = Pause(reasons: run.pause, since: Instant(milliseconds: since))
        }
    }
    /// Takes due, warnings and breach from a clock that has come further than the reading.
    mutating func foresee(_ run: ClockRun) {
        let later = ClockReading(run)
        (due, warnings, breach) = (later.due, later.warnings, later.breach)
    }
}

extension ClockReading.Breach {
    /// How a clock was missed; `nil` if it was not yet.
    fileprivate init?(_ run: ClockRun) {
        if let brokenAt = run.brokenAt, let overrun = run.overrun {
            self.init(at: Instant(milliseconds: brokenAt), isByChange: true, overrun: overrun)
        } else if let due = run.due {
            self.init(at: Instant(milliseconds: due), isByChange: false, overrun: 0)
        } else {
            return nil
        }
    }
}
