@_spi(_Unicode) import Swift

/// The words of a text as they are searched for, the same on every engine.
///
/// A word is a run of letters, digits and marks, in lower case and without accents (`Größe` is
/// `große`, `5.4` two words); an ideograph or kana is a word of its own, because nothing parts
/// them. Words are cut at 64 scalars.
package enum SearchWords {
    private static let longest = 64
    /// What the words of one field may weigh; PostgreSQL holds a megabyte for all fields.
    private static let mostBytes = 192 << 10

    /// Returns the distinct words of a text, in the order of their first appearance.
    ///
    /// Beyond 192 KiB of them the rest is left out.
    package static func words(of text: String) -> [String] {
        var seen: Set<String> = []
        var words: [String] = []
        var bytes = 0
        each(of: text) { word in
            guard bytes < mostBytes, seen.insert(word).inserted else { return }
            words.append(word)
            // A word takes some bytes of its own in an index.
            bytes += word.utf8.count + 10
        }
        return words
    }

    private static func each(of text: String, _ body: (String) -> Void) {
        var word = String.UnicodeScalarView()
        var count = 0
        func end() {
            if count > 0 { body(String(word)) }
            word = String.UnicodeScalarView()
            count = 0
        }
        func take(_ scalar: Unicode.Scalar) {
            switch kind(of: scalar) {
            case .mark: break
            case .other: end()
            case .alone:
                end()
                body(String(scalar))
            case .letter:
                if count < longest { word.append(scalar) }
                count += 1
            }
        }
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            text.lowercased().unicodeScalars.forEach(take)
        } else {
            text.lowercased()._nfd.forEach(take)
        }
        end()
    }

    private enum Kind {
        case letter
        case mark
        case alone
        case other
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        if scalar.isASCII {
            let isWord = (48...57).contains(scalar.value) || (97...122).contains(scalar.value)
            return isWord ? .letter : .other
        }
        if scalar.properties.isIdeographic || (0x3041...0x30FF).contains(scalar.value) {
            return .alone
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return .mark
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber, .spacingMark:
            return .letter
        default: return .other
        }
    }
}

/// What somebody looks for: tickets that have all of the words, articles that have most of them.
package struct SearchQuery: Sendable, Hashable {
    /// One word, or the start of words.
    struct Term: Sendable, Hashable {
        let word: String
        let isPrefix: Bool
    }

    /// At most 16.
    let terms: [Term]

    init(terms: [Term]) {
        self.terms = terms
    }

    /// Reads what a person typed.
    ///
    /// The last word, and one before `*`, stand for every word that begins so.
    package init(_ text: String) {
        var terms: [Term] = []
        for chunk in text.split(whereSeparator: \.isWhitespace) {
            let words = SearchWords.words(of: String(chunk))
            for (place, word) in words.enumerated() {
                let isPrefix = chunk.last == "*" && place == words.count - 1
                terms.append(Term(word: word, isPrefix: isPrefix))
            }
        }
        if let last = terms.popLast() { terms.append(Term(word: last.word, isPrefix: true)) }
        self.terms = Array(terms.prefix(16))
    }

    /// Whether there is no word to look for; such a query finds nothing.
    package var isEmpty: Bool { terms.isEmpty }
}
