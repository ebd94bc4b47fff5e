import MainstayCore

/// Folded titles of commits, hashed once.
struct TitleIndex {
    /// Hash of the folded title by row; 0 where it is too short to be evidence or was not asked
    /// for. Reverts differ from what they revert.
    fileprivate(set) var hashes: [UInt64]
    /// Rows whose title says too little to be evidence alone.
    private var generic: [Bool]

    init(_ index: CommitIndex) {
        hashes = Array(repeating: 0, count: index.count)
        generic = Array(repeating: false, count: index.count)
    }

    func isGeneric(_ row: CommitRow) -> Bool { generic[row] }

    /// Hashes the titles of `rows`.
    mutating func add(_ rows: [CommitRow], of index: CommitIndex) {
        var folded: [UInt8] = []
        folded.reserveCapacity(256)
        for row in rows {
            TitleText.fold(index.storedSubject(row), into: &folded)
            guard let hash = TitleText.hash(folded: folded) else { continue }
            let flags = index.flags(row)
            if flags.contains(.quotedRevert) {
                hashes[row] = mix(hash &+ 1)
                generic[row] = true
            } else if flags.contains(.quotedMerge) {
                hashes[row] = mix(hash &+ 2)
            } else {
                hashes[row] = hash
                generic[row] = GenericTitle.matches(folded)
            }
        }
    }
}

extension TitleIndex {
    /// Takes the title of the request that a merge brings in: the first line of its body, or what
    /// stands in quotes.
    mutating func addMerge(_ row: CommitRow, of index: CommitIndex) {
        if index.flags(row).contains(.quotedMerge) { return }
        for case .part(let hash) in index.records(row) {
            hashes[row] = hash
            return
        }
    }
}

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
