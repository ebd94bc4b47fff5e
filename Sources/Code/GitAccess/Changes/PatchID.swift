import BackportAnalysis
import CGit2
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
        guard let new = Tree(of: commit, repository) else { return nil }
        var diff: OpaquePointer?
        var options = git_diff_options()
        mst_git_diff_options(&options)
        options.flags = GIT_DIFF_INDENT_HEURISTIC.rawValue
        if let parent {
            guard let old = Tree(of: parent, repository) else { return nil }
            let code = git_diff_tree_to_tree(
                &diff,
                repository.pointer,
                old.pointer,
                new.pointer,
                &options
            )
            guard code == 0 else { return nil }
        } else {
            let code = git_diff_tree_to_tree(
                &diff,
                repository.pointer,
                nil,
                new.pointer,
                &options
            )
            guard code == 0 else { return nil }
        }
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

        init?(of commit: CommitID, _ repository: Repository) {
            guard let id = repository.tree(of: commit) else { return nil }
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
