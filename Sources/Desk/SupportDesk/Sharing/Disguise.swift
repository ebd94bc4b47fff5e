/// The stand-ins that take the place of secrets towards a vendor, the same in all texts of one case.
///
/// `HOST-3` stands for the third machine that was named in the case. What the vendor writes is
/// turned back by ``restore(_:)``.
package struct Disguise: Sendable, Hashable {
    /// A stand-in.
    package struct Entry: Sendable, Hashable {
        /// What the vendor sees.
        package let token: String
        /// What kind of secret it stands for.
        package let kind: SecretKind
        /// The secret, as it was written first; `nil` once it was redacted.
        package let value: String?

        /// Creates a stand-in.
        package init(token: String, kind: SecretKind, value: String?) {
            (self.token, self.kind, self.value) = (token, kind, value)
        }
    }

    /// All stand-ins of the case, in the order in which they were made.
    package private(set) var entries: [Entry]
    private var tokens: [SecretKind: [String: String]] = [:]
    private var values: [String: String] = [:]

    /// Goes on with the stand-ins that a case has.
    package init(_ entries: [Entry] = []) {
        self.entries = entries
        for entry in entries { note(entry) }
    }

    /// Whether a word has the form of a stand-in.
    static func isToken(_ word: String) -> Bool {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && SecretKind(rawValue: String(parts[0])) != nil
            && !parts[1].isEmpty && parts[1].utf8.allSatisfy(\.isDigit)
    }

    /// Returns a text in which stand-ins are put for all secrets of some kinds, and which kinds were
    /// found.
    ///
    /// It looks again between the stand-ins until nothing is found: what is left of a text may be a
    /// secret by itself.
    package mutating func cover(
        _ text: String,
        _ scanner: SecretScanner,
        of kinds: Set<SecretKind> = Set(SecretKind.allCases)
    ) -> (text: String, used: Set<SecretKind>) {
        var (text, used) = (text, Set<SecretKind>())
        // Each round shortens what is left to find; the bound only guards against a detector's fault.
        for _ in 0..<8 {
            let findings = findings(in: text, scanner, of: kinds)
            if findings.isEmpty { return (text, used) }
            used.formUnion(findings.map(\.kind))
            text = replace(findings, in: text)
        }
        return (text, used)
    }

    /// What is found between the stand-ins: no part of one is taken for a part of a secret.
    private func findings(
        in text: String,
        _ scanner: SecretScanner,
        of kinds: Set<SecretKind>
    ) -> [SecretFinding] {
        let bytes = Array(text.utf8)
        var findings: [SecretFinding] = []
        var place = 0
        for end in standIns(in: bytes).map(\.range) + [bytes.count..<bytes.count] {
            let piece = String(decoding: bytes[place..<end.lowerBound], as: UTF8.self)
            findings += scanner.findings(in: piece, of: kinds)
                .map { SecretFinding($0.range.shifted(by: place), $0.kind) }
            place = end.upperBound
        }
        return findings
    }

    /// The stand-ins in a text, each a word by itself, with what they stand for.
    private func standIns(in bytes: [UInt8]) -> [(range: Range<Int>, value: String)] {
        let runs = bytes.runs {
            $0.isAlphanumeric || $0.isBeyondASCII || $0 == UInt8(ascii: "-")
        }
        return runs.compactMap { run in
            values[String(decoding: bytes[run], as: UTF8.self)].map { (run, $0) }
        }
    }

    private mutating func replace(_ findings: [SecretFinding], in text: String) -> String {
        let bytes = Array(text.utf8)
        var covered: [UInt8] = []
        var place = 0
        for finding in findings {
            covered += bytes[place..<finding.range.lowerBound]
            // A stand-in from the round before may have come into what is found now.
            let value = restore(String(decoding: bytes[finding.range], as: UTF8.self))
            covered += token(for: value, finding.kind, in: text).utf8
            place = finding.range.upperBound
        }
        covered += bytes[place...]
        return String(decoding: covered, as: UTF8.self)
    }

    private mutating func token(for value: String, _ kind: SecretKind, in text: String) -> String {
        if let known = tokens[kind]?[value.lowercased()] { return known }
        var number = entries.count { $0.kind == kind } + 1
        // A word of this form that stands in the text by itself must not come to mean a secret.
        while values["\(kind.rawValue)-\(number)"] != nil
            || text.contains("\(kind.rawValue)-\(number)")
        {
            number += 1
        }
        let entry = Entry(token: "\(kind.rawValue)-\(number)", kind: kind, value: value)
        entries.append(entry)
        note(entry)
        return entry.token
    }

    private mutating func note(_ entry: Entry) {
        values[entry.token] = entry.value ?? ""
        if let value = entry.value {
            tokens[entry.kind, default: [:]][value.lowercased()] = entry.token
        }
    }

    /// Returns a text of the vendor's with the secrets in place of their stand-ins.
    ///
    /// A stand-in whose secret was redacted stays.
    package func restore(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var restored: [UInt8] = []
        var place = 0
        for (run, value) in standIns(in: bytes) where !value.isEmpty {
            restored += bytes[place..<run.lowerBound]
            restored += value.utf8
            place = run.upperBound
        }
        restored += bytes[place...]
        return String(decoding: restored, as: UTF8.self)
    }
}

extension Range<Int> {
    fileprivate func shifted(by distance: Int) -> Range<Int> {
        lowerBound + distance..<upperBound + distance
    }
}
