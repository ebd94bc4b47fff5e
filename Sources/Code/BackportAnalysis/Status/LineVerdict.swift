package import MainstayCore

/// A line, or a version, that a fix is judged on.
package struct LineTarget: Sendable, Hashable {
    /// The commit that is judged: the tip of the line or the tag of the version.
    package var tip: CommitRow
    /// Releases of the line by rank, lowest first.
    package var releases: [CommitRow]
    /// Newest release that the line contains; `nil` if there is none.
    package var newestRelease: CommitRow?

    /// Creates the target of a line whose newest release is the last of `releases`.
    package init(tip: CommitRow, releases: [CommitRow]) {
        self.init(tip: tip, releases: releases, newestRelease: releases.last)
    }

    /// Creates the target of a line whose newest release may be none of its own.
    package init(tip: CommitRow, releases: [CommitRow], newestRelease: CommitRow?) {
        self.tip = tip
        self.releases = releases
        self.newestRelease = newestRelease
    }

    /// Creates the target of the version whose tag is `tag`: it is its own and only release.
    package init(version tag: CommitRow) {
        self.init(tip: tag, releases: [tag], newestRelease: tag)
    }
}

/// What the content of a tip says where events of parallel branches disagree.
package enum ContentFinding: Sendable, Hashable {
    /// The change is there.
    case applied
    /// The change is not there: it would apply cleanly.
    case cancelled
    /// Neither could be shown; why, as a clause.
    case unknown(String)
}

/// The computed answer for one fix on one line or version.
package struct LineVerdict: Sendable, Hashable {
    /// The status.
    package var status: LineStatus
    /// Why, as a clause for people; `nil` where the status says all.
    package var reason: String?
    /// Commits of the fix that hold at the tip, by row, each once.
    ///
    /// The applying events below no other event, partial reverts left aside; those that came
    /// before every applied introducer do not count.
    package var commits: [CommitRow]
    /// Reverts of the fix that hold at the tip, partial ones too, by row, each once.
    package var reverts: [CommitRow]
    /// Commits of the applied introducers that hold at the tip, by row, each once.
    package var introducers: [CommitRow]
    /// Place in the target's releases of the first one of the unbroken run of fixed ones; set
    /// only with status `fixed`.
    package var firstRelease: Int?
    /// Whether parallel branches apply and revert the fix, so that its content was asked.
    package var isMixed: Bool

    /// Creates a verdict.
    package init(
        status: LineStatus,
        reason: String? = nil,
        commits: [CommitRow] = [],
        reverts: [CommitRow] = [],
        introducers: [CommitRow] = [],
        firstRelease: Int? = nil,
        isMixed: Bool = false
    ) {
        self.status = status
        self.reason = reason
        self.commits = commits
        self.reverts = reverts
        self.introducers = introducers
        self.firstRelease = firstRelease
        self.isMixed = isMixed
    }
}
