package import MainstayCore

/// Whether a release is made for a defect on a line.
package enum ReleaseChoice: String, Sendable, Hashable, CaseIterable {
    /// A release is made for it.
    case new
    /// It rides on the next release.
    case next
    /// No release is made for it.
    case none
}

/// Why a release is made for a defect, or is not.
package enum ReleaseCause: String, Sendable, Hashable, CaseIterable {
    /// It is a hole.
    case security
    /// It does harm.
    case severity
    /// It worked before.
    case regression
    /// It was promised.
    case promise
    /// A contract asks for it.
    case contract
    /// There is a way around it.
    case workaround
    /// The line's phase asks for it, or forbids it.
    case phase
    /// The fix would endanger more than it mends.
    case risk
    /// It takes more work than it is worth.
    case effort
}

/// One decision on a release for a defect on a line; the last one is in force, all are kept.
///
/// It changes no status.
package struct ReleaseDecision: Sendable, Hashable {
    /// The defect.
    package let defectID: Int64
    /// The line.
    package let lineID: Int64
    /// The event of the defect that tells of it, with the words.
    package let eventSeq: Int64
    /// What was decided.
    package let choice: ReleaseChoice
    /// Why.
    package let cause: ReleaseCause
    /// The release that `new` opened or that `next` joined.
    package let releaseID: Int64?
    /// Who decided.
    package let decidedBy: Int64
    /// When.
    package let decidedAt: Instant

    /// Creates a decision.
    package init(
        _ choice: ReleaseChoice,
        because cause: ReleaseCause,
        on place: (defect: Int64, line: Int64),
        in releaseID: Int64?,
        by signature: (account: Int64, at: Instant, seq: Int64)
    ) {
        self.choice = choice
        self.cause = cause
        (defectID, lineID) = place
        self.releaseID = releaseID
        (decidedBy, decidedAt, eventSeq) = signature
    }
}
