/// Finds secrets in a text, by their form and by the words before them.
///
/// It errs towards finding: what it takes for a secret and is none is only disguised. What has no
/// form of its own it cannot know; ``RemainingRisk`` says what it may have missed.
package struct SecretScanner: Sendable {
    private let names: SecretNames
    private let nameWords: [NameWord]

    /// Prepares for texts that concern these names.
    package init(_ names: SecretNames) {
        self.names = names
        nameWords =
            names.people.flatMap { NameWord.words(of: $0, .person) }
            + names.customers.flatMap { NameWord.words(of: $0, .customer) }
    }

    /// Returns the secrets of some kinds in a text from its start to its end; none overlaps another.
    ///
    /// Where two would, the one that begins first counts, and of those the longest.
    package func findings(
        in text: String,
        of kinds: Set<SecretKind> = Set(SecretKind.allCases)
    ) -> [SecretFinding] {
        let bytes = Array(text.utf8)
        var found: [SecretFinding] = []
        if kinds.contains(.token) { found += bytes.tokens() }
        if kinds.contains(.mail) { found += bytes.mailAddresses() }
        if kinds.contains(.address) { found += bytes.machineAddresses() }
        if kinds.contains(.account) { found += bytes.bankAccounts() }
        if kinds.contains(.serial) { found += bytes.serialNumbers() }
        if kinds.contains(.host) { found += bytes.hostNames() }
        if !kinds.isDisjoint(with: [.person, .customer]) {
            found += NameWord.findings(of: nameWords, in: text).filter { kinds.contains($0.kind) }
        }
        found.removeAll { finding in
            let word = String(decoding: bytes[finding.range], as: UTF8.self)
            return names.harmless.contains(word) || Disguise.isToken(word)
        }
        return found.withoutOverlaps()
    }
}

extension [SecretFinding] {
    fileprivate func withoutOverlaps() -> [SecretFinding] {
        let ordered = sorted { left, right in
            left.range.lowerBound != right.range.lowerBound
                ? left.range.lowerBound < right.range.lowerBound
                : left.range.count > right.range.count
        }
        var kept: [SecretFinding] = []
        for finding in ordered {
            guard let last = kept.last, last.range.overlaps(finding.range) else {
                kept.append(finding)
                continue
            }
            // What reaches beyond the one before would otherwise leave its end.
            if finding.range.upperBound > last.range.upperBound {
                let whole = last.range.lowerBound..<finding.range.upperBound
                kept[kept.count - 1] = SecretFinding(whole, last.kind)
            }
        }
        return kept
    }
}

/// A name, or a word of one, as it is looked for: whole words, white space in between as it comes.
private struct NameWord: Sendable, Hashable {
    let words: [String]
    let kind: SecretKind
    /// Whether capital letters count: for single words of a name, which may mean something else.
    let countsCase: Bool

    /// Words that say what a company is, and no word that tells which.
    private static let legalForms: Set = [
        "ag", "bv", "co", "company", "corp", "department", "gbr", "gmbh", "group", "inc", "kg",
        "kgaa", "limited", "llc", "ltd", "nv", "ohg", "oy", "plc", "sa", "sarl", "sas", "se", "spa",
        "srl", "the", "und", "and", "von", "van", "der", "den", "works", "services", "systems",
    ]

    static func words(of name: String, _ kind: SecretKind) -> [NameWord] {
        let words = NameWord.split(name).map(\.text)
        guard let first = words.first, name.unicodeScalars.count >= 2 else { return [] }
        if words.count == 1 {
            return [NameWord(words: [first.lowercased()], kind: kind, countsCase: false)]
        }
        let whole = NameWord(
            words: words.map { $0.lowercased() },
            kind: kind,
            countsCase: false
        )
        let parts = words.filter { word in
            word.unicodeScalars.count >= 3 && !legalForms.contains(word.lowercased())
        }
        return [whole]
            + parts.flatMap { part in
                [part, part.uppercased()]
                    .map { NameWord(words: [$0], kind: kind, countsCase: true) }
            }
    }

    static func findings(of names: [NameWord], in text: String) -> [SecretFinding] {
        let words = split(text)
        let folded = words.map { $0.text.lowercased() }
        var byFirst: [String: [NameWord]] = [:]
        for name in names { byFirst[name.words[0].lowercased(), default: []].append(name) }
        var found: [SecretFinding] = []
        for place in words.indices {
            for name in byFirst[folded[place]] ?? [] {
                let end = place + name.words.count
                guard end <= words.count else { continue }
                let isSame =
                    name.countsCase
                    ? words[place].text == name.words[0]
                    : Array(folded[place..<end]) == name.words
                if isSame {
                    let range = words[place].range.lowerBound..<words[end - 1].range.upperBound
                    found.append(SecretFinding(range, name.kind))
                }
            }
        }
        return found
    }

    /// The runs of letters and digits of a text, whatever stands between them.
    private static func split(_ text: String) -> [(text: String, range: Range<Int>)] {
        var words: [(text: String, range: Range<Int>)] = []
        var (word, start, place) = ("", 0, 0)
        func isOfWord(_ character: Character) -> Bool {
            character.isLetter || character.isNumber
        }
        for character in text {
            if isOfWord(character) {
                if word.isEmpty { start = place }
                word.append(character)
            } else if !word.isEmpty {
                words.append((word, start..<place))
                word = ""
            }
            place += character.utf8.count
        }
        if !word.isEmpty { words.append((word, start..<place)) }
        return words
    }
}
