import Testing

@testable import BackportAnalysis

@Suite("PathPattern")
struct PickPatternTests {
    @Test(
        "matches paths as gitattributes(5) says",
        arguments: [
            ("*.po", "po/de.po", true), ("*.po", "po/de.pot", false), ("NEWS", "doc/NEWS", true),
            ("/NEWS", "doc/NEWS", false), ("/NEWS", "NEWS", true), ("doc/*.md", "doc/a.md", true),
            ("doc/*.md", "doc/b/a.md", false), ("doc/**", "doc/b/a.md", true),
            ("**/a.md", "a.md", true), ("**/a.md", "x/y/a.md", true),
            ("a/**/b", "a/x/y/b", true), ("a/**/b", "a/b", true), ("[a-c]?", "b1", true),
            ("[!a-c]?", "b1", false), ("\\*", "*", true), ("\\*", "x", false),
        ]
    )
    func matches(pattern: String, path: String, isMatch: Bool) {
        #expect(PathPattern(pattern).matches(TreePath(path).bytes[...]) == isMatch)
    }
}

@Suite("CostLimitedCache")
struct PickCacheTests {
    @Test("drops what was not used for longest")
    func dropsOldest() {
        var cache = CostLimitedCache<Int, String>(limit: 10)
        for key in 1...3 { cache.insert("\(key)", for: key, cost: 3) }
        #expect(cache.value(for: 1) == "1")
        cache.insert("4", for: 4, cost: 3)
        #expect(cache.value(for: 2) == nil)
        #expect(cache.value(for: 1) == "1")
        #expect(cache.value(for: 3) == "3")
        #expect(cache.value(for: 4) == "4")
        #expect(cache.cost == 9)
    }

    @Test("does not keep a value above half the limit")
    func refusesLarge() {
        var cache = CostLimitedCache<Int, String>(limit: 10)
        cache.insert("1", for: 1, cost: 2)
        cache.insert("large", for: 2, cost: 6)
        #expect(cache.value(for: 1) == "1")
        #expect(cache.value(for: 2) == nil)
    }
}
