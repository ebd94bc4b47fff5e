import MainstayCore

/// Why an advisory cannot be written.
package struct AdvisoryError: ExplainedError, Hashable {
    /// What is wrong.
    package enum Code: String, Sendable, Hashable {
        /// An id, or two that would be written to one file.
        case id
        /// An address that is no `https` URL, or a repository's that is no URL.
        case address
        /// A CVSS vector.
        case severity
        /// Revisions that are not in order.
        case revisions
        /// A text that must not be empty.
        case text
        /// Products and releases.
        case product
        /// Releases of which nobody can say whether they are affected.
        case unknown
        /// A document that was written before and cannot be read.
        case document
    }

    /// What is wrong.
    package let code: Code
    /// See ``ExplainedError/message``.
    package let message: String
    /// See ``ExplainedError/hint``.
    package let hint: String?

    /// Creates an error.
    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
