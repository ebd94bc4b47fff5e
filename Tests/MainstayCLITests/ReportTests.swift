import Foundation
import MainstayCLI
import MainstayCore
import MainstayService
import MainstayTesting
import Testing

@Suite("Reports")
struct ReportTests {
    private let screen = Screen(width: 100, hasColour: false)

    private func render(_ write: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer()
        write(&buffer)
        return buffer.text
    }

    private func parse(_ text: String) throws -> [[String: Any]] {
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let document = try #require(parsed as? [String: Any])
        #expect(document["schema"] as? Int == 1)
        #expect(document["repository"] as? String == "/srv/git/packetd.git")
        return try #require(document["results"] as? [[String: Any]])
    }

    @Test("lines show their phase and what was passed over")
    func lines() throws {
        var rows = Sample.lines
        rows.append(
            LineRow(
                name: "patchback/2.1",
                ref: "refs/heads/patchback/2.1",
                tip: Sample.id(7),
                phase: .maintenance,
                phaseInferred: true,
                passedOver: "the name has words before the version"
            )
        )
        let table = render { LinesReport.table(rows, to: &$0, on: screen) }
        #expect(try Snapshot.difference(table, "lines.txt") == nil)
        let tsv = render { LinesReport.tsv(rows, to: &$0) }
        #expect(try Snapshot.difference(tsv, "lines.tsv") == nil)
        let results = try parse(render { LinesReport.json(Sample.answer(rows), to: &$0) })
        #expect(results.count == 6)
        #expect(results[0]["branchPoint"] == nil)
        #expect(results[2]["phaseInferred"] as? Bool == true)
    }

    @Test("backports show line, commits, evidence and confidence")
    func backports() throws {
        let rows = [
            BackportRow(
                line: "2.1",
                backport: Sample.id(13),
                upstream: Sample.id(10),
                evidence: [
                    EvidenceItem(kind: "cherry-picked-from", confidence: 1, detail: "a \"b\"\t\\"),
                    EvidenceItem(kind: "patch-id", confidence: 0.97),
                ],
                confidence: 1
            )
        ]
        let tsv = render { BackportsReport.tsv(rows, to: &$0) }
        #expect(
            tsv == """
                line\tbackport\tupstream\tevidence\tconfidence
                2.1\t\(Sample.id(13).hex)\t\(Sample.id(10).hex)\tcherry-picked-from+patch-id\t1.000

                """
        )
        let results = try parse(render { BackportsReport.json(Sample.answer(rows), to: &$0) })
        let evidence = try #require(results[0]["evidence"] as? [[String: Any]])
        #expect(evidence[0]["detail"] as? String == "a \"b\" \\")
        #expect(evidence[1]["detail"] == nil)
        #expect(evidence[1]["confidence"] as? Double == 0.97)
        let table = render { BackportsReport.table(rows, to: &$0, on: screen) }
        #expect(table.hasSuffix("1 backport on 1 line\n"))
    }

    @Test("a fix shows every line and what a pick would do")
    func fix() throws {
        let row = Sample.matrix.fixes[1]
        let answer = FixAnswer(
            root: row.root,
            title: row.title,
            members: [
                FixMember(commit: row.root, lines: ["main", "2.2"], evidence: [], confidence: 1),
                FixMember(
                    commit: Sample.id(26),
                    lines: ["2.0"],
                    evidence: [EvidenceItem(kind: "revert", confidence: 1)],
                    confidence: 1,
                    isRevert: true
                ),
            ],
            lines: Sample.lines,
            row: row,
            picks: [Sample.conflict]
        )
        let text = render { FixReport(answer, on: screen).write(to: &$0) }
        #expect(try Snapshot.difference(text, "fix.txt") == nil)
        let results = try parse(render { FixReport.json(Sample.answer(answer), to: &$0) })
        #expect(results.count == 1)
        #expect(Set(results[0].keys) == ["root", "title", "members", "lines", "picks"])
        #expect((results[0]["lines"] as? [[String: Any]])?.count == 5)
        let members = try #require(results[0]["members"] as? [[String: Any]])
        #expect(members[0]["line"] as? String == "main")
        #expect(members[1]["isRevert"] as? Bool == true)
    }

    @Test("a pick tells its verdict, every path and what it needs first")
    func pick() throws {
        var pick = Sample.conflict
        pick.prerequisites = [.init(commit: Sample.id(18), title: "Split \u{1B}[31mthe session")]
        let plan = PlanAnswer(line: "1.4", picks: [pick])
        let text = render { PickReport.table(plan, to: &$0, on: screen) }
        #expect(try Snapshot.difference(text, "pick.txt") == nil)
        let results = try parse(render { PickReport.json(Sample.answer(plan), to: &$0) })
        let paths = try #require(results[0]["paths"] as? [[String: Any]])
        #expect(paths[1]["renamedTo"] as? String == "src/net/session.c")
        #expect(results[0]["prerequisites"] as? [String] == [Sample.id(18).hex])
        #expect(results[0]["tree"] == nil)
        #expect(results[0]["ref"] == nil)
    }

    @Test("a plan tells each step and the branches that were made")
    func plan() throws {
        var first = Sample.conflict
        (first.verdict, first.paths, first.neededBy) = ("clean", [], [Sample.id(21)])
        (first.ref, first.commit) = ("refs/heads/mainstay/1.4/x", Sample.id(30))
        var second = Sample.conflict
        (second.alone, second.stoppedBy) = ("clean", Sample.id(20))
        (second.ref, second.commit) = ("refs/heads/mainstay/1.4/x-draft", Sample.id(31))
        var plan = PlanAnswer(line: "1.4", picks: [first, second])
        plan.branches = [
            .init(ref: "refs/heads/mainstay/1.4/x", tip: Sample.id(30), count: 1),
            .init(ref: "refs/heads/mainstay/1.4/x-draft", tip: Sample.id(31), count: 1),
        ]
        let text = render { PickReport.table(plan, to: &$0, on: screen) }
        #expect(try Snapshot.difference(text, "plan.txt") == nil)
        let results = try parse(render { PickReport.json(Sample.answer(plan), to: &$0) })
        #expect(results[1]["stoppedBy"] as? String == Sample.id(20).hex)
        #expect(results[0]["ref"] as? String == "refs/heads/mainstay/1.4/x")
        #expect(results[0]["commit"] as? String == Sample.id(30).hex)
    }

    @Test("affected starts with the status")
    func affected() throws {
        let answer = AffectedAnswer(
            target: "v2.0.9",
            commit: Sample.id(131),
            status: .affected,
            introducedBy: [Sample.id(3)],
            fixedBy: [],
            reason: "introduced by \(Sample.id(3).short), the fix is absent"
        )
        let text = render { AffectedReport.table(answer, to: &$0, on: screen) }
        #expect(text.hasPrefix("affected: introduced by "))
        let results = try parse(render { AffectedReport.json(Sample.answer(answer), to: &$0) })
        #expect(results[0]["status"] as? String == "affected")
        #expect(results[0]["fixedBy"] as? [String] == [])
    }

    @Test("hostile titles reach no form as they are")
    func hostile() throws {
        let title = "evil \u{1B}]0;x\u{07}\u{202E}<script>alert(1)</script>\u{9B}2J\"'&"
        var matrix = Sample.matrix
        matrix.fixes[0].title = title
        matrix.fixes[0].cells[4].reason = title
        matrix.fixes[0].cells[0].release = title
        matrix.lines[1].name = "2.2\u{1B}[2J"
        let answer = Sample.answer(matrix)
        let texts = [
            render { MatrixTable(matrix, on: screen).write(to: &$0) },
            render { MatrixTSV.write(matrix, to: &$0) },
            render { MatrixPage(answer, now: 0).write(to: &$0) },
            render { buffer in
                JSONWriter.document("matrix", answer, to: &buffer) { json in
                    json.rows(matrix.fixes, lines: matrix.lines)
                }
            },
        ]
        for text in texts {
            for scalar in text.unicodeScalars where scalar != "\n" && scalar != "\t" {
                #expect(scalar.properties.generalCategory != .control)
                #expect(!scalar.properties.isBidiControl)
            }
        }
        #expect(!texts[2].contains("<script>alert"))
        _ = try JSONSerialization.jsonObject(with: Data(texts[3].utf8))
    }
}

extension Sample {
    static let conflict = PickAnswer(
        fix: id(20),
        title: "Count the sessions of a peer once",
        line: "1.4",
        verdict: "conflict",
        paths: [
            .init(path: "README.md", result: "clean"),
            .init(
                path: "src/session.c",
                result: "conflict",
                cause: "lines 40 to 52 differ",
                renamedTo: "src/net/session.c"
            ),
        ]
    )
}
