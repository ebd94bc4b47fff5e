import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting
import Testing

/// Commit objects that no porcelain would write, read loose and from a pack.
@Suite("Loader: odd commits")
struct LoaderCommitTests {
    /// Stores a commit with the given lines behind its tree and parents.
    private static func commit(
        _ repo: FixtureRepository,
        _ lines: [String] = ["author A <a@x> 10 +0000", "committer C <c@x> 20 +0000"],
        parents: [CommitID] = [],
        message: [UInt8]
    ) throws -> CommitID {
        let tree = try repo.git("mktree")
        var text = "tree \(tree)\n"
        for parent in parents { text += "parent \(parent.hex)\n" }
        for line in lines { text += line + "\n" }
        return try repo.object("commit", Array((text + "\n").utf8) + message)
    }

    /// Calls `check` with the index of loose objects and with that of the pack.
    private static func inBothForms(
        _ repo: FixtureRepository,
        _ check: (CommitIndex, String) throws -> Void
    ) throws {
        try check(Load.index(repo.path).index, "loose")
        try repo.git("-c", "core.bigFileThreshold=64m", "repack", "-adfq")
        try check(Load.index(repo.path).index, "packed")
        try check(Load.index(repo.path, usesPrescan: false).index, "packed, no prescan")
    }

    static let messages: [(name: String, message: [UInt8], subject: String)] = [
        ("empty", [], ""),
        ("a line end alone", [10], ""),
        ("blank lines in front", Array("\n \n\t\n  Title \n\nBody\n".utf8), "Title"),
        ("no newline at the end", Array("Title".utf8), "Title"),
        ("CRLF", Array("Title\r\n\r\nBody\r\n".utf8), "Title"),
        ("not UTF-8", [0x54, 0xE9, 0xFF, 10], "T\u{FFFD}\u{FFFD}"),
        (
            "terminal escapes", Array("\u{1B}[31mred\u{1B}[0m\u{7}!\n".utf8),
            "\u{1B}[31mred\u{1B}[0m\u{7}!"
        ),
        ("a zero byte", [65, 0, 66, 10], "A\0B"),
        (
            "10 MB in many lines",
            Array(repeating: Array("word word\n".utf8), count: 1 << 20).flatMap { $0 }, "word word"
        ),
        (
            "10 MB in one line", [UInt8](repeating: 97, count: 10 << 20),
            String(repeating: "a", count: 65_535)
        ),
        ("Merge in quotes", Array("Merge \"x\"\n".utf8), "Merge \"x\""),
        ("odd case of merge", Array("MeRGE \"x\"\n".utf8), "MeRGE \"x\""),
        ("odd case of revert", Array("ReVERT \"x\"\n".utf8), "ReVERT \"x\""),
        ("an open quote", Array("Revert \"x\n".utf8), "Revert \"x"),
        ("empty quotes", Array("Revert \"\"\n".utf8), "Revert \"\""),
        ("one quote", Array("Merge \"\n".utf8), "Merge \""),
    ]

    @Test("every message gives its first line")
    func messages() throws {
        let repo = try FixtureRepository()
        var ids: [CommitID] = []
        for (number, entry) in Self.messages.enumerated() {
            let id = try Self.commit(
                repo,
                parents: ids.last.map { [$0] } ?? [],
                message: entry.message
            )
            try repo.branch("b\(number)", at: id)
            ids.append(id)
        }
        try Self.inBothForms(repo) { index, form in
            for (number, entry) in Self.messages.enumerated() {
                let row = try #require(index.row(of: ids[number]), "\(entry.name)")
                #expect(index.subject(row) == entry.subject, "\(entry.name), \(form)")
                #expect(index.parents(of: row).count == min(number, 1))
            }
            let row = try #require(index.row(of: ids[9]))
            #expect(index.flags(row).contains(.longSubject))
        }
    }

    /// Header lines behind the parents, the author's e-mail and both times.
    static let headers: [(lines: [String], email: String, times: [Int64])] = [
        (["author  <> 1 +0000", "committer  <> 2 +0000"], "", [1, 2]),
        (["author <a@x> 1 +0000", "committer <> 2 +0000"], "a@x", [1, 2]),
        (["author A <a@x> -5 +0000", "committer C <c@x> -6 -0900"], "a@x", [-5, -6]),
        (
            ["author A <a@x> 4294967295 +0", "committer C <c@x> 4294967294 +0"], "a@x",
            [0xFFFF_FFFF, 0xFFFF_FFFE]
        ),
        (
            ["author A <a@x> 99999999999 +0", "committer C <c@x> 123456789012345 +0"], "a@x",
            [99_999_999_999, 123_456_789_012_345]
        ),
        (["author A <a@x>", "committer C <c@x> "], "a@x", [0, 0]),
        (["author A <a@x> soon", "committer C <c@x> 7"], "a@x", [0, 7]),
        (["author A a@x 5 +0000", "committer C 6 +0000"], "", [0, 0]),
        (["author A <B <a@x>> 5 +0000", "committer C <c@x> 6 +0000"], "B <a@x", [5, 6]),
        (["author A > B <a@x> 5 +0000", "committer C <c@x> 6 +0000"], "a@x", [5, 6]),
        (["author A\tB\u{7} < a@x > 5 +0000", "committer C <c@x> 6 +0000"], " a@x ", [5, 6]),
        (
            [
                "author A <a@x> 5 +0000", "committer C <c@x> 6 +0000", "encoding ISO-8859-1",
                "gpgsig -----BEGIN PGP SIGNATURE-----", " ", " author F <f@x> 9 +0000",
                " -----END PGP SIGNATURE-----", "mergetag object 0123", " type commit",
                " tag v1", " ", " committer F <f@x> 9 +0000", "custom header",
            ], "a@x", [5, 6]
        ),
        (
            ["author A <a@x> 5 +0000", "author B <b@x> 7 +0000", "committer C <c@x> 6 +0000"],
            "b@x", [7, 6]
        ),
        (["committer C <c@x> 6 +0000"], "", [0, 6]),
        (["custom header", "author A <a@x> 5 +0000", "committer C <c@x> 6 +0000"], "a@x", [5, 6]),
        ([], "", [0, 0]),
    ]

    @Test("odd names, dates and headers are read as git reads them, and no commit is lost")
    func headers() throws {
        let repo = try FixtureRepository()
        var ids: [CommitID] = []
        for (number, entry) in Self.headers.enumerated() {
            let message = Array("Title \(number)\n".utf8)
            let id = try Self.commit(
                repo,
                entry.lines,
                parents: ids.last.map { [$0] } ?? [],
                message: message
            )
            ids.append(id)
        }
        let last = try #require(ids.last)
        try repo.writeGitFile("refs/heads/main", last.hex + "\n")
        try Self.inBothForms(repo) { index, form in
            for (number, entry) in Self.headers.enumerated() {
                let row = try #require(index.row(of: ids[number]), "\(entry.lines), \(form)")
                let email = String(
                    decoding: index.authorEmail(Int(index.authors[row])),
                    as: UTF8.self
                )
                let times = [index.authorTime(row), index.commitTime(row)]
                #expect(index.subject(row) == "Title \(number)", "\(entry.lines), \(form)")
                #expect(email == entry.email, "\(entry.lines), \(form)")
                #expect(times == entry.times, "\(entry.lines), \(form)")
            }
        }
        let told = try GitHistory(repo.path).commits()
        for (number, entry) in Self.headers.enumerated() where !entry.lines.isEmpty {
            let fields = try #require(told[ids[number]])
            #expect(fields[3] == entry.email, "git on \(entry.lines)")
        }
    }

    @Test("an object that is no commit at all is absent, not a crash")
    func garbage() throws {
        let repo = try FixtureRepository()
        let good = try Self.commit(repo, message: [65])
        for (number, text) in [
            "", "tree", "tree \(good.hex)", "tree \(good.hex)\nparent 12\n", "x",
        ]
        .enumerated() {
            let id = try repo.object("commit", Array(text.utf8))
            let child = try Self.commit(repo, parents: [id, good], message: [66])
            try repo.writeGitFile("refs/heads/b\(number)", child.hex + "\n")
        }
        for usesPrescan in [true, false] {
            let index = try Load.index(repo.path, usesPrescan: usesPrescan).index
            #expect(index.row(of: good) != nil)
            #expect(index.count >= 6)
        }
    }

    @Test("replaced and grafted commits are ignored, and named for a note")
    func replacements() throws {
        let repo = try FixtureRepository()
        let first = try repo.commit("First", files: ["a": "1"])
        let second = try repo.commit("Second", files: ["a": "2"])
        let third = try repo.commit("Third", files: ["a": "3"])
        #expect(try Load.folder(repo.path).ignoredFeatures == [])
        try repo.git("replace", second.hex, first.hex)
        try repo.writeGitFile("info/grafts", "\(third.hex) \(first.hex)\n")
        let folder = try Load.folder(repo.path)
        #expect(folder.ignoredFeatures == ["refs/replace", "info/grafts"])
        let index = try Load.index(repo.path).index
        let row = try #require(index.row(of: third))
        #expect(index.parents(of: row).map { index.id($0) } == [second])
        #expect(index.subject(try #require(index.row(of: second))) == "Second")
        try repo.git("pack-refs", "--all")
        #expect(try Load.folder(repo.path).ignoredFeatures == ["refs/replace", "info/grafts"])
    }

    @Test("a commit that is signed and one that merges a signed tag are read whole")
    func signed() throws {
        let repo = try FixtureRepository()
        let base = try repo.commit("Base")
        let tag = try #require(
            CommitID(
                hex: repo.git(
                    "mktag",
                    input:
                        "object \(base.hex)\ntype commit\ntag v1\ntagger T <t@x> 1 +0000\n\nTag\n"
                )
            )
        )
        try repo.git("update-ref", "refs/tags/v1", tag.hex)
        let id = try Self.commit(
            repo,
            [
                "author A <a@x> 5 +0000", "committer C <c@x> 6 +0000",
                "gpgsig -----BEGIN SSH SIGNATURE-----", " abc", " ", " -----END SSH SIGNATURE-----",
            ],
            parents: [base],
            message: Array("Signed\n\nFixes: \(base.hex.prefix(12))\n".utf8)
        )
        try repo.branch("main", at: id)
        try Self.inBothForms(repo) { index, _ in
            let row = try #require(index.row(of: id))
            #expect(index.subject(row) == "Signed")
            let prefix = try #require(CommitPrefix(hex: base.hex.prefix(12)))
            #expect(index.records(row) == [.introducer(prefix)])
        }
        #expect(try Load.difference(repo.path) == nil)
    }
}
