import DatabaseSQLite
import MainstayTesting
import SQLDatabase

enum TestEngine: String, Sendable, CaseIterable {
    case sqlite

    var obstacle: String? { nil }

    func withDatabase(_ body: (any SQLEngine) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let engine = try await SQLiteDatabase.open(
            SQLiteDatabase.Opening(file: folder.path + "/test.db", serves: true, version: "0")
        )
        try await body(engine)
        await engine.close()
    }
}
