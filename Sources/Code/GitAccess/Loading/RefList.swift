import BackportAnalysis
import CGit2
import Glibc
import MainstayCore

/// The refs that Mainstay looks at, as they stand now.
///
/// Branches, tags, remote-tracking branches and HEAD; `refs/pull` and the like are left out.
struct RefList {
    /// One ref before it has a row.
    struct Entry {
        var name: String
        /// The object that the ref names, tags not peeled; `nil` for a symbolic ref.
        var id: CommitID?
        /// What the tag was peeled to, where that is known without reading it.
        var peeled: CommitID?
        /// The ref that a symbolic ref stands for.
        var target: String?
    }

    /// Sorted by name.
    private(set) var entries: [Entry] = []

    /// Reads the refs of `repository`.
    ///
    /// The corresponding libgit2 functions are `git_reference_iterator_new` and
    /// `git_reference_lookup`.
    init(_ repository: Repository) throws(GitError) {
        var iterator: OpaquePointer?
        let code = git_reference_iterator_new(&iterator, repository.pointer)
        guard code == 0 else { throw Repository.failure(code, in: repository.folder) }
        defer { git_reference_iterator_free(iterator) }
        var reference: OpaquePointer?
        while true {
            let code = git_reference_next(&reference, iterator)
            if code == GIT_ITEROVER.rawValue { break }
            // A ref that is damaged is no reason to give up on the others.
            guard code == 0, let found = reference else {
                guard code == 0 else { break }
                continue
            }
            defer { git_reference_free(found) }
            if let entry = Self.entry(found) { entries.append(entry) }
        }
        var head: OpaquePointer?
        if git_reference_lookup(&head, repository.pointer, "HEAD") == 0, let found = head {
            if let entry = Self.entry(found) { entries.append(entry) }
            git_reference_free(found)
        }
        entries.sort { $0.name < $1.name }
    }

    private static func isWanted(_ name: String) -> Bool {
        name.hasPrefix("refs/heads/") || name.hasPrefix("refs/tags/")
            || name.hasPrefix("refs/remotes/") || name == "HEAD"
    }

    private static func entry(_ reference: OpaquePointer) -> Entry? {
        guard let pointer = git_reference_name(reference) else { return nil }
        let name = String(cString: pointer)
        guard isWanted(name) else { return nil }
        if let target = git_reference_symbolic_target(reference) {
            let target = String(cString: target)
            if isWanted(target) { return Entry(name: name, target: target) }
            // What it stands for is not in the list: it counts as a ref of its own.
            var resolved: OpaquePointer?
            guard git_reference_resolve(&resolved, reference) == 0, let resolved else {
                return Entry(name: name, target: target)
            }
            defer { git_reference_free(resolved) }
            return Entry(name: name, id: git_reference_target(resolved).map { CommitID($0) })
        }
        guard let id = git_reference_target(reference) else { return nil }
        let peeled = git_reference_target_peel(reference).map { CommitID($0) }
        return Entry(name: name, id: CommitID(id), peeled: peeled)
    }
}

/// Tells whether refs may have changed since an index was made, without listing them.
enum RefFingerprint {
    /// What the refs' storage looks like now.
    ///
    /// Place, size and time of `packed-refs`, the content of every loose ref, of HEAD and of
    /// `shallow`. Equal bytes mean equal refs; see ``isTrusted(_:takenAt:)`` for the one gap.
    static func read(_ folder: RepositoryFolder) -> [UInt8] {
        var bytes: [UInt8] = []
        var info = stat()
        if stat(FilePath.join(folder.commonFolder, "packed-refs"), &info) == 0 {
            for number in [
                Int64(info.st_ino), Int64(info.st_size), Int64(info.st_mtim.tv_sec),
                Int64(info.st_mtim.tv_nsec),
            ] {
                withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
            }
        } else {
            bytes += [UInt8](repeating: 0, count: 32)
        }
        var hash: UInt64 = 0
        add(Array(FilePath.join(folder.gitFolder, "HEAD").utf8CString), &hash)
        add(Array(FilePath.join(folder.commonFolder, "shallow").utf8CString), &hash)
        for kind in ["heads", "remotes", "tags"] {
            let path = FilePath.join(folder.commonFolder, "refs/" + kind)
            addFolder(Array(path.utf8CString), &hash)
        }
        withUnsafeBytes(of: hash) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Whether equal fingerprints prove equal refs.
    ///
    /// `packed-refs` must have been older than one tick of any file system's clock (2 s) when the
    /// fingerprint was taken, at `seconds` since 1970 or later.
    static func isTrusted(_ fingerprint: [UInt8], takenAt seconds: Int) -> Bool {
        let time = fingerprint.withUnsafeBytes {
            $0.count >= 24 ? $0.loadUnaligned(fromByteOffset: 16, as: Int64.self) : .max
        }
        return time + 2 <= Int64(seconds)
    }

    // Paths are C strings: the name of a ref need not be UTF-8.

    private static func add(_ path: [CChar], _ hash: inout UInt64) {
        let content = FilePath.read(path)
        hash = path.withUnsafeBytes { hashBytes($0, seed: hash) }
        hash = (content ?? [0]).withUnsafeBytes { hashBytes($0, seed: hash &+ 1) }
    }

    private static func addFolder(_ folder: [CChar], _ hash: inout UInt64) {
        for name in FilePath.rawEntries(of: folder) {
            let path = folder.dropLast() + [47] + name
            if FilePath.isFolder(path) { addFolder(path, &hash) } else { add(path, &hash) }
        }
    }
}
