import DatabaseSQLite
import MainstayCore
import SQLDatabase
import Synchronization
import Testing

@Suite("SQLiteConnection") struct SQLiteConnectionTests {
    @Test(
        "a value comes back as it went in",
        arguments: [
            .null, .int(0), .int(.min), .int(.max), .text(""), .text("MST-1"), .text("Ä 🇫🇷 👩‍🚒"),
            .text(String(repeating: "ü", count: 500_000)), .text("'; DROP TABLE t; --"),
        ] as [Value]
    )
    func values(value: Value) async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (i INTEGER, s TEXT) STRICT")
        let back = try await fixture.database.write { connection in
            if case .text = value {
                try connection.exec("INSERT INTO t (s) VALUES (\(value))")
                return try connection.value("SELECT s FROM t", as: Value.self)
            }
            try connection.exec("INSERT INTO t (i) VALUES (\(value))")
            return try connection.value("SELECT i FROM t", as: Value.self)
        }
        #expect(back == value)
    }

    @Test("U+0000 is refused before it is cut off")
    func nul() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (s TEXT) STRICT")
        let error = await fixture.error { try $0.exec("INSERT INTO t VALUES (\("a\0b"))") }
        #expect(error?.code == .constraint)
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [0])
    }

    @Test("a column of another type, null and a column too many do not decode")
    func decoding() async throws {
        let fixture = try await DatabaseFixture()
        for query in ["SELECT 'x'", "SELECT NULL", "SELECT 1.5", "SELECT x'00'"] as [Query] {
            let error = await fixture.error { _ = try $0.value(query, as: Int.self) }
            #expect(error?.code == .decode)
        }
        let number = await fixture.error { _ = try $0.value("SELECT 7", as: String.self) }
        #expect(number?.message == "Column 0 of 'SELECT 7' is an integer, not a text")
        let beyond = await fixture.error { connection in
            _ = try connection.run("SELECT 1") {
                _ = try $0.next(Int.self)
                _ = try $0.next(Int?.self)
            }
        }
        // An optional is asked for null first, so this is the case that could pass unseen.
        #expect(beyond?.message == "'SELECT 1' has 1 columns, and column 1 was read")
    }

    @Test("a broken rule names the column, and no message names an argument")
    func constraints() async throws {
        let fixture = try await DatabaseFixture(
            """
            CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE, c TEXT NOT NULL DEFAULT '',
              CONSTRAINT short CHECK (length(c) < 9)) STRICT
            """,
            "CREATE TABLE u (t INTEGER NOT NULL REFERENCES t) STRICT",
            "CREATE VIRTUAL TABLE s USING fts5(words)",
            "INSERT INTO t VALUES (1, 'secret', '')"
        )
        let secret = "secret"
        let rules: [(Query, SQLError.Code, String)] = [
            ("INSERT INTO t (b) VALUES (\(secret))", .constraint, "UNIQUE constraint failed: t.b"),
            ("INSERT INTO t (a) VALUES (\(1))", .constraint, "UNIQUE constraint failed: t.a"),
            ("UPDATE t SET c = \(Value.null)", .constraint, "NOT NULL constraint failed: t.c"),
            ("UPDATE t SET c = \("secret secret")", .constraint, "CHECK constraint failed: short"),
            ("INSERT INTO u VALUES (\(secret))", .constraint, "INTEGER column u.t"),
            ("INSERT INTO u VALUES (\(99))", .constraint, "FOREIGN KEY constraint failed"),
            ("SELECT * FROM s WHERE s MATCH \("secret:x")", .other, "SELECT * FROM s"),
            ("SELECT abs(\(Int.min))", .other, "SELECT abs($1)"),
            ("SELECT missing FROM t", .other, "no such column: missing"),
            ("SELECT 1; SELECT 2", .other, "is not one statement"),
        ]
        for (query, code, words) in rules {
            let error = try #require(await fixture.error { try $0.exec(query) })
            #expect(error.code == code)
            #expect(error.message.contains(words), "\(error.message)")
            #expect(!"\(error)\(error.detail ?? "")".contains("secret"))
        }
    }

    @Test("a statement tells how many rows it changed")
    func counts() async throws {
        let fixture = try await DatabaseFixture("CREATE VIRTUAL TABLE s USING fts5(words)")
        let counts = try await fixture.database.write { connection in
            try [
                "CREATE TABLE t (a INTEGER) STRICT", "INSERT INTO t VALUES (1), (2), (3)",
                "SELECT * FROM t", "UPDATE t SET a = 9 WHERE a = 8", "UPDATE t SET a = a + 1",
                "INSERT INTO t VALUES (7) RETURNING a", "DELETE FROM t", "DROP TABLE t",
                "INSERT INTO s VALUES ('one two'), ('three')",
            ]
            .map { try connection.exec($0) }
        }
        #expect(counts == [0, 3, 0, 0, 3, 1, 4, 0, 2])
    }

    @Test("a query can run while the same query is read")
    func nesting() async throws {
        let fixture = try await DatabaseFixture(
            "CREATE TABLE t (a INTEGER) STRICT",
            "INSERT INTO t VALUES (1), (2), (3)"
        )
        let sums = try await fixture.database.read { connection in
            var pairs: [Int] = []
            try connection.run("SELECT a FROM t WHERE a < \(3)") { outer in
                let left = try outer.next(Int.self)
                for right in try connection.values("SELECT a FROM t WHERE a < \(4)", as: Int.self) {
                    pairs.append(left * right)
                }
            }
            return pairs
        }
        #expect(sums == [1, 2, 3, 2, 4, 6])
    }

    @Test("more shapes of queries than statements are kept all give their answer")
    func shapes() async throws {
        let fixture = try await DatabaseFixture()
        let sums = try await fixture.database.read { connection in
            try (1...1200)
                .map { count in
                    let numbers = Array(1...(count % 600 + 1))
                    return try connection.value(
                        "SELECT count(*) FROM json_each('[1,2,3]') WHERE value IN \(list: numbers)",
                        as: Int.self
                    )
                }
        }
        #expect(sums == (1...1200).map { min($0 % 600 + 1, 3) })
    }

    @Test("rows are inserted in bulk, and one that breaks a rule undoes all")
    func bulk() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER UNIQUE, b TEXT) STRICT")
        for (first, last) in [(1, 1000), (1001, 2000), (2001, 3000)] {
            let broken = first == 1001
            let error = try await fixture.insert(first...last, repeatingLast: broken)
            #expect(error?.code == (broken ? .constraint : nil))
        }
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [2000])
    }

    @Test("the clock is asked once a body and is an expression in SQL")
    func clock() async throws {
        let asked = Atomic(0)
        let fixture = try await DatabaseFixture(clock: {
            Instant(milliseconds: Int64(asked.wrappingAdd(1, ordering: .relaxed).newValue) * 1000)
        })
        for _ in 0..<2 {
            let before = asked.load(ordering: .relaxed)
            let times = try await fixture.database.write { connection in
                let first = try connection.now().milliseconds
                let inside = try connection.value("SELECT \(connection.clock)", as: Int64.self)
                return [first, inside, try connection.now().milliseconds]
            }
            #expect(times == Array(repeating: Int64(before + 1) * 1000, count: 3))
        }
    }

    @Test("a read sees one snapshot and cannot write")
    func snapshot() async throws {
        let fixture = try await DatabaseFixture(
            "CREATE TABLE t (a INTEGER) STRICT",
            "INSERT INTO t VALUES (1)"
        )
        let database = fixture.database
        let gate = Gate()
        async let seen = database.read { connection in
            let first = try connection.value("SELECT count(*) FROM t", as: Int.self)
            gate.wait()
            return [first, try connection.value("SELECT count(*) FROM t", as: Int.self)]
        }
        await gate.isReached()
        try await database.write { _ = try $0.exec("INSERT INTO t VALUES (2)") }
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [2])
        gate.open()
        #expect(try await seen == [1, 1])
        let error = await #expect(throws: SQLError.self) {
            try await database.read { _ = try $0.exec("INSERT INTO t VALUES (3)") }
        }
        #expect(error?.message.contains("readonly") == true)
    }

    @Test("commits wait for the disk, and references are kept")
    func settings() async throws {
        let fixture = try await DatabaseFixture()
        let settings = try await fixture.database.write { connection in
            try [
                "PRAGMA synchronous", "PRAGMA foreign_keys", "PRAGMA secure_delete",
                "PRAGMA cache_size",
            ]
            .map { try connection.value($0, as: Int.self) }
        }
        #expect(settings == [2, 1, 1, -65536])
        let mode = try await fixture.database.read {
            try $0.value("PRAGMA journal_mode", as: String.self)
        }
        #expect(mode == "wal")
    }
}

extension DatabaseFixture {
    /// Inserts rows in bulk, the last one twice if asked to; returns the error that it meets.
    fileprivate func insert(
        _ numbers: ClosedRange<Int>,
        repeatingLast: Bool
    ) async throws -> SQLError? {
        do {
            try await database.write { connection in
                var rows = (Array(numbers) + (repeatingLast ? [numbers.upperBound] : []))
                    .makeIterator()
                try connection.bulk("t", "a, b") {
                    rows.next().map { [.int(Int64($0)), .text("row \($0)")] }
                }
            }
            return nil
        } catch let error as SQLError { return error }
    }
}
