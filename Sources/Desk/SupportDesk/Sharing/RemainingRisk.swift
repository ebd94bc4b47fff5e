/// Something in a text for a vendor that may tell of the customer, and that no detector knows.
///
/// It is shown before somebody approves the text; it is never taken out by itself.
package struct RemainingRisk: Sendable, Hashable {
    /// Why it may.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Two words or more that begin with capital letters in the middle of a sentence.
        case name = "may be a name"
        /// Six digits or more.
        case number = "may be a number of a person, an account or a phone"
        /// A path that ends in somebody's folder.
        case folder = "may hold a user's name"
        /// An encoded piece of text that nobody can read here.
        case encoded = "is encoded, and what it holds is unknown"
    }

    /// The words.
    package let words: String
    /// Why they may tell of the customer.
    package let reason: Reason

    /// Returns what may be left in a text from its start to its end, each once.
    package static func risks(in text: String) -> [RemainingRisk] {
        let bytes = Array(text.utf8)
        var risks: [RemainingRisk] = []
        func add(_ range: Range<Int>, _ reason: Reason) {
            let words = String(decoding: bytes[range], as: UTF8.self)
            let risk = RemainingRisk(words: words, reason: reason)
            if !Disguise.isToken(words), !risks.contains(risk) { risks.append(risk) }
        }
        for run in bytes.runs(of: { $0.isDigit || Set(" -/()+".utf8).contains($0) }) {
            let start = bytes.end(
                of: { !$0.isDigit && $0 != UInt8(ascii: "+") },
                from: run.lowerBound
            )
            let end = bytes.start(of: { !$0.isDigit }, before: run.upperBound)
            guard start < end, bytes[start..<end].count(where: \.isDigit) >= 6 else { continue }
            if !bytes.isInWord(start), !bytes.isInWord(end) { add(start..<end, .number) }
        }
        for run in bytes.runs(of: { !$0.isSpace }) {
            let word = String(decoding: bytes[run], as: UTF8.self)
            let places = ["/home/", "/Users/", "\\Users\\", "\\Benutzer\\"]
            if places.contains(where: word.contains) { add(run, .folder) }
        }
        for run in bytes.runs(of: { $0.isAlphanumeric || Set("+/=".utf8).contains($0) })
        where run.count >= 24 && bytes[run].contains(where: \.isUpper)
            && bytes[run].contains(where: \.isLower)
        {
            add(run, .encoded)
        }
        for range in names(in: bytes) { add(range, .name) }
        return risks
    }

    /// Runs of words with capital letters, of which the first does not begin a sentence.
    private static func names(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var run: Range<Int>?
        var isBeginning = true
        for word in bytes.runs(of: { $0.isLetter || $0.isBeyondASCII || $0 == UInt8(ascii: "-") }) {
            let isCapital = bytes[word.lowerBound].isUpper && bytes[word].contains(where: \.isLower)
            let gap =
                run.map { bytes[$0.upperBound..<word.lowerBound].elementsEqual([32]) } ?? false
            if isCapital, let begun = run, gap {
                run = begun.lowerBound..<word.upperBound
            } else {
                if let run, bytes[run].contains(32) { found.append(run) }
                run = isCapital && !isBeginning ? word : nil
            }
            let next = bytes.at(word.upperBound)
            isBeginning = next.map { Set(".!?:\n".utf8).contains($0) } ?? true
        }
        if let run, bytes[run].contains(32) { found.append(run) }
        return found
    }
}
