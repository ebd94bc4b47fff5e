import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// One run of the built program per question proves the wiring; the cases are tested below it.
@Suite("From a repository to an answer")
struct EndToEndTests {
    // main   base---fix
    //          \
    // 1.0       pick
    private func repository() throws -> (repo: FixtureRepository, fix: CommitID, pick: CommitID) {
        let repo = try FixtureRepository()
        let base = try repo.commit("Start", files: ["a.c": "one\ntwo\nthree\n"])
        try repo.branch("release/1.0", at: base)
        try repo.tag("v1.0.0", at: base)
        let fix = try repo.commit("Fix overflow", files: ["a.c": "one\n2\nthree\n"])
        let pick = try repo.cherryPick(fix, onto: "release/1.0")
        try repo.tag("v1.0.1", at: pick)
        return (repo, fix, pick)
    }

    @Test("backports as tab-separated values")
    func backports() throws {
        let (repo, fix, pick) = try repository()
        let run = try Program.run(["backports", repo.path, "--format", "tsv"])
        #expect(run.status == 0, "\(run.errors)")
        let rows = run.output.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(rows.count == 2)
        #expect(rows.last?.prefix(3) == ["1.0", pick.hex[...], fix.hex[...]])
        #expect(rows.last?.last == "1.000")
    }

    @Test("the current folder is the repository unless another is named")
    func currentFolder() throws {
        let (repo, _, _) = try repository()
        let named = try Program.run(["backports", repo.path, "--json", "--no-cache"])
        let here = try Program.run(["backports", "--json", "--no-cache"], in: repo.path)
        #expect(named.status == 0, "\(named.errors)")
        #expect(named.output == here.output)
    }

    @Test("a folder that is no repository is an error with a hint")
    func noRepository() throws {
        let folder = try TemporaryFolder()
        let run = try Program.run(["backports", folder.path])
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("Error: '\(folder.path)' is not a Git repository"))
        #expect(run.errors.contains("\nHint: "))
    }
}
