/// Titles that many commits could have.
enum GenericTitle {
    /// Whether a folded title is of the kind that releases, imports and upkeep repeat.
    static func matches(_ folded: [UInt8]) -> Bool {
        let starts: [StaticString] = [
            "bump ", "update ", "regenerate", "news", "revert ", "merge ", "release ",
            "prepare release", "prepare for ", "imported translations", "changelog", "version ",
            "post release", "back to development", "cut ", "preparing ", "update translations",
            "fix typo", "fix tests", "fix build", "add changelog", "add release note",
            "add missing", "updates ", "updated ", "new version", "set version", "start ",
        ]
        for start in starts where begins(folded, with: start) { return true }
        if contains(folded, "ulps") || contains(folded, "release notes") { return true }
        // A bare name or date: at most two words, or nothing but digits.
        let blanks = folded.reduce(0) { $0 + ($1 == 32 ? 1 : 0) }
        return blanks < 2 || folded.allSatisfy { isDigit($0) || $0 == 32 }
    }

    private static func begins(_ text: [UInt8], with word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard text.count >= length else { return false }
        for index in 0..<length where text[index] != word.utf8Start[index] { return false }
        return true
    }

    private static func contains(_ text: [UInt8], _ word: StaticString) -> Bool {
        text.withUnsafeBytes { bytes in
            var cursor = TextCursor(bytes)
            return cursor.find(word)
        }
    }
}
