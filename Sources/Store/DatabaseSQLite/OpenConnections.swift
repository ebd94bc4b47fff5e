import CSQLite
import Dispatch
import Glibc
import MainstayCore
import SQLDatabase
import Synchronization

/// The open connections of a database: one that writes and as many as were needed that read.
///
/// Who asks for them sees to it that one write and ``readers`` reads are under way at most.
final class OpenConnections: Sendable {
    /// How many connections read at most.
    static let readers = 5

    private let file: String
    private let clock: @Sendable () -> Instant
    private let writer: SQLiteConnection
    private let writing = DispatchQueue(label: "mainstay.sqlite.writer")
    /// Connections that read and have nothing to do; `nil` once the database is closed.
    private let idle = Mutex<[SQLiteConnection]?>([])
    /// Last, because it must outlive what is open.
    let lock: LockFile

    /// Opens a file on which a lock is held, or makes it.
    ///
    /// - Throws: ``SQLError``.
    init(_ file: String, lock: LockFile, clock: @escaping @Sendable () -> Instant) throws {
        self.file = file
        self.clock = clock
        self.lock = lock
        // SQLite would make the file readable for everybody whom the umask lets.
        let made = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if made >= 0 { Glibc.close(made) }
        writer = try SQLiteConnection(opening: file, toWrite: true, clock: clock)
        do {
            let mode = try writer.value("PRAGMA journal_mode = WAL", as: String.self)
            try writer.exec("PRAGMA synchronous = FULL")
            let level = try writer.value("PRAGMA synchronous", as: Int.self)
            guard mode == "wal", level == 2 else {
                throw SQLError(
                    .other,
                    "Database '\(file)' has journal mode \(mode ?? "?") and synchronous "
                        + "\(level ?? -1), expected wal and 2"
                )
            }
        } catch {
            writer.close()
            throw error
        }
    }

    /// Hands over the writing connection, on a thread of its own.
    func write(_ work: @escaping @Sendable (Result<SQLiteConnection, any Error>) -> Void) {
        writing.async { [writer] in work(.success(writer)) }
    }

    /// Hands over a reading connection, on a thread of its own.
    func read(_ work: @escaping @Sendable (Result<SQLiteConnection, any Error>) -> Void) {
        DispatchQueue.global()
            .async { [self] in
                let result = Result { try reader() }
                work(result)
                if let connection = try? result.get() { keep(connection) }
            }
    }

    /// Runs work on the writing connection while nobody else writes.
    func exclusively<T>(_ work: (SQLiteConnection) throws -> T) throws -> T {
        try writing.sync { try work(writer) }
    }

    /// Closes all connections, which nobody may be using any more, and gives the file free.
    ///
    /// The writer is the last: it moves the write-ahead log into the database and removes it.
    func close() {
        let rest = idle.withLock { idle in
            defer { idle = nil }
            return idle ?? []
        }
        for connection in rest { connection.close() }
        writing.sync { writer.close() }
        lock.release()
    }

    private func keep(_ connection: SQLiteConnection) {
        let isClosed = idle.withLock { idle in
            idle?.append(connection)
            return idle == nil
        }
        if isClosed { connection.close() }
    }

    private func reader() throws -> SQLiteConnection {
        if let connection = idle.withLock({ $0?.popLast() }) { return connection }
        return try SQLiteConnection(opening: file, toWrite: false, clock: clock)
    }
}
