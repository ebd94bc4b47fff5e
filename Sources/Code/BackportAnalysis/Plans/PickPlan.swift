package import MainstayCore

/// One commit of a plan and what becomes of it.
package struct PlanStep: Sendable {
    /// The commit to pick.
    package let commit: CommitID
    /// What its pick onto the line as it is would do; its objects are not kept.
    package let alone: PickPrediction
    /// What its pick does onto what the steps before it make of the line; with the objects that
    /// it makes.
    package let inPlan: PickPrediction
    /// The earlier step that keeps this one from being clean, where it would be clean alone.
    package var stoppedBy: CommitID?
    /// Commits, in mainline order, whose picks before this one turn it clean.
    ///
    /// Proven by replay, and none can be left out. Empty where the step needs none, where none are
    /// known, and where they were not looked for.
    package var prerequisites: [CommitID] = []
    /// The fixes that this step was added for; empty for a step that was asked for.
    package var neededBy: [CommitID] = []

    /// Whether the step changes the line.
    package var isTaken: Bool { inPlan.verdict == .clean }
    /// Whether the step is in the way of the plan: it conflicts or cannot be told.
    package var isFailed: Bool { !isTaken && inPlan.verdict != .alreadyThere }
}

/// A pick that a person has to settle, as it stands with markers.
package struct PlanDraft: Sendable {
    /// The commit to pick.
    package let commit: CommitID
    /// The pick onto the plan and the drafts before this one; its verdict is a conflict as a rule.
    package let prediction: PickPrediction
}

/// Picks onto one line, replayed in memory one after the other.
///
/// A plan holds for the tip it was made for. When the line has moved it is made again.
package struct PickPlan: Sendable {
    /// The commit of the line that the plan starts from.
    package let tip: CommitID
    /// In mainline order; a step that fails is left out of what comes after it.
    package let steps: [PlanStep]
    /// The tree after the last step; `nil` where that of the tip cannot be read.
    package let tree: CommitID?
    /// The steps that conflict, put on top of the others; empty unless asked for.
    package var drafts: [PlanDraft] = []

    /// Whether every step changes the line or is there already.
    package var isClean: Bool { !steps.contains(where: \.isFailed) }
}
