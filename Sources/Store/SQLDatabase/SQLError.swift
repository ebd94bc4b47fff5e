import MainstayCore

/// A failure of the database or of a statement.
///
/// Messages name tables, constraints and statements, never an argument.
package struct SQLError: ExplainedError, Hashable {
    /// What went wrong, for callers that branch on it.
    package enum Code: String, Sendable, Hashable {
        /// Somebody else holds the database, or too many wait for it: the same call may succeed
        /// later.
        case busy
        /// There is no space, or writing to the disk failed.
        case full
        /// Another transaction came in between; engines run the body again by themselves.
        case serialization
        /// There is no connection, or it was lost before COMMIT was sent.
        case connection
        /// The connection was lost while COMMIT was under way: it happened or it did not.
        case commitUnknown = "commit-unknown"
        /// A row breaks a rule of its table, or a value cannot be held.
        case constraint
        /// A column holds a value that its type does not have.
        case decode
        /// The database was made by a newer version.
        case tooNew = "too-new"
        /// The file is damaged, or is no database.
        case damaged
        /// The place, the server or the rights are not fit to hold or to open a database.
        case unfit
        /// Anything else, most likely a mistake in this program.
        case other
    }

    /// What went wrong.
    package let code: Code
    /// One sentence for people.
    package let message: String
    /// What mends it.
    package let hint: String?
    /// The engine's own words and code, such as `23505`; never shown to customers.
    package let detail: String?

    /// Creates an error.
    package init(_ code: Code, _ message: String, hint: String? = nil, detail: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.detail = detail
    }

    /// Whether the fault lies with this program.
    package var isInternal: Bool { code == .other || code == .decode }
}
