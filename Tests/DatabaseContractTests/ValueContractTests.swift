import MainstayCore
import MainstayTesting
import SQLDatabase
import Testing

@Suite("Engine contract: values")
struct ValueContractTests {
    @Test("what is bound comes back the same", arguments: TestEngine.allCases)
    func binding(engine: TestEngine) async throws {
        let texts: [String?] = [
            nil, "", " ", "'", "\\", "\"$1\"", "a\tb\nc\r\n", "ÄÖÜ ß é e\u{301}", "👩‍👩‍👧🇩🇪",
            "\u{1}\u{7f}",
            "\u{fffe}\u{10ffff}", String(repeating: "näh 🧵", count: 120_000), "\\N", "NULL", "123",
        ]
        let numbers: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
        try await onFreshTable(engine) { database in
            for (id, text) in zip(numbers + (2..<20), texts) {
                try await database.write { connection in
                    try connection.exec("INSERT INTO item (id, name) VALUES (\(id), \(text))")
                }
                let read = try await database.read { connection in
                    try connection.one("SELECT id, name FROM item WHERE id = \(id)", as: Pair.self)
                }
                #expect(read?.id == id)
                #expect(read?.name.map { Array($0.utf8) } == text.map { Array($0.utf8) })
            }
        }
    }

    private struct Pair: RowDecodable, Sendable {
        static let columns: Query = "id, name"
        let id: Int64
        let name: String?

        init(_ row: inout RowReader) throws {
            id = try row.next()
            name = try row.next()
        }
    }

    @Test(
        "one statement takes texts of any length one after the other",
        arguments: TestEngine.allCases
    )
    func lengths(engine: TestEngine) async throws {
        let lengths = [0, 1, 300, 7, 255, 256, 257, 70_000, 3, 65_536, 200_000, 0, 65_535, 12]
        try await onFreshTable(engine) { database in
            let wrong = try await database.write { connection in
                try lengths.filter { length in
                    let (left, right) = (
                        String(repeating: "ä", count: length), String(repeating: "z", count: length)
                    )
                    let together = try connection.value(
                        "SELECT CAST(\(left) AS TEXT) || CAST(\(right) AS TEXT)",
                        as: String.self
                    )
                    return together != left + right
                }
            }
            #expect(wrong.isEmpty)
        }
    }

    @Test(
        "U+0000 is refused before it is sent, and the body may go on",
        arguments: TestEngine.allCases
    )
    func zero(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            try await database.write { connection in
                let error = #expect(throws: SQLError.self) {
                    try connection.exec("INSERT INTO item (id, name) VALUES (1, \("a\0b"))")
                }
                #expect(error?.code == .constraint)
                try connection.exec("INSERT INTO item (id) VALUES (2)")
            }
            let ids = try await database.itemIDs()
            #expect(ids == [2])
        }
    }

    @Test("texts are ordered by their bytes", arguments: TestEngine.allCases)
    func order(engine: TestEngine) async throws {
        let names = [
            "b", "a", "B", "A", "é", "e", "z", "Z", "_", "10", "9", "ß", "ss", "", "🧵", "\u{ffff}",
        ]
        try await onFreshTable(engine) { database in
            let read = try await database.write { connection in
                for (id, name) in names.enumerated() {
                    try connection.exec("INSERT INTO item (id, name) VALUES (\(id), \(name))")
                }
                return try connection.values("SELECT name FROM item ORDER BY name", as: String.self)
            }
            #expect(read == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }

    @Test(
        "a column of another type, null and a missing column are told",
        arguments: TestEngine.allCases
    )
    func decoding(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            try await database.write { try $0.exec("INSERT INTO item VALUES (1, 'word', NULL)") }
            await expectCode(.decode) {
                _ = try await database.read {
                    try $0.value("SELECT name FROM item", as: Int64.self)
                }
            }
            await expectCode(.decode) {
                _ = try await database.read { try $0.value("SELECT id FROM item", as: String.self) }
            }
            await expectCode(.decode) {
                _ = try await database.read {
                    try $0.values("SELECT note FROM item", as: String.self)
                }
            }
            await expectCode(.decode) {
                _ = try await database.read { try $0.one("SELECT id FROM item", as: Pair.self) }
            }
            await expectCode(.decode) {
                _ = try await database.read { try $0.value("SELECT name FROM item", as: Word.self) }
            }
            let all = try await database.read { connection in
                var values: [Value] = []
                try connection.run("SELECT id, name, note FROM item") { row in
                    values = [try row.next(), try row.next(), try row.next()]
                }
                return values
            }
            #expect(all == [.int(1), .text("word"), .null])
        }
    }

    private enum Word: String, SQLValue {
        case other
    }

    @Test("lists, spliced queries and pieces of a dialect", arguments: TestEngine.allCases)
    func pieces(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let ids = try await database.write { connection in
                for id in 1...5 { try connection.exec("INSERT INTO item (id) VALUES (\(id))") }
                let some: Query = "id IN \(list: [1, 3, 5, 7]) AND id > \(1)"
                let none: Query = "id IN \(list: [Int64]()) OR name IN \(list: [String]())"
                return try connection.values(
                    """
                    SELECT id FROM item WHERE (\(some)) OR \(none) ORDER BY id
                    \(postgres: "FOR UPDATE")\(sqlite: "LIMIT 9")
                    """,
                    as: Int64.self
                )
            }
            #expect(ids == [3, 5])
        }
    }

    @Test("counts, and rows of RETURNING", arguments: TestEngine.allCases)
    func counts(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let counts = try await database.write { connection in
                var returned: [Int64] = []
                let inserted = try connection.run(
                    "INSERT INTO item (id) VALUES (1), (2), (3) RETURNING id"
                ) { returned.append(try $0.next()) }
                return [
                    inserted, returned.count,
                    try connection.exec("UPDATE item SET name = 'x' WHERE id > 1"),
                    try connection.exec("UPDATE item SET name = 'x' WHERE id > 9"),
                    try connection.exec("SELECT id FROM item"),
                    try connection.exec("INSERT INTO item (id) VALUES (1) ON CONFLICT DO NOTHING"),
                    try connection.exec("DELETE FROM item"),
                ]
            }
            #expect(counts == [3, 3, 2, 0, 0, 0, 3])
        }
    }

    @Test("a query inside the rows of another", arguments: TestEngine.allCases)
    func nesting(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let pairs = try await database.write { connection in
                for id in 1...3 { try connection.exec("INSERT INTO item (id) VALUES (\(id))") }
                var pairs: [Int64] = []
                try connection.run("SELECT id FROM item ORDER BY id") { row in
                    let id: Int64 = try row.next()
                    pairs += try connection.values(
                        "SELECT id FROM item WHERE id < \(id) ORDER BY id"
                    )
                }
                return pairs
            }
            #expect(pairs == [1, 1, 2])
        }
    }

    @Test(
        "the clock stands still in a body and is near that of the machine",
        arguments: TestEngine.allCases
    )
    func clock(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let (first, again, fragment) = try await database.read { connection in
                let first = try connection.now()
                let fragment = try connection.value("SELECT \(connection.clock)", as: Int64.self)
                return (first, try connection.now(), fragment)
            }
            #expect(first == again)
            #expect(try abs(#require(fragment) - first.milliseconds) < 60_000)
            #expect(first.milliseconds > 1_700_000_000_000)
        }
    }
}
