package import MainstayCore

/// A search for the commit that brought a defect: a command is run on commits of a mirror.
///
/// The command works as with `git bisect run`: it leaves with 0 where the defect is absent, with
/// 1 to 127 where it is there, and with 125 where the commit cannot be judged; a higher status or
/// a signal ends the search.
package struct Bisection: Sendable {
    /// One run of the command.
    package struct Step: Sendable, Hashable {
        /// What was found.
        package enum Verdict: String, Sendable, Hashable {
            /// The defect is absent.
            case good
            /// The defect is there.
            case bad
            /// The commit cannot be judged.
            case skipped
        }

        /// The commit that was checked out.
        package let commit: CommitID
        /// What was found.
        package let verdict: Verdict
    }

    /// How a search ends.
    package struct Finding: Sendable, Hashable {
        /// The first bad commit; several, newest first, where skipped ones hide which it is.
        package let firstBad: [CommitID]
        /// Every run, in order.
        package let steps: [Step]
    }

    /// A commit without the defect.
    package let good: CommitID
    /// A commit with it.
    package let bad: CommitID
    /// The program and its arguments; run at the top of a work tree, without input.
    package let command: [String]

    /// Prepares a search.
    package init(good: CommitID, bad: CommitID, command: [String]) {
        self.good = good
        self.bad = bad
        self.command = command
    }
}

extension Mirror {
    /// Searches for the first commit with a defect.
    ///
    /// Good and bad are tried first, then, where good is no ancestor of bad, what they have in
    /// common, then commits in between, each the one that halves what is left. Files that git does
    /// not know stay from run to run, so that a build goes on where it was.
    ///
    /// The work tree is a new folder below `scratch`. It is removed at the end, also when the
    /// search fails or is cancelled; what a killed process left of one is forgotten by the next.
    ///
    /// The corresponding commands are `git worktree add --detach` and `git rev-list --bisect-all`.
    /// - Throws: ``MirrorError``: a bound that is not as said, a command that gives up, git fails,
    ///   cancelled.
    package func bisect(
        _ bisection: Bisection,
        scratch: String,
        progress: any ProgressSink
    ) throws(MirrorError) -> Bisection.Finding {
        let tree = try WorkTree(of: self, below: scratch, at: bisection.bad)
        let result: Result<Bisection.Finding, MirrorError>
        do {
            var search = BisectionSearch(bisection, mirror: self, tree: tree, progress)
            result = .success(try search.run())
        } catch { result = .failure(error) }
        tree.remove()
        return try result.get()
    }
}

/// A search while it runs.
private struct BisectionSearch {
    private let bisection: Bisection
    private let mirror: Mirror
    private let tree: WorkTree
    private let progress: any ProgressSink
    private var steps: [Bisection.Step] = []
    /// How many runs the search takes if every commit can be judged.
    private var expected = 0

    init(
        _ bisection: Bisection,
        mirror: Mirror,
        tree: WorkTree,
        _ progress: any ProgressSink
    ) {
        self.bisection = bisection
        self.mirror = mirror
        self.tree = tree
        self.progress = progress
    }

    mutating func run() throws(MirrorError) -> Bisection.Finding {
        try checkBounds()
        var bad = bisection.bad
        var goods = [bisection.good]
        var skipped: Set<CommitID> = []
        while true {
            // The one that halves what is left comes first, the bad one last.
            let left = try suspects(bad, goods, by: "--bisect-all")
            expected = steps.count + (Int.bitWidth - (left.count - 1).leadingZeroBitCount)
            guard let next = left.first(where: { $0 != bad && !skipped.contains($0) }) else {
                let order = try suspects(bad, goods, by: "--topo-order")
                return Bisection.Finding(firstBad: order, steps: steps)
            }
            switch try verdict(next) {
            case .good: goods.append(next)
            case .bad: bad = next
            case .skipped: skipped.insert(next)
            }
        }
    }

    /// Tries the good commit, the bad one, and what they have in common.
    private mutating func checkBounds() throws(MirrorError) {
        let (good, bad) = (bisection.good, bisection.bad)
        try expect(.good, at: good, "Commit \(good.short) was given as good")
        try expect(.bad, at: bad, "Commit \(bad.short) was given as bad")
        let told = try mirror.git.run(
            ["merge-base", "--all", good.hex, bad.hex],
            in: mirror.folder
        )
        let bases = told.text.split(separator: "\n").compactMap { CommitID(hex: $0) }
        guard !bases.isEmpty else {
            throw MirrorError(
                .badBounds,
                "Commits \(good.short) and \(bad.short) have no history in common"
            )
        }
        for base in bases where base != good {
            try expect(
                .good,
                at: base,
                "Commit \(base.short), from which both descend, was expected to be good"
            )
        }
    }

    private mutating func expect(
        _ wanted: Bisection.Step.Verdict,
        at commit: CommitID,
        _ words: String
    ) throws(MirrorError) {
        let found = try verdict(commit)
        guard found != wanted else { return }
        let hint =
            steps.count > 2
            ? "The defect is older than what the two have in common, and is mended on the way to "
                + "\(bisection.good.short): search there for the fix"
            : "Run the command by hand on \(commit.short); it said: \(lastWords)"
        throw MirrorError(
            .badBounds,
            "\(words), but the command finds it \(found.rawValue)",
            hint: hint
        )
    }

    /// What may be the first bad commit.
    private func suspects(
        _ bad: CommitID,
        _ goods: [CommitID],
        by order: String
    ) throws(MirrorError) -> [CommitID] {
        let told = try mirror.git.output(
            ["rev-list", order, bad.hex, "--not"] + goods.map(\.hex),
            in: mirror.folder
        )
        return told.split(separator: "\n").compactMap { CommitID(hex: $0.prefix(40)) }
    }

    private var lastWords = ""

    /// Runs the command on one commit.
    private mutating func verdict(
        _ commit: CommitID
    ) throws(MirrorError) -> Bisection.Step.Verdict {
        progress.report("Trying \(commit.short)", done: steps.count, total: expected)
        try tree.checkOut(commit)
        let run: (ending: ChildProcess.Ending, talk: String)
        do throws(SpawnFault) {
            run = try mirror.git.run(program: bisection.command, in: tree.path)
        } catch { throw .notStarted(error) }
        lastWords = String(run.talk.suffix(400)).trimmed
        let verdict: Bisection.Step.Verdict
        switch run.ending {
        case .exited(0): verdict = .good
        case .exited(125): verdict = .skipped
        case .exited(let status) where status >= 126 && steps.isEmpty:
            throw MirrorError(
                .commandMissing,
                "'\(bisection.command.joined(separator: " "))' cannot be run: \(lastWords)",
                hint: "The command runs at the top of a fresh work tree: name it by its full path"
            )
        case .exited(let status) where status < 128: verdict = .bad
        case .cancelled: throw .cancelled("The search")
        case .exited, .killed:
            throw MirrorError(
                .commandFailed,
                "The command gave up on commit \(commit.short): \(run.ending), \(lastWords)",
                hint: "125 is the status for a commit that cannot be judged"
            )
        }
        steps.append(Bisection.Step(commit: commit, verdict: verdict))
        return verdict
    }
}

extension ChildProcess.Ending: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let status): "status \(status)"
        case .killed(let signal): "signal \(signal)"
        case .cancelled: "cancelled"
        }
    }
}
