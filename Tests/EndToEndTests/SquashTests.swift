import MainstayCore
import MainstayTesting
import Testing

/// Changes that one side has as one commit and the other as several, told by content alone.
@Suite("One commit that is several others")
struct SquashTests {
    private let repo: FixtureRepository
    private let start: CommitID
    private let bea = FixturePerson(name: "Bea", email: "bea@example.org")

    init() throws {
        repo = try FixtureRepository()
        let files = ["a.c": source("a"), "b.c": source("b"), "c.c": source("c")]
        start = try repo.commit("Start", files: files)
        for line in ["1.0", "2.0"] { try repo.branch("release/" + line, at: start) }
    }

    private func cells(_ fix: CommitID) throws -> [[String]] {
        try Mainstay.answer("matrix", repo.path, "--fix", fix.hex, "--format", "tsv").rows
    }

    private func backports() throws -> [[String]] {
        try Mainstay.answer("backports", repo.path, "--format", "tsv").rows
    }

    // main  start ---------------- merge
    //          \  one - two - three /
    // 1.0       \- one and two
    private func merged(_ squashed: [String: FixtureChange]) throws -> [CommitID] {
        let one = try repo.commit(
            "Bound the first loop",
            files: ["a.c": source("a", [3: "bound_first();", 5: "bound_again();"])],
            on: "topic",
            parents: [start]
        )
        let two = try repo.commit(
            "Read replies once",
            files: [
                "a.c": source("a", [3: "bound_first();", 5: "bound_again();", 7: "read_once();"]),
                "b.c": source("b", [8: "read_again();"]),
            ],
            on: "topic"
        )
        let three = try repo.commit(
            "Say what went wrong",
            files: ["c.c": source("c", [2: "say_it();"])],
            on: "topic"
        )
        try repo.merge(three, message: "Merge the work of the week")
        try repo.git("update-ref", "-d", "refs/heads/topic")
        let squash = try repo.commit(
            "Harden this branch",
            files: squashed,
            on: "release/1.0",
            details: FixtureDetails(author: bea)
        )
        return [one, two, squash]
    }

    @Test("two commits of one merge, squashed under another title by another author")
    func squashed() throws {
        let ids = try merged([
            "a.c": source("a", [3: "bound_first();", 5: "bound_again();", 7: "read_once();"]),
            "b.c": source("b", [8: "read_again();"]),
        ])
        let rows = try backports()
        #expect(rows.map { Array($0.prefix(2)) } == [["1.0", ids[2].hex], ["1.0", ids[2].hex]])
        #expect(Set(rows.map { $0[2] }) == [ids[0].hex, ids[1].hex])
        #expect(rows.map { Array($0[3...]) } == [["replay", "0.990"], ["replay", "0.990"]])
        for fix in ids {
            let status = try cells(fix).map { $0[2] }
            #expect(status == ["fixed-unreleased", "missing", "fixed-unreleased"])
        }
    }

    @Test(
        "a commit of the same paths that leaves a part out, or adds a line, is no squash",
        arguments: [
            [3: "bound_first();", 5: "bound_again();"],
            [3: "bound_first();", 5: "bound_again();", 7: "read_once();", 9: "own();"],
        ]
    )
    func notSquashed(lines: [Int: String]) throws {
        _ = try merged(["a.c": source("a", lines), "b.c": source("b", [8: "read_again();"])])
        #expect(try backports() == [])
    }

    // main  start - whole
    // 1.0       \-- first (v1.0.1) -- second (v1.0.2)
    private func split() throws -> (whole: CommitID, parts: [CommitID]) {
        let whole = try repo.commit(
            "Check lengths before names are copied",
            files: [
                "a.c": source("a", [3: "check_length(a);"]),
                "b.c": source("b", [4: "check_length(b);", 9: "free(b);"]),
            ]
        )
        let first = try repo.commit(
            "Validate what arrives",
            files: ["b.c": source("b", [4: "check_length(b);", 9: "free(b);"])],
            on: "release/1.0",
            details: FixtureDetails(author: bea)
        )
        try repo.tag("v1.0.1", at: first)
        let second = try repo.commit(
            "The same for the other table",
            files: ["a.c": source("a", [3: "check_length(a);"])],
            on: "release/1.0",
            details: FixtureDetails(author: bea)
        )
        try repo.tag("v1.0.2", at: second)
        return (whole, [first, second])
    }

    @Test("a commit that a line has in two parts is fixed by the release that has both")
    func inParts() throws {
        let (whole, parts) = try split()
        let rows = try backports()
        #expect(rows == parts.map { ["1.0", $0.hex, whole.hex, "replay", "0.990"] })
        for asked in [whole] + parts {
            let cell = try cells(asked)[2]
            #expect(cell[2...4] == ["fixed", parts.map(\.hex).joined(separator: ","), "v1.0.2"])
        }
        let old = try Mainstay.answer(
            "affected",
            "1.0.1",
            "--fixed",
            whole.hex,
            "--repo",
            repo.path,
            "--json"
        )
        let document: Document<JSONAffected> = try old.document()
        #expect(document.results[0].status == "partial")
        #expect(document.results[0].fixedBy == [parts[0].hex])
    }

    @Test("a line that has one of two parts is partial, as the line that has both shows")
    func onePart() throws {
        let (whole, parts) = try split()
        let copy = try repo.cherryPick(parts[1], onto: "release/2.0", trailer: false)
        let cell = try cells(whole)[1]
        #expect(cell[1...3] == ["2.0", "partial", copy.hex])
        #expect(cell[8] == "1 of 2 parts are there")
        let report = try Mainstay.answer("fix", copy.hex, "--repo", repo.path).output
        #expect(report.hasPrefix("fix \(whole.hex)\n"))
        let expected = """
            2.0   ~ partial
                    commit \(copy.hex)
                    1 of 2 parts are there

            """
        #expect(report.contains(expected), "\(report)")
    }

    @Test("a part that is reverted makes the line partial again; a revert of the whole counts")
    func revertedPart() throws {
        let (whole, parts) = try split()
        let undo = try repo.revert(parts[0], on: "release/1.0")
        var cell = try cells(whole)[2]
        #expect(cell[2...3] == ["partial", parts[1].hex])
        let report = try Mainstay.answer("fix", whole.hex, "--repo", repo.path, "--json")
        let fix: Document<JSONFix> = try report.document()
        let reverts = fix.results[0].members.filter { $0.isRevert == true }
        #expect(reverts.map(\.commit) == [undo.hex])
        try repo.revert(undo, on: "release/1.0")
        cell = try cells(whole)[2]
        #expect(cell[2] == "fixed-unreleased" || cell[2] == "fixed")
        let back = try repo.revert(whole)
        try repo.cherryPick(back, onto: "release/1.0")
        #expect(try cells(whole).map { $0[2] } == ["reverted", "missing", "reverted"])
    }

    @Test("most of a file's change at the same places is a part, whatever the rest may be")
    func properPart() throws {
        let own = [1: "one();\nuno();", 4: "four();\nquattro();"]
        let rest = [7: "seven();\nsette();", 10: "ten();\ndieci();"]
        let whole = try repo.commit(
            "Rework the reader",
            files: ["a.c": source("a", own.merging(rest) { $1 })]
        )
        let part = try repo.commit(
            "Take what this branch needs",
            files: ["a.c": source("a", own)],
            on: "release/2.0",
            details: FixtureDetails(author: bea)
        )
        // Few changed lines prove nothing.
        _ = try repo.commit(
            "Be careful",
            files: ["a.c": source("a", [4: "four();"])],
            on: "release/1.0",
            details: FixtureDetails(author: bea)
        )
        let rows = try cells(whole)
        #expect(rows.map { $0[2] } == ["fixed-unreleased", "partial", "missing"])
        #expect(rows[1][3] == part.hex)
        #expect(rows[1][6...] == ["replay", "0.930", "only a part of it is there"])
    }

    @Test("quick evidence replays nothing")
    func quick() throws {
        _ = try split()
        let run = try Mainstay.run(
            "backports",
            repo.path,
            "--format",
            "tsv",
            "--evidence",
            "quick"
        )
        #expect(run.rows == [])
    }

    @Test("a warm answer is the same as a cold one")
    func warm() throws {
        let (whole, parts) = try split()
        _ = try repo.cherryPick(parts[0], onto: "release/2.0", trailer: false)
        let cache = ["MAINSTAY_CACHE": repo.scratch]
        func ask() throws -> String {
            try Mainstay.answer("fix", whole.hex, "--repo", repo.path, environment: cache).output
        }
        let cold = try ask()
        #expect(try ask() == cold)
        #expect(cold.contains("1 of 2 parts are there"))
    }
}
