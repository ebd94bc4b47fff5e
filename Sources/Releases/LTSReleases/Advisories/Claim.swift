package import MainstayCore

/// What a publication said of a defect on a line.
package struct Claim: Sendable, Hashable {
    /// The publication.
    package let publicationID: Int64
    /// The defect.
    package let defectID: Int64
    /// The line.
    package let lineID: Int64
    /// When it was published.
    package let publishedAt: Instant
    /// What git said then.
    package let status: LineStatus
    /// The decision that was in force.
    package let decision: DecisionKind?
    /// The phase that the line was in.
    package let phase: LifecyclePhase
    /// What it rested on: the tip, the commits, the release.
    package let evidence: JSONValue
    /// The release that it named as first fixed, or that a deferral waits for.
    package let releaseID: Int64?

    /// Creates a claim.
    package init(
        in place: (publication: Int64, defect: Int64, line: Int64, at: Instant),
        status: LineStatus,
        decision: DecisionKind?,
        phase: LifecyclePhase,
        evidence: JSONValue,
        releaseID: Int64?
    ) {
        (publicationID, defectID, lineID, publishedAt) = place
        self.status = status
        self.decision = decision
        self.phase = phase
        self.evidence = evidence
        self.releaseID = releaseID
    }
}
