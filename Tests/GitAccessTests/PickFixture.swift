import BackportAnalysis
import CGit2
import GitAccess
import MainstayCore

/// A repository opened for reading, as the tests of picks need it.
final class OpenedRepository {
    struct Failure: Error {
        var path: String
        var status: Int32
    }

    let source: GitTreeSource
    private let repository: OpaquePointer
    private let odb: OpaquePointer

    init(path: String) throws {
        git_libgit2_init()
        _ = mst_git_check_owner(0)
        _ = mst_git_verify_hashes(0)
        var repository: OpaquePointer?
        let status = git_repository_open(&repository, path)
        guard status == 0, let repository else { throw Failure(path: path, status: status) }
        var odb: OpaquePointer?
        let odbStatus = git_repository_odb(&odb, repository)
        guard odbStatus == 0, let odb else { throw Failure(path: path, status: odbStatus) }
        self.repository = repository
        self.odb = odb
        source = GitTreeSource(repository: repository, odb: odb)
    }

    deinit {
        git_odb_free(odb)
        git_repository_free(repository)
    }
}
