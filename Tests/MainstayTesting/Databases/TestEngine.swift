import DatabasePostgres
package import SQLDatabase

/// An engine that the tests run on, each time with a fresh database.
package enum TestEngine: String, Sendable, CaseIterable {
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
    fileprivate var ofPostgres: PostgresDatabase.Limits {
        var limits = PostgresDatabase.Limits()
        limits.threads = connections
        limits.waiting = waiting
        limits.patience = patience
        return limits
    }
}
