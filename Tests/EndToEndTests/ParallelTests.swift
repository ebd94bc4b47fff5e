import MainstayCore
import MainstayTesting
import Testing

@Suite("a line into which one branch brings a fix and another its revert")
struct ParallelTests {
    // base - pick ----------- merge - merge  release/1.0
    //      \ pick - revert -----------/
    private func status(leaving text: String) throws -> String? {
        let repo = try FixtureRepository()
        let base = try repo.commit("Start the parser", files: ["a.c": "one\ntwo\n"])
        try repo.branch("release/1.0", at: base)
        try repo.branch("topic-a", at: base)
        try repo.branch("topic-b", at: base)
        let fix = try repo.commit(
            "Fix the second line of the parser",
            files: ["a.c": "one\nTWO\n"]
        )
        let first = try repo.cherryPick(fix, onto: "topic-a")
        let second = try repo.cherryPick(fix, onto: "topic-b")
        let revert = try repo.revert(second, on: "topic-b")
        try repo.merge(first, into: "release/1.0")
        try repo.merge(revert, into: "release/1.0", files: ["a.c": .init(stringLiteral: text)])
        let run = try Mainstay.answer("matrix", repo.path, "--fix", fix.hex, "--format", "tsv")
        return run.rows.first { $0[1] == "1.0" }?[2]
    }

    @Test("the content decides that it is there")
    func isThere() throws {
        #expect(try status(leaving: "one\nTWO\n") == "fixed-unreleased")
    }

    @Test("the content decides that it is not there")
    func isNotThere() throws {
        #expect(try status(leaving: "one\ntwo\n") == "reverted")
    }

    @Test("a content that is neither leaves it open")
    func isNeither() throws {
        #expect(try status(leaving: "one\nthree\n") == "unknown")
    }
}
