import Glibc
import MainstayCore

/// A work tree of a mirror in a temporary folder; it stays until ``remove()``.
struct WorkTree {
    /// Its folder.
    let path: String
    private let mirror: Mirror
    /// The temporary folder around it.
    private let above: String

    /// Checks `commit` out into a new folder below `scratch`.
    ///
    /// - Throws: ``MirrorError``; nothing is left behind then.
    init(of mirror: Mirror, below scratch: String, at commit: CommitID) throws(MirrorError) {
        self.mirror = mirror
        var name = Array(FilePath.join(scratch, "mainstay-bisect-XXXXXX").utf8CString)
        guard mkdtemp(&name) != nil else {
            throw MirrorError(
                .git,
                "No folder can be made in '\(scratch)': \(FilePath.lastError)",
                hint: "Set TMPDIR to a folder that you may write to"
            )
        }
        above = name.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
        path = FilePath.join(above, "tree")
        do {
            // Those whose folder is gone, after a process was killed.
            try mirror.git.output(["worktree", "prune"], in: mirror.folder)
            try mirror.git.output(
                ["worktree", "add", "--quiet", "--detach", "--force", "--", path, commit.hex],
                in: mirror.folder
            )
        } catch {
            remove()
            throw error
        }
    }

    /// Replaces the files by those of `commit`; files that git does not know stay.
    func checkOut(_ commit: CommitID) throws(MirrorError) {
        try mirror.git.output(
            ["checkout", "--quiet", "--force", "--detach", commit.hex],
            in: path
        )
    }

    /// Removes the folder, and what the mirror knows of it; also after a cancellation.
    func remove() {
        let git = mirror.git.uncancelled
        _ = try? git.run(["worktree", "remove", "--force", "--force", path], in: mirror.folder)
        // Whatever git refused to remove.
        FilePath.removeAll(above)
        _ = try? git.run(["worktree", "prune"], in: mirror.folder)
    }
}
