/// A database that runs bodies: closures that read, decide and write inside one transaction.
///
/// The rules for bodies: 1. A body reads, decides and writes. It does not log, send, sleep, draw
/// random numbers or read a clock of its own: ids, salts and keys are made before it, time is
/// ``Connection/now()``. 2. A body may run more than once. Its result is a value, and nothing
/// outside it changes. 3. One request reads in one body: one snapshot, one change of threads.
///
/// A cancelled task leaves the queue with `CancellationError`; a body that runs is finished. More
/// than 1000 waiting bodies, or 5 s of waiting, throw ``SQLError`` with ``SQLError/Code/busy``.
package protocol SQLEngine: Sendable {
    /// The dialect of its connections.
    var dialect: Dialect { get }

    /// Runs a body that only reads, on one snapshot, and returns its result.
    func read<T: Sendable>(
        _ mode: ReadMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T

    /// Runs a body and commits what it wrote, or nothing if it throws, and returns its result.
    ///
    /// The commit is durable when this returns. On PostgreSQL the body is run again after a
    /// serialization failure, a deadlock or a connection lost before COMMIT was sent, until 30 s
    /// after the call; a connection lost while COMMIT was under way throws
    /// ``SQLError/Code/commitUnknown``.
    @discardableResult
    func write<T: Sendable>(
        _ mode: WriteMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T

    /// Copies the whole database, as it stands at one moment, into a new file.
    ///
    /// - Parameter file: Absolute path of a file that does not exist yet.
    /// - Throws: ``SQLError`` with ``SQLError/Code/full`` when there is no space; nothing is left
    ///   then.
    func backup(to file: String) async throws

    /// Tells how the engine is, for `mainstay db doctor`: names and values, in an order for people.
    func condition() async throws -> [(name: String, value: String)]

    /// Makes the engine forget what overwritten rows held before, as far as it keeps that in a log
    /// of its own; called after words were taken out for good.
    func clearLog() async throws

    /// Finishes what is running and closes all connections; later calls throw.
    func close() async
}

/// How long a read may take.
package enum ReadMode: Sendable {
    /// At most 30 s: a long snapshot keeps the engine from tidying up.
    case standard
    /// Without end, for a dump.
    case long
}

/// How a write is isolated from others.
package enum WriteMode: Sendable {
    /// A snapshot of its own; what others changed meanwhile makes it run again.
    case standard
    /// Sees what others commit while it runs, on PostgreSQL: for claims from a queue only.
    case queue
    /// As standard, without end, alone in its batch: for load and migration.
    case long
}

extension SQLEngine {
    /// Does nothing: the log of a server is its operator's.
    package func clearLog() async throws {}

    /// Reads within 30 s.
    package func read<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await read(.standard, body)
    }

    /// Writes on a snapshot of its own.
    @discardableResult
    package func write<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await write(.standard, body)
    }
}
