import MainstayCore
import MainstayTesting
import Testing

@Suite("mainstay pick, from a repository to an answer")
struct PickTests {
    private let project: ReleaseProject

    init() throws {
        project = try ReleaseProject()
    }

    private func verdict(_ key: String, onto line: String) throws -> String {
        let run = try Mainstay.answer(
            "pick",
            project.id(key),
            "--onto",
            line,
            "--dry-run",
            "--repo",
            project.path
        )
        return String(run.output.prefix { !$0.isWhitespace && $0 != ":" })
    }

    @Test("clean, conflicting and done")
    func verdicts() throws {
        #expect(try verdict("hidden", onto: "1.0") == "clean")
        #expect(try verdict("one", onto: "1.0") == "conflict")
        #expect(try verdict("trailer", onto: "2.0") == "already-there")
        #expect(try verdict("trailer", onto: "release/2.0") == "already-there")
        #expect(try verdict("half", onto: "2.0") == "clean")
    }

    @Test("nothing is written, and without --dry-run nothing is done")
    func writesNothing() throws {
        let before = try listing(of: project.path)
        _ = try verdict("hidden", onto: "1.0")
        let run = try Mainstay.run(
            "pick",
            project.id("hidden"),
            "--onto",
            "1.0",
            "--repo",
            project.path
        )
        #expect(run.status == 64)
        #expect(
            run.errors
                == """
                Error: Picking to a branch is not there yet
                Hint: Add --dry-run to be told what the pick would do

                """
        )
        #expect(try listing(of: project.path) == before)
    }

    @Test("a line that does not exist")
    func unknownLine() throws {
        let run = try Mainstay.run(
            "pick",
            project.id("hidden"),
            "--onto",
            "2.9",
            "--dry-run",
            "--repo",
            project.path
        )
        #expect(run.status == 1)
        #expect(
            run.errors
                == """
                Error: No line is called '2.9', lines here: 'main', '2.0', '1.0'
                Hint: Did you mean '2.0'?

                """
        )
    }
}
