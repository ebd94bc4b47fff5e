package import BackportAnalysis
import CGit2
package import MainstayCore

/// Writes a plan as commits on one new branch: the only code that writes to a repository.
///
/// Objects are written first and the branch last, so an interrupted run leaves no branch. No ref
/// is ever moved or removed, and no work tree is needed or touched.
package struct PlanWriter {
    /// What was written.
    package struct Branch: Sendable, Hashable {
        /// Full name, `refs/heads/...`.
        package let ref: String
        /// The new commit of each step that was taken, in the order of the plan.
        package let commits: [Pick]

        /// One commit of the branch.
        package struct Pick: Sendable, Hashable {
            /// What was picked.
            package let original: CommitID
            /// The commit that was made.
            package let commit: CommitID
        }
    }

    private let repository: Repository
    private let committer: Committer

    /// Creates a writer into `repository`.
    package init(_ repository: Repository, committer: Committer) {
        self.repository = repository
        self.committer = committer
    }

    /// Returns the full name of branch `name`, which may be one already.
    ///
    /// The corresponding libgit2 function is `git_branch_name_is_valid`.
    /// - Throws: ``PlanError`` with ``PlanError/Code/badName``.
    package static func ref(ofBranch name: String) throws(PlanError) -> String {
        LibGit2.prepare()
        let short = name.hasPrefix("refs/heads/") ? String(name.dropFirst(11)) : name
        var isValid: CInt = 0
        guard !short.hasPrefix("refs/"), git_branch_name_is_valid(&isValid, short) == 0,
            isValid != 0
        else { throw .badName(name) }
        return "refs/heads/" + short
    }

    /// Which steps of a plan are written.
    package enum Choice: Sendable, Hashable {
        /// All; nothing where one of them is not clean.
        case all
        /// Those that are clean.
        case clean
        /// Those that are clean, and on top of them, on a second branch, the drafts of the plan.
        case drafts
    }

    /// The second branch of a plan that is written to `ref`.
    ///
    /// Not a branch below the first: git keeps a branch as a file, which cannot be a folder too.
    package static func draftRef(of ref: String) -> String { ref + "-draft" }

    /// Writes `plan` to the new branch `ref`; returns the branches made, drafts last.
    ///
    /// A pick keeps the author, the author's date and the message with its encoding; the message
    /// gets the line that `git cherry-pick -x` adds; signatures are dropped. The message of a draft
    /// lists its conflicts at the end. A branch that would hold nothing is not made.
    /// - Throws: ``PlanError``: a step is not clean and all are wanted, there is nothing to write,
    ///   a branch exists, or the repository refuses. No branch is made then, save that somebody
    ///   who takes the name of the picks at the same moment may leave that of the drafts.
    package func write(
        _ plan: PickPlan,
        to ref: String,
        choice: Choice = .all
    ) throws(PlanError) -> [Branch] {
        guard choice != .all || plan.isClean else { throw .conflicts(plan) }
        let picks = plan.steps.filter(\.isTaken).map { Pick(of: $0.commit, $0.inPlan) }
        let drafts = choice == .drafts ? plan.drafts.map { Pick(of: $0.commit, $0.prediction) } : []
        guard !picks.isEmpty || !drafts.isEmpty else { throw .nothingToWrite(plan) }
        var branches: [Branch] = []
        var tip = plan.tip
        for (name, picks) in [(ref, picks), (Self.draftRef(of: ref), drafts)] where !picks.isEmpty {
            try checkFree(name)
            var commits: [Branch.Pick] = []
            for pick in picks {
                tip = try write(pick, onto: tip)
                commits.append(Branch.Pick(original: pick.commit, commit: tip))
            }
            branches.append(Branch(ref: name, commits: commits))
        }
        // The drafts first: should the second of two branches fail, the picks are not there alone.
        for branch in branches.reversed() {
            if let last = branch.commits.last { try create(branch.ref, at: last.commit) }
        }
        return branches
    }

    /// One commit to make.
    private struct Pick {
        let commit: CommitID
        let prediction: PickPrediction

        init(of commit: CommitID, _ prediction: PickPrediction) {
            self.commit = commit
            self.prediction = prediction
        }

        /// The list of what a person has to settle, as git's own messages had it; empty if clean.
        var conflicts: String {
            var text = ""
            for path in prediction.paths {
                guard case .conflict(let cause) = path.result else { continue }
                text += "\t\((path.renamedTo ?? path.path).text): \(cause.rawValue)\n"
            }
            return text.isEmpty ? "" : "\nConflicts:\n" + text
        }
    }

    // MARK: - Objects

    private func write(_ pick: Pick, onto parent: CommitID) throws(PlanError) -> CommitID {
        for object in pick.prediction.made { try write(object.bytes, object.kind) }
        let source = GitTreeSource(repository)
        guard let bytes = try? source.readObject(pick.commit, kind: .commit),
            let parts = CommitParts(bytes), let tree = pick.prediction.tree
        else {
            throw PlanError(.badCommit, "Commit \(pick.commit) cannot be read, or has no author")
        }
        var commit = Array("tree \(tree.hex)\nparent \(parent.hex)\n".utf8)
        commit += parts.author + [10]
        commit += Array("committer \(committer.line)\n".utf8)
        if let encoding = parts.encoding { commit += encoding + [10] }
        commit.append(10)
        commit += PickMessage.make(from: Array(parts.message), fix: pick.commit)
        commit += Array(pick.conflicts.utf8)
        return try write(commit, .commit)
    }

    /// The corresponding libgit2 function is `git_odb_write`.
    @discardableResult
    private func write(_ bytes: [UInt8], _ kind: ObjectKind) throws(PlanError) -> CommitID {
        var oid = git_oid()
        let status = bytes.withUnsafeBytes { buffer in
            git_odb_write(&oid, repository.odb, buffer.baseAddress, buffer.count, kind.objectType)
        }
        guard status == 0 else {
            throw .notWritten("A \(kind.rawValue)", in: repository.folder.shown)
        }
        return CommitID(oid)
    }

    // MARK: - The branch

    /// Creates the branch, unless somebody made it meanwhile.
    ///
    /// The corresponding libgit2 function is `git_reference_create_matching`: under the lock of the
    /// ref it compares what is there with the id of zeros, which stands for nothing.
    private func create(_ ref: String, at commit: CommitID) throws(PlanError) {
        var created: OpaquePointer?
        var (oid, nothing) = (git_oid(commit), git_oid())
        let status = git_reference_create_matching(
            &created,
            repository.pointer,
            ref,
            &oid,
            0,
            &nothing,
            "mainstay: picks"
        )
        git_reference_free(created)
        if status == 0 { return }
        try checkFree(ref)
        throw .notWritten("Branch '\(ref)'", in: repository.folder.shown)
    }

    /// Refuses a name that exists, that is a folder of others, or whose folder is a branch.
    private func checkFree(_ ref: String) throws(PlanError) {
        var names: OpaquePointer?
        guard git_reference_iterator_new(&names, repository.pointer) == 0, let names else {
            throw .notWritten("Branch '\(ref)'", in: repository.folder.shown)
        }
        defer { git_reference_iterator_free(names) }
        var name: UnsafePointer<CChar>?
        while git_reference_next_name(&name, names) == 0, let found = name {
            let other = String(cString: found)
            guard other == ref || other.hasPrefix(ref + "/") || ref.hasPrefix(other + "/") else {
                continue
            }
            var oid = git_oid()
            let isThere = git_reference_name_to_id(&oid, repository.pointer, other) == 0
            throw .refTaken(ref, by: other, isThere ? CommitID(oid) : nil)
        }
    }
}

/// What a pick takes over from a commit.
private struct CommitParts {
    /// The header line, `author` included.
    let author: ArraySlice<UInt8>
    /// The header line that names the encoding of author and message.
    let encoding: ArraySlice<UInt8>?
    /// Everything behind the header.
    let message: ArraySlice<UInt8>

    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var (author, encoding): (ArraySlice<UInt8>?, ArraySlice<UInt8>?) = (nil, nil)
        while let end = rest.firstIndex(of: 10), end > rest.startIndex {
            let line = rest[..<end]
            if author == nil, line.starts(with: "author ".utf8) { author = line }
            if encoding == nil, line.starts(with: "encoding ".utf8) { encoding = line }
            rest = rest[(end + 1)...]
        }
        guard let author else { return nil }
        self.author = author
        self.encoding = encoding
        message = rest.dropFirst()
    }
}
