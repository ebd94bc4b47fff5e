package import MainstayCore

/// What a pick of one commit onto one line would do, or did.
package struct PickAnswer: Sendable {
    /// What happens to one path.
    package struct Path: Sendable {
        /// The path as the fix names it, safe to show.
        package var path: String
        /// `clean`, `conflict`, `already-there` or `unknown`.
        package var result: String
        /// Why it conflicts or is not known, in words.
        package var cause: String?
        /// The path on the line, where it was renamed there.
        package var renamedTo: String?

        /// Creates the result of one path.
        package init(
            path: String,
            result: String,
            cause: String? = nil,
            renamedTo: String? = nil
        ) {
            self.path = path
            self.result = result
            self.cause = cause
            self.renamedTo = renamedTo
        }
    }

    /// A commit with its title.
    package struct Named: Sendable {
        /// The commit.
        package var commit: CommitID
        /// Its subject; may hold control characters.
        package var title: String

        /// Names a commit.
        package init(commit: CommitID, title: String) {
            self.commit = commit
            self.title = title
        }
    }

    /// The commit to pick.
    package var fix: CommitID
    /// Its subject; may hold control characters.
    package var title: String
    /// Shown name of the line.
    package var line: String
    /// `clean`, `conflict`, `already-there` or `unknown`; in a plan, after the steps before.
    package var verdict: String
    /// The verdict without the steps before, where that is another.
    package var alone: String?
    /// The earlier step of the plan that keeps this one from being clean.
    package var stoppedBy: CommitID?
    /// Why the verdict is `unknown`, or a note about merge drivers.
    package var note: String?
    /// In byte order of the paths.
    package var paths: [Path]
    /// Commits, in mainline order, whose picks before this one turn it clean.
    package var prerequisites: [Named] = []
    /// The fixes of the plan that this commit was added for; empty if it was asked for.
    package var neededBy: [CommitID] = []
    /// Id of the tree that the pick would make; only when clean.
    package var tree: CommitID?
    /// Full name of the branch on which the pick was written.
    package var ref: String?
    /// The commit that was made.
    package var commit: CommitID?

    /// Creates the answer.
    package init(
        fix: CommitID,
        title: String,
        line: String,
        verdict: String,
        note: String? = nil,
        paths: [Path],
        tree: CommitID? = nil
    ) {
        self.fix = fix
        self.title = title
        self.line = line
        self.verdict = verdict
        self.note = note
        self.paths = paths
        self.tree = tree
    }
}

/// Picks onto one line, one after the other: the answer of `mainstay pick`.
package struct PlanAnswer: Sendable {
    /// A branch that was made.
    package struct Branch: Sendable {
        /// Full name.
        package var ref: String
        /// Its last commit.
        package var tip: CommitID
        /// How many commits it adds to the line, or to the branch before it.
        package var count: Int

        /// Creates a branch.
        package init(ref: String, tip: CommitID, count: Int) {
            self.ref = ref
            self.tip = tip
            self.count = count
        }
    }

    /// Shown name of the line.
    package var line: String
    /// In mainline order.
    package var picks: [PickAnswer]
    /// The branches that were made, drafts last; empty where none was asked for.
    package var branches: [Branch] = []
    /// Why nothing was written although it was asked for.
    package var refusal: (any ExplainedError)?

    /// Creates an answer.
    package init(line: String, picks: [PickAnswer]) {
        self.line = line
        self.picks = picks
    }
}
