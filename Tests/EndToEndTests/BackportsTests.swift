import MainstayCore
import MainstayTesting
import Testing

@Suite("mainstay backports, from a repository to an answer")
struct BackportsTests {
    private let project: ReleaseProject

    init() throws {
        project = try ReleaseProject()
    }

    @Test("one row for each line and backport, in order of line and time")
    func rows() throws {
        let run = try Mainstay.answer("backports", project.path, "--format", "tsv")
        #expect(
            run.output.split(separator: "\n").first
                == "line\tbackport\tupstream\tevidence\tconfidence"
        )
        let keys = [
            "trailer", "hidden", "retitled", "undone", "again", "gone", "half", "one", "late",
        ]
        let expected = keys.map { ["2.0", project.id("\($0)@2.0"), project.id($0)] }
        let seen = run.rows.map { Array($0.prefix(3)) }
        for row in expected { #expect(seen.contains(row)) }
        #expect(seen.last == ["1.0", project.id("trailer@1.0"), project.id("trailer")])
        let evidence = run.rows.first { $0[1] == project.id("hidden@2.0") }
        #expect(evidence?[3...] == ["author-date-title", "0.999"])
    }

    @Test("without trailers the same backports are found by other evidence")
    func withoutTrailers() throws {
        let plain = try Mainstay.answer("backports", project.path, "--format", "tsv")
        let run = try Mainstay.answer(
            "backports",
            project.path,
            "--format",
            "tsv",
            "--without-trailers"
        )
        #expect(run.rows.map { $0.prefix(3) } == plain.rows.map { $0.prefix(3) })
        #expect(!run.output.contains("trailer"))
    }

    @Test("as JSON, with the evidence apart")
    func json() throws {
        let run = try Mainstay.answer("backports", project.path, "--json")
        let document: Document<JSONBackport> = try run.document()
        #expect(document.command == "backports")
        let row = try #require(document.results.first { $0.line == "1.0" })
        #expect(row.backport == project.id("trailer@1.0"))
        #expect(row.evidence.map(\.kind) == ["trailer", "author-date-title"])
        #expect(row.confidence == 1)
    }

    @Test("a fix that was born on a line shows with --all-roots alone")
    func allRoots() throws {
        let repo = try FixtureRepository()
        let files = ["a.c": source("a"), "b.c": source("b")]
        let start = try repo.commit("Start", files: files)
        for line in ["1.0", "2.0"] { try repo.branch("release/" + line, at: start) }
        let born = try repo.commit(
            "Refuse names that end in a dot",
            files: ["a.c": source("a", [4: "refuse_dot();"])],
            on: "release/2.0"
        )
        let copy = try repo.cherryPick(born, onto: "release/1.0", trailer: false)
        _ = try repo.commit("Go on with other things", files: ["b.c": source("b", [2: "on();"])])
        let plain = try Mainstay.answer("backports", repo.path, "--format", "tsv")
        #expect(plain.rows == [])
        let all = try Mainstay.answer("backports", repo.path, "--format", "tsv", "--all-roots")
        #expect(all.rows == [["1.0", copy.hex, born.hex, "author-date-title", "0.999"]])
    }

    @Test("--min-confidence lets suggestions in, which change no status")
    func suggestions() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": source("a"), "b.c": source("b")])
        try repo.branch("release/1.0", at: start)
        let fix = try repo.commit(
            "Take the lock while the table grows",
            files: ["a.c": source("a", [3: "lock(t);", 4: "grow(t);", 5: "unlock(t);", 6: "x();"])]
        )
        repo.author = FixturePerson(name: "Bea", email: "bea@example.org")
        let text = "Take the lock while the table shrinks"
        let copy = try repo.commit(
            text,
            files: ["a.c": source("a", [3: "lock(t);", 4: "old(t);", 5: "older(t);"])],
            on: "release/1.0"
        )
        let plain = try Mainstay.answer("backports", repo.path, "--format", "tsv")
        #expect(plain.rows == [])
        let low = try Mainstay.answer(
            "backports",
            repo.path,
            "--format",
            "tsv",
            "--min-confidence",
            "0.6"
        )
        #expect(low.rows == [["1.0", copy.hex, fix.hex, "similar", "0.750"]])
        let cell =
            try Mainstay.answer(
                "matrix",
                repo.path,
                "--fix",
                fix.hex,
                "--format",
                "tsv"
            )
            .rows[1]
        #expect(cell[2...3] == ["missing", ""])
        #expect(cell[6...] == ["similar", "0.750", "\(copy.short) may be it; suggestion"])
    }

    @Test("quick evidence warns with the number of commits that were not compared")
    func quick() throws {
        let full = try Mainstay.answer("backports", project.path, "--format", "tsv")
        let quick = try Mainstay.run(
            "backports",
            project.path,
            "--format",
            "tsv",
            "--evidence",
            "quick"
        )
        #expect(quick.status == 0)
        #expect(quick.rows.count < full.rows.count)
        let notCompared = try #require(
            quick.errors.split(separator: " ").dropFirst(3).first.flatMap { Int($0) }
        )
        #expect(
            quick.errors
                == """
                Warning: Quick evidence: \(notCompared) commits of the lines were not compared by \
                content; leave out '--evidence quick' for the full answer

                """
        )
        #expect(notCompared > 0)
        let json = try Mainstay.run("matrix", project.path, "--json", "--evidence", "quick")
        #expect(
            "Warning: " + (try json.document(of: JSONCell.self).warnings[0]) + "\n" == json.errors
        )
        let table = try Mainstay.run("matrix", project.path, "--evidence", "quick")
        #expect(
            table.output.hasSuffix("\nQuick evidence only: matches by content were left out.\n")
        )
    }
}
