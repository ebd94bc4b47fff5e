import MainstayCore
import MainstayTesting
import Testing

@Suite("mainstay affected, from a repository to an answer")
struct AffectedTests {
    private let project: ReleaseProject

    init() throws {
        project = try ReleaseProject()
    }

    private func ask(_ target: String, _ options: String...) throws -> JSONAffected {
        let words = ["affected", target, "--repo", project.path, "--json"]
        let run = try Mainstay.run(
            program: Mainstay.products + "/mainstay",
            words + options,
            environment: [:],
            in: "/"
        )
        #expect(run.status == 0, "\(run.errors)")
        let document: Document<JSONAffected> = try run.document()
        return try #require(document.results.first)
    }

    private func status(_ target: String, introduced: String?, fixed: String...) throws -> String {
        var words = ["affected", target, "--repo", project.path]
        if let introduced { words += ["--introduced", introduced] }
        for fix in fixed { words += ["--fixed", fix] }
        let run = try Mainstay.run(
            program: Mainstay.products + "/mainstay",
            words,
            environment: [:],
            in: "/"
        )
        #expect(run.status == 0, "\(run.errors)")
        return String(run.output.prefix { $0 != ":" })
    }

    @Test("versions, branches and commits, by what brought the defect and what mends it")
    func statuses() throws {
        let (parser, one) = (project.id("parser"), project.id("one"))
        #expect(try status("v2.0.0", introduced: parser, fixed: one) == "affected")
        #expect(try status("v2.0.1", introduced: parser, fixed: one) == "fixed")
        #expect(try status("2.0.1", introduced: parser, fixed: one) == "fixed")
        #expect(try status("v1.0.1", introduced: parser, fixed: one) == "not-affected")
        #expect(try status("v1.0.1", introduced: "0", fixed: one) == "affected")
        #expect(try status("v1.0.1", introduced: nil, fixed: one) == "missing")
        #expect(try status("release/2.0", introduced: parser, fixed: one) == "fixed")
        #expect(try status(project.id("hidden"), introduced: parser, fixed: one) == "affected")
        #expect(try status("main", introduced: parser, fixed: one) == "fixed")
    }

    @Test("a fix that takes the introducer back is a fix")
    func revertedIntroducer() throws {
        let (gone, going) = (project.id("gone"), project.id("going"))
        #expect(try status("main", introduced: gone, fixed: going) == "fixed")
        #expect(try status(gone, introduced: gone, fixed: going) == "affected")
        #expect(try status("release/2.0", introduced: gone, fixed: going) == "affected")
        #expect(try status("release/1.0", introduced: gone, fixed: going) == "not-affected")
        #expect(try status("main", introduced: gone) == "not-affected")
    }

    @Test("reverts, halves and several fixes")
    func several() throws {
        let (one, two) = (project.id("one"), project.id("two"))
        #expect(try status("v2.0.1", introduced: "0", fixed: one, two) == "partial")
        #expect(try status("main", introduced: "0", fixed: one, two) == "fixed")
        #expect(try status("main", introduced: "0", fixed: one + "+" + two) == "fixed")
        #expect(
            try status("v1.0.1", introduced: "0", fixed: one + "," + project.id("own")) == "fixed"
        )
        #expect(try status("v2.0.1", introduced: "0", fixed: project.id("undone")) == "reverted")
        #expect(try status("v2.0.1", introduced: "0", fixed: project.id("half")) == "partial")
        #expect(try status("main", introduced: "0", fixed: project.id("gone")) == "reverted")
    }

    @Test("a version may be affected by a backport of what brought the defect")
    func backportedIntroducer() throws {
        let (brought, copy) = (project.id("hidden"), project.id("hidden@2.0"))
        let answer = try ask("v2.0.1", "--introduced", brought, "--fixed", project.id("late"))
        #expect(answer.status == "affected")
        #expect(answer.introducedBy == [copy])
        #expect(
            try status("v2.0.0", introduced: brought, fixed: project.id("late")) == "not-affected"
        )
        #expect(
            try status("v2.0.1", introduced: project.id("undone"), fixed: project.id("late"))
                == "not-affected"
        )
    }

    @Test("the answer names the tag, the commits and the cause")
    func words() throws {
        let parser = project.id("parser")
        let run = try Mainstay.answer(
            "affected",
            "2.0.1",
            "--repo",
            project.path,
            "--introduced",
            parser,
            "--fixed",
            project.id("one")
        )
        let copy = project.id("one@2.0")
        #expect(
            run.output
                == """
                fixed: '2.0.1' holds the fix (\(copy.prefix(12)))
                  judged at      \(try project.repo.commit(at: "v2.0.1")) = refs/tags/v2.0.1
                  introduced by  \(parser)
                  fixed by       \(copy)

                """
        )
        #expect(
            try ask("v2.0.0", "--introduced", parser).reason
                == "'v2.0.0' holds what introduced the defect (\(parser.prefix(12)))"
        )
        #expect(
            try ask("v1.0.0", "--introduced", "0", "--fixed", project.id("one")).reason
                == "'v1.0.0' has the defect, which is there since the beginning, and not the fix"
        )
    }

    @Test("without a commit to judge by there is no question")
    func nothingToJudgeBy() throws {
        let run = try Mainstay.run("affected", "v2.0.0", "--repo", project.path)
        #expect(run.status == 64)
        #expect(
            run.errors.hasPrefix(
                "Error: Give --introduced, --fixed or both, so that there is a defect; or --product\n"
            )
        )
    }
}
