import CGit2
import MainstayCore

/// An open repository, used by one thread.
///
/// Nothing here writes. A worker thread opens a handle of its own.
package final class Repository {
    /// Where the repository is.
    package let folder: RepositoryFolder
    /// The libgit2 handle; valid while this object lives.
    let pointer: OpaquePointer
    /// The object database; owned by this object.
    let odb: OpaquePointer

    /// Opens the repository in `folder`.
    ///
    /// The corresponding libgit2 functions are `git_repository_open_ext` and
    /// `git_repository_odb`.
    /// - Throws: ``GitError`` with libgit2's words.
    package init(_ folder: RepositoryFolder) throws(GitError) {
        LibGit2.prepare()
        var pointer: OpaquePointer?
        let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue
        let opened = git_repository_open_ext(&pointer, folder.gitFolder, flags, nil)
        guard opened == 0, let pointer else { throw Self.failure(opened, in: folder) }
        var odb: OpaquePointer?
        let read = git_repository_odb(&odb, pointer)
        guard read == 0, let odb else {
            git_repository_free(pointer)
            throw Self.failure(read, in: folder)
        }
        self.folder = folder
        self.pointer = pointer
        self.odb = odb
    }

    deinit {
        git_odb_free(odb)
        git_repository_free(pointer)
    }

    /// The error for libgit2's `returnCode`.
    static func failure(_ returnCode: Int32, in folder: RepositoryFolder) -> GitError {
        let errorClass = git_error_last()?.pointee.klass ?? 0
        return GitError(
            .library(errorClass: errorClass, returnCode: returnCode),
            repository: folder.shown,
            underlying: LibGit2.lastMessage
        )
    }

    /// Reads one object and passes its bytes to `body`; `nil` if the object is absent.
    ///
    /// The bytes live only while `body` runs. The corresponding libgit2 function is
    /// `git_odb_read`.
    /// - Throws: ``GitError`` where the object is damaged.
    func withObject<Result>(
        _ id: CommitID,
        _ body: (git_object_t, UnsafeRawBufferPointer) -> Result
    ) throws(GitError) -> Result? {
        var oid = git_oid(id)
        var object: OpaquePointer?
        let code = git_odb_read(&object, odb, &oid)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        guard code == 0, let object else { throw Self.failure(code, in: folder) }
        defer { git_odb_object_free(object) }
        let bytes = UnsafeRawBufferPointer(
            start: git_odb_object_data(object),
            count: git_odb_object_size(object)
        )
        return body(git_odb_object_type(object), bytes)
    }
}

extension git_oid {
    /// The same id in libgit2's form.
    init(_ id: CommitID) {
        self.init()
        withUnsafeMutableBytes(of: &self.id) { bytes in
            if let base = bytes.baseAddress { id.store(to: base) }
        }
    }
}

extension CommitID {
    /// The same id as a value.
    init(_ oid: git_oid) {
        self = withUnsafeBytes(of: oid.id) { bytes in
            bytes.baseAddress.map { CommitID(bytes: $0) } ?? CommitID(high: 0, middle: 0, low: 0)
        }
    }

    /// The same id as libgit2 hands it out.
    init(_ oid: UnsafePointer<git_oid>) {
        self.init(bytes: UnsafeRawPointer(oid))
    }
}
