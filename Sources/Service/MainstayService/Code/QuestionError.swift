import MainstayCore

/// A question about a repository that cannot be answered as it was put.
package struct QuestionError: ExplainedError, Hashable {
    /// What is wrong, for callers that branch on it.
    package enum Code: String, Sendable, Hashable {
        /// No commit, tag or branch has this name.
        case unknownCommit = "unknown-commit"
        /// Several commits start with these digits.
        case ambiguousCommit = "ambiguous-commit"
        /// A day that the calendar does not have.
        case badDate = "bad-date"
        /// A fix without a commit, as in `A++B`.
        case emptyFix = "empty-fix"
        /// One branch alone, and that is the mainline.
        case onlyMainline = "only-mainline"
    }

    /// What is wrong.
    package let code: Code
    /// One sentence for people.
    package let message: String
    /// What mends it.
    package let hint: String?

    static func unknownCommit(_ text: String, in repository: String) -> QuestionError {
        QuestionError(
            code: .unknownCommit,
            message: "'\(text)' names no commit, tag or branch that is reachable in \(repository)",
            hint: "Give a commit id of 4 digits or more, a tag or a branch; "
                + "fetch first if the commit is new"
        )
    }

    static func ambiguousCommit(_ text: String, candidates: [CommitID]) -> QuestionError {
        let names = candidates.map(\.short).joined(separator: ", ")
        return QuestionError(
            code: .ambiguousCommit,
            message: "'\(text)' is the start of several commits, among them \(names)",
            hint: "Give more digits"
        )
    }

    static func badDate(_ text: String) -> QuestionError {
        QuestionError(
            code: .badDate,
            message: "'\(text)' is no day of the calendar",
            hint: "Write it as YYYY-MM-DD, for example 2026-01-31"
        )
    }

    static func emptyFix(_ text: String) -> QuestionError {
        QuestionError(
            code: .emptyFix,
            message: "The fix '\(text)' has a place without a commit",
            hint: "Join commits that belong together with '+' and alternatives with ','"
        )
    }

    static func onlyMainline(_ branch: String) -> QuestionError {
        QuestionError(
            code: .onlyMainline,
            message: "There is no release line: '\(branch)' is the mainline and the only branch",
            hint: """
                Fetch the branches of the releases, or name lines in .mainstay.yml at the top of \
                the repository:
                lines:
                  - name: "1.0"
                    ref: "my-branch-1.0"
                """
        )
    }
}
