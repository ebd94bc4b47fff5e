package import MainstayCore

/// What a person says of two commits.
package enum RulingVerdict: String, Sendable, Hashable, CaseIterable {
    /// The one makes the change of the other.
    case same
    /// The one makes a part of the change of the other.
    case partial
    /// They have nothing to do with one another.
    case different
}

/// A person's word on whether a commit carries the change of another; it overrules the analysis.
package struct CommitRuling: Sendable, Hashable {
    /// The repository of both.
    package let repositoryID: Int64
    /// The commit.
    package let commit: CommitID
    /// The commit whose change it may carry.
    package let origin: CommitID
    /// What the person says.
    package let verdict: RulingVerdict
    /// The event of the repository that tells of it, with the reason.
    package let eventSeq: Int64
    /// Who.
    package let ruledBy: Int64
    /// When.
    package let ruledAt: Instant

    /// Creates a ruling.
    package init(
        in repository: Int64,
        _ commit: CommitID,
        _ verdict: RulingVerdict,
        _ origin: CommitID,
        by signature: (account: Int64, at: Instant, seq: Int64)
    ) {
        repositoryID = repository
        self.commit = commit
        self.origin = origin
        self.verdict = verdict
        (ruledBy, ruledAt, eventSeq) = signature
    }
}
