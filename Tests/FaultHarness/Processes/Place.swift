import DatabasePostgres
import DatabaseSQLite
import MainstayCore
import MainstayTesting
import SQLDatabase

/// A database that several processes open, one after another or together.
enum Place: Sendable {
    case sqlite(String)
    case postgres(String)

    init(_ text: String) {
        self = text.hasPrefix("/") ? .sqlite(text) : .postgres(text)
    }

    /// A path or a URL.
    var text: String {
        switch self {
        case .sqlite(let text), .postgres(let text): text
        }
    }

    /// Opens it, with the database's clock moved by `clockOffset` milliseconds.
    func open(
        threads: Int = 4,
        clockOffset: @escaping @Sendable () -> Int64 = { 0 }
    ) async throws -> any SQLEngine {
        switch self {
        case .sqlite(let file):
            return try await SQLiteDatabase.open(
                .init(file: file, serves: true, version: "fault") {
                    Instant.now.advanced(by: clockOffset())
                }
            )
        case .postgres(let url):
            var limits = PostgresDatabase.Limits()
            limits.threads = threads
            return try await PostgresDatabase(url: url, limits: limits) { server in
                "(\(server) + \(clockOffset()))"
            }
        }
    }

    /// Opens it, calls `body`, and closes it.
    func opened<T>(_ body: (any SQLEngine) async throws -> T) async throws -> T {
        let engine = try await open()
        do {
            let result = try await body(engine)
            await engine.close()
            return result
        } catch {
            await engine.close()
            throw error
        }
    }
}

extension TestEngine {
    /// Calls `body` with the place of a fresh database and a folder for files beside it.
    func withPlace(_ body: (Place, String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        switch self {
        case .sqlite: try await body(.sqlite(folder.path + "/fault.db"), folder.path)
        case .postgres:
            try await FreshPostgres.using { try await body(.postgres($0.url), folder.path) }
        }
        withExtendedLifetime(folder) {}
    }
}
