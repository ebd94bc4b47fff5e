import MainstayCore

/// One clock on its way through time: the only place where service time is counted.
///
/// Move it to an instant with ``advance(to:)``, then change what holds from there on. Instants are
/// milliseconds since 1970 and must not go back.
struct ClockRun {
    /// What changes when a cycle goes on or a new one starts.
    enum Mode { case carry, reset }

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

    /// Whether the target was missed: used up before now or when it came into force.
    var isBroken: Bool { due != nil || overrun != nil }

    // MARK: Moving on

    /// Counts up to an instant; an earlier one does nothing.
    mutating func advance(to end: Int64) {
        guard end > at else { return }
        if stretches != nil, stoppedAt == nil { stretches?.append(stretch(to: end)) }
        if stoppedAt == nil, pause.isEmpty || isWithVendor, let hours {
            count(to: end, by: hours)
        } else {
            mark = nil
        }
        at = end
    }

    private mutating func count(to end: Int64, by hours: CalendarVersions) {
        var table = covering(end, of: hours)
        let start = mark ?? table.time(until: at)
        let now = table.time(until: end)
        let gain = now - start
        mark = now
        guard gain > 0 else { return }
        if isWithVendor { vendorTime += gain }
        guard pause.isEmpty else { return }
        if let target {
            while warnings.count < fractions.count {
                let threshold = Self.part(fractions[warnings.count], of: target)
                guard threshold <= consumed + gain else { break }
                warnings.append(
                    threshold > consumed ? table.instant(after: start + threshold - consumed) : at
                )
            }
            if !isBroken, target <= consumed + gain {
                due = table.instant(after: start + target - consumed)
            }
        }
        consumed += gain
        swap(&table, &self.table!)
    }
}
