import MainstayCore

/// The rules of the short names that people type.
struct ShortName: Sendable {
    private let kind: String
    private let lengths: ClosedRange<Int>
    private let words: String
    private let first: @Sendable (UInt8) -> Bool
    private let rest: @Sendable (UInt8) -> Bool

    /// Logins of accounts: `anna.k`.
    static let login = ShortName(
        kind: "login",
        lengths: 2...40,
        words: "letters, digits, '.', '-' and '_', a letter or digit first",
        first: { isLetter($0) || isDigit($0) },
        rest: { isLetter($0) || isDigit($0) || [46, 45, 95].contains($0) }
    )

    /// Short names of customers: `acme`.
    static let customer = ShortName(
        kind: "short name of a customer",
        lengths: 2...40,
        words: "lower-case letters, digits and '-', a letter or digit first",
        first: { isLower($0) || isDigit($0) },
        rest: { isLower($0) || isDigit($0) || $0 == 45 }
    )

    /// Names of vendors and connectors: `nas-works`.
    static let vendor = ShortName(
        kind: "name of a vendor or connector",
        lengths: 2...40,
        words: "lower-case letters, digits and '-', a letter or digit first",
        first: { isLower($0) || isDigit($0) },
        rest: { isLower($0) || isDigit($0) || $0 == 45 }
    )

    /// Prefixes of products: `MST`.
    static let prefix = ShortName(
        kind: "prefix",
        lengths: 2...8,
        words: "capital letters and digits, a letter first",
        first: { isUpper($0) },
        rest: { isUpper($0) || isDigit($0) }
    )

    /// What contracts are called: `ACME-2026`.
    static let contract = ShortName(
        kind: "name of a contract",
        lengths: 2...40,
        words: "letters, digits, '.', '-' and '_', a letter or digit first",
        first: { isLetter($0) || isDigit($0) },
        rest: { isLetter($0) || isDigit($0) || [46, 45, 95].contains($0) }
    )

    /// What calendars are called: `12x5`.
    static let calendar = ShortName(
        kind: "name of a calendar",
        lengths: 2...40,
        words: "letters, digits, '.', '-' and '_', a letter or digit first",
        first: { isLetter($0) || isDigit($0) },
        rest: { isLetter($0) || isDigit($0) || [46, 45, 95].contains($0) }
    )

    /// Returns the name if it keeps the rules.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/badName``.
    func check(_ name: String) throws -> String {
        let bytes = Array(name.utf8)
        guard lengths.contains(bytes.count), let start = bytes.first, first(start),
            bytes.dropFirst().allSatisfy(rest)
        else {
            throw UseError(
                .badName,
                "'\(name)' is no \(kind): expected \(lengths.lowerBound) to "
                    + "\(lengths.upperBound) of \(words)"
            )
        }
        return name
    }

    private static func isLower(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { isLower(byte) || isUpper(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
