import MainstayCore

/// Why the desk refused an act, a text or a stored row.
package struct DeskError: ExplainedError, Hashable {
    /// The kinds of refusal.
    package enum Code: String, Sendable, Hashable {
        /// The ticket's status allows no such move, or the ticket is closed.
        case status
        /// The act is not the customer's to do.
        case staffOnly = "staff-only"
        /// The act is the customer's alone.
        case customerOnly = "customer-only"
        /// The product lacks the level, or the ticket stands there already.
        case level
        /// Level 4 is entered and left through vendor cases alone.
        case vendorCase = "vendor-case"
        /// A handover lacks what the receiving level needs, or holds what nobody declared.
        case handover
        /// The account is no member of the receiving level.
        case member
        /// The act would change nothing.
        case unchanged
        /// The act needs a reason in words.
        case reason
        /// Only the role `security` may lift an embargo.
        case embargo
        /// A title, name, label or message breaks the rules of its text.
        case text
        /// A moment lies where it cannot.
        case time
        /// The ticket has no place for what was asked, or the step is settled.
        case plan
        /// A link joins a ticket to itself.
        case link
        /// A contract, its terms, hours or services contradict themselves or one another.
        case contract
        /// A stored row holds a word, number or set that the desk does not know.
        case row
        /// The log contradicts itself.
        case history
        /// A tag names no language.
        case language
        /// A range of releases holds none.
        case range
        /// A guide leads nowhere, in a loop, or to what is not there.
        case guide
        /// Nobody reviews the own work.
        case ownWork = "own-work"
        /// A rota has no turns, or somebody in it is no member.
        case rota
        /// A time zone is unknown, or the machine's data on it cannot be read.
        case zone
        /// A calendar of service hours breaks its rules.
        case calendar
        /// A target, a policy or a case of a clock is out of bounds.
        case clock
        /// A policy of what may leave the house names what it cannot, or a file is too large for it.
        case sharing
    }

    /// What kind of refusal this is.
    package let code: Code
    /// What failed, with the values seen and expected.
    package let message: String
    /// How to mend it.
    package let hint: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

extension Sequence {
    /// The elements in their order, with commas: `1, 2, 3`, or `none`.
    func listed() -> String {
        let words = map { "\($0)" }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }
}
