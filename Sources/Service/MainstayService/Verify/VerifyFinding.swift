package import MainstayCore

/// A claim of ours that git does not bear out.
package struct VerifyFinding: Sendable, Hashable {
    /// What is wrong with it.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It rests on a commit that is not there, or that is not the fix.
        case wrongCommit = "wrong-commit"
        /// It rests on a tag that is gone or names another commit.
        case movedTag = "moved-tag"
        /// The fix was taken back.
        case reverted
        /// A part of the fix is missing.
        case partial
        /// The release that is named lacks the fix.
        case notInRelease = "not-in-release"
        /// Git says another status.
        case otherStatus = "other-status"
        /// A fix is promised on a line that takes nothing any more.
        case promisedOnEndedLine = "promised-on-ended-line"
        /// The fix is older than what brought the defect in.
        case fixBeforeDefect = "fix-before-defect"
    }

    /// What is wrong.
    package let kind: Kind
    /// The defect.
    package let defect: String
    /// The line; `nil`: all of them.
    package let line: String?
    /// What we claim, and where.
    package let claim: String
    /// What speaks against it.
    package let counterEvidence: String
}

/// What a proof of all claims found.
package struct VerifyReport: Sendable {
    /// How many claims were proven, those that do not hold among them.
    package var claims = 0
    /// What does not hold, by defect.
    package var findings: [VerifyFinding] = []
    /// What was told last and does not hold because of what people tied since.
    package var outdated = 0
    /// Whole sentences about what was taken for granted.
    package var warnings: [String] = []
}

/// What was claimed of a defect on a line.
package struct PastClaim: Sendable {
    /// The defect.
    package let defect: String
    /// The line.
    package let line: String
    /// The status that was claimed.
    package let status: LineStatus
    /// The release that was named.
    package let release: String?
    /// Where: the advisory or release, and the form.
    package let document: String
    /// When it was published.
    package let publishedAt: Instant
}
