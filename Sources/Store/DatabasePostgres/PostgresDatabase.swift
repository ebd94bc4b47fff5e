package import SQLDatabase

/// The engine for several nodes: PostgreSQL 15 or later.
///
/// Bodies wait in one queue for a thread with a connection of its own. A pooler between is noticed
/// by itself: prepared statements and settings of the connection are then left out. COMMIT is
/// durable even where the server has `synchronous_commit` off, but not behind a pooler.
package final class PostgresDatabase: SQLEngine {
    /// How much of everything there is.
    package struct Limits: Sendable {
        /// Connections.
        package var threads = 16
        /// Bodies that wait for a connection.
        package var waiting = 1000
        /// How long a body waits for a connection.
        package var patience = Duration.seconds(5)
        /// How long after the call a body is run again.
        package var repeating = Duration.seconds(30)
        /// Prepared statements of one connection.
        package var statements = 256

        /// The limits of the house.
        package init() {}
    }

    private let address: ServerAddress
    private let limits: Limits
    private let queue: BodyQueue

    /// Connects, and checks the server and the database.
    ///
    /// - Parameters:
    ///   - url: Such as `postgres://mainstay@db.example.org/mainstay`; libpq fills in what it
    ///     lacks.
    ///   - limits: How much of everything there is.
    ///   - clock: Makes the clock, in milliseconds, of that of the server, for tests.
    /// - Throws: ``SQLError`` with ``SQLError/Code/connection`` when nobody answers there, and with
    ///   ``SQLError/Code/other`` when the server is older than 15, or the database is not UTF8 with
    ///   C collation. No error shows the password.
    package init(
        url: String,
        limits: Limits = Limits(),
        clock: @escaping @Sendable (_ server: Query) -> Query = { $0 }
    ) async throws {
        let address = try ServerAddress(url)
        self.address = address
        self.limits = limits
        queue = BodyQueue(limits: limits) {
            Worker(address, limits, clock: clock)
        }
        do { try await queue.run { worker in _ = try worker.connected() } } catch {
            queue.abandon()
            throw error
        }
    }

    deinit { queue.abandon() }

    /// The dialect of PostgreSQL.
    package var dialect: Dialect { .postgres }

    /// Runs a body that only reads, on one snapshot, and returns its result.
    package func read<T: Sendable>(
        _ mode: ReadMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await perform(.read(mode), body)
    }

    /// Runs a body and commits what it wrote, or nothing if it throws, and returns its result.
    @discardableResult
    package func write<T: Sendable>(
        _ mode: WriteMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await perform(.write(mode), body)
    }

    private func perform<T: Sendable>(
        _ kind: OpenTransaction.Kind,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        let deadline = ContinuousClock.now + limits.repeating
        return try await queue.run { worker in
            try worker.perform(kind, until: deadline, body)
        }
    }

    /// Has `pg_dump` write the database into a file in its custom format, for `pg_restore`.
    package func backup(to file: String) async throws {
        try await queue.run { worker in
            try Backup(of: worker.connected(), to: file).run()
        }
    }

    /// Finishes what was accepted and closes all connections; later calls throw.
    package func close() async {
        await queue.close()
    }
}

extension PostgresDatabase {
    /// Tells which server this is and how it is.
    package func condition() async throws -> [(name: String, value: String)] {
        let load = queue.load
        let own = [
            ("engine", "PostgreSQL"), ("address", address.description),
            ("own connections", "\(load.threads) of \(limits.threads)"),
            ("waiting bodies", "\(load.waiting) of \(limits.waiting)"),
        ]
        let hasPooler = try await queue.run { try $0.connected().hasPooler }
        let asked = try await read { connection in
            try Self.questions.map {
                ($0.name, try connection.value($0.query, as: String.self) ?? "")
            }
        }
        return own + [("pooler between", hasPooler ? "yes" : "no")] + asked
    }

    private static let questions: [(name: String, query: Query)] = [
        ("server version", "SELECT current_setting('server_version')"),
        ("commits wait for the disk", "SELECT current_setting('synchronous_commit')"),
        ("disk is flushed", "SELECT current_setting('fsync')"),
        ("bytes", "SELECT CAST(pg_database_size(current_database()) AS TEXT)"),
        (
            "connections of all",
            """
            SELECT CAST(count(*) AS TEXT) || ' of ' || current_setting('max_connections')
            FROM pg_stat_activity WHERE backend_type = 'client backend'
            """
        ),
        (
            "seconds of the oldest transaction",
            """
            SELECT CAST(floor(coalesce(max(extract(epoch FROM now() - xact_start)), 0)) AS TEXT)
            FROM pg_stat_activity WHERE datname = current_database()
            """
        ),
    ]
}
