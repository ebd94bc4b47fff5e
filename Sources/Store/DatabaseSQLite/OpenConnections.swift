import GRDB
import MainstayCore
import SQLDatabase
import Synchronization

/// The open connections of a database: one that writes and up to five that read.
///
/// A class, because it owns them. GRDB opens and closes them and gives each a thread; what is
/// compiled on them is ours.
final class OpenConnections: Sendable {
    /// How many connections read.
    static let readers = 5

    /// By the handle of SQLite: GRDB keeps its readers until it is closed.
    private let connections = Mutex<[UInt: SQLiteConnection]>([:])
    /// The connections as GRDB has them.
    let pool: DatabasePool

    /// Last, because it must outlive what is open.
    let lock: LockFile

    private let clock: @Sendable () -> Instant
    /// Opens a file on which a lock is held, or makes it.
    ///
    /// - Throws: ``SQLError``.
    init(_ file: String, lock: LockFile, clock: @escaping @Sendable () -> Instant) throws {
        self.lock = lock
        self.clock = clock
        var settings = Configuration()
        settings.maximumReaderCount = Self.readers
        settings.persistentReadOnlyConnections = true
        settings.busyMode = .timeout(5)
        settings.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -65536")
            try database.execute(sql: "PRAGMA secure_delete = ON")
        }
        do {
            pool = try DatabasePool(path: file, configuration: settings)
            try pool.writeWithoutTransaction { database in
                // Only now: GRDB chooses NORMAL while it opens, which may lose the last commits.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
                guard level == 2 else {
                    throw SQLError(.other, "Database '\(file)' is not synchronous: \(level ?? -1)")
                }
            }
        } catch let error as DatabaseError {
            throw SQLError(error, file: file)
        }
    }

    /// Hands over the writing connection, on its thread, as soon as it is free.
    func write(_ work: @escaping @Sendable (Result<SQLiteConnection, any Error>) -> Void) {
        pool.asyncWriteWithoutTransaction { database in
            work(Result { try self.connection(of: database) })
        }
    }

    /// Hands over a reading connection, on its thread, as soon as one is free.
    func read(_ work: @escaping @Sendable (Result<SQLiteConnection, any Error>) -> Void) {
        pool.asyncUnsafeRead { database in
            work(Result { try self.connection(of: database.get()) })
        }
    }

    /// Closes all connections, which nobody may be using any more, and gives the file free.
    func close() {
        // A connection with compiled statements cannot be closed.
        connections.withLock { $0 = [:] }
        // What fails here is closed by GRDB's last reference.
        try? pool.close()
        lock.release()
    }

    private func connection(of database: GRDB.Database) throws -> SQLiteConnection {
        guard let handle = database.sqliteConnection else {
            throw SQLError(.connection, "The database is closed")
        }
        let key = UInt(bitPattern: handle)
        if let known = connections.withLock({ $0[key] }) { return known }
        let new = SQLiteConnection(handle, clock: clock)
        connections.withLock { $0[key] = new }
        return new
    }
}
