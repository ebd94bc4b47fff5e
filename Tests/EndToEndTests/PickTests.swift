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
        let own = try Mainstay.answer(
            "pick",
            project.id("start"),
            "--onto",
            "2.0",
            "--dry-run",
            "--repo",
            project.path
        )
        #expect(own.output.hasPrefix("conflict: "))
        #expect(own.output.contains("\nnote: The line contains this commit; later ones changed"))
    }

    @Test("--dry-run writes nothing")
    func writesNothing() throws {
        let before = try listing(of: project.path)
        _ = try verdict("hidden", onto: "1.0")
        #expect(try listing(of: project.path) == before)
    }

    private func pick(_ words: String..., name: String? = "Pia Picker") throws -> Mainstay.Run {
        let shell = "mainstay pick --repo '\(project.path)' " + words.joined(separator: " ")
        let committer = ["GIT_COMMITTER_NAME": name ?? "", "GIT_COMMITTER_EMAIL": "p@x.org"]
        return try Mainstay.shell(shell, environment: committer)
    }

    private func git(_ words: String...) throws -> String {
        try GitCommand.output(words, in: project.path)
    }

    @Test("a clean pick becomes a commit on a new branch, and nothing else changes")
    func writes() throws {
        let refs = try git("for-each-ref")
        let id = project.id("hidden")
        let run = try pick(id, "--onto", "1.0", "--branch", "try")
        #expect(run.status == 0, "\(run.errors)")
        let made = try git("rev-parse", "try")
        #expect(
            run.output.hasSuffix(
                "\n1 commit on the new branch try, now at \(made.prefix(12))\n"
            )
        )
        #expect(try git("rev-parse", "try^") == git("rev-parse", "release/1.0"))
        #expect(
            try git("log", "-1", "--format=%cn %ce %ct", "try") == "Pia Picker p@x.org 1768435200"
        )
        #expect(
            try git("log", "-1", "--format=%an %at", "try")
                == git("log", "-1", "--format=%an %at", id)
        )
        #expect(
            try git("log", "-1", "--format=%B", "try")
                .hasSuffix("(cherry picked from commit \(id))\n")
        )
        let ref = "\(made) commit\trefs/heads/try"
        let after = try git("for-each-ref").split(separator: "\n").filter { $0 != ref }
        #expect(after.joined(separator: "\n") == refs)
        let again = try pick(id, "--onto", "1.0", "--branch", "try")
        #expect(again.status == 1)
        #expect(
            again.errors == """
                Error: Branch 'try' exists already at \(made.prefix(12))
                Hint: Name another with '--branch', or remove it with 'git branch -D try'

                """
        )
    }

    @Test("a conflict shows the plan, writes nothing and ends with 1")
    func conflict() throws {
        let refs = try git("for-each-ref")
        let ids = (project.id("hidden"), project.id("one"))
        let run = try pick(ids.0, ids.1, "--onto", "1.0")
        #expect(run.status == 1)
        #expect(run.output.contains("clean          \(ids.0.prefix(12))  "))
        #expect(run.output.contains("conflict       \(ids.1.prefix(12))  "))
        #expect(
            run.errors == """
                Error: 1 of 2 picks are not clean: nothing was written (\(ids.1.prefix(12)))
                Hint: Use '--draft' for a branch to settle by hand, or '--clean-only' to leave them out

                """
        )
        #expect(try git("for-each-ref") == refs)
        let draft = try pick(ids.0, ids.1, "--onto", "1.0", "--draft", "--json")
        #expect(draft.status == 0, "\(draft.errors)")
        let name = "mainstay/1.0/\(ids.0.prefix(12))"
        #expect(try git("rev-parse", "\(name)-draft^") == git("rev-parse", name))
        let message = try git("log", "-1", "--format=%B", "\(name)-draft")
        #expect(message.hasSuffix("\n\nConflicts:\n\tparser.c: the line lacks it\n"), "\(message)")
        let document = try draft.document(of: JSONPick.self)
        #expect(document.results.map(\.fix).sorted() == [ids.0, ids.1].sorted())
        #expect(
            Set(document.results.map(\.ref)) == ["refs/heads/\(name)", "refs/heads/\(name)-draft"]
        )
    }

    private struct JSONPick: Decodable {
        var fix: String
        var verdict: String
        var prerequisites: [String]
        var ref: String?
        var commit: String?
    }

    @Test("what a conflicting fix needs first is named, and picked on request")
    func prerequisites() throws {
        let two = project.id("two")
        let named = try Mainstay.answer(
            "pick",
            two,
            "--onto",
            "1.0",
            "--dry-run",
            "--repo",
            project.path
        )
        let parser = project.id("parser").prefix(12)
        #expect(
            named.output.hasSuffix(
                "\n\nClean after picks of:\n  \(parser)  Add a parser for options\n"
            )
        )
        let run = try pick(two, "--onto", "1.0", "--prerequisites", "pick", "--branch", "both")
        #expect(run.status == 0, "\(run.errors)")
        let expected = """
            clean          \(parser)  Add a parser for options
                           needed by \(two.prefix(12))
            clean          \(two.prefix(12))  Check the depth of nesting
                           without the steps before: conflict
            2 commits on the new branch both, now at \(try git("rev-parse", "both").prefix(12))

            """
        #expect(run.output == expected)
        #expect(
            try git("log", "--format=%s", "release/1.0..both")
                == "Check the depth of nesting\nAdd a parser for options"
        )
    }

    @Test("without a committer nothing is written")
    func nobody() throws {
        let run = try pick(project.id("hidden"), "--onto", "1.0", name: nil)
        #expect(run.status == 1)
        #expect(
            run.errors == """
                Error: Git does not know who commits: user.name or user.email is not set
                Hint: git config --global user.name 'Your Name', and user.email likewise

                """
        )
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
