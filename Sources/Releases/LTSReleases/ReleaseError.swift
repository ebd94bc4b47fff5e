import MainstayCore

/// Why the rules of release lines and defects refused something.
package struct ReleaseError: ExplainedError, Hashable {
    /// The kinds of refusal.
    package enum Code: String, Sendable, Hashable {
        /// Phases or their days contradict each other.
        case phase
        /// A policy is not written as policies are.
        case policy
        /// A pattern for messages is not written as patterns are.
        case pattern
        /// A decision lacks what it needs, or takes back what is not there.
        case decision
        /// A link would contradict itself.
        case link
        /// The defect's status allows no such act.
        case status
    }

    /// What kind of refusal this is.
    package let code: Code
    /// What failed, with the values seen and expected.
    package let message: String
    /// How to mend it.
    package let hint: String?

    /// Creates a refusal.
    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
