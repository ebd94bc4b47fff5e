import MainstayCore

/// What stands between the house and a vendor: it lets nothing through that was not named.
///
/// It drops fields that the vendor's policy does not name, puts stand-ins for secrets, and says
/// whether anything of a customer's is left: then his agreement is needed.
package struct CaseGate: Sendable {
    /// Why a message takes the agreement of the customers.
    package enum Ground: String, Sendable, Hashable, CaseIterable {
        /// A field of a ticket of his is in it.
        case field
        /// Words that he wrote are in it.
        case words
        /// A secret had to be disguised.
        case standIn = "stand_in"
        /// A file of his goes along.
        case file
        /// Names of his people or of himself are in it as they are.
        case names
    }

    /// A message as it may leave.
    package struct Passed: Sendable, Hashable {
        /// The message.
        package let message: CaseMessage
        /// Why it needs agreement; empty: nothing of a customer's is in it.
        package let grounds: Set<Ground>
        /// The kinds of secrets that were disguised.
        package let disguised: Set<SecretKind>
        /// The fields that were asked for and that the policy does not let leave.
        package let dropped: [SharedField]
        /// What may tell of a customer all the same.
        package let risks: [RemainingRisk]

        /// What must be agreed.
        package var scope: Set<AgreementScope> {
            var scope: Set<AgreementScope> = []
            if !grounds.isDisjoint(with: [.field, .words, .standIn]) { scope.insert(.text) }
            if grounds.contains(.file) { scope.insert(.files) }
            if grounds.contains(.names) { scope.insert(.names) }
            return scope
        }
    }

    /// What may leave.
    package let policy: SharingPolicy
    /// The names that are secret.
    package let names: SecretNames
    /// What the customers wrote on the tickets of the case.
    package let customerTexts: [String]
    /// Whether all customers of the case let names leave as they are.
    package let letsNames: Bool

    /// Creates the gate of one case.
    package init(
        _ policy: SharingPolicy,
        names: SecretNames,
        customerTexts: [String],
        letsNames: Bool
    ) {
        self.policy = policy
        self.names = names
        self.customerTexts = customerTexts
        self.letsNames = letsNames
    }

    /// Lets a message through as far as it may go; new stand-ins are noted in `disguise`.
    package func pass(_ message: CaseMessage, _ disguise: inout Disguise) -> Passed {
        let scanner = SecretScanner(names)
        let kinds = Set(SecretKind.allCases.filter { !letsNames || !$0.isName })
        var grounds: Set<Ground> = []
        var disguised: Set<SecretKind> = []
        var passed = message
        func cover(_ text: String) -> String {
            if Self.sharesWords(text, with: customerTexts) { grounds.insert(.words) }
            let names = scanner.findings(in: text).map(\.kind).filter(\.isName)
            if letsNames, !names.isEmpty { grounds.insert(.names) }
            let (covered, used) = disguise.cover(text, scanner, of: kinds)
            disguised.formUnion(used)
            return covered
        }
        passed.title = message.title.map(cover)
        passed.body = cover(message.body)
        passed.fields = message.fields.filter { policy.fields.contains($0.field) }
            .map { field in
                if field.field.isOfCustomer { grounds.insert(.field) }
                return CaseMessage.Field(field.field, cover(field.value))
            }
        if !policy.fields.contains(.priority) { passed.priority = nil }
        if let file = message.file {
            grounds.insert(.file)
            passed.file = CaseMessage.File(
                name: cover(file.name),
                mediaType: file.mediaType,
                size: file.size,
                sha: file.sha
            )
        }
        if !disguised.isEmpty { grounds.insert(.standIn) }
        var dropped = message.fields.map(\.field).filter { !policy.fields.contains($0) }
        if message.priority != nil, passed.priority == nil { dropped.append(.priority) }
        return Passed(
            message: passed,
            grounds: grounds,
            disguised: disguised,
            dropped: dropped,
            risks: RemainingRisk.risks(in: passed.text)
        )
    }

    /// Whether a text repeats five words in a row that a customer wrote, or a whole shorter text of
    /// his of at least two.
    static func sharesWords(_ text: String, with others: [String]) -> Bool {
        let words = self.words(of: text)
        for other in others {
            let theirs = self.words(of: other)
            let length = min(5, theirs.count)
            guard length >= 2, words.count >= length else { continue }
            let runs = Set((0...theirs.count - length).map { Array(theirs[$0..<$0 + length]) })
            let isThere = (0...words.count - length)
                .contains { runs.contains(Array(words[$0..<$0 + length])) }
            if isThere { return true }
        }
        return false
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}
