package import SQLDatabase

extension Migration {
    /// What stands between the tables of a database and those of this program.
    package struct Plan: Sendable {
        /// Migrations that are still to run, in order.
        package let missing: [Migration]
        /// Whether the database has no table of ours at all.
        package let isEmpty: Bool
    }

    /// Reads which migrations ran.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/tooNew`` when a newer version of
    ///   Mainstay made the tables, and with ``StorageError/Code/foreign`` when a migration that ran
    ///   is not ours.
    package static func plan(_ connection: any Connection) throws -> Plan {
        guard try hasTable("schema_migration", connection) else {
            return Plan(missing: all, isEmpty: true)
        }
        var ran: [Int: (name: String, sha: String, level: Int)] = [:]
        try connection.run("SELECT version, name, text_sha, level FROM schema_migration") { row in
            ran[try row.next()] = (try row.next(), try row.next(), try row.next())
        }
        if let newest = ran.values.max(by: { $0.level < $1.level }), newest.level > programLevel + 1
        {
            throw StorageError.tooNew(level: newest.level, name: newest.name)
        }
        for migration in all {
            if let seen = ran[migration.version], seen.sha != migration.textSHA {
                throw StorageError.foreign(migration: seen.name)
            }
        }
        return Plan(missing: all.filter { ran[$0.version] == nil }, isEmpty: false)
    }

    /// Runs the migrations that are missing and returns them, in order.
    ///
    /// Two programs may do this at the same moment: the one that comes second waits and finds
    /// nothing left to do.
    ///
    /// - Throws: As ``plan(_:)``, and ``SQLError``.
    @discardableResult
    package static func apply(on engine: any SQLEngine) async throws -> [Migration] {
        var done: [Migration] = []
        while true {
            do {
                let next = try await engine.write(.long) { connection -> Migration? in
                    let plan = try plan(connection)
                    guard let migration = plan.missing.first else { return nil }
                    try migration.run(on: connection, isFirst: plan.isEmpty)
                    return migration
                }
                guard let next else { return done }
                done.append(next)
            } catch let error as SQLError where error.code == .constraint && done.isEmpty {
                // Somebody else made the first tables while this body ran: look again.
                let found = try await engine.read { try Self.plan($0) }
                if found.isEmpty { throw error }
            }
        }
    }

    /// Runs the migrations that are missing, in the transaction of the body: all of them, or none.
    ///
    /// - Throws: As ``plan(_:)``, and ``SQLError``.
    static func apply(inBodyOf connection: any Connection) throws {
        let plan = try plan(connection)
        for (place, migration) in plan.missing.enumerated() {
            try migration.run(on: connection, isFirst: plan.isEmpty && place == 0)
        }
    }

    private func run(on connection: any Connection, isFirst: Bool) throws {
        // Of two that do this at once, PostgreSQL lets the second begin again: it finds this done.
        if !isFirst {
            let now = try connection.now()
            try connection.exec(
                "UPDATE setting SET updated_at = \(now) WHERE name = 'schema-lock'"
            )
        }
        for statement in statements(for: connection.dialect) {
            try connection.exec(Query(script: statement))
        }
        let now = try connection.now()
        if isFirst {
            try connection.exec(
                "INSERT INTO setting (name, value, updated_at) VALUES ('schema-lock', '', \(now))"
            )
        }
        try connection.exec(
            """
            INSERT INTO schema_migration (version, name, text_sha, level, applied_at)
            VALUES (\(version), \(name), \(textSHA), \(level), \(now))
            """
        )
    }

    private static func hasTable(_ name: String, _ connection: any Connection) throws -> Bool {
        let catalogue: Query = """
            \(sqlite: "sqlite_schema WHERE type = 'table' AND name")\
            \(postgres: "pg_tables WHERE schemaname = current_schema() AND tablename")
            """
        let count: Int? = try connection.value("SELECT COUNT(*) FROM \(catalogue) = \(name)")
        return count == 1
    }
}
