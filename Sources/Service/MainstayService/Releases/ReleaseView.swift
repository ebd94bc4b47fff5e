package import LTSReleases
package import MainstayCore

/// A defect in a release.
package struct ReleaseEntry: Sendable {
    /// The defect with all that is said about it.
    package let file: DefectFile
    /// What the ledger says about it on the release's line.
    package let cell: LedgerCell
    /// How it stands in the release; `nil`: nobody put it in, its fix is on the branch.
    package let item: ReleaseItem?
    /// What keeps it from being in.
    package internal(set) var obstacles: [Obstacle]
    /// What its pick would do, after the picks before it; `nil` where none is needed.
    package internal(set) var pick: PlannedPick?

    /// Whether its fix is on the branch already.
    package var isOnBranch: Bool { [.fixed, .fixedUnreleased].contains(cell.facts.status) }
    /// Whether nothing keeps it from being in.
    package var isReady: Bool { obstacles.isEmpty }
}

/// What the picks of one defect do in the order of the plan.
package struct PlannedPick: Sendable {
    /// The commits that are picked, in their order, those that the fix needs first.
    package let commits: [CommitID]
    /// How many of them are prerequisites.
    package let prerequisites: Int
    /// The verdict in the plan.
    package let verdict: String
    /// The verdict by itself, without the picks before it.
    package let alone: String
    /// The paths that conflict, with the reason.
    package let conflicts: [String]
    /// The commit of the plan that changed what this one needs, where only the plan makes it fail.
    package let spoiltBy: CommitID?
}

/// How much a release changes.
package struct ReleaseRisk: Sendable {
    /// The commits since the last release that are on the branch.
    package var commitsOnBranch = 0
    /// The commits that the plan adds.
    package var picks = 0
    /// The files that those picks touch.
    package var files = 0
    /// The picks that conflict.
    package var conflicts = 0
}

/// A release with its contents, what keeps it back, and what it would change.
package struct ReleaseView: Sendable {
    /// The release.
    package let release: PlannedRelease
    /// Its line.
    package let line: LineRecord
    /// The phase of the line.
    package let phase: LifecyclePhase
    /// The release before it, by its tag.
    package let previous: String?
    /// The tag of the release and the commit it names, once it is published.
    package let tag: (name: String, commit: CommitID)?
    /// What it holds or shall hold, in the order of picks; dropped ones left out.
    package let entries: [ReleaseEntry]
    /// The defects that were dropped, with their titles.
    package let dropped: [(ref: String, title: String)]
    /// The commits that the plan picks, in their order, those that fixes need among them.
    package let picks: [CommitID]
    /// How much it changes.
    package let risk: ReleaseRisk
    /// After it was published: what was planned and is not in.
    package let notShipped: [String]
    /// After it was published: what is in and nobody planned.
    package let unplanned: [String]
    /// Sentences about what people should know.
    package let warnings: [String]

    /// Whether nothing keeps it back.
    package var isReady: Bool { entries.allSatisfy(\.isReady) }
}
