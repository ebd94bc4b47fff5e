import DatabasePostgres
import MainstayTesting
import SQLDatabase
import Testing

@Suite("PostgresDatabase")
struct PostgresTests {
    // MARK: Repeating

    @Test("a write that met another is run again, on what the other left")
    func conflict() async throws {
        try await onPostgres { database, fresh, _ in
            let other = try RawPostgres(fresh.url)
            let runs = Counter()
            let seen = try await database.write { connection in
                let seen = try connection.value(
                    "SELECT note FROM item WHERE id = 1",
                    as: String.self
                )
                if runs.add() <= 3 { try other.run("UPDATE item SET note = note || 'x'") }
                try connection.send("UPDATE item SET note = note || '!' WHERE id = 1")
                return seen
            }
            #expect(runs.count == 4)
            #expect(seen == "0xxx")
            let note = try await database.read {
                try $0.value("SELECT note FROM item", as: String.self)
            }
            #expect(note == "0xxx!")
        }
    }

    @Test("a body cannot hide that it met another")
    func hiddenConflict() async throws {
        try await onPostgres { database, fresh, _ in
            let other = try RawPostgres(fresh.url)
            let runs = Counter()
            try await database.write { connection in
                _ = try connection.value("SELECT note FROM item", as: String.self)
                if runs.add() == 1 { try other.run("UPDATE item SET note = 'other'") }
                _ = try? connection.exec("UPDATE item SET note = 'mine'")
            }
            #expect(runs.count == 2)
        }
    }

    @Test("a deadlock is run again")
    func deadlock() async throws {
        var limits = Self.single
        limits.threads = 2
        try await onPostgres(limits) { database, _, _ in
            try await database.write { try $0.exec("INSERT INTO item VALUES (2, 'second', '0')") }
            let runs = Counter()
            let (first, second) = (Gate(), Gate())
            @Sendable func lock(_ ids: [Int], _ mine: Gate, _ theirs: Gate) async throws {
                try await database.write(.queue) { connection in
                    runs.add()
                    try connection.exec("UPDATE item SET note = note || 'x' WHERE id = \(ids[0])")
                    mine.open()
                    theirs.wait()
                    try connection.exec("UPDATE item SET note = note || 'x' WHERE id = \(ids[1])")
                }
            }
            async let one: Void = lock([1, 2], first, second)
            async let two: Void = lock([2, 1], second, first)
            _ = try await (one, two)
            let notes = try await database.read {
                try $0.values("SELECT note FROM item", as: String.self)
            }
            #expect(notes == ["0xx", "0xx"])
            #expect(runs.count >= 3)
        }
    }

    @Test("after the deadline the error comes out")
    func deadline() async throws {
        var limits = Self.single
        limits.repeating = .milliseconds(200)
        try await onPostgres(limits) { database, fresh, _ in
            let other = try RawPostgres(fresh.url)
            let start = ContinuousClock.now
            await expectCode(.serialization) {
                try await database.write { connection in
                    _ = try connection.value("SELECT note FROM item", as: String.self)
                    try other.run("UPDATE item SET note = note || 'x'")
                    try connection.exec("UPDATE item SET note = 'mine'")
                }
            }
            #expect(ContinuousClock.now - start >= .milliseconds(200))
            let ids = try await database.itemIDs()
            #expect(ids == [1])
        }
    }

    // MARK: Lost connections

    @Test("a server process killed in mid-body: the body is run again on a new connection")
    func killed() async throws {
        try await onPostgres { database, fresh, _ in
            let runs = Counter()
            let other = try RawPostgres(fresh.url)
            for ending in ["now", "at the end"] {
                try await database.write { connection in
                    try connection.exec("INSERT INTO item (id) VALUES (\(runs.count + 10))")
                    if runs.add() % 2 == 1 {
                        let process = try connection.value("SELECT pg_backend_pid()", as: Int.self)
                        try other.terminate(process)
                    }
                    if ending == "now" { try connection.exec("UPDATE item SET name = 'x'") }
                }
            }
            #expect(runs.count == 4)
            let ids = try await database.itemIDs()
            #expect(ids == [1, 11, 13])
        }
    }

    @Test("a lost answer to COMMIT is told, whether or not it happened")
    func unknownCommit() async throws {
        try await onPostgres {
            try PostgresProxy(to: $0.folder)
        } _: { database, _, proxy in
            for (id, mode) in [(2, PostgresProxy.Mode.dropQuestion), (3, .dropAnswer)] {
                let runs = Counter()
                await expectCode(.commitUnknown) {
                    try await database.write { connection in
                        runs.add()
                        try connection.exec("INSERT INTO item (id) VALUES (\(id))")
                        proxy?.set(mode)
                    }
                }
                #expect(runs.count == 1)
            }
            let ids = try await database.itemIDs()
            #expect(ids == [1, 3])
        }
    }

    @Test("an answer lost before COMMIT runs the body again, of a read too")
    func lostAnswer() async throws {
        try await onPostgres {
            try PostgresProxy(to: $0.folder)
        } _: { database, _, proxy in
            for mode in [PostgresProxy.Mode.dropQuestion, .dropAnswer] {
                let runs = Counter()
                try await database.write { connection in
                    if runs.add() == 1 { proxy?.set(mode) }
                    try connection.exec("UPDATE item SET note = note || 'x'")
                }
                let note = try await database.read { connection in
                    if runs.add() == 3 { proxy?.set(mode) }
                    return try connection.value("SELECT note FROM item", as: String.self)
                }
                #expect(runs.count == 4)
                #expect(note == (mode == .dropQuestion ? "0x" : "0xx"))
            }
        }
    }

    @Test("no server: the engine does not open, and says nothing of the password")
    func unreachable() async throws {
        let folder = try TemporaryFolder()
        for url in [
            "postgresql://me:s3cret@/x?host=\(folder.path)", "postgresql://me:s3cret@[/x",
            "postgresql://me:s3cret@host:port/x", "http://me:s3cret@host/x",
        ] {
            let error = await expectCode(.connection) { try await PostgresDatabase(url: url) }
            #expect(error.map { "\($0) \($0.detail ?? "")".contains("s3cret") } == false)
        }
    }

    // MARK: The server

    @Test("another collation or encoding is refused")
    func collation() async throws {
        try requireTestable(.postgres)
        for (collation, encoding) in [("C.UTF-8", "UTF8"), ("C", "LATIN1")] {
            let error = try await FreshPostgres.using(collation: collation, encoding: encoding) {
                fresh in
                await expectCode(.unfit) { try await PostgresDatabase(url: fresh.url) }
            }
            let seen = encoding == "UTF8" ? collation : encoding
            #expect(error?.message.contains("'\(seen)' instead of") == true)
            #expect(error?.hint?.contains("createdb") == true)
        }
    }

    @Test("a connection keeps no more prepared statements than its limit, the latest used")
    func statements() async throws {
        var limits = Self.single
        limits.statements = 8
        try await onPostgres(limits) { database, _, _ in
            for round in 0..<3 {
                for number in 0..<20 {
                    let read = try await database.read { connection in
                        _ = try connection.value("SELECT id FROM item", as: Int.self)
                        return try connection.value(
                            Query(script: "SELECT \(number)"),
                            as: Int.self
                        )
                    }
                    #expect(read == number, "round \(round)")
                }
            }
            let kept = try await database.read { connection in
                try connection.values(
                    "SELECT statement FROM pg_prepared_statements",
                    as: String.self
                )
            }
            #expect(kept.count <= 8)
            #expect(kept.contains("SELECT id FROM item"))
        }
    }

    @Test("a transaction begins where its first statement takes the place of another")
    func beginReplaces() async throws {
        var limits = Self.single
        limits.statements = 4
        try await onPostgres(limits) { database, _, _ in
            for round in 0..<6 {
                let read = try await database.read { try $0.value("SELECT 7", as: Int.self) }
                #expect(read == 7, "round \(round)")
                try await database.write { connection in
                    for number in 0..<8 {
                        let sum = try connection.value(
                            Query(script: "SELECT \(round) + \(number)"),
                            as: Int.self
                        )
                        #expect(sum == round + number)
                    }
                }
            }
        }
    }

    @Test("a statement that the server refuses is not taken for prepared")
    func refusedStatement() async throws {
        try await onPostgres { database, _, _ in
            for _ in 0..<2 {
                await expectCode(.other) {
                    try await database.write { connection in
                        try connection.send("INSERT INTO later (id) VALUES (1)")
                        try connection.send("INSERT INTO item (id) VALUES (77)")
                    }
                }
            }
            try await database.write { try $0.exec("CREATE TABLE later (id BIGINT)") }
            try await database.write { connection in
                try connection.send("INSERT INTO later (id) VALUES (1)")
                try connection.send("INSERT INTO item (id) VALUES (77)")
            }
            let ids = try await database.itemIDs()
            #expect(ids == [1, 77])
        }
    }

    @Test("a prepared statement whose columns a migration changed is prepared anew")
    func changedColumns() async throws {
        try await onPostgres { database, fresh, _ in
            let other = try RawPostgres(fresh.url)
            let before = try await database.read {
                try $0.value("SELECT note FROM item", as: Value.self)
            }
            #expect(before == .text("0"))
            try other.run("ALTER TABLE item ALTER note TYPE BIGINT USING note::bigint")
            let after = try await database.read {
                try $0.value("SELECT note FROM item", as: Value.self)
            }
            #expect(after == .int(0))
        }
    }

    @Test("a pooler is noticed: nothing is prepared, limits hold for one transaction")
    func pooler() async throws {
        try await onPostgres {
            try PostgresProxy(to: $0.folder, isPooler: true)
        } _: { database, _, _ in
            let (timeout, prepared) = try await database.read { connection in
                (
                    try connection.value(
                        "SELECT current_setting('statement_timeout')",
                        as: String.self
                    ),
                    try connection.value(
                        "SELECT count(*) FROM pg_prepared_statements",
                        as: Int.self
                    )
                )
            }
            #expect(timeout == "30s")
            #expect(prepared == 0)
            let condition = try await database.condition()
            #expect(condition.first { $0.name == "pooler between" }?.value == "yes")
        }
    }

    @Test("isolation and limits are those of the way of writing")
    func settings() async throws {
        let query: Query =
            """
            SELECT current_setting('transaction_isolation') || ' '
                || current_setting('transaction_read_only') || ' '
                || current_setting('statement_timeout') || ' '
                || current_setting('idle_in_transaction_session_timeout')
            """
        try await onPostgres { database, _, _ in
            let seen = [
                try await database.read { try $0.value(query, as: String.self) },
                try await database.read(.long) { try $0.value(query, as: String.self) },
                try await database.write { try $0.value(query, as: String.self) },
                try await database.write(.queue) { try $0.value(query, as: String.self) },
                try await database.write(.long) { try $0.value(query, as: String.self) },
            ]
            #expect(
                seen == [
                    "repeatable read on 30s 30s", "repeatable read on 0 0",
                    "repeatable read off 30s 30s", "read committed off 30s 30s",
                    "repeatable read off 0 0",
                ]
            )
        }
    }

    @Test("a row that another holds is busy, with NOWAIT")
    func lockedRow() async throws {
        try await onPostgres { database, fresh, _ in
            let other = try RawPostgres(fresh.url)
            try other.run("BEGIN; SELECT * FROM item FOR UPDATE")
            await expectCode(.busy) {
                try await database.write { try $0.exec("SELECT id FROM item FOR UPDATE NOWAIT") }
            }
        }
    }

    @Test("a claim sees what others commit meanwhile")
    func queueMode() async throws {
        try await onPostgres { database, fresh, _ in
            let other = try RawPostgres(fresh.url)
            let seen = try await database.write(.queue) { connection in
                let before = try connection.value("SELECT note FROM item", as: String.self)
                try other.run("UPDATE item SET note = 'other'")
                return [before, try connection.value("SELECT note FROM item", as: String.self)]
            }
            #expect(seen == ["0", "other"])
        }
    }

    @Test("the clock of a test is the server's, shifted")
    func shiftedClock() async throws {
        try await onPostgres { _, fresh, _ in
            let shifted = try await PostgresDatabase(url: fresh.url) { "(\($0) + 3600000)" }
            let shift = try await shifted.read { connection in
                try connection.value(
                    """
                    SELECT \(connection.clock)
                        - CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)
                    """,
                    as: Int.self
                )
            }
            #expect(try (3_599_000...3_600_000).contains(#require(shift)))
            await shifted.close()
        }
    }

    @Test("a backup restores")
    func restoring() async throws {
        try await onPostgres { database, fresh, _ in
            let folder = try TemporaryFolder()
            try await database.backup(to: folder.path + "/backup")
            try await database.write { try $0.exec("DROP TABLE item") }
            try runProgram(["pg_restore", "--dbname=\(fresh.url)", folder.path + "/backup"])
            let ids = try await database.itemIDs()
            #expect(ids == [1])
        }
    }
}
