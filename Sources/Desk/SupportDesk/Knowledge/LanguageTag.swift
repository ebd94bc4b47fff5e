/// The language of a text: a tag of BCP 47 (RFC 5646), in its usual letters, such as `de` or `pt-BR`.
///
/// A language of two letters must be one of ISO 639-1; one of three letters is taken as it is, for
/// the registry has thousands. After it may stand a script, a region and variants.
package struct LanguageTag: Sendable, Hashable, CustomStringConvertible {
    /// The tag.
    package let description: String

    /// Reads a tag in any letters.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/language`` for anything else.
    package init(_ text: String) throws(DeskError) {
        let parts = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        let unknown = DeskError(
            .language,
            "'\(text)' is no language",
            hint: "Give a tag of BCP 47, such as 'en', 'de' or 'pt-BR'"
        )
        guard let language = parts.first, Self.isLanguage(language) else { throw unknown }
        var words = [String(language)]
        // What may still come: 1 a script, 2 a region, 3 variants.
        var stage = 1
        for part in parts.dropFirst() {
            guard let kind = Self.place(of: part), kind >= stage else { throw unknown }
            switch kind {
            case 1: words.append(part.prefix(1).uppercased() + part.dropFirst())
            case 2: words.append(part.uppercased())
            default: words.append(String(part))
            }
            stage = min(kind + 1, 3)
        }
        description = words.joined(separator: "-")
    }

    /// English, in which an article is written where nothing is said.
    package static let english = LanguageTag(known: "en")

    private init(known: String) { description = known }

    /// The language without script, region and variants.
    package var language: Substring { description.prefix { $0 != "-" } }

    /// How well a text in this language serves whoever wants another: 0 the same, 1 the same but
    /// for script or region, 2 English, 3 any other.
    package func distance(from wanted: LanguageTag) -> Int {
        if self == wanted { return 0 }
        if language == wanted.language { return 1 }
        return language == "en" ? 2 : 3
    }

    private static func isLanguage(_ part: Substring) -> Bool {
        switch part.utf8.count {
        case 2: twoLetters.contains(part)
        case 3: part.utf8.allSatisfy(isLetter)
        default: false
        }
    }

    /// 1 for a script, 2 for a region, 3 for a variant; `nil` for what is none.
    private static func place(of part: Substring) -> Int? {
        let bytes = Array(part.utf8)
        let isWord = bytes.allSatisfy { isLetter($0) || isDigit($0) }
        switch bytes.count {
        case 2 where bytes.allSatisfy(isLetter): return 2
        case 3 where bytes.allSatisfy(isDigit): return 2
        case 4 where bytes.allSatisfy(isLetter): return 1
        case 4 where isWord && isDigit(bytes[0]): return 3
        case 5...8 where isWord: return 3
        default: return nil
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// The codes of ISO 639-1.
    private static let twoLetters: Set<Substring> = Set(
        """
        aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
        da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu \
        hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb \
        lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om \
        or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw \
        ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
        """
        .split(separator: " ")
    )
}
