import LTSReleases
import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("Migration") struct MigrationTests {
    @Test("an empty database gets all tables once", arguments: TestEngine.allCases)
    func empty(kind: TestEngine) async throws {
        try await kind.withTestable { engine in
            let isEmpty = try await engine.read { try Migration.plan($0).isEmpty }
            #expect(isEmpty)
            #expect(
                try await Migration.apply(on: engine).map(\.version) == Migration.all.map(\.version)
            )
            #expect(try await Migration.apply(on: engine).isEmpty)
            #expect(try await engine.read { try Migration.plan($0).missing.isEmpty })
        }
    }

    @Test("two that migrate at once make the tables once", arguments: TestEngine.allCases)
    func race(kind: TestEngine) async throws {
        try await kind.withTestable { engine in
            let ran = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await Migration.apply(on: engine).count } }
                return try await group.reduce(0, +)
            }
            #expect(ran == Migration.all.count)
        }
    }

    @Test("tables of a newer version are refused", arguments: TestEngine.allCases)
    func newer(kind: TestEngine) async throws {
        try await kind.withTestable { engine in
            try await Migration.apply(on: engine)
            try await engine.write {
                try $0.exec("INSERT INTO schema_migration VALUES (99, 'future', 'x', 3, 0)")
            }
            let error = await #expect(throws: StorageError.self) {
                try await Migration.apply(on: engine)
            }
            #expect(error?.code == .tooNew)
            try await engine.write {
                try $0.exec("UPDATE schema_migration SET level = 2 WHERE version = 99")
            }
            #expect(try await Migration.apply(on: engine).isEmpty)
        }
    }

    @Test("an edited migration is refused", arguments: TestEngine.allCases)
    func edited(kind: TestEngine) async throws {
        try await kind.withTestable { engine in
            try await Migration.apply(on: engine)
            try await engine.write { try $0.exec("UPDATE schema_migration SET text_sha = 'x'") }
            let error = await #expect(throws: StorageError.self) {
                try await Migration.apply(on: engine)
            }
            #expect(error?.code == .foreign)
        }
    }

    @Test(
        "tables of the first migration get the others and keep their rows",
        arguments: TestEngine.allCases
    )
    func second(kind: TestEngine) async throws {
        try await kind.withTestable { engine in
            let first = Migration.all[0]
            try await engine.write { connection in
                for statement in first.statements(for: connection.dialect) {
                    try connection.exec(Query(script: statement))
                }
                try connection.exec("INSERT INTO setting VALUES ('schema-lock', '', 0)")
                try connection.exec(
                    """
                    INSERT INTO schema_migration
                    VALUES (1, \(first.name), \(first.textSHA), \(first.level), 0)
                    """
                )
                try connection.exec("INSERT INTO product VALUES (7, 'MST', 'Server', 0)")
            }
            let missing = try await engine.read { try Migration.plan($0).missing.map(\.version) }
            #expect(missing == Migration.all.dropFirst().map(\.version))
            let ran = try await Migration.apply(on: engine)
            #expect(ran.map(\.version) == missing)
            try await engine.write { connection in
                try connection.insert(
                    LineRecord(id: 8, productID: 7, name: "1.0", kind: .regular, position: 1)
                )
            }
            #expect(try await engine.read { try $0.lines(of: 7).map(\.name) } == ["1.0"])
            #expect(try await Migration.apply(on: engine).isEmpty)
        }
    }
}
