import CSQLite
import Glibc
import MainstayCore
import SQLDatabase

/// A connection with the statements that were compiled on it.
///
/// A class, because it owns C handles. It is used by one thread at a time: by the worker that has
/// it, and at the end by whoever closes the database.
///
/// `@unchecked Sendable` is sound for the same reason; bodies see it as `any Connection`, which is
/// not.
final class SQLiteConnection: Connection, @unchecked Sendable {
    /// The connection of SQLite itself.
    let handle: OpaquePointer

    private let wallClock: @Sendable () -> Instant
    private var statements: [Query.Shape: PreparedStatement] = [:]
    /// The one that ran last, which often is the next too.
    private var last: (shape: Query.Shape, statement: PreparedStatement)?
    private var stamp: Instant?
    /// In milliseconds of ``coarseTime``.
    private var readingEnd: Int?
    private var isInBody = false
    private var isClosed = false
    private var lost: SQLError?

    /// Opens a connection with the settings of the house.
    ///
    /// The corresponding function is `sqlite3_open_v2`.
    /// - Throws: ``SQLError`` with ``SQLError/Code/damaged`` for a file that is no database.
    init(opening file: String, toWrite: Bool, clock: @escaping @Sendable () -> Instant) throws {
        _ = Self.isPrepared
        var opened: OpaquePointer?
        let access = toWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
        let code = sqlite3_open_v2(file, &opened, access | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle = opened else {
            defer { sqlite3_close_v2(opened) }
            throw SQLError(code, opening: file)
        }
        self.handle = handle
        wallClock = clock
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5000)
        limitReads()
        do {
            for setting in Self.settings { try exec(setting) }
        } catch {
            close()
            throw error
        }
    }

    /// Prepares SQLite, once in the life of the process.
    private static let isPrepared: Bool = {
        mst_sqlite_count_no_memory()
        return true
    }()

    private static let settings: [Query] = [
        "PRAGMA foreign_keys = ON", "PRAGMA cache_size = -65536", "PRAGMA secure_delete = ON",
    ]

    /// Closes the connection, which nobody may use any more; a second time does nothing.
    func close() {
        if isClosed { return }
        isClosed = true
        // A connection with compiled statements is not closed before these are gone.
        statements = [:]
        last = nil
        sqlite3_close_v2(handle)
    }

    deinit { close() }

    private func limitReads() {
        // Asked every 10 000 steps of SQLite's machine, which is a fraction of a millisecond.
        // `sqlite3_interrupt` from a timer could hit the body that comes next.
        let this = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            handle,
            10_000,
            { context in
                guard let context else { return 0 }
                let this = Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue()
                return this.isTooLate ? 1 : 0
            },
            this
        )
    }

    /// SQLite.
    var dialect: Dialect { .sqlite }

    /// The time of the process as an argument: SQLite has no other party whose clock could count.
    var clock: Query { "\(moment)" }

    /// The time of the process, asked once a body.
    func now() -> Instant { moment }

    private var moment: Instant {
        if let stamp { return stamp }
        let now = wallClock()
        stamp = now
        return now
    }

    /// Runs a query with the statement kept for its shape; that of a script is not kept.
    @discardableResult
    func run(_ query: Query, _ each: (inout RowReader) throws -> Void) throws -> Int {
        let statement =
            if let script = query.script { try PreparedStatement(script, on: handle) } else {
                try statement(query.shape)
            }
        return try run(statement, query.arguments, each)
    }

    /// Inserts rows with one statement.
    func bulk(
        _ table: StaticString,
        _ columns: StaticString,
        _ rows: () throws -> [Value]?
    ) throws {
        let count = columns.description.split(separator: ",").count
        let places = Array(repeating: "?", count: count).joined(separator: ", ")
        let insert = try PreparedStatement(
            "INSERT INTO \(table) (\(columns)) VALUES (\(places))",
            on: handle
        )
        while let row = try rows() {
            try run(insert, row) { _ in }
        }
    }

    @discardableResult
    private func run(
        _ statement: PreparedStatement,
        _ arguments: [Value],
        _ each: (inout RowReader) throws -> Void
    ) throws -> Int {
        if let lost { throw lost }
        if isTooLate { throw SQLError.tookTooLong }
        do {
            return try statement.run(arguments, each)
        } catch let error as SQLError {
            let error = isTooLate ? SQLError.tookTooLong : error
            // SQLite has undone everything: what the body runs now would be committed on its own.
            if isInBody && !isInTransaction { lost = error }
            throw error
        }
    }

    private func statement(_ shape: Query.Shape) throws -> PreparedStatement {
        if let last, last.shape == shape, !last.statement.isRunning { return last.statement }
        if let kept = statements[shape], !kept.isRunning {
            last = (shape, kept)
            return kept
        }
        let new = try PreparedStatement(shape.text(for: .sqlite), on: handle)
        // Lists of any length make shapes without end.
        if statements.count >= 500 { statements.removeAll() }
        statements[shape] = new
        return new
    }

    // MARK: Transactions

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Runs a body on one snapshot; it is ended once `limit` has passed.
    func read<T>(within limit: Duration?, _ body: (SQLiteConnection) throws -> T) throws -> T {
        try exec("BEGIN")
        readingEnd = limit.map { Self.coarseTime + Int($0 / .milliseconds(1)) }
        defer {
            readingEnd = nil
            rollBack()
        }
        return try inBody(body)
    }

    /// Opens a transaction that may write; another program that holds the file is waited for.
    func beginWriting(patience: Duration) throws {
        sqlite3_busy_timeout(handle, CInt(max(patience / .milliseconds(1), 1)))
        try exec("BEGIN IMMEDIATE")
    }

    /// Runs a body of which nothing stays if it throws.
    ///
    /// - Throws: What the body throws. SQLite undoes the whole transaction by itself when the disk
    ///   fails: then ``isInTransaction`` is false, and no statement of the body ran after that.
    func inSavepoint<T>(_ body: (SQLiteConnection) throws -> T) throws -> T {
        try exec("SAVEPOINT body")
        do {
            let result = try inBody(body)
            try exec("RELEASE body")
            return result
        } catch {
            if isInTransaction {
                try exec("ROLLBACK TO body")
                try exec("RELEASE body")
            }
            throw error
        }
    }

    /// Commits; a failure leaves no transaction open.
    func commit() throws {
        do {
            try exec("COMMIT")
        } catch {
            rollBack()
            throw error
        }
    }

    private func inBody<T>(_ body: (SQLiteConnection) throws -> T) throws -> T {
        stamp = nil
        isInBody = true
        defer {
            isInBody = false
            lost = nil
        }
        let result = Result { try body(self) }
        // Whatever a body makes of the loss: it is not done.
        if let lost { throw lost }
        return try result.get()
    }

    private func rollBack() {
        // It can only fail when SQLite has rolled back already.
        if isInTransaction { _ = try? exec("ROLLBACK") }
    }

    private var isTooLate: Bool {
        guard let readingEnd else { return false }
        return Self.coarseTime > readingEnd
    }

    /// A clock that only goes forward and costs next to nothing: it is asked before each statement.
    private static var coarseTime: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

extension SQLError {
    fileprivate static let tookTooLong = SQLError(
        .other,
        "A read took longer than it may and was ended",
        hint: "Ask for less at a time"
    )
}
