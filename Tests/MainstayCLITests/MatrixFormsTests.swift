import Foundation
import MainstayCLI
import MainstayCore
import MainstayService
import MainstayTesting
import Testing

@Suite("The matrix in its forms")
struct MatrixFormsTests {
    private func render(_ write: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer()
        write(&buffer)
        return buffer.text
    }

    @Test("the table fits its width", arguments: [60, 100, 200])
    func table(width: Int) throws {
        let screen = Screen(width: width, hasColour: false)
        let text = render { MatrixTable(Sample.matrix, on: screen).write(to: &$0) }
        for line in text.split(separator: "\n") { #expect(columnCount(of: String(line)) <= width) }
        #expect(try Snapshot.difference(text, "matrix-\(width).txt") == nil)
    }

    @Test("many lines become narrow columns, then blocks")
    func manyLines() throws {
        let matrix = Sample.large(fixes: 6, lines: 60)
        for width in [60, 100] {
            let screen = Screen(width: width, hasColour: false)
            let text = render { MatrixTable(matrix, on: screen).write(to: &$0) }
            for line in text.split(separator: "\n") {
                #expect(columnCount(of: String(line)) <= width)
            }
            #expect(try Snapshot.difference(text, "matrix-many-\(width).txt") == nil)
        }
    }

    @Test("colour wraps words and changes no column")
    func colour() {
        let plain = render {
            MatrixTable(Sample.matrix, on: Screen(width: 100, hasColour: false)).write(to: &$0)
        }
        let colour = render {
            MatrixTable(Sample.matrix, on: Screen(width: 100, hasColour: true)).write(to: &$0)
        }
        #expect(colour.replacing(/\u{1B}\[\d+m/, with: "") == plain)
        #expect(colour != plain)
    }

    @Test("tsv has a header and nine fields in every row")
    func tsv() throws {
        let text = render { MatrixTSV.write(Sample.matrix, to: &$0) }
        let rows = text.split(separator: "\n")
        #expect(rows.count == 1 + 4 * 5)
        for row in rows {
            #expect(row.split(separator: "\t", omittingEmptySubsequences: false).count == 9)
        }
        #expect(try Snapshot.difference(text, "matrix.tsv") == nil)
    }

    @Test("json is valid and has the keys of the contract")
    func json() throws {
        let text = render { buffer in
            JSONWriter.document("matrix", Sample.answer(Sample.matrix), to: &buffer) { json in
                json.rows(Sample.matrix.fixes, lines: Sample.matrix.lines)
            }
        }
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let document = try #require(parsed as? [String: Any])
        #expect(document["schema"] as? Int == 1)
        #expect(document["command"] as? String == "matrix")
        let results = try #require(document["results"] as? [[String: Any]])
        #expect(results.count == 20)
        #expect(results[8]["status"] as? String == "reverted")
        #expect(results[8]["flags"] as? [String] == ["upgrade-regression"])
        #expect((results[8]["commits"] as? [String])?.count == 2)
        #expect(results[9]["release"] == nil)
        #expect(try Snapshot.difference(text, "matrix.json") == nil)
    }

    @Test("html says everything and escapes everything")
    func html() throws {
        let answer = Sample.answer(Sample.matrix)
        let text = render { MatrixPage(answer, now: 1_795_305_600).write(to: &$0) }
        #expect(text.contains("fails &amp; log &lt;why&gt;"))
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("http:") && !text.contains("https:"))
        #expect(try Snapshot.difference(text, "matrix.html") == nil)
    }

    @Test("a large matrix stays compact", .tags(.slow))
    func large() throws {
        let folder = ProcessInfo.processInfo.environment["MAINSTAY_KEEP"]
        let fixes = folder == nil ? 500 : 5_000
        let matrix = Sample.large(fixes: fixes, lines: 35)
        let clock = ContinuousClock()
        let sink = OutputFile(descriptor: open("/dev/null", O_WRONLY))
        let tsv = clock.measure {
            var buffer = TextBuffer(to: sink)
            MatrixTSV.write(matrix, to: &buffer)
            buffer.flush()
        }
        let json = clock.measure {
            var buffer = TextBuffer(to: sink)
            JSONWriter.document("matrix", Sample.answer(matrix), to: &buffer) { json in
                json.rows(matrix.fixes, lines: matrix.lines)
            }
            buffer.flush()
        }
        var page = ""
        let html = clock.measure {
            page = render { MatrixPage(Sample.answer(matrix), now: 0).write(to: &$0) }
        }
        #expect(page.utf8.count < 3_000 * fixes)
        if let folder {
            try page.write(toFile: folder + "/large.html", atomically: true, encoding: .utf8)
            print("tsv \(tsv) json \(json) html \(html)", page.utf8.count)
        }
    }
}

extension Tag {
    @Tag static var slow: Self
}
