import Dispatch
import Glibc
package import MainstayCore
package import SQLDatabase

/// A database in one file, for one process.
///
/// One connection writes and five read, each on a snapshot. A write is on the disk when it returns,
/// and writes that wait at the same time share one wait for the disk. It is closed by ``close()``
/// or with its last copy.
package struct SQLiteDatabase: SQLEngine {
    /// Who opens which file, and how.
    package struct Opening: Sendable {
        /// Absolute path of the file; it is made when there is none, its folder is not.
        package var file: String
        /// Whether the process answers others: it then does not wait for another one to finish.
        package var serves: Bool
        /// The version of this program, for who finds the file in use.
        package var version: String
        /// The clock of the process.
        package var clock: @Sendable () -> Instant
        /// What calls may cost.
        package var limits = Limits()

        /// Names a file and who opens it.
        package init(
            file: String,
            serves: Bool,
            version: String,
            clock: @escaping @Sendable () -> Instant = { .now }
        ) {
            self.file = file
            self.serves = serves
            self.version = version
            self.clock = clock
        }
    }

    /// What calls may cost.
    package struct Limits: Sendable {
        /// How many bodies may wait in each line, that of reads and that of writes.
        package var waiting = 1000
        /// How long a body may wait in its line, and an opening command for another process.
        package var patience = Duration.seconds(5)
        /// How long the bodies of one transaction may take together before it is committed.
        package var grouping = Duration.milliseconds(20)
        /// How long a read may run.
        package var reading = Duration.seconds(30)

        /// The limits of the product.
        package init() {}
    }

    /// SQLite.
    package var dialect: Dialect { .sqlite }

    let file: String
    let connections: OpenConnections
    private let reads: WaitingLine
    private let writes: WaitingLine

    /// Opens the database, or makes an empty one.
    ///
    /// - Throws: ``SQLError``: ``SQLError/Code/busy`` when another process has it, at once for a
    ///   server and after 5 s for a command; ``SQLError/Code/damaged`` when the file is no
    ///   database; ``SQLError/Code/other`` when its folder is missing, read-only or on a network.
    package static func open(_ opening: Opening) async throws -> SQLiteDatabase {
        let file = opening.file
        try checkPlace(of: file)
        let role = opening.serves ? "a server" : "a command"
        let lock = try await LockFile.take(
            file,
            for: "process \(getpid()), \(role) of Mainstay \(opening.version), "
                + "since \(opening.clock())",
            patience: opening.serves ? .zero : opening.limits.patience
        )
        let connections = try await aside {
            try OpenConnections(file, lock: lock, clock: opening.clock)
        }
        return SQLiteDatabase(file, connections, opening.limits)
    }

    private init(_ file: String, _ connections: OpenConnections, _ limits: Limits) {
        self.file = file
        self.connections = connections
        reads = WaitingLine(workers: OpenConnections.readers, limits: limits) { line in
            connections.read { connection in
                while let body = line.next() {
                    do {
                        let limit = body.isLong ? nil : limits.reading
                        let tell = try connection.get().read(within: limit, body.perform)
                        tell()
                    } catch {
                        body.fail(error)
                    }
                }
            }
        }
        writes = WaitingLine(workers: 1, limits: limits) { line in
            connections.write { connection in
                while let body = line.next() {
                    do {
                        try GroupCommit.run(
                            body,
                            from: line,
                            on: connection.get(),
                            within: limits.grouping
                        )
                    } catch {
                        body.fail(error)
                    }
                }
            }
        }
    }

    /// Runs a body on one snapshot.
    package func read<T: Sendable>(
        _ mode: ReadMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await reads.perform(isLong: mode == .long, body)
    }

    /// Runs a body and commits what it wrote.
    package func write<T: Sendable>(
        _ mode: WriteMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await writes.perform(isLong: mode == .long, body)
    }

    /// How many reads and how many writes wait for a connection.
    package var waiting: (reads: Int, writes: Int) { (reads.count, writes.count) }

    /// Finishes what is running, turns away what waits, and closes all connections.
    package func close() async {
        await reads.close()
        await writes.close()
        await aside { connections.close() }
    }
}

/// Runs work that waits for the disk on a thread of its own, so that it holds none of the tasks'.
func aside<T: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> T
) async throws(Failure) -> T {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue.global()
            .async {
                continuation.resume(returning: Result { () throws(Failure) in try work() })
            }
    }
    return try result.get()
}
