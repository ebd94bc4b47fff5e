import DatabaseSQLite
import MainstayTesting
import SQLDatabase
import Synchronization
import Testing

@Suite("WaitingLine") struct WaitingLineTests {
    /// Runs `work` while a write that runs alone keeps all others waiting.
    func whileBusy<T: Sendable>(
        _ database: SQLiteDatabase,
        _ work: () async throws -> T
    ) async throws -> T {
        let gate = Gate()
        async let blocker: Void = insisting { try await database.write(.long) { _ in gate.wait() } }
        await gate.isReached()
        let result = try await work()
        gate.open()
        try await blocker
        return result
    }

    @Test("a cancelled task leaves the line, and its body never runs")
    func cancellation() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER)")
        let database = fixture.database
        try await whileBusy(database) {
            let task = Task {
                try await database.write { _ = try $0.exec("INSERT INTO t VALUES (1)") }
            }
            await until { database.waiting.writes == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(database.waiting.writes == 0)
        }
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [0])
    }

    @Test("a task that is cancelled already does not enter")
    func cancelledBefore() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER)")
        let database = fixture.database
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await database.write { _ = try $0.exec("INSERT INTO t VALUES (1)") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [0])
    }

    @Test("a body that runs is finished when its task is cancelled")
    func cancelledWhileRunning() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER)")
        let database = fixture.database
        let gate = Gate()
        let task = Task {
            try await database.write { connection in
                gate.wait()
                return try connection.exec("INSERT INTO t VALUES (1)")
            }
        }
        await gate.isReached()
        task.cancel()
        gate.open()
        #expect(try await task.value == 1)
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [1])
    }

    @Test("one more than may wait is told that the database is busy")
    func tooMany() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER)")
        let database = fixture.database
        let count = SQLiteDatabase.Limits().waiting
        #expect(count == 1000)
        let waiting = try await whileBusy(database) {
            let waiting = Task {
                try await withThrowingTaskGroup { group in
                    for number in 0..<count {
                        group.addTask {
                            try await database.write {
                                try $0.exec("INSERT INTO t VALUES (\(number))")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            await until { database.waiting.writes == count }
            let error = await fixture.error { _ in }
            #expect(error?.code == .busy)
            return waiting
        }
        try await waiting.value
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [count])
    }

    @Test("who waits too long is told that the database is busy")
    func tooLate() async throws {
        var limits = SQLiteDatabase.Limits()
        #expect(limits.patience == .seconds(5))
        limits.patience = .milliseconds(100)
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER)", limits: limits)
        try await whileBusy(fixture.database) {
            for _ in 0..<2 {
                let start = ContinuousClock.now
                let error = await fixture.error { _ = try $0.exec("INSERT INTO t VALUES (1)") }
                #expect(error?.code == .busy)
                #expect(.now - start >= limits.patience)
            }
        }
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [0])
    }

    static let endless: Query = """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
        """

    @Test(
        "a read that takes too long is ended, also between its statements, and the next one works"
    )
    func readingLimit() async throws {
        var limits = SQLiteDatabase.Limits()
        #expect(limits.reading == .seconds(30))
        limits.reading = .milliseconds(100)
        let fixture = try await DatabaseFixture(limits: limits)
        let bodies: [@Sendable (any Connection) throws -> Void] = [
            { _ = try $0.value(Self.endless, as: Int.self) },
            { connection in while true { _ = try connection.value("SELECT 1", as: Int.self) } },
        ]
        for body in bodies {
            let error = await #expect(throws: SQLError.self) {
                try await fixture.database.read(body)
            }
            #expect(error?.message == "A read took longer than it may and was ended")
        }
        #expect(try await fixture.numbers("SELECT 1") == [1])
        let counted = try await fixture.database.read(.long) { connection in
            let start = ContinuousClock.now
            var count = 0
            while .now - start < .milliseconds(200) {
                count += try connection.value("SELECT 1", as: Int.self) ?? 0
            }
            return count
        }
        #expect(counted > 0)
    }

    @Test("five read at the same time, and the sixth waits")
    func readers() async throws {
        let fixture = try await DatabaseFixture()
        let database = fixture.database
        let gates = (0..<6).map { _ in Gate() }
        let reads = gates.map { gate in Task { try await database.read { _ in gate.wait() } } }
        await until { database.waiting.reads == 1 }
        for gate in gates { gate.open() }
        for read in reads { try await read.value }
        #expect(database.waiting.reads == 0)
    }

    @Test("closing finishes what runs, turns away what waits, and refuses what comes")
    func closing() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER)")
        let database = fixture.database
        let gate = Gate()
        let running = Task {
            try await database.write(.long) { connection in
                gate.wait()
                try connection.exec("INSERT INTO t VALUES (1)")
            }
        }
        await gate.isReached()
        let waiting = Task { try await database.write { _ = try $0.exec("DELETE FROM t") } }
        await until { database.waiting.writes == 1 }
        async let closed: Void = database.close()
        let turned = await #expect(throws: SQLError.self) { try await waiting.value }
        #expect(turned?.code == .connection)
        gate.open()
        _ = try await running.value
        await closed
        #expect(await fixture.error { _ in }?.code == .connection)
        await #expect(throws: SQLError.self) { try await database.read { _ in } }
        await database.close()

        // The connections are gone, though statements were compiled on them: nothing is left beside
        // the file.
        #expect(try files(in: fixture.folder.path) == ["test.db", "test.db.lock"])
    }
}
