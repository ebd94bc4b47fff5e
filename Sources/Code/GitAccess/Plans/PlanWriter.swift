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

    /// Writes the steps of `plan` that are clean to the new branch `ref`.
    ///
    /// A pick keeps the author, the author's date and the message with its encoding; the message
    /// gets the line that `git cherry-pick -x` adds; signatures are dropped.
    /// - Throws: ``PlanError``: a step is not clean and `isCleanOnly` is false, there is nothing
    ///   to write, the branch exists, or the repository refuses. No branch is there then.
    package func write(
        _ plan: PickPlan,
        to ref: String,
        isCleanOnly: Bool = false
    ) throws(PlanError) -> Branch {
        guard isCleanOnly || plan.isClean else { throw .conflicts(plan) }
        let taken = plan.steps.filter(\.isTaken)
        guard !taken.isEmpty else { throw .nothingToWrite(plan) }
        try checkFree(ref)
        var parent = plan.tip
        var commits: [Branch.Pick] = []
        for step in taken {
            for object in step.inPlan.made { try write(object.bytes, object.kind) }
            guard let tree = step.inPlan.tree else { continue }
            parent = try writePick(of: step.commit, tree: tree, parent: parent)
            commits.append(Branch.Pick(original: step.commit, commit: parent))
        }
        try create(ref, at: parent)
        return Branch(ref: ref, commits: commits)
    }

    // MARK: - Objects

    private func writePick(
        of original: CommitID,
        tree: CommitID,
        parent: CommitID
    ) throws(PlanError) -> CommitID {
        let source = GitTreeSource(repository)
        guard let bytes = try? source.readObject(original, kind: .commit),
            let parts = CommitParts(bytes)
        else {
            throw PlanError(.badCommit, "Commit \(original) cannot be read, or has no author")
        }
        var commit = Array("tree \(tree.hex)\nparent \(parent.hex)\n".utf8)
        commit += parts.author + [10]
        commit += Array("committer \(committer.line)\n".utf8)
        if let encoding = parts.encoding { commit += encoding + [10] }
        commit.append(10)
        commit += PickMessage.make(from: Array(parts.message), fix: original)
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

    /// The corresponding libgit2 function is `git_reference_create`, without force.
    private func create(_ ref: String, at commit: CommitID) throws(PlanError) {
        var created: OpaquePointer?
        var oid = git_oid(commit)
        let log = "mainstay: picks"
        let status = git_reference_create(&created, repository.pointer, ref, &oid, 0, log)
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
