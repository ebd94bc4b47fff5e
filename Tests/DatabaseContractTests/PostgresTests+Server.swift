import DatabasePostgres
import MainstayTesting

extension PostgresTests {
    /// Calls `body` with an engine of one connection, or more, and what makes others.
    func onPostgres(
        _ limits: PostgresDatabase.Limits = Self.single,
        through proxy: ((FreshPostgres) throws -> PostgresProxy)? = nil,
        _ body: (PostgresDatabase, FreshPostgres, PostgresProxy?) async throws -> Void
    ) async throws {
        try requireTestable(.postgres)
        try await FreshPostgres.using { fresh in
            try RawPostgres(fresh.url)
                .run(
                    """
                    CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, name TEXT, note TEXT);
                    INSERT INTO item VALUES (1, 'first', '0')
                    """
                )
            let between = try proxy?(fresh)
            defer { between?.stop() }
            let url = between.map { fresh.url(at: $0.path) } ?? fresh.url
            let database = try await PostgresDatabase(url: url, limits: limits)
            do { try await body(database, fresh, between) } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }

    static let single: PostgresDatabase.Limits = {
        var limits = PostgresDatabase.Limits()
        limits.threads = 1
        return limits
    }()
}
