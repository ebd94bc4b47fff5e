/// What a fix is at a tip, all steps together.
enum FixOutcome: Hashable {
    /// No step was ever applied.
    case nothing
    /// No step is applied, some were.
    case reverted
    /// Some steps are applied, or one is in part.
    case partial
    /// Every step is applied.
    case applied
}

/// Reads what one tip says about one fix, and gathers what to tell about it.
struct TipReader {
    let tip: CommitRow
    let ancestry: Ancestry
    /// Why history below the tip is absent; `nil` where none is.
    let gap: String?
    private let contains: StatusEvaluator.Containment
    private let content: StatusEvaluator.ContentTest

    /// Commits of the applied introducers.
    var introducing: Set<CommitRow> = []
    /// Commits of the fix that hold.
    private(set) var commits: Set<CommitRow> = []
    /// Reverts that hold.
    private(set) var reverts: Set<CommitRow> = []
    /// Whether events of the fix disagree.
    private(set) var isMixed = false
    /// Whether an applied fix does not count, as every introducer came after it.
    private(set) var isPassedOver = false
    /// How many steps are surely applied in every case.
    private(set) var appliedSteps = Int.max
    /// Whether a step may be there in part.
    private(set) var hasPartialStep = false
    /// Why something is not known, in the order of reading.
    private(set) var doubts: [String] = []

    init(_ evaluator: StatusEvaluator, tip: CommitRow) {
        self.tip = tip
        ancestry = evaluator.ancestry
        gap = evaluator.gap(tip)
        contains = evaluator.contains
        content = evaluator.content
    }

    /// Whether the tip holds `event`.
    func isVisible(_ event: FixEvent) -> Bool { contains(event.row, tip) }

    /// The possible outcomes of `fix` in the case `exposure`; one, unless something is not known.
    mutating func outcomes(of fix: FixSet, in exposure: Exposure) -> Set<FixOutcome> {
        var surelyApplied = 0
        if fix.steps.isEmpty { return [.nothing] }
        var sums: Set<StepSum> = [StepSum()]
        for step in fix.steps {
            var states = StepStates.absent
            for events in step.alternatives {
                states = states.best(self.states(of: events, in: exposure))
            }
            if states == .applied { surelyApplied += 1 }
            if states.contains(.partial) { hasPartialStep = true }
            sums = sums.reduce(into: []) { next, sum in
                for state in StepState.allCases where states.contains(StepStates(state)) {
                    next.insert(sum.adding(state))
                }
            }
        }
        appliedSteps = min(appliedSteps, surelyApplied)
        return Set(sums.map(\.outcome))
    }

    private mutating func states(of events: [FixEvent], in exposure: Exposure) -> StepStates {
        let visible = events.filter(isVisible)
        let counting = visible.filter { exposure.counts($0, ancestry) }
        if counting.count < visible.count { isPassedOver = true }
        // Absent history lies below what is seen, so below introducers that are all seen.
        var reading = EventReading(
            counting,
            ancestry: ancestry,
            isOpen: gap != nil && exposure.countsAll
        )
        let (states, disagrees) = states(of: &reading)
        isMixed = isMixed || disagrees
        commits.formUnion(reading.applies)
        reverts.formUnion(reading.reverts)
        return states
    }

    /// The possible states of `reading`, and whether its events disagree, so that the content was
    /// asked.
    mutating func states(of reading: inout EventReading) -> (StepStates, disagrees: Bool) {
        var disagrees = false
        var doubt: String?
        let states = reading.states { [content, tip] events in
            disagrees = true
            switch content(events, tip) {
            case .applied: return .applied
            case .cancelled: return .cancelled
            case .unknown(let reason):
                doubt = reason
                return [.applied, .cancelled]
            }
        }
        if let doubt { add(doubt: doubt) }
        if reading.usedGap, let gap { add(doubt: gap) }
        return (states, disagrees)
    }

    private mutating func add(doubt: String) {
        if !doubts.contains(doubt) { doubts.append(doubt) }
    }
}

/// The steps of a fix gone through so far.
private struct StepSum: Hashable {
    private var isAll = true
    private var isAny = false
    private var wasAny = false

    func adding(_ state: StepState) -> StepSum {
        var sum = self
        switch state {
        case .applied: sum.isAny = true
        case .partial:
            sum.isAny = true
            sum.isAll = false
        case .cancelled:
            sum.wasAny = true
            sum.isAll = false
        case .absent: sum.isAll = false
        }
        return sum
    }

    var outcome: FixOutcome {
        if isAll { return .applied }
        if isAny { return .partial }
        return wasAny ? .reverted : .nothing
    }
}
