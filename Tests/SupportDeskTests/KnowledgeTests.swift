import MainstayCore
import Testing

@testable import SupportDesk

@Suite("Articles and guides")
struct KnowledgeTests {
    @Test(
        "languages are tags of BCP 47, in their usual letters",
        arguments: [
            ("de", "de"), ("DE-at", "de-AT"), ("zh-hANT-tw", "zh-Hant-TW"), ("es-419", "es-419"),
            ("sl-rozaj", "sl-rozaj"), ("gsw", "gsw"), ("de-1996", "de-1996"), ("qq", nil),
            ("", nil), ("d", nil), ("de-", nil), ("de--at", nil), ("de-AT-Latn", nil),
            ("english", nil), ("de_AT", nil), ("de-toolongword", nil),
        ] as [(String, String?)]
    )
    func languages(text: String, tag: String?) {
        #expect((try? LanguageTag(text))?.description == tag)
    }

    @Test("both ends of a range of releases belong to it, by the order of versions")
    func ranges() throws {
        let scope = try ArticleScope.checked(productID: 1, from: "2.0-rc1", to: "2.4")
        let inside = ["2.0-rc1", "2.0", "2.3.9", "2.4", "2.4.0", "2.4-rc2"]
        let outside = ["1.9", "2.0-beta", "2.4.1", "2.10", "3"]
        for text in inside { #expect(scope.contains(try #require(ReleaseVersion(text)))) }
        for text in outside { #expect(!scope.contains(try #require(ReleaseVersion(text)))) }
        let open = try ArticleScope.checked(productID: 1, from: "", to: "")
        #expect(open.contains(try #require(ReleaseVersion("0.1"))))
        #expect(throws: DeskError.self) {
            try ArticleScope.checked(productID: 1, from: "2.4", to: "2.0")
        }
    }

    @Test("a guide that is made at random ends on every path; turned back it is a loop")
    func randomGuides() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 2...30, using: &random)
            // Question n is led to by n - 1, and any question leads to later ones alone.
            var targets = (0..<count)
                .map { place in
                    (0...Int.random(in: 0...3, using: &random))
                        .map { _ in Int.random(in: place + 1...count, using: &random) }
                        + [place + 1]
                }
            func text() -> String {
                targets.enumerated()
                    .map { place, next in
                        "[q\(place)] What?\n"
                            + next.map {
                                $0 == count ? "- end -> article here" : "- on -> [q\($0)]"
                            }
                            .joined(separator: "\n")
                    }
                    .joined(separator: "\n\n")
            }
            let guide = try Guide(text())
            #expect(guide.questions.count == count, "seed \(seed)")
            #expect(guide.articles == ["here"], "seed \(seed)")
            let from = Int.random(in: 0..<count, using: &random)
            targets[from].append(Int.random(in: 0...from, using: &random))
            let error = #expect(throws: DeskError.self, "seed \(seed)") { try Guide(text()) }
            #expect(error?.message.contains("goes in a loop: [q") == true, "seed \(seed)")
        }
    }

    @Test("the lines that differ make the new text of the old one")
    func differences() {
        let seed = UInt64.random(in: 1...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            func lines() -> [String] {
                (0..<Int.random(in: 0...12, using: &random))
                    .map { _ in ["a", "b", "c", ""].randomElement(using: &random) ?? "" }
            }
            let (old, new) = (["t", ""] + lines() + ["z"], ["t", ""] + lines() + ["z"])
            func version(_ lines: [String]) -> ArticleVersion {
                ArticleVersion(seq: 1, text: lines.joined(separator: "\n"))
            }
            let shown = version(new).difference(from: version(old))
            let kept = shown.filter { !$0.hasPrefix("-") }.map { String($0.dropFirst()) }
            let lost = shown.filter { !$0.hasPrefix("+") }.map { String($0.dropFirst()) }
            #expect(kept == new, "seed \(seed)")
            #expect(lost == old, "seed \(seed)")
        }
    }
}
