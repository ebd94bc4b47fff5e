/// One commit that applies a fix, or an introducing change, or takes it back.
package struct FixEvent: Sendable, Hashable {
    /// What the commit does to the change.
    package enum Kind: Sendable, Hashable {
        /// The commit is a member of the class, or the revert of a revert of one.
        case apply
        /// The commit reverts a member of the class.
        case cancel
    }

    /// The commit.
    package var row: CommitRow
    /// What it does.
    package var kind: Kind
    /// Whether it touches only some paths of the change.
    ///
    /// The revert of a partial revert gives back all that was taken: it is a whole `apply`.
    package var isPartial: Bool

    /// Creates an event of `kind` at `row`.
    package init(row: CommitRow, kind: Kind, isPartial: Bool = false) {
        self.row = row
        self.kind = kind
        self.isPartial = isPartial
    }

    /// Makes the event of a member of the class.
    package static func apply(_ row: CommitRow, isPartial: Bool = false) -> FixEvent {
        FixEvent(row: row, kind: .apply, isPartial: isPartial)
    }

    /// Makes the event of a revert of a member.
    package static func cancel(_ row: CommitRow, isPartial: Bool = false) -> FixEvent {
        FixEvent(row: row, kind: .cancel, isPartial: isPartial)
    }
}

/// One required part of a fix.
package struct FixStep: Sendable, Hashable {
    /// Each is the events of one class, in any order; the step is applied where any of them is.
    ///
    /// An empty list of events is a class of which the index holds no commit.
    package let alternatives: [[FixEvent]]

    /// Creates a step of classes that may stand for one another.
    package init(alternatives: [[FixEvent]]) {
        self.alternatives = alternatives
    }

    /// Creates a step of one class.
    package init(_ events: [FixEvent]) {
        alternatives = [events]
    }
}

/// What must be applied for a defect to be gone.
package struct FixSet: Sendable, Hashable {
    /// All are required.
    ///
    /// Without steps the defect has no known fix, and no line is fixed.
    ///
    /// A change `S` that lines may hold as parts `p` and `q` is two steps, `S` or `p` and
    /// `S` or `q`: partial until both parts are there.
    package let steps: [FixStep]
    /// Whether the fix is one class without reverts and partial events.
    package let isPlain: Bool

    /// Creates a fix of `steps`.
    package init(steps: [FixStep]) {
        self.steps = steps
        isPlain =
            steps.count == 1 && steps[0].alternatives.count == 1
            && steps[0].alternatives[0].allSatisfy { $0.kind == .apply && !$0.isPartial }
    }

    /// Creates a fix of one step with one class.
    package init(_ events: [FixEvent]) {
        self.init(steps: [FixStep(events)])
    }
}

/// The changes that brought a defect in.
package struct IntroducerSet: Sendable, Hashable {
    /// Each is the events of one class, in any order.
    package let introducers: [[FixEvent]]
    /// Whether the defect is recorded as there since the beginning (`0`).
    ///
    /// Counts as one more introducer, applied everywhere and before any commit.
    package let sinceBeginning: Bool
    /// Whether a line is exposed only by all introducers together, not by any one of them.
    package let requiresAll: Bool

    /// Creates a set of introducing classes.
    package init(
        _ introducers: [[FixEvent]],
        sinceBeginning: Bool = false,
        requiresAll: Bool = false
    ) {
        self.introducers = introducers
        self.sinceBeginning = sinceBeginning
        self.requiresAll = requiresAll
    }

    /// Whether nothing is recorded.
    package var isEmpty: Bool { introducers.isEmpty && !sinceBeginning }
}
