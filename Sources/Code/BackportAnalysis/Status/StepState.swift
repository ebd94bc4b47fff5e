/// What the events of one class, or of one step, amount to at a tip.
///
/// Ordered: a step with several alternatives has the state of the best one.
package enum StepState: UInt8, Sendable, Hashable, CaseIterable, Comparable {
    /// The tip holds no event.
    case absent
    /// What was applied is reverted.
    case cancelled
    /// Some of the paths are applied.
    case partial
    /// Applied in full.
    case applied

    /// Order from `absent` to `applied`.
    package static func < (left: StepState, right: StepState) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The states that a class or step may have at a tip: one, unless something is not known.
struct StepStates: OptionSet, Hashable {
    let rawValue: UInt8

    static let absent = StepStates(.absent)
    static let cancelled = StepStates(.cancelled)
    static let partial = StepStates(.partial)
    static let applied = StepStates(.applied)
    /// Nothing is known.
    static let all: StepStates = [.absent, .cancelled, .partial, .applied]
    /// Part of the change at least is there.
    static let present: StepStates = [.partial, .applied]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ state: StepState) { self.init(rawValue: 1 << state.rawValue) }

    /// The better one of each pair of states.
    func best(_ other: StepStates) -> StepStates {
        var result: StepStates = []
        for left in StepState.allCases where contains(StepStates(left)) {
            for right in StepState.allCases where other.contains(StepStates(right)) {
                result.insert(StepStates(max(left, right)))
            }
        }
        return result
    }
}

/// The events of one class that count at a tip, and what they amount to there.
struct EventReading {
    private let events: [FixEvent]
    private let ancestry: Ancestry
    /// Whether more events may lie below those seen, in history that is absent.
    private let isOpen: Bool
    private var known: [FixEvent: Effects] = [:]
    /// Whether a state was left open because of absent history.
    private(set) var usedGap = false

    init(_ events: [FixEvent], ancestry: Ancestry, isOpen: Bool) {
        self.events = events
        self.ancestry = ancestry
        self.isOpen = isOpen
    }

    /// Events below no other one, by row from the highest.
    var maximal: [FixEvent] { ancestry.maximal(events) }

    /// Rows of the applying events that hold; partial reverts are left aside.
    var applies: [CommitRow] {
        let whole = events.filter { $0.kind == .apply || !$0.isPartial }
        return ancestry.maximal(whole).filter { $0.kind == .apply }.map(\.row)
    }

    /// Rows of the reverts that hold, partial ones too.
    var reverts: [CommitRow] { maximal.filter { $0.kind == .cancel }.map(\.row) }

    /// The possible states.
    ///
    /// Where parallel events disagree, `content` decides, asked at most once; it gets the events
    /// that are below no other one.
    mutating func states(content: ([FixEvent]) -> StepStates) -> StepStates {
        states(of: events, content: content)
    }

    private mutating func states(
        of events: [FixEvent],
        content: ([FixEvent]) -> StepStates
    ) -> StepStates {
        if events.isEmpty {
            usedGap = usedGap || isOpen
            return isOpen ? .all : .absent
        }
        let last = ancestry.maximal(events)
        var tallies: Set<Tally> = [Tally()]
        for event in last {
            let effects = effects(of: event)
            var next: Set<Tally> = []
            for tally in tallies {
                for effect in effects.each { next.insert(tally.adding(effect, of: event.kind)) }
            }
            tallies = next
        }
        let states = tallies.map(\.state)
        let agreed = StepStates(states.compactMap { $0.map(StepStates.init) })
        return states.contains(nil) ? agreed.union(content(last)) : agreed
    }

    /// What the change is after `event`.
    ///
    /// A partial event leaves what is in full below it (`apply`) or not there at all (`cancel`)
    /// as it is.
    private mutating func effects(of event: FixEvent) -> Effects {
        guard event.isPartial else { return event.kind == .apply ? .whole : .none }
        if let known = known[event] { return known }
        let below = states(
            of: events.filter { ancestry.isProperAncestor($0.row, event.row) },
            content: { _ in .partial }
        )
        let same: StepStates = event.kind == .apply ? .applied : [.absent, .cancelled]
        var result: Effects = []
        if !below.isDisjoint(with: same) { result.insert(event.kind == .apply ? .whole : .none) }
        if !below.isSubset(of: same) { result.insert(.part) }
        known[event] = result
        return result
    }
}

/// What of a change is there after an event.
private struct Effects: OptionSet {
    let rawValue: UInt8

    static let whole = Effects(rawValue: 1)
    static let none = Effects(rawValue: 2)
    static let part = Effects(rawValue: 4)

    /// The members, one by one.
    var each: [Effects] { [.whole, .none, .part].filter(contains) }
}

/// What parallel events say together.
private struct Tally: Hashable {
    private var isWhole = false
    private var isNone = false
    private var isAppliedInPart = false
    private var isRevertedInPart = false

    func adding(_ effect: Effects, of kind: FixEvent.Kind) -> Tally {
        var sum = self
        switch (effect, kind) {
        case (.whole, _): sum.isWhole = true
        case (.none, _): sum.isNone = true
        case (_, .apply): sum.isAppliedInPart = true
        case (_, .cancel): sum.isRevertedInPart = true
        }
        return sum
    }

    /// `nil` where the events disagree.
    var state: StepState? {
        switch (isWhole, isNone) {
        case (true, true): nil
        case (true, false): isRevertedInPart ? .partial : .applied
        case (false, true): isAppliedInPart ? nil : .cancelled
        case (false, false): .partial
        }
    }
}
