import MainstayCore

/// What a clock goes by: its target in milliseconds and for which priority that is, its service
/// hours, and when it warns.
struct ClockPromise {
    var target: Int64?
    var priority: Priority?
    var hours: CalendarVersions?
    var fractions: [Double] = []
}

/// One clock on its way through time: the only place where service time is counted.
///
/// Move it to an instant with ``advance(to:)``, then change what holds from there on. Instants are
/// milliseconds since 1970 and must not go back.
struct ClockRun {
    /// How far it has come.
    private(set) var at: Int64
    /// The service time of this cycle so far.
    private(set) var consumed: Int64 = 0
    /// What it may consume; `nil` while no target is in force.
    private(set) var target: Int64?
    /// The service hours it goes by; without them nothing counts.
    private(set) var hours: CalendarVersions?
    /// Why it stands still; empty while it runs.
    private(set) var pause: PauseReasons = []
    /// Since when it stands still.
    private(set) var pausedSince: Int64?
    /// The first instant at which the target was consumed.
    private(set) var due: Int64?
    /// How much more than a new target had been consumed when it came into force.
    private(set) var overrun: Int64?
    /// When the change came that broke it.
    private(set) var brokenAt: Int64?
    /// When it was stopped for good, or for as long as the ticket stays resolved.
    private(set) var stoppedAt: Int64?
    /// When this cycle began.
    private(set) var cycleStart: Int64
    /// How many earlier cycles were breached.
    private(set) var missedCycles = 0
    /// At which parts of the target it warns, ascending.
    private(set) var fractions: [Double]
    /// When it warned so far, in the order of ``fractions``.
    private(set) var warnings: [Int64] = []
    /// Whether a vendor is waited for, be it a pause or not.
    var isWithVendor = false
    /// The service time of this cycle during which a vendor was waited for.
    private(set) var vendorTime: Int64 = 0
    /// What it went through; `nil` unless somebody wants to know.
    private(set) var stretches: [ClockStretch]?

    private var table: OpeningTable?
    /// The service time of the table until ``at``; `nil` while unknown.
    private var mark: Int64?

    /// Creates a clock at its start; `isRecording` keeps the stretches.
    init(start: Int64, fractions: [Double] = [], isRecording: Bool = false) {
        at = start
        cycleStart = start
        self.fractions = fractions
        stretches = isRecording ? [] : nil
    }

    /// The priority for which the target is, or was that was used up.
    private(set) var priority: Priority?

    /// Whether the target is used up, be it at this very instant.
    var isBroken: Bool { due != nil || overrun != nil }

    /// Whether the target was missed: a stop at the due instant itself is in time; without one, it
    /// is missed from there.
    var isMissed: Bool {
        overrun != nil || due.map { due in stoppedAt.map { due < $0 } ?? (due <= at) } ?? false
    }

    // MARK: Moving on

    /// Counts up to an instant; an earlier one does nothing.
    mutating func advance(to end: Int64) {
        guard end > at else { return }
        if stretches != nil {
            let stretch = stretch(to: end)
            stretches?.append(stretch)
        }
        if stoppedAt == nil, pause.isEmpty || isWithVendor, let hours {
            count(to: end, by: hours)
        } else {
            mark = nil
        }
        at = end
    }

    private mutating func count(to end: Int64, by hours: CalendarVersions) {
        let table = table(until: end, of: hours)
        let start = mark ?? table.time(until: at)
        let now = table.time(until: end)
        let gain = now - start
        mark = now
        guard gain > 0 else { return }
        if isWithVendor { vendorTime += gain }
        guard pause.isEmpty else { return }
        if let target {
            warn(within: gain, of: target) { table.instant(after: start + $0) }
            if !isBroken, target <= consumed + gain {
                due = table.instant(after: start + target - consumed)
            }
        }
        consumed += gain
    }

    private mutating func warn(within gain: Int64, of target: Int64, find: (Int64) -> Int64) {
        while warnings.count < fractions.count {
            let part = Self.part(fractions[warnings.count], of: target)
            guard part <= consumed + gain else { return }
            warnings.append(find(part - consumed))
        }
    }

    /// The table in use, or one that reaches further.
    private mutating func table(until end: Int64, of hours: CalendarVersions) -> OpeningTable {
        if let table, table.range.upperBound >= end { return table }
        let longer = hours.table(from: cycleStart, to: end)
        table = longer
        mark = nil
        return longer
    }

    // MARK: Changing

    /// Lets it stand still for other reasons from here on; none let it run.
    mutating func setPause(_ reasons: PauseReasons) {
        pausedSince = reasons.isEmpty ? nil : pausedSince ?? at
        pause = reasons
    }

    /// Lets it stand still, or run, from an instant on; see ``isWithVendor``.
    mutating func hold(_ reasons: PauseReasons, isWithVendor: Bool, at moment: Int64) {
        advance(to: moment)
        setPause(reasons)
        self.isWithVendor = isWithVendor
    }

    /// Puts a promise in force from an instant on.
    mutating func follow(_ promise: ClockPromise, at moment: Int64) {
        advance(to: moment)
        fractions = promise.fractions
        if !isBroken { priority = promise.priority }
        setTarget(promise.target, hours: promise.hours)
    }

    /// Stops it at an instant: what it measures came.
    mutating func stop(at moment: Int64) {
        advance(to: moment)
        stoppedAt = stoppedAt ?? at
    }

    /// Puts other service hours and another target in force from here on.
    ///
    /// A target that is used up already breaks the clock, if nothing did before.
    mutating func setTarget(_ target: Int64?, hours: CalendarVersions?) {
        self.target = target
        if hours !== self.hours {
            self.hours = hours
            table = nil
            mark = nil
        }
        guard let target, stoppedAt == nil else { return }
        if !isBroken, target <= consumed {
            overrun = consumed - target
            brokenAt = at
        }
        while consumed > 0, warnings.count < fractions.count,
            Self.part(fractions[warnings.count], of: target) <= consumed
        {
            warnings.append(at)
        }
    }

    /// Starts a new cycle here: nothing is consumed, nothing was missed.
    mutating func restart() {
        if isMissed { missedCycles += 1 }
        (consumed, vendorTime, cycleStart) = (0, 0, at)
        (due, overrun, brokenAt, stoppedAt) = (nil, nil, nil, nil)
        warnings.removeAll(keepingCapacity: true)
    }

    /// Takes the stop back: what it measures did not come after all.
    mutating func unstop() { stoppedAt = nil }

    // MARK: Looking ahead

    /// When the target is or was used up, as things stand; `nil` where that is not known.
    func expectedDue() -> Int64? {
        if isBroken || stoppedAt != nil { return due }
        guard let target else { return nil }
        return instant(consuming: target)
    }

    /// When it warns or did, as things stand; as many of ``fractions`` as are known.
    func expectedWarnings() -> [Int64] {
        var all = warnings
        guard let target, stoppedAt == nil else { return all }
        while all.count < fractions.count {
            guard let next = instant(consuming: Self.part(fractions[all.count], of: target)) else {
                break
            }
            all.append(next)
        }
        return all
    }

    /// The first instant at which so much of this cycle is consumed; `nil` while it stands still.
    private func instant(consuming wanted: Int64) -> Int64? {
        guard pause.isEmpty, let hours else { return nil }
        return hours.instant(after: wanted - consumed, from: Instant(milliseconds: at))?
            .milliseconds
    }

    /// A part of a target, to the millisecond.
    static func part(_ fraction: Double, of target: Int64) -> Int64 {
        Int64((Double(target) * fraction).rounded())
    }

    private func stretch(to end: Int64) -> ClockStretch {
        ClockStretch(
            from: at,
            to: end,
            hours: hours,
            pause: stoppedAt == nil ? pause : pause.union(.resolved),
            cycle: cycleStart
        )
    }
}
