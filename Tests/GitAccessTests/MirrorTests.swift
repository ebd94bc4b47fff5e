import GitAccess
import Glibc
import MainstayCore
import MainstayTesting
import Synchronization
import Testing

/// What the tests of mirrors share: a command without settings of the tester, and a mirror.
struct MirrorLab {
    let origin: FixtureRepository
    let mirror: Mirror

    init(url: ((FixtureRepository) -> String)? = nil) throws {
        origin = try FixtureRepository()
        let url = try MirrorURL(url?(origin) ?? "file://\(origin.path)")
        mirror = Mirror(of: url, in: origin.scratch + "/mirror.git", git: Self.git(origin))
    }

    static func git(
        _ origin: FixtureRepository,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> GitProgram {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return GitProgram(
            environment: [
                "PATH": path, "HOME": origin.scratch, "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_DIR": "/nowhere",
            ],
            isCancelled: isCancelled
        )
    }

    /// The refs of a repository as git lists them.
    static func refs(_ folder: String) throws -> String {
        try GitCommand.output(["for-each-ref", "--format=%(refname) %(objectname)"], in: folder)
    }
}

/// Keeps what was reported.
final class ProgressRecord: ProgressSink {
    private let reports = Mutex<[String]>([])

    func report(_ work: String, done: Int, total: Int) {
        reports.withLock { $0.append("\(work) \(done)/\(total)") }
    }

    var all: [String] { reports.withLock { $0 } }
}

@Suite("Mirror")
struct MirrorTests {
    @Test("holds the branches, tags and HEAD of the other side")
    func holdsTheSame() throws {
        let lab = try MirrorLab()
        let first = try lab.origin.commit("Start", files: ["a.c": "one\n"])
        try lab.origin.branch("release/1.0", at: first)
        try lab.origin.tag("v1.0", at: first, message: "One")
        try lab.origin.ref("refs/changes/01/1/1", at: lab.origin.commit("Off", on: "topic"))
        let progress = ProgressRecord()
        let changes = try lab.mirror.fetch(progress: progress)
        #expect(
            changes.map(\.name) == [
                "refs/heads/main", "refs/heads/release/1.0", "refs/heads/topic", "refs/tags/v1.0",
            ]
        )
        #expect(changes.allSatisfy { $0.old == nil && $0.new != nil })
        #expect(changes.first?.new == first)
        let refs = try MirrorLab.refs(lab.origin.path).split(separator: "\n")
        let expected = refs.filter { !$0.hasPrefix("refs/changes/") }.joined(separator: "\n")
        #expect(try MirrorLab.refs(lab.mirror.folder) == expected)
        let head = try GitCommand.output(["symbolic-ref", "HEAD"], in: lab.mirror.folder)
        #expect(head == "refs/heads/main")
        #expect(progress.all.contains("Counting objects 6/6"), "\(progress.all)")
        #expect(try lab.mirror.fetch(progress: SilentProgress()).isEmpty)
    }

    @Test("follows moved, rewritten and removed refs, and leaves its own alone")
    func follows() throws {
        let lab = try MirrorLab()
        let first = try lab.origin.commit("Start", files: ["a.c": "one\n"])
        try lab.origin.branch("old", at: first)
        _ = try lab.mirror.fetch(progress: SilentProgress())
        let mine = "refs/heads/mainstay/1.0/abc"
        _ = try GitCommand.output(["update-ref", mine, first.hex], in: lab.mirror.folder)
        let other = try lab.origin.commit("Again", files: ["b.c": "two\n"], parents: [])
        try lab.origin.git("update-ref", "-d", "refs/heads/old")
        try lab.origin.branch("old/deeper", at: other)
        try lab.origin.git("symbolic-ref", "HEAD", "refs/heads/old/deeper")
        let changes = try lab.mirror.fetch(progress: SilentProgress())
        #expect(
            changes == [
                .init(name: "refs/heads/main", old: first, new: other),
                .init(name: "refs/heads/old", old: first, new: nil),
                .init(name: "refs/heads/old/deeper", old: nil, new: other),
            ]
        )
        let told = try MirrorLab.refs(lab.mirror.folder)
        #expect(told.contains("\(mine) \(first.hex)"))
        let head = try GitCommand.output(["symbolic-ref", "HEAD"], in: lab.mirror.folder)
        #expect(head == "refs/heads/old/deeper")
    }

    @Test("an empty repository gives an empty mirror, which fills later")
    func empty() throws {
        let lab = try MirrorLab()
        #expect(try lab.mirror.fetch(progress: SilentProgress()).isEmpty)
        try lab.origin.commit("Start", files: ["a.c": "one\n"])
        #expect(try lab.mirror.fetch(progress: SilentProgress()).map(\.name) == ["refs/heads/main"])
    }

    @Test("a folder is a URL too")
    func folder() throws {
        let lab = try MirrorLab { $0.path }
        try lab.origin.commit("Start", files: ["a.c": "one\n"])
        #expect(try lab.mirror.fetch(progress: SilentProgress()).count == 1)
    }

    private func failure(_ lab: MirrorLab) throws -> MirrorError {
        try #require(throws: MirrorError.self) {
            _ = try lab.mirror.fetch(progress: SilentProgress())
        }
    }

    @Test("a folder that is no repository")
    func noRepository() throws {
        let lab = try MirrorLab { "file://\($0.scratch)/nothing" }
        let error = try failure(lab)
        #expect(error.code == .notARepository)
        let path = "\(lab.origin.scratch)/nothing"
        #expect(
            error.message == """
                'file://\(path)' is not a Git repository, or may not be seen: \
                '\(path)' does not appear to be a git repository; \
                Could not read from remote repository.
                """
        )
        #expect(error.hint == "Check the URL with 'git ls-remote file://\(path)'")
        #expect(access(lab.mirror.folder, F_OK) != 0)
    }

    @Test("a port at which nobody listens; the password is not told")
    func unreachable() throws {
        let lab = try MirrorLab { _ in "http://user:secret@127.0.0.1:9/repo.git" }
        let error = try failure(lab)
        #expect(error.code == .unreachable)
        #expect(error.message.hasPrefix("'http://127.0.0.1:9/repo.git' cannot be reached: "))
        #expect(!"\(error)".contains("secret"))
    }

    @Test(
        "what git says decides the kind",
        arguments: [
            (
                "fatal: could not read Username for 'https://x': terminal prompts disabled",
                MirrorError.Code.authentication
            ),
            ("git@x: Permission denied (publickey).\nfatal: Could not read from", .authentication),
            (
                "fatal: unable to access 'https://x/': The requested URL returned error: 403",
                .authentication
            ),
            ("fatal: unable to access 'https://x/': Could not resolve host: x", .unreachable),
            (
                "ssh: connect to host x port 22: Connection refused\nfatal: Could not read from remote "
                    + "repository.", .unreachable
            ),
            ("fatal: repository 'https://x/y/' not found", .notARepository),
            (
                "remote: Not Found\nfatal: https://x/info/refs not valid: is this a git repository?",
                .notARepository
            ),
            ("fatal: write error: No space left on device\nfatal: early EOF", .full),
            ("fatal: something new", .git),
        ]
    )
    func kinds(talk: String, code: MirrorError.Code) throws {
        let error = MirrorError.refused(try MirrorURL("https://x/y"), talk: talk)
        #expect(error.code == code)
    }

    @Test(
        "credentials",
        arguments: [
            ("https://me:word@x.org/a.git", "https://x.org/a.git"),
            ("https://token@x.org/a.git", "https://x.org/a.git"),
            ("ssh://git@x.org/a.git", "ssh://git@x.org/a.git"),
            ("git@x.org:a.git", "git@x.org:a.git"),
            ("https://x.org/a@b.git", "https://x.org/a@b.git"),
            ("/srv/a.git", "/srv/a.git"),
        ]
    )
    func credentials(text: String, shown: String) throws {
        #expect(try MirrorURL(text).shown == shown)
    }

    @Test("what is no URL", arguments: ["", "--upload-pack=x", "ext::sh -c id", "a\nb"])
    func badURL(text: String) throws {
        let error = try #require(throws: MirrorError.self) { _ = try MirrorURL(text) }
        #expect(error.code == .badURL)
    }

    @Test("git is ended when the fetch is cancelled")
    func cancelled() throws {
        let lab = try MirrorLab()
        try lab.origin.commit("Start", files: ["a.c": "one\n"])
        let git = MirrorLab.git(lab.origin, isCancelled: { true })
        let mirror = Mirror(of: lab.mirror.url, in: lab.mirror.folder, git: git)
        let error = try #require(throws: MirrorError.self) {
            _ = try mirror.fetch(progress: SilentProgress())
        }
        #expect(error.code == .cancelled)
        #expect(try lab.mirror.fetch(progress: SilentProgress()).count == 1)
    }
}
