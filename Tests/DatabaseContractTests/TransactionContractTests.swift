import MainstayTesting
import SQLDatabase
import Testing

@Suite("Engine contract: transactions")
struct TransactionContractTests {
    private struct Stop: Error {}

    @Test("a body that throws leaves nothing", arguments: TestEngine.allCases)
    func atomicity(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            try await database.write { try $0.exec("INSERT INTO item (id) VALUES (1)") }
            await #expect(throws: Stop.self) {
                try await database.write { connection in
                    try connection.exec("INSERT INTO item (id) VALUES (2)")
                    try connection.send("INSERT INTO item (id) VALUES (3)")
                    try connection.exec("DELETE FROM item WHERE id = 1")
                    throw Stop()
                }
            }
            let ids = try await database.itemIDs()
            #expect(ids == [1])
        }
    }

    @Test("many bodies at once: those that throw leave nothing", arguments: TestEngine.allCases)
    func isolationInBatches(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            await withTaskGroup { group in
                for id in 0..<200 {
                    group.addTask {
                        try? await database.write { connection in
                            try connection.exec("INSERT INTO item (id) VALUES (\(id))")
                            if id % 3 == 0 { throw Stop() }
                            try connection.send("INSERT INTO item (id) VALUES (\(1000 + id))")
                            if id % 3 == 1 {
                                try connection.exec("INSERT INTO item (id) VALUES (\(id))")
                            }
                        }
                    }
                }
            }
            let kept = (0..<200).filter { $0 % 3 == 2 }
            let ids = try await database.itemIDs()
            #expect(ids == (kept + kept.map { $0 + 1000 }).map(Int64.init))
        }
    }

    @Test(
        "unguarded read, change, write by 8 clients counts exactly",
        arguments: TestEngine.allCases
    )
    func lostUpdates(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            try await database.write { try $0.exec("INSERT INTO item (id, note) VALUES (1, '0')") }
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<200 { try await Self.addOne(database) }
                    }
                }
                try await group.waitForAll()
            }
            let count = try await database.read {
                try $0.value("SELECT note FROM item", as: String.self)
            }
            #expect(count == "1600")
        }
    }

    private static func addOne(_ database: any SQLEngine) async throws {
        try await database.write { connection in
            let seen = try connection.value("SELECT note FROM item WHERE id = 1", as: String.self)
            let next = String((seen.flatMap { Int($0) } ?? 0) + 1)
            try connection.send("UPDATE item SET note = \(next) WHERE id = 1")
        }
    }

    @Test("a read sees one moment, whatever others commit", arguments: TestEngine.allCases)
    func snapshot(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let gate = Gate()
            async let counts = database.read { connection in
                let before = try connection.value("SELECT COUNT(*) FROM item", as: Int.self)
                start.yield()
                gate.wait()
                let after = try connection.value("SELECT COUNT(*) FROM item", as: Int.self)
                return [before, after]
            }
            for await _ in started { break }
            try await database.write { try $0.exec("INSERT INTO item (id) VALUES (1)") }
            gate.open()
            #expect(try await counts == [0, 0])
            let ids = try await database.itemIDs()
            #expect(ids == [1])
        }
    }

    @Test("a read cannot write", arguments: TestEngine.allCases)
    func readOnly(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            for mode in [ReadMode.standard, .long] {
                await expectCode(.other) {
                    _ = try await database.read(mode) { connection in
                        try connection.exec("INSERT INTO item (id) VALUES (1)")
                    }
                }
                await expectCode(.other) {
                    try await database.read(mode) { try $0.send("DELETE FROM item") }
                }
            }
            let ids = try await database.itemIDs()
            #expect(ids == [])
        }
    }

    @Test("each way of writing commits", arguments: TestEngine.allCases)
    func modes(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            for (id, mode) in [WriteMode.standard, .queue, .long].enumerated() {
                try await database.write(mode) { connection in
                    try connection.send("INSERT INTO item (id) VALUES (\(id))")
                }
            }
            try await database.write { _ in }
            let ids = try await database.itemIDs()
            #expect(ids == [0, 1, 2])
            let count = try await database.read(.long) {
                try $0.value("SELECT COUNT(*) FROM item", as: Int.self)
            }
            #expect(count == 3)
        }
    }

    @Test(
        "statements that are sent keep their order, and later ones see them",
        arguments: TestEngine.allCases
    )
    func sending(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let seen = try await database.write { connection in
                for id in 0..<500 {
                    try connection.send("INSERT INTO item (id, name) VALUES (\(id), \("a\(id)"))")
                    try connection.send("UPDATE item SET name = name || 'b' WHERE id = \(id)")
                }
                return try connection.value(
                    "SELECT COUNT(*) FROM item WHERE name LIKE 'a%b'",
                    as: Int.self
                )
            }
            #expect(seen == 500)
        }
    }
}
