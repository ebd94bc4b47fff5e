/// One fact about the state of the store, as `mainstay db doctor` shows it.
package struct Finding: Sendable, Hashable {
    /// How bad it is.
    package enum Severity: Int, Sendable, Hashable, Comparable {
        /// As it should be.
        case good
        /// Somebody should look at it soon.
        case warning
        /// Something does not work, or data are in danger.
        case fault

        /// Compares by how bad it is.
        package static func < (left: Severity, right: Severity) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// What it is about: a stable word, such as `dead-jobs`.
    package let name: String
    /// How bad it is.
    package let severity: Severity
    /// The fact, in one sentence with the value seen.
    package let message: String
    /// What mends it; `nil` where nothing must be done.
    package let hint: String?

    /// Creates a fact; what is good needs no hint.
    package init(_ name: String, _ severity: Severity, _ message: String, hint: String? = nil) {
        self.name = name
        self.severity = severity
        self.message = message
        self.hint = severity == .good ? nil : hint
    }
}
