import BackportAnalysis
import GitAccess
import Glibc
import MainstayCore
import MainstayTesting
import Testing

/// What is opened, and in which words the rest is refused.
@Suite("Opening a repository")
struct OpeningTests {
    private static let isRoot = geteuid() == 0

    @Test("no such path, no repository, a file, and every folder inside one")
    func paths() throws {
        let repo = try FixtureRepository(bare: false)
        try repo.commit("One", files: ["a/b/c": "1"])
        try repo.git("reset", "-q", "--hard")
        let outside = try TemporaryFolder()
        let missing = outside.path + "/missing"
        #expect(Load.failure(missing)?.message == "No such file or folder: '\(missing)'")
        #expect(Load.failure("")?.code == .noSuchPath)
        #expect(
            Load.failure(outside.path)?.message
                == "'\(outside.path)' is not a Git repository, nor is any folder above it"
        )
        try TestFile.write(outside.path + "/file", [1])
        #expect(Load.failure(outside.path + "/file")?.code == .notARepository)
        #expect(Load.failure(outside.path + "/file/below")?.code == .noSuchPath)
        for path in ["", "/a", "/a/b", "/a/b/c", "/.git", "/.git/refs/heads", "/a/../a/./b/"] {
            let folder = try Load.folder(repo.path + path)
            #expect(folder.gitFolder == repo.path + "/.git", "\(path)")
            #expect(folder.shown == repo.path, "\(path)")
        }
        #expect(symlink(repo.path, outside.path + "/link") == 0)
        #expect(try Load.folder(outside.path + "/link/a").shown == repo.path)
    }

    @Test("an empty repository has refs but no commits")
    func empty() throws {
        let repo = try FixtureRepository()
        let index = try Load.index(repo.path, cache: repo.scratch + "/cache").index
        #expect(index.count == 0)
        #expect(index.refs.map(\.target) == ["refs/heads/main"])
        #expect(index.row(of: CommitID(high: 0, middle: 0, low: 0)) == nil)
        #expect(try Load.index(repo.path, cache: repo.scratch + "/cache").notes == [])
    }

    @Test("SHA-256 and reftable repositories are refused in words")
    func formats() throws {
        let repo = try FixtureRepository()
        let other = repo.scratch + "/sha256"
        try repo.git("init", "-q", "--bare", "--object-format=sha256", other)
        let refused = try #require(Load.failure(other))
        #expect(
            refused.message
                == "The repository '\(other)' uses extensions.objectFormat = sha256, which cannot be "
                + "read yet"
        )
        #expect(refused.hint?.hasPrefix("Only repositories with SHA-1 ids") == true)
        try repo.git("config", "core.repositoryFormatVersion", "1")
        let config = repo.path + "/config"
        try repo.git("config", "--file", config, "extensions.refStorage", "reftable")
        let code = Load.failure(repo.path)?.code
        #expect(code == .unsupportedFormat(setting: "extensions.refStorage", value: "reftable"))
        try repo.git("config", "--file", config, "extensions.refStorage", "files")
        #expect(try Load.folder(repo.path).gitFolder == repo.path)
    }

    @Test(
        "harmless extensions are accepted",
        arguments: ["worktreeConfig", "partialClone", "preciousObjects", "relativeWorktrees"]
    )
    func extensions(name: String) throws {
        let repo = try FixtureRepository()
        try repo.commit("One")
        try repo.git("config", "core.repositoryFormatVersion", "1")
        try repo.git("config", "extensions.\(name)", "true")
        #expect(Load.failure(repo.path) == nil)
    }

    @Test("extensions nobody knows are refused with their name")
    func unknownExtension() throws {
        let repo = try FixtureRepository()
        try repo.commit("One")
        try repo.git("config", "core.repositoryFormatVersion", "1")
        try repo.git("config", "extensions.tomorrow", "true")
        #expect(Load.failure(repo.path)?.message.contains("tomorrow") == true)
    }

    @Test(
        "a repository of somebody else is refused unless safe.directory names it",
        .enabled(if: isRoot, "needs root to give files away")
    )
    func foreignOwner() throws {
        let repo = try FixtureRepository()
        try repo.commit("One")
        #expect(chown(repo.path, 12_345, 12_345) == 0)
        defer { chown(repo.path, 0, 0) }
        let home = repo.scratch + "/home"
        let refused = try #require(Load.failure(repo.path, home: home))
        #expect(refused.code == .foreignOwner(12_345))
        #expect(refused.hint?.contains("safe.directory '\(repo.path)'") == true)
        let parent = String(repo.path.dropLast("/repo.git".count))
        let cases: [(values: [String], isTrusted: Bool)] = [
            (["*"], true), ([repo.path], true), ([repo.path + "/"], true),
            ([parent + "/*"], true), ([parent], false), ([parent + "/re*"], false),
            (["/elsewhere", repo.path], true), (["."], false), (["*", ""], false),
            (["", "*"], true), (["~/../../repo.git"], true), ([""], false),
        ]
        for (values, isTrusted) in cases {
            let lines = values.map { "\tdirectory = \"\($0)\"\n" }.joined()
            for name in [".gitconfig", ".config/git/config"] {
                try TestFile.write("\(home)/\(name)", Array("[safe]\n\(lines)".utf8))
                #expect((Load.failure(repo.path, home: home) == nil) == isTrusted, "\(values)")
                _ = remove("\(home)/\(name)")
            }
        }
        try TestFile.write(home + "/more", Array("[safe]\n\tdirectory = *\n".utf8))
        try TestFile.write(home + "/.gitconfig", Array("[include]\n\tpath = more\n".utf8))
        #expect(Load.failure(repo.path, home: home) == nil)
        try TestFile.write(home + "/.gitconfig", Array("[safe\n broken".utf8))
        #expect(Load.failure(repo.path, home: home)?.code == .foreignOwner(12_345))
    }

    @Test(
        "folders that may not be read are named",
        .enabled(if: isRoot, "needs root to act as another user")
    )
    func unreadable() throws {
        let repo = try FixtureRepository(bare: false)
        try repo.commit("One", files: ["a": "1"])
        let folder = repo.path + "/.git"
        let parent = String(repo.path.dropLast("/repo".count))
        for path in [parent, repo.path] { #expect(chmod(path, 0o755) == 0) }
        #expect(chmod(folder, 0o700) == 0)
        let hidden = try asNobody { Load.failure(repo.path) }
        #expect(hidden?.message == "Cannot read '\(folder)': Permission denied")
        #expect(chmod(repo.path, 0o700) == 0)
        let outer = try asNobody { Load.failure(repo.path + "/a") }
        #expect(outer?.message == "Cannot read '\(repo.path)/a': Permission denied")
        let own = try asNobody { Load.failure(repo.path) }
        #expect(own?.message == "Cannot read '\(repo.path)': Permission denied")
        // A folder that can be passed but not listed does not hide what is below or above.
        #expect(chmod(repo.path, 0o711) == 0)
        #expect(chmod(parent, 0o711) == 0)
        #expect(chmod(folder, 0o755) == 0)
        let passed = try asNobody { Load.failure(repo.path) }
        #expect(passed?.code == .foreignOwner(0))
    }

    /// Runs `body` on this thread with the rights of a user who owns nothing.
    private func asNobody<Result>(_ body: () throws -> Result) throws -> Result {
        // The raw call changes this thread alone, that of the C library changes all of them.
        typealias Call = @convention(c) (Int, Int, Int, Int) -> Int
        let symbol = try #require(dlsym(nil, "syscall"))
        let call = unsafeBitCast(symbol, to: Call.self)
        try #require(call(setresuidNumber, 65_534, 65_534, 0) == 0)
        defer { _ = call(setresuidNumber, 0, 0, 0) }
        return try body()
    }

    #if arch(x86_64)
    private let setresuidNumber = 117
    #else
    private let setresuidNumber = 147
    #endif
}
