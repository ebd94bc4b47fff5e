import BackportAnalysis
import MainstayCore

/// A plan that cannot be written.
package struct PlanError: ExplainedError {
    /// What is in the way, for callers that branch on it.
    package enum Code: String, Sendable, Hashable {
        /// Steps conflict, or cannot be told.
        case conflicts = "conflicts"
        /// No step changes the line.
        case nothingToWrite = "nothing-to-write"
        /// The branch exists already, or a branch stands where it needs a folder.
        case refTaken = "ref-taken"
        /// The name cannot be that of a branch.
        case badName = "bad-name"
        /// Git's settings do not say who commits.
        case noCommitter = "no-committer"
        /// A commit to pick has no author or is damaged.
        case badCommit = "bad-commit"
        /// The repository cannot be written to.
        case notWritten = "not-written"
    }

    /// What is in the way.
    package let code: Code
    /// One sentence for people.
    package let message: String
    /// What mends it.
    package let hint: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    static func conflicts(_ plan: PickPlan) -> PlanError {
        let failed = plan.steps.filter(\.isFailed).map(\.commit.short)
        let all = plan.steps.count
        return PlanError(
            .conflicts,
            all == 1
                ? "The pick of \(failed[0]) is not clean: nothing was written"
                : "\(failed.count) of \(all) picks are not clean: nothing was written "
                    + "(\(failed.joined(separator: ", ")))",
            hint: "Use '--draft' for a branch to settle by hand"
                + (all == 1 ? "" : ", or '--clean-only' to leave them out")
        )
    }

    static func nothingToWrite(_ plan: PickPlan) -> PlanError {
        PlanError(
            .nothingToWrite,
            plan.steps.count == 1
                ? "The line holds all of \(plan.steps[0].commit.short): nothing was written"
                : "None of the \(plan.steps.count) picks changes the line: nothing was written"
        )
    }

    static func refTaken(_ ref: String, by other: String, _ id: CommitID?) -> PlanError {
        PlanError(
            .refTaken,
            other == ref
                ? "Branch '\(short(ref))' exists already\(id.map { " at \($0.short)" } ?? "")"
                : "Branch '\(short(ref))' cannot stand beside branch '\(short(other))'",
            hint: "Name another with '--branch', or remove it with 'git branch -D \(short(other))'"
        )
    }

    static func badName(_ name: String) -> PlanError {
        PlanError(
            .badName,
            "'\(name)' cannot be the name of a branch",
            hint: "'git help check-ref-format' has the rules"
        )
    }

    static func notWritten(_ what: String, in repository: String) -> PlanError {
        PlanError(
            .notWritten,
            "\(what) could not be written to \(repository): "
                + (LibGit2.lastMessage ?? "libgit2 gave no reason"),
            hint: "No branch was made; objects without one do no harm"
        )
    }

    private static func short(_ ref: String) -> String {
        ref.hasPrefix("refs/heads/") ? String(ref.dropFirst(11)) : ref
    }
}
