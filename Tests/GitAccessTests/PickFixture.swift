import GitAccess

/// A repository opened for reading, as the tests of picks need it.
final class OpenedRepository {
    let source: GitTreeSource

    init(path: String) throws {
        let folder = try RepositoryFolder(containing: path, homeFolder: nil)
        source = GitTreeSource(try Repository(folder))
    }
}
