import MainstayCore
import MainstayTesting
import Testing

@Suite("FixtureRepository")
struct FixtureRepositoryTests {
    // main     base---fix---merge
    //            \        /
    // 1.0         other--+--pick--revert
    @Test("picks, reverts and merges are what git would make")
    func buildsHistory() throws {
        let repo = try FixtureRepository()
        let lines = (1...20).map { "line \($0)\n" }
        let base = try repo.commit("Start", files: ["a.c": .text(lines.joined())])
        try repo.branch("release/1.0", at: base)
        var changed = lines
        changed[3] = "fixed\n"
        let fix = try repo.commit("Fix overflow", files: ["a.c": .text(changed.joined())])
        var different = lines
        different[15] = "other\n"
        let other = try repo.commit(
            "Change elsewhere",
            files: ["a.c": .text(different.joined()), "b c.txt": "new"],
            on: "release/1.0"
        )
        let pick = try repo.cherryPick(fix, onto: "release/1.0")
        #expect(try repo.git("show", "\(pick.hex):a.c").contains("fixed\nline 5"))
        #expect(try repo.git("show", "\(pick.hex):a.c").contains("other"))
        let body = try repo.git("log", "-1", "--format=%an %at %B", pick.hex)
        #expect(
            body.hasPrefix(
                "Ada Author 1704070800 Fix overflow\n\n(cherry picked from commit \(fix.hex))"
            )
        )
        let revert = try repo.revert(pick, on: "release/1.0")
        #expect(
            try repo.git("rev-parse", "\(revert.hex)^{tree}")
                == repo.git("rev-parse", "\(other.hex)^{tree}")
        )
        let merge = try repo.merge(other)
        #expect(
            try repo.git("rev-list", "--parents", "-1", merge.hex).split(separator: " ").count == 3
        )
        try repo.tag("v1.0.1", at: revert, message: "Release")
        #expect(try repo.commit(at: "v1.0.1") == revert)
        try repo.git("fsck", "--strict")
    }

    @Test("a change that does not apply needs files")
    func adaptedPick() throws {
        let repo = try FixtureRepository(bare: false, mainline: "master")
        let base = try repo.commit("Start", files: ["a.c": "one\n"])
        try repo.branch("1.x", at: base)
        try repo.commit("Rewrite", files: ["a.c": "completely\ndifferent\n"], on: "1.x")
        let fix = try repo.commit("Fix", files: ["a.c": "two\n"])
        #expect(throws: FixtureError.self) { try repo.cherryPick(fix, onto: "1.x") }
        let pick = try repo.cherryPick(fix, onto: "1.x", files: ["a.c": "better\n"])
        #expect(try repo.git("show", "\(pick.hex):a.c") == "better")
        let two = try FixtureRepository(bare: false, mainline: "master")
        #expect(try two.commit("Start", files: ["a.c": "one\n"]) == base)
    }
}
