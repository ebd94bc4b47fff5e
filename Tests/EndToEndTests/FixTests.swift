import MainstayCore
import MainstayTesting
import Testing

@Suite("mainstay fix, from a repository to an answer")
struct FixTests {
    private let project: ReleaseProject

    init() throws {
        project = try ReleaseProject()
    }

    private func ask(_ commit: String) throws -> JSONFix {
        let run = try Mainstay.answer("fix", commit, "--repo", project.path, "--json")
        let document: Document<JSONFix> = try run.document()
        #expect(document.command == "fix")
        return try #require(document.results.first)
    }

    @Test("the original and its copies, with reverts and the lines that hold them")
    func members() throws {
        let fix = try ask(project.id("undone"))
        #expect(fix.root == project.id("undone"))
        #expect(fix.title == "Wait longer between two tries")
        #expect(
            fix.members.map(\.commit) == [
                project.id("undone"), project.id("undone@2.0"), project.id("undoing@2.0"),
            ]
        )
        #expect(fix.members.map(\.line) == ["main", "2.0", "2.0"])
        #expect(fix.members.map(\.isRevert) == [nil, nil, true])
        #expect(fix.members[1].evidence.first?.kind == "trailer")
        #expect(fix.lines.map(\.status) == ["fixed-unreleased", "reverted", "missing"])
    }

    @Test("every member names the same fix", arguments: ["trailer@1.0", "trailer@2.0", "trailer"])
    func byMember(key: String) throws {
        #expect(try ask(project.id(key)).root == project.id("trailer"))
    }

    @Test("the short id, a tag and a branch name their commit")
    func names() throws {
        #expect(
            try ask(String(project.id("half").prefix(6)).uppercased()).root == project.id("half")
        )
        #expect(try ask("v2.0.0").root == project.id("parser"))
        #expect(try ask("refs/heads/main").root == project.id("late"))
    }

    @Test("the report for people")
    func report() throws {
        let run = try Mainstay.answer("fix", project.id("retitled"), "--repo", project.path)
        let expected = """
            fix \(project.id("retitled"))
                Close the socket when shaking hands fails
                committed 2024-01-01

            main  ↑ fixed-unreleased  at v2.0.0-3
                    commit \(project.id("retitled"))
            2.0   ✓ fixed  since v2.0.1
                    commit \(project.id("retitled@2.0"))
                    same change (patch-id 0.995)
                    same author and date (author-date 0.970)
            1.0   · missing
                    a pick would be clean

            3 lines: 1 fixed, 1 fixed-unreleased, 1 missing

            """
        #expect(run.output == expected)
    }

    @Test("a commit that nothing repeats is missing elsewhere")
    func alone() throws {
        let fix = try ask(project.id("two"))
        #expect(fix.members.map(\.commit) == [project.id("two")])
        #expect(fix.lines.map(\.status) == ["fixed-unreleased", "missing", "missing"])
    }

    @Test("a name that no commit has, and the start of several")
    func unknown() throws {
        let unknown = try Mainstay.run("fix", "no-such-tag", "--repo", project.path)
        #expect(unknown.status == 1)
        #expect(
            unknown.errors
                == """
                Error: 'no-such-tag' names no commit, tag or branch that is reachable in \
                \(project.path)
                Hint: Give a commit id of 4 digits or more, a tag or a branch; fetch first if the \
                commit is new

                """
        )
        for short in ["abc", "", "0"] {
            #expect(try Mainstay.run("fix", short, "--repo", project.path).status == 1)
        }
    }

    @Test("the start of several commits names some of them")
    func ambiguous() throws {
        let repo = try FixtureRepository()
        var stream = ""
        for number in 0..<700 {
            stream += "commit refs/heads/main\ncommitter C <c@x> \(1_700_000_000 + number) +0000\n"
            stream += "data 2\n\(number % 10)\n\n"
        }
        try repo.importStream(Array(stream.utf8))
        try repo.branch("release/1.0", at: repo.commit(at: "main~10"))
        let ids = try repo.git("log", "--format=%H", "main").split(separator: "\n")
        let groups = Dictionary(grouping: ids) { $0.prefix(4) }
        let group = try #require(groups.values.filter { $0.count > 1 }.min { $0[0] < $1[0] })
        let run = try Mainstay.run("fix", String(group[0].prefix(4)), "--repo", repo.path)
        let names = group.sorted().map { String($0.prefix(12)) }.joined(separator: ", ")
        #expect(run.status == 1)
        #expect(
            run.errors
                == """
                Error: '\(group[0].prefix(4))' is the start of several commits, among them \(names)
                Hint: Give more digits

                """
        )
    }
}
