import DatabaseSQLite
import Dispatch
import FoundationEssentials
import CSQLite
import MainstayCore
import MainstayTesting
import SQLDatabase
import Synchronization
import Testing

extension SQLiteDatabase.Limits {
    /// Those of the product, but for the patience: what queues for a test's end, or reads until
    /// then, must not give up because the machine is loaded.
    static var patient: Self {
        var limits = Self()
        limits.patience = .seconds(600)
        limits.reading = .seconds(600)
        return limits
    }
}

/// A database in a folder of its own.
struct DatabaseFixture {
    let folder: TemporaryFolder
    let database: SQLiteDatabase

    var file: String { folder.path + "/test.db" }

    /// Opens an empty database and runs statements on it.
    init(
        _ statements: Query...,
        limits: SQLiteDatabase.Limits = .patient,
        clock: @escaping @Sendable () -> Instant = { .now }
    ) async throws {
        folder = try TemporaryFolder()
        database = try await Self.open(folder.path + "/test.db", limits: limits, clock: clock)
        try await insisting { [database] in
            try await database.write { connection in
                for statement in statements { try connection.exec(statement) }
            }
        }
    }

    static func open(
        _ file: String,
        serves: Bool = true,
        limits: SQLiteDatabase.Limits = .patient,
        clock: @escaping @Sendable () -> Instant = { .now }
    ) async throws -> SQLiteDatabase {
        var opening = SQLiteDatabase.Opening(
            file: file,
            serves: serves,
            version: "1.2.3",
            clock: clock
        )
        opening.limits = limits
        return try await .open(opening)
    }

    /// The numbers in the first column of a query's answer.
    func numbers(_ query: Query) async throws -> [Int] {
        try await insisting { try await database.read { try $0.values(query) } }
    }

    /// The error that a write meets.
    func error(
        writing body: @escaping @Sendable (any Connection) throws -> Void
    ) async -> SQLError? {
        await #expect(throws: SQLError.self) { try await database.write(body) }
    }
}

/// Keeps a connection busy from inside a body until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let reached = Atomic(false)

    /// Called in the body.
    func wait() {
        reached.store(true, ordering: .releasing)
        semaphore.wait()
    }

    func open() { semaphore.signal() }

    /// Returns once a body stands at the gate.
    func isReached() async {
        await until { reached.load(ordering: .acquiring) }
    }
}

/// Returns once something is so that another task brings about.
func until(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}

/// Calls again where the database is busy, as it may be on a loaded machine for who has no patience.
func insisting<T: Sendable>(_ call: () async throws -> T) async throws -> T {
    while true {
        do { return try await call() } catch let error as SQLError where error.code == .busy {}
    }
}

/// A connection of somebody else.
///
/// SQLite itself lets its threads in one by one.
final class ForeignConnection: @unchecked Sendable {
    private var handle: OpaquePointer?

    init(_ file: String) {
        sqlite3_open(file, &handle)
    }

    func exec(_ sql: String) -> CInt { sqlite3_exec(handle, sql, nil, nil, nil) }

    deinit { sqlite3_close(handle) }
}

/// The names of the files in a folder, sorted.
func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}
