import MainstayTesting
import SQLDatabase
import Testing

@Suite("Engine contract: constraints and mistakes")
struct ConstraintContractTests {
    private static let breaks: [Query] = [
        "INSERT INTO item (id) VALUES (1)",
        "INSERT INTO item (id) VALUES (NULL)",
        "INSERT INTO part (id, item_id, size) VALUES (2, 99, 1)",
        "INSERT INTO part (id, item_id, size) VALUES (2, 1, -77)",
        "UPDATE part SET item_id = NULL",
        "DELETE FROM item",
    ]

    private func onParts(
        _ engine: TestEngine,
        _ body: (any SQLEngine) async throws -> Void
    ) async throws {
        try await onFreshTable(engine) { database in
            try await database.write { connection in
                try connection.exec(
                    """
                    CREATE TABLE part (
                        id BIGINT NOT NULL PRIMARY KEY, item_id BIGINT NOT NULL REFERENCES item (id),
                        size BIGINT NOT NULL CONSTRAINT part_size CHECK (size > 0))
                    """
                )
                try connection.exec("INSERT INTO item (id) VALUES (1)")
                try connection.exec("INSERT INTO part VALUES (1, 1, 1)")
            }
            try await body(database)
        }
    }

    @Test("unique, not null, foreign key and check", arguments: TestEngine.allCases)
    func codes(engine: TestEngine) async throws {
        try await onParts(engine) { database in
            for statement in Self.breaks {
                await expectCode(.constraint) {
                    try await database.write { try $0.exec(statement) }
                }
                await expectCode(.constraint) {
                    try await database.write { try $0.send(statement) }
                }
            }
            let ids = try await database.itemIDs()
            #expect(ids == [1])
        }
    }

    @Test("an error names no value", arguments: TestEngine.allCases)
    func silence(engine: TestEngine) async throws {
        let secret = "s3cret"
        try await onParts(engine) { database in
            try await database.write { connection in
                try connection.exec("CREATE UNIQUE INDEX item_name ON item (name)")
                try connection.exec("INSERT INTO item (id, name) VALUES (2, \(secret))")
            }
            let error = await expectCode(.constraint) {
                try await database.write { connection in
                    try connection.exec("INSERT INTO item (id, name) VALUES (3, \(secret))")
                }
            }
            #expect(error.map { "\($0) \($0.detail ?? "")".contains(secret) } == false)
            #expect(error?.message.contains("item") == true)
        }
    }

    @Test("a mistake in a statement is ours", arguments: TestEngine.allCases)
    func mistakes(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            for statement: Query in ["SELEC 1", "SELECT id FROM nowhere", "SELECT wrong FROM item"]
            {
                await expectCode(.other) { _ = try await database.read { try $0.exec(statement) } }
                await expectCode(.other) { try await database.write { try $0.exec(statement) } }
            }
            try await database.write { try $0.exec("INSERT INTO item (id) VALUES (1)") }
            let ids = try await database.itemIDs()
            #expect(ids == [1])
        }
    }
}

@Suite("Engine contract: bulk")
struct BulkContractTests {
    private struct Stop: Error {}

    @Test("any text, null and number, by the thousand", arguments: TestEngine.allCases)
    func values(engine: TestEngine) async throws {
        let texts: [Value] = [
            .null, .text(""), .text("\\N"), .text("\\."), .text("a\tb"), .text("a\nb\r\nc\r"),
            .text("\\"), .text("\\n"), .text("ä🧵"), .text("NULL"), .text("'\""),
            .text("\u{8}\u{b}\u{c}"),
            .text(String(repeating: "\\\t", count: 100_000)),
        ]
        try await onFreshTable(engine) { database in
            try await database.write(.long) { connection in
                try connection.send("INSERT INTO item (id) VALUES (-1)")
                var id = 0
                try connection.bulk("item", "id, name, note") {
                    defer { id += 1 }
                    guard id < 5000 else { return nil }
                    let text = texts[id < 100 ? id % texts.count : id % (texts.count - 1)]
                    return [.int(Int64(id)), text, .text("note \(id)")]
                }
                try connection.send("INSERT INTO item (id) VALUES (5000)")
            }
            let read = try await database.read { connection in
                try connection.values(
                    "SELECT name FROM item WHERE id BETWEEN 0 AND 12 ORDER BY id",
                    as: Value.self
                )
            }
            #expect(read == texts)
            let ids = try await database.itemIDs()
            #expect(ids == (-1...5000).map { $0 })
        }
    }

    @Test("a failing row, a broken rule and none at all", arguments: TestEngine.allCases)
    func failures(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            await #expect(throws: Stop.self) {
                try await database.write(.long) { connection in
                    var left = 10
                    try connection.bulk("item", "id") {
                        left -= 1
                        if left == 0 { throw Stop() }
                        return [.int(Int64(left))]
                    }
                }
            }
            for row: [Value] in [[.int(7), .text("a")], [.int(8), .text("a\0")]] {
                await expectCode(.constraint) {
                    try await database.write(.long) { connection in
                        var rows = [row, [.int(7), .null]]
                        try connection.bulk("item", "id, name") { rows.popLast() }
                        try connection.exec("INSERT INTO item (id) VALUES (7)")
                    }
                }
            }
            try await database.write { try $0.bulk("item", "id") { nil } }
            let ids = try await database.itemIDs()
            #expect(ids == [])
        }
    }
}
