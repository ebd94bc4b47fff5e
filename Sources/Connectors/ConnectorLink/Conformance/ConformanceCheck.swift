/// One thing that every connector must do.
package struct ConformanceCheck: Sendable {
    /// Such as `OPS-6`: stable, for people to name it.
    package let id: String
    /// What must hold, in one line.
    package let reason: String
    let run: @Sendable (ConnectorConformance) async throws -> Void

    init(
        _ id: String,
        _ reason: String,
        _ run: @escaping @Sendable (ConnectorConformance) async throws -> Void
    ) {
        self.id = id
        self.reason = reason
        self.run = run
    }

    /// Where the guide for authors explains it: the part of the link after `#`.
    package var anchor: String { id.lowercased() }

    /// All checks, in the order in which they are run.
    package static let all: [ConformanceCheck] =
        package + load + make + operations + updates + vendor + manners + attachments + fuzz
}

/// What a check found wrong.
struct CheckFailure: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// Why a check does not concern a connector.
struct CheckSkip: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// Fails a check unless something holds.
func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
    if !holds { throw CheckFailure(otherwise()) }
}
