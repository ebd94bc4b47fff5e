import DatabasePostgres
import DatabaseSQLite
package import SQLDatabase

/// An engine that the tests run on, each time with a fresh database.
package enum TestEngine: String, Sendable, CaseIterable {
    /// SQLite, in a temporary folder.
    case sqlite
    /// PostgreSQL, on the server of `MAINSTAY_TEST_POSTGRES`.
    case postgres

    /// What a test may cut short.
    package struct Limits: Sendable {
        /// Bodies that run at the same time, where the engine can.
        package var connections = 8
        /// Bodies that wait.
        package var waiting = 1000
        /// How long a body waits.
        package var patience = Duration.seconds(30)

        /// Enough for any test.
        package init() {}
    }

    /// Why the engine cannot be tested here; `nil` if it can.
    package var obstacle: String? {
        switch self {
        case .sqlite: nil
        case .postgres:
            FreshPostgres.server == nil
                ? "MAINSTAY_TEST_POSTGRES is not set: run Scripts/test" : nil
        }
    }

    /// Calls `body` with an engine on an empty database, which goes afterwards.
    package func withDatabase(
        _ limits: Limits = Limits(),
        _ body: (any SQLEngine) async throws -> Void
    ) async throws {
        switch self {
        case .sqlite:
            let folder = try TemporaryFolder()
            var opening = SQLiteDatabase.Opening(
                file: folder.path + "/test.db",
                serves: true,
                version: "test"
            )
            opening.limits = limits.ofSQLite
            try await closing(SQLiteDatabase.open(opening), body)
            withExtendedLifetime(folder) {}
        case .postgres:
            try await FreshPostgres.using { fresh in
                let engine = try await PostgresDatabase(url: fresh.url, limits: limits.ofPostgres)
                try await closing(engine, body)
            }
        }
    }

    private func closing(
        _ engine: any SQLEngine,
        _ body: (any SQLEngine) async throws -> Void
    ) async throws {
        do { try await body(engine) } catch {
            await engine.close()
            throw error
        }
        await engine.close()
    }
}

extension TestEngine.Limits {
    fileprivate var ofSQLite: SQLiteDatabase.Limits {
        var limits = SQLiteDatabase.Limits()
        limits.waiting = waiting
        limits.patience = patience
        return limits
    }

    fileprivate var ofPostgres: PostgresDatabase.Limits {
        var limits = PostgresDatabase.Limits()
        limits.threads = connections
        limits.waiting = waiting
        limits.patience = patience
        return limits
    }
}
