import MainstayCore
import MainstayTesting
import Testing

/// Histories that are not one branch with picks.
@Suite("Merges, squashes and lines that come back")
struct HistoryShapeTests {
    private func statuses(_ repo: FixtureRepository, _ fix: CommitID) throws -> [String] {
        try Mainstay.answer("matrix", repo.path, "--fix", fix.hex, "--format", "tsv")
            .rows.map { $0[2] }
    }

    // main  start ------ merge of the request -- other
    //          \  work /                \
    // 1.0       \------------------------ pick of the work, or of the merge (-m 1)
    @Test("a request merged on the mainline is one fix, whichever commit was picked")
    func mergedRequest() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": source("a"), "b.c": source("b")])
        for line in ["1.0", "2.0"] { try repo.branch("release/" + line, at: start) }
        let work = try repo.commit(
            "Check the size of replies",
            files: ["a.c": source("a", [4: "check_size(reply);"])],
            on: "topic",
            parents: [start]
        )
        let merge = try repo.merge(work, message: "Merge pull request #7 from ada/topic")
        _ = try repo.commit("Other work", files: ["b.c": source("b", [1: "other();"])])
        let pick = try repo.cherryPick(work, onto: "release/2.0")
        let text =
            "Merge pull request #7 from ada/topic\n\n"
            + "(cherry picked from commit \(merge.hex))"
        let whole = try repo.commit(
            text,
            files: ["a.c": source("a", [4: "check_size(reply);"])],
            on: "release/1.0"
        )
        try repo.git("update-ref", "-d", "refs/heads/topic")
        for fix in [work, merge, pick, whole] {
            #expect(try statuses(repo, fix) == Array(repeating: "fixed-unreleased", count: 3))
        }
        let all = try Mainstay.answer("matrix", repo.path, "--format", "tsv")
        #expect(Set(all.rows.map { $0[0] }) == [work.hex])
    }

    @Test("a request of two commits, squashed on the line")
    func squashed() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": source("a"), "b.c": source("b")])
        try repo.branch("release/1.0", at: start)
        let one = try repo.commit(
            "Bound the first loop",
            files: ["a.c": source("a", [3: "bound_first();"])]
        )
        let two = try repo.commit(
            "Bound the second loop",
            files: ["b.c": source("b", [8: "bound_second();"])]
        )
        let text =
            "Bound the first loop and the second\n\n"
            + "(cherry picked from commit \(one.hex))\n(cherry picked from commit \(two.hex))"
        _ = try repo.commit(
            text,
            files: [
                "a.c": source("a", [3: "bound_first();"]),
                "b.c": source("b", [8: "bound_second();"]),
            ],
            on: "release/1.0"
        )
        #expect(try statuses(repo, one) == ["fixed-unreleased", "fixed-unreleased"])
        #expect(try statuses(repo, two) == ["fixed-unreleased", "fixed-unreleased"])
        let rows = try Mainstay.answer("backports", repo.path, "--format", "tsv").rows
        #expect(Set(rows.map { $0[2] }) == [one.hex, two.hex])
    }

    // main  start -- fix ---- merge of 1.0 -- later
    //          \            /
    // 1.0       pick - own -
    @Test("a line that is merged back keeps its own picks apart from the mainline")
    func mergedBack() throws {
        let repo = try FixtureRepository()
        let files = ["a.c": source("a"), "b.c": source("b"), "c.c": source("c")]
        let start = try repo.commit("Start", files: files)
        try repo.branch("release/1.0", at: start)
        let fix = try repo.commit(
            "Reject names with a colon",
            files: ["a.c": source("a", [2: "reject_colon(name);"])]
        )
        let pick = try repo.cherryPick(fix, onto: "release/1.0")
        let own = try repo.commit(
            "Prepare the files of the release",
            files: ["b.c": source("b", [1: "release();"])],
            on: "release/1.0"
        )
        try repo.tag("v1.0.1", at: own)
        _ = try repo.merge(own, files: ["b.c": source("b", [1: "release();"])])
        let later = try repo.commit(
            "Reject names with a slash",
            files: ["a.c": source("a", [2: "reject_colon(name);", 6: "reject_slash(name);"])]
        )
        #expect(try statuses(repo, fix) == ["fixed", "fixed"])
        #expect(try statuses(repo, later) == ["fixed-unreleased", "missing"])
        let rows = try Mainstay.answer("backports", repo.path, "--format", "tsv").rows
        #expect(rows.map { Array($0.prefix(3)) } == [["1.0", pick.hex, fix.hex]])
    }

    @Test("a fix that an older line has and a newer one lacks is flagged")
    func upgradeRegression() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": source("a")])
        for line in ["1.0", "2.0"] { try repo.branch("release/" + line, at: start) }
        let fix = try repo.commit(
            "Close the file on every path",
            files: ["a.c": source("a", [5: "close_file(f);"])]
        )
        _ = try repo.cherryPick(fix, onto: "release/1.0")
        let rows =
            try Mainstay.answer(
                "matrix",
                repo.path,
                "--fix",
                fix.hex,
                "--format",
                "tsv"
            )
            .rows
        #expect(rows.map { $0[2] } == ["fixed-unreleased", "missing", "fixed-unreleased"])
        #expect(rows.map { $0[8] } == ["", "", "upgrade-regression"])
    }
}
