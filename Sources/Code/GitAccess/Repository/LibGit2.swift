import CGit2

/// The one place in which libgit2 is set up.
enum LibGit2 {
    /// Makes libgit2 ready; every entry point calls it before anything else.
    ///
    /// Runs once for the process, before a second thread uses libgit2. The corresponding libgit2
    /// functions are `git_libgit2_init` and `git_libgit2_opts`.
    static func prepare() { _ = isPrepared }

    private static let isPrepared: Bool = {
        git_libgit2_init()
        // Re-hashing what is read takes a quarter of the loading time.
        _ = mst_git_verify_hashes(0)
        // A partial clone lacks objects that a new tree may name.
        _ = mst_git_check_creation(0)
        // A new branch must not name objects that a power cut takes away.
        _ = mst_git_sync_writes(1)
        // RepositoryFolder checks the owner itself, with a message that helps.
        _ = mst_git_check_owner(0)
        // Trees are read again and again while histories are compared.
        _ = mst_git_cache_object_limit(GIT_OBJECT_TREE, 1 << 16)
        _ = mst_git_cache_size(24 << 20)
        // Without these a whole pack is mapped and counts as memory.
        _ = mst_git_window_size(4 << 20)
        _ = mst_git_mapped_limit(48 << 20)
        accept(extensions: [
            "partialclone", "worktreeconfig", "preciousobjects", "relativeworktrees",
        ])
        return true
    }()

    private static func accept(extensions: [StaticString]) {
        var names: [UnsafePointer<CChar>?] = extensions.map {
            UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self)
        }
        _ = mst_git_extensions(&names, names.count)
    }

    /// libgit2's words on the last failure in this thread.
    static var lastMessage: String? {
        guard let error = git_error_last(), let message = error.pointee.message else { return nil }
        return String(cString: message)
    }
}
