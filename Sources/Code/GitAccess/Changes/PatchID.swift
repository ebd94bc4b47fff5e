import BackportAnalysis
import CGit2
import Glibc
import MainstayCore

/// Stable patch-ids.
enum PatchID {
    /// The patch-id of `commit` against `parent` (or the empty tree); `nil` for an empty diff and
    /// where objects are absent.
    ///
    /// Equals `git patch-id --stable` of `git diff-tree -p` where no binary and no empty file is
    /// changed; there git's own answer depends on its version. The corresponding libgit2 functions
    /// are `git_diff_tree_to_tree` and `git_diff_patchid`.
    static func read(
        commit: CommitID,
        parent: CommitID?,
        _ repository: Repository
    ) -> CommitID? {
        guard let newID = repository.tree(of: commit) else { return nil }
        var oldID: CommitID?
        if let parent {
            guard let found = repository.tree(of: parent) else { return nil }
            oldID = found
        }
        // libgit2 walks whole trees; the paths that differ keep it to their folders.
        var changes = TreeDiff(repository, collectsNames: true)
        changes.compare(oldID, newID)
        guard !changes.isIncomplete, !changes.names.isEmpty else { return nil }
        // A name that is not UTF-8 cannot be given as a path, and libgit2 does not find a submodule
        // by its path: then everything is walked.
        let isPlain =
            changes.names.allSatisfy { !$0.unicodeScalars.contains("\u{FFFD}") }
            && !changes.files.contains(where: \.isSubmodule)
        return withPathspec(isPlain ? changes.names : []) { paths in
            read(oldID, newID, paths, repository)
        }
    }

    private static func withPathspec(
        _ names: [String],
        _ body: (git_strarray) -> CommitID?
    ) -> CommitID? {
        var pointers = names.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            body(git_strarray(strings: buffer.baseAddress, count: buffer.count))
        }
    }

    private static func read(
        _ oldID: CommitID?,
        _ newID: CommitID,
        _ paths: git_strarray,
        _ repository: Repository
    ) -> CommitID? {
        guard let new = Tree(newID, repository) else { return nil }
        var diff: OpaquePointer?
        var options = git_diff_options()
        mst_git_diff_options(&options)
        options.flags =
            GIT_DIFF_INDENT_HEURISTIC.rawValue | GIT_DIFF_DISABLE_PATHSPEC_MATCH.rawValue
        options.pathspec = paths
        var code: Int32 = 0
        if let oldID {
            guard let old = Tree(oldID, repository) else { return nil }
            code = git_diff_tree_to_tree(
                &diff,
                repository.pointer,
                old.pointer,
                new.pointer,
                &options
            )
        } else {
            code = git_diff_tree_to_tree(
                &diff,
                repository.pointer,
                nil,
                new.pointer,
                &options
            )
        }
        guard code == 0 else { return nil }
        guard let diff else { return nil }
        defer { git_diff_free(diff) }
        guard git_diff_num_deltas(diff) > 0 else { return nil }
        var id = git_oid()
        var idOptions = git_diff_patchid_options()
        mst_git_patchid_options(&idOptions)
        guard git_diff_patchid(&id, diff, &idOptions) == 0 else { return nil }
        return withBinaryContent(CommitID(id), diff)
    }

    /// Tells changes of binary files apart: libgit2 counts their paths alone, so that any two
    /// changes of one picture would be equal.
    private static func withBinaryContent(_ id: CommitID, _ diff: OpaquePointer) -> CommitID {
        var id = id
        for number in 0..<git_diff_num_deltas(diff) {
            // The flag is known by now: the contents have just been looked at.
            guard let delta = git_diff_get_delta(diff, number)?.pointee,
                delta.flags & GIT_DIFF_FLAG_BINARY.rawValue != 0
            else { continue }
            for file in [CommitID(delta.old_file.id), CommitID(delta.new_file.id)] {
                id = CommitID(
                    high: mix(id.high ^ file.high),
                    middle: mix(id.middle ^ file.middle),
                    low: UInt32(truncatingIfNeeded: mix(UInt64(id.low ^ file.low)))
                )
            }
        }
        return id
    }

    /// A parsed tree, freed with its owner.
    private struct Tree: ~Copyable {
        let pointer: OpaquePointer

        init?(_ id: CommitID, _ repository: Repository) {
            var oid = git_oid(id)
            var tree: OpaquePointer?
            guard git_tree_lookup(&tree, repository.pointer, &oid) == 0, let tree else {
                return nil
            }
            pointer = tree
        }

        deinit { git_tree_free(pointer) }
    }
}
