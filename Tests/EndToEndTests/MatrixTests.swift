import MainstayCore
import MainstayTesting
import Testing

@Suite("mainstay matrix, from a repository to an answer")
struct MatrixTests {
    private let project: ReleaseProject

    init() throws {
        project = try ReleaseProject()
    }

    private func statuses(_ run: Mainstay.Run) -> [String: String] {
        run.rows.reduce(into: [:]) { table, row in table["\(row[0]) \(row[1])"] = row[2] }
    }

    @Test("every way in which a fix reaches a line, or not")
    func everyFix() throws {
        let run = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        let seen = statuses(run)
        let expected = [
            "trailer": ["fixed-unreleased", "fixed", "fixed"],
            "hidden": ["fixed-unreleased", "fixed", "missing"],
            "retitled": ["fixed-unreleased", "fixed", "missing"],
            "undone": ["fixed-unreleased", "reverted", "missing"],
            "again": ["fixed-unreleased", "fixed", "missing"],
            "gone": ["reverted", "fixed", "missing"],
            "half": ["fixed-unreleased", "partial", "missing"],
            "one": ["fixed-unreleased", "fixed", "missing"],
            "late": ["fixed-unreleased", "fixed-unreleased", "missing"],
        ]
        for (key, statuses) in expected {
            for (line, status) in zip(["main", "2.0", "1.0"], statuses) {
                #expect(seen["\(project.id(key)) \(line)"] == status, "\(key) on \(line)")
            }
        }
        #expect(run.rows.count == 3 * expected.count)
    }

    @Test("fixes stand in order of time and lines from the newest to the oldest")
    func order() throws {
        let run = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        let fixes = run.rows.map { $0[0] }
        let keys = [
            "trailer", "hidden", "retitled", "undone", "again", "gone", "half", "one", "late",
        ]
        #expect(fixes == keys.flatMap { [project.id($0), project.id($0), project.id($0)] })
        #expect(run.rows.map { $0[1] } == keys.flatMap { _ in ["main", "2.0", "1.0"] })
    }

    @Test("a row of values has commit, release, position, evidence and confidence")
    func row() throws {
        let run = try Mainstay.answer(
            "matrix",
            project.path,
            "--fix",
            project.id("retitled"),
            "--format",
            "tsv"
        )
        #expect(
            run.output.split(separator: "\n").first
                == "fix\tline\tstatus\tcommit\trelease\tposition\tevidence\tconfidence\tnote"
        )
        #expect(
            run.rows[1] == [
                project.id("retitled"), "2.0", "fixed", project.id("retitled@2.0"), "v2.0.1",
                "v2.0.0-3", "patch-id+author-date", "0.995", "",
            ]
        )
        #expect(
            run.rows[2] == [project.id("retitled"), "1.0", "missing", "", "", "", "", "", ""]
        )
    }

    @Test("the same row as JSON")
    func json() throws {
        let run = try Mainstay.answer(
            "matrix",
            project.path,
            "--fix",
            String(project.id("late").prefix(7)),
            "--json"
        )
        let document: Document<JSONCell> = try run.document()
        #expect(document.schema == 1)
        #expect(document.command == "matrix")
        #expect(document.repository == project.path)
        #expect(document.warnings == [])
        #expect(document.results.map(\.line) == ["main", "2.0", "1.0"])
        let cell = document.results[1]
        #expect(cell.status == "fixed-unreleased")
        #expect(cell.commits == [project.id("late@2.0")])
        #expect(cell.release == nil)
        #expect(cell.position == JSONCell.Place(tag: "v2.0.1", commits: 1))
        #expect(cell.evidence.map(\.kind) == ["trailer", "author-date-title"])
        #expect(cell.confidence == 1)
    }

    @Test("steps joined by + are all needed, alternatives joined by comma are not")
    func stepsAndAlternatives() throws {
        let (one, two, own) = (project.id("one"), project.id("two"), project.id("own"))
        let run = try Mainstay.answer(
            "matrix",
            project.path,
            "--fix",
            "\(one)+\(two)",
            "--fix",
            "\(one),\(own)",
            "--format",
            "tsv"
        )
        #expect(
            statuses(run) == [
                "\(one)+\(two) main": "fixed-unreleased",
                "\(one)+\(two) 2.0": "partial",
                "\(one)+\(two) 1.0": "missing",
                "\(one),\(own) main": "fixed-unreleased",
                "\(one),\(own) 2.0": "fixed",
                "\(one),\(own) 1.0": "fixed",
            ]
        )
        #expect(
            run.rows.first { $0[1] == "2.0" && $0[2] == "partial" }?[8] == "1 of 2 steps applied"
        )
    }

    @Test("a backport names the same fix as its original")
    func byBackport() throws {
        let run = try Mainstay.answer(
            "matrix",
            project.path,
            "--fix",
            project.id("hidden@2.0"),
            "--format",
            "tsv"
        )
        #expect(run.rows.map { $0[2] } == ["fixed-unreleased", "fixed", "missing"])
    }

    @Test("--since keeps the fixes of that day and later")
    func since() throws {
        let day = try project.repo.git("log", "-1", "--format=%cs", project.id("late"))
        let run = try Mainstay.answer(
            "matrix",
            project.path,
            "--since",
            day,
            "--format",
            "tsv"
        )
        let all = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        #expect(Set(run.rows.map { $0[0] }).contains(project.id("late")))
        #expect(run.rows.count < all.rows.count)
        #expect(!run.rows.contains { $0[0] == project.id("trailer") })
        let none = try Mainstay.answer("matrix", project.path, "--since", "2031-01-01")
        #expect(none.output == "No fixes to show.\n")
    }

    @Test("the page has every fix, and no address outside itself")
    func page() throws {
        let run = try Mainstay.answer("matrix", project.path, "--format", "html")
        #expect(run.output.hasPrefix("<!doctype html>"))
        for key in ["trailer", "half", "late"] {
            #expect(run.output.contains(project.id(key)))
        }
        #expect(!run.output.contains("http://") && !run.output.contains("https://"))
    }

    @Test("the table shows titles, statuses and a legend")
    func table() throws {
        let run = try Mainstay.answer("matrix", project.path, environment: ["COLUMNS": "120"])
        #expect(run.output.contains("Reject frames above the limit"))
        #expect(run.output.contains("↺ reverted"))
        #expect(
            run.output.hasSuffix(
                ": 7 fixed, 9 fixed-unreleased, 1 partial, 2 reverted, 8 missing\n"
            )
        )
        #expect(!run.bytes.contains(27))
    }
}
