import BackportAnalysis
import MainstayCore
import Testing

@Suite("TitleText")
struct TitleTextTests {
    static func fold(_ title: String) -> String {
        var folded: [UInt8] = []
        Array(title.utf8).withUnsafeBytes { TitleText.fold($0, into: &folded) }
        return String(decoding: folded, as: UTF8.self)
    }

    static let plain = "Handle empty lists in the parser"
    static let folded = "handle empty lists in the parser"

    /// Titles with the marks that picking adds, and what is left of them.
    static let folds: [(String, String)] = [
        (plain, folded), ("  \(plain)  ", folded), ("\(plain).", folded), ("\(plain)...", folded),
        ("\(plain)\u{2026}", folded), ("[3.12] \(plain)", folded), ("[v1.x] \(plain)", folded),
        ("[stable/2.0] \(plain)", folded), ("[PATCH] \(plain)", folded),
        ("[PATCH v2 3/7] \(plain)", folded), ("[stable-only] \(plain)", folded),
        ("[release-1.2] \(plain)", folded), ("[backport] \(plain)", folded),
        ("[Backport to 7.x] [3.12] \(plain)", folded), ("[lts-1.2] \(plain)", folded),
        ("[PR #12/ab12cd34 backport][3.10] \(plain)", folded), ("3.12: \(plain)", folded),
        ("v2.x - \(plain)", folded), ("release-1.2: \(plain)", folded),
        ("\(plain) (#12)", folded), ("\(plain) (GH-12)", folded), ("\(plain) (#12) (#345)", folded),
        ("\(plain) (#12, #13)", folded), ("\(plain) (!7)", folded),
        ("\(plain) (cherry picked from commit 0123456)", folded),
        ("\(plain) (cherry picked from com", folded), ("\(plain) (backport #12)", folded),
        ("\(plain) [3.12]", folded), ("Backport PR #12: \(plain)", folded),
        ("Backport PR #12 on branch 1.2.x: \(plain)", folded),
        ("Backport PR #12 on branch v1.2.x (\(plain))", folded),
        ("Automated cherry pick of #12: \(plain)", folded),
        ("Cherry-pick #12 to 7.x: \(plain)", folded), ("HANDLE EMPTY, LISTS in the-parser", folded),
        // What a project means by its brackets and colons stays.
        ("[networking] Handle it", "networking handle it"),
        ("parser: Handle it", "parser handle it"),
        ("Handle (nearly) everything", "handle nearly everything"), ("1.2.3", "1 2 3"),
        ("[3.12]", "3 12"), ("", ""), ("...", ""), ("Größe ändern", "größe ändern"),
    ]

    @Test("the marks of picking are dropped, case and punctuation folded", arguments: folds)
    func folding(title: String, expected: String) {
        #expect(Self.fold(title) == expected)
    }

    @Test("folding what is folded changes nothing", arguments: folds)
    func idempotence(title: String, expected: String) {
        #expect(Self.fold(expected) == expected || expected.count < TitleText.shortest)
    }

    @Test("short titles have no hash, equal ones one hash")
    func hashes() {
        func hash(_ title: String) -> UInt64? { Array(title.utf8).withUnsafeBytes(TitleText.hash) }
        #expect(hash("Fix typo") == nil)
        #expect(hash("[3.12] Fix typo (#12)") == nil)
        #expect(hash(Self.plain) != nil)
        #expect(hash("[3.12] \(Self.plain) (#12)") == hash(Self.plain))
        #expect(hash("Handle empty lists in the lexer") != hash(Self.plain))
    }

    @Test("request numbers are read in order")
    func requests() {
        func requests(_ title: String) -> [UInt32] {
            Array(title.utf8).withUnsafeBytes(TitleText.requests)
        }
        #expect(requests("[3.12] gh-12: Title (GH-345) (#6)") == [12, 345, 6])
        #expect(requests("Title (!7)") == [7])
        #expect(requests("Title #0 # #x #99999999999") == [])
        #expect(requests("") == [])
    }

    @Test("a title is cut if it ends in an ellipsis before the marks behind it")
    func cuts() {
        func isCut(_ title: String) -> Bool { Array(title.utf8).withUnsafeBytes(TitleText.isCut) }
        #expect(isCut("Handle empty li..."))
        #expect(isCut("Handle empty li\u{2026}"))
        #expect(isCut("Handle empty li... (#12)"))
        #expect(!isCut("Handle empty lists."))
        #expect(!isCut("..."))
        #expect(!isCut("\u{2026}"))
        #expect(!isCut("Handle ... lists"))
    }
}
