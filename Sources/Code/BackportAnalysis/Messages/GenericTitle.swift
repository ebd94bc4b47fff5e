import Glibc

/// Titles that many commits could have.
enum GenericTitle {
    /// Whether a folded title is of the kind that releases, imports and upkeep repeat.
    static func matches(_ folded: UnsafeRawBufferPointer) -> Bool {
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

    private static func begins(_ text: UnsafeRawBufferPointer, with word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard let base = text.baseAddress, text.count >= length, text[0] == word.utf8Start[0]
        else { return false }
        return memcmp(base, word.utf8Start, length) == 0
    }

    private static func contains(_ text: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        var rest = text
        let first = Int32(word.utf8Start[0])
        while let base = rest.baseAddress, let found = memchr(base, first, rest.count) {
            let start = UnsafeRawPointer(found)
            rest = UnsafeRawBufferPointer(rebasing: rest[(start - base)...])
            if begins(rest, with: word) { return true }
            rest = UnsafeRawBufferPointer(rebasing: rest[1...])
        }
        return false
    }
}
