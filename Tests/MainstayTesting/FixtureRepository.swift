package import MainstayCore

/// A small real Git repository for a test, removed with the object.
///
/// Names, dates, time zone and settings are pinned: the same calls give the same ids everywhere.
/// Every commit is an hour after the one before, the first at 2024-01-01T00:00:00Z. There is no
/// work tree: commits are made in the object store, so a commit costs one process of `git`.
///
/// ```swift
/// let repo = try FixtureRepository()
/// let base = try repo.commit("Start", files: ["a.c": "one\n"])
/// try repo.branch("release/1.0", at: base)
/// let fix = try repo.commit("Fix overflow", files: ["a.c": "two\n"])
/// let pick = try repo.cherryPick(fix, onto: "release/1.0")
/// try repo.tag("v1.0.1", at: pick)
/// ```
///
/// Not thread-safe: use one object in one test.
package final class FixtureRepository {
    /// Folder of the repository: the bare repository itself, or the one that holds `.git`.
    package let path: String
    /// A folder beside the repository, empty at first, for caches and other files of the test.
    package let scratch: String
    /// Name of the mainline branch, to which `HEAD` points.
    package let mainline: String
    /// Commit time of the next commit: seconds since 1970, UTC.
    package var clock: Int64 = 1_704_067_200
    /// Who writes changes.
    package var author = FixturePerson(name: "Ada Author", email: "ada@example.org")
    /// Who commits them.
    package var committer = FixturePerson(name: "Carl Committer", email: "carl@example.org")

    private let folder: TemporaryFolder
    let process: GitProcess

    /// Creates an empty repository whose `HEAD` names `mainline`.
    ///
    /// - Throws: ``FixtureError`` when the folder or the repository cannot be made.
    package init(bare: Bool = true, mainline: String = "main") throws {
        folder = try TemporaryFolder()
        self.mainline = mainline
        path = folder.path + (bare ? "/repo.git" : "/repo")
        scratch = folder.path + "/scratch"
        let setup = GitProcess(scratch: folder.path, repository: folder.path)
        // Without the sample hooks it takes half the time.
        let layout = ["--template="] + (bare ? ["--bare"] : [])
        _ = try setup.run(["init", "-q", "--initial-branch", mainline] + layout + ["--", path])
        process = GitProcess(scratch: folder.path, repository: path)
        try makeFolder(scratch)
    }

    /// Runs `git arguments` in the repository and returns what it printed, without the last newline.
    ///
    /// - Throws: ``FixtureError`` when its exit status is not 0.
    @discardableResult
    package func git(
        _ arguments: String...,
        input: String = "",
        environment: [String: String] = [:]
    ) throws -> String {
        let output = try process.run(arguments, input: Array(input.utf8), environment: environment)
        let text = String(decoding: output, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Feeds `stream` to `git fast-import`, for histories of thousands of commits.
    ///
    /// Returns what the stream's `get-mark` and `ls` commands printed.
    ///
    /// - Throws: ``FixtureError`` when the stream is refused.
    @discardableResult
    package func importStream(_ stream: [UInt8]) throws -> String {
        String(
            decoding: try process.run(["fast-import", "--quiet", "--force"], input: stream),
            as: UTF8.self
        )
    }

    /// Returns the commit that `revision` names: a branch, a tag, an id, `main~2`.
    ///
    /// - Throws: ``FixtureError`` when it names no commit.
    package func commit(at revision: String) throws -> CommitID {
        try parse(git("rev-parse", "--verify", "--quiet", revision + "^{commit}"))
    }

    /// Creates or moves branch `name` to `commit`.
    package func branch(_ name: String, at commit: CommitID) throws {
        try ref("refs/heads/" + name, at: commit)
    }

    /// Creates or moves the ref with the full name `name`, for example `refs/remotes/origin/main`.
    package func ref(_ name: String, at commit: CommitID) throws {
        try git("update-ref", name, commit.hex)
    }

    /// Tags `commit`; with a `message` the tag is annotated.
    package func tag(_ name: String, at commit: CommitID, message: String? = nil) throws {
        guard let message else { return try ref("refs/tags/" + name, at: commit) }
        let date = ["GIT_COMMITTER_DATE": "\(clock) +0000"]
        try git("tag", "-a", name, commit.hex, "-F", "-", input: message, environment: date)
    }

    /// Reads a commit id that `git` printed.
    func parse(_ text: String) throws -> CommitID {
        guard let id = CommitID(hex: text) else { throw FixtureError("'\(text)' is no commit id") }
        return id
    }

    /// Returns the time of the next commit, `asked` if given, and moves the clock behind it.
    func nextTime(_ asked: Int64?) -> Int64 {
        let time = asked ?? clock
        clock = max(clock, time) + 3_600
        return time
    }
}

/// A name and an address in commits.
package struct FixturePerson: Sendable, Hashable {
    /// Shown name.
    package var name: String
    /// Address without angle brackets.
    package var email: String

    /// Creates a person.
    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}

/// A change to one path in a fixture's commit.
package enum FixtureChange: Sendable {
    /// Writes a file of mode 100644 with these bytes.
    case bytes([UInt8])
    /// Writes a file of mode 100644 with this text.
    case text(String)
    /// Writes a file of mode 100755 with this text.
    case executable(String)
    /// Writes a symbolic link to this target.
    case symlink(String)
    /// Writes a submodule at this commit.
    case submodule(CommitID)
    /// Removes the path, file or folder.
    case removal
}

extension FixtureChange: ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByNilLiteral
{
    /// Creates a plain text file.
    package init(stringLiteral value: String) { self = .text(value) }
    /// Creates the removal of a path.
    package init(nilLiteral: ()) { self = .removal }
}
