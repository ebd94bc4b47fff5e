import DatabaseSQLite
import CSQLite
import SQLDatabase
import Synchronization
import Testing

@Suite("GroupCommit") struct GroupCommitTests {
    struct Refusal: Error {}

    /// Queues writes behind one that runs alone, so that all of them share one transaction; returns
    /// how each ended.
    func together(
        _ database: SQLiteDatabase,
        _ bodies: [@Sendable (any Connection) throws -> Void]
    ) async -> [Result<Void, any Error>] {
        let gate = Gate()
        async let blocker: Void = database.write(.long) { _ in gate.wait() }
        await gate.isReached()
        let results = await withTaskGroup { group in
            for (position, body) in bodies.enumerated() {
                group.addTask {
                    do {
                        try await database.write(body)
                        return (position, Result<Void, any Error>.success(()))
                    } catch { return (position, .failure(error)) }
                }
                await until { database.waiting.writes == position + 1 }
            }
            gate.open()
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try? await blocker
        return bodies.indices.compactMap { results[$0] }
    }

    @Test("a body that throws undoes only itself")
    func isolation() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER) STRICT")
        let ends = await together(
            fixture.database,
            (0..<9)
                .map { number in
                    { connection in
                        try connection.exec("INSERT INTO t VALUES (\(number))")
                        if number % 3 == 1 { throw Refusal() }
                    }
                }
        )
        #expect(ends.map { (try? $0.get()) != nil } == (0..<9).map { $0 % 3 != 1 })
        #expect(try await fixture.numbers("SELECT a FROM t ORDER BY a") == [0, 2, 3, 5, 6, 8])
    }

    @Test("writes that wait together are one transaction, and one that runs alone is another")
    func sharing() async throws {
        var limits = SQLiteDatabase.Limits.patient
        limits.grouping = .seconds(60)
        let fixture = try await DatabaseFixture(
            "CREATE TABLE t (a INTEGER) STRICT",
            limits: limits
        )
        let seen = Mutex<[Bool]>([])
        let other = ForeignConnection(fixture.file)
        _ = await together(
            fixture.database,
            (0..<3)
                .map { number in
                    { connection in
                        try connection.exec("INSERT INTO t VALUES (\(number))")
                        // Another connection sees nothing before the commit that they share.
                        let empty = other.exec(
                            "SELECT CASE WHEN count(*) THEN abs(-9223372036854775808) END FROM t"
                        )
                        seen.withLock { $0.append(empty == SQLITE_OK) }
                    }
                }
        )
        #expect(seen.withLock { $0 } == [true, true, true])
        #expect(try await fixture.numbers("SELECT count(*) FROM t") == [3])
    }

    @Test("a commit that fails is told to everybody, and the next write works")
    func failingCommit() async throws {
        let fixture = try await DatabaseFixture(
            "CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT",
            "CREATE TABLE u (t INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED) STRICT"
        )
        let ends = await together(
            fixture.database,
            [
                { try $0.exec("INSERT INTO t VALUES (1)") },
                { try $0.exec("INSERT INTO u VALUES (99)") },
                { _ in throw Refusal() },
            ]
        )
        #expect(
            ends.map { end in #expect(throws: SQLError.self) { try end.get() }?.code }
                == [.constraint, .constraint, .constraint]
        )
        try await fixture.database.write { _ = try $0.exec("INSERT INTO t VALUES (2)") }
        #expect(try await fixture.numbers("SELECT a FROM t") == [2])
        #expect(try await fixture.numbers("SELECT t FROM u") == [])
    }

    @Test("a lost transaction is told to everybody in it, and a body cannot write on after it")
    func lostTransaction() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a TEXT) STRICT")
        let long = String(repeating: "x", count: 500_000)
        try await fixture.database.write { connection in
            _ = try connection.value("PRAGMA max_page_count = 20", as: Int.self)
        }
        let ends = await together(
            fixture.database,
            [
                { try $0.exec("INSERT INTO t VALUES ('first')") },
                { connection in
                    _ = try? connection.exec("INSERT INTO t VALUES (\(long))")
                    _ = try? connection.exec("INSERT INTO t VALUES ('on its own')")
                },
                { try $0.exec("INSERT INTO t VALUES ('later')") },
            ]
        )
        let codes = ends.map { end in
            do {
                try end.get()
                return "done"
            } catch { return (error as? SQLError)?.code.rawValue ?? "?" }
        }
        #expect(codes == ["full", "full", "done"])
        let kept: [String] = try await fixture.database.read { try $0.values("SELECT a FROM t") }
        #expect(kept == ["later"])
    }

    @Test("another program's lock is waited for, then busy is told and nothing is written")
    func foreignLock() async throws {
        var limits = SQLiteDatabase.Limits()
        limits.patience = .milliseconds(200)
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER)", limits: limits)
        let other = ForeignConnection(fixture.file)
        #expect(other.exec("BEGIN IMMEDIATE") == SQLITE_OK)
        let ran = Atomic(false)
        let error = await fixture.error { connection in
            ran.store(true, ordering: .relaxed)
            try connection.exec("INSERT INTO t VALUES (1)")
        }
        #expect(error?.code == .busy)
        let hasRun = ran.load(ordering: .relaxed)
        #expect(!hasRun)
        #expect(other.exec("ROLLBACK") == SQLITE_OK)
        try await insisting {
            try await fixture.database.write { _ = try $0.exec("INSERT INTO t VALUES (2)") }
        }
        #expect(try await fixture.numbers("SELECT a FROM t") == [2])
    }

    @Test("concurrent writers keep what was acknowledged and nothing else", arguments: 1...4)
    func randomWriters(seed: UInt64) async throws {
        let fixture = try await DatabaseFixture(
            "CREATE TABLE t (writer INTEGER, number INTEGER, PRIMARY KEY (writer, number)) STRICT",
            "CREATE TABLE total (n INTEGER) STRICT",
            "INSERT INTO total VALUES (0)"
        )
        let database = fixture.database
        let acknowledged = await withTaskGroup { group in
            for writer in 0..<16 {
                group.addTask { await Self.write(database, writer, seed: seed) }
            }
            return await group.reduce(into: Set<[Int]>()) { $0.formUnion($1) }
        }
        let kept = try await fixture.database.read { connection in
            var kept: Set<[Int]> = []
            _ = try connection.run("SELECT writer, number FROM t") {
                kept.insert([try $0.next(), try $0.next()])
            }
            return kept
        }
        #expect(kept == acknowledged, "seed \(seed)")
        // Each write reads the total and sets it: an update that is lost shows.
        #expect(try await fixture.numbers("SELECT n FROM total") == [kept.count], "seed \(seed)")
        #expect(kept.count > 100 && kept.count < 16 * 40, "seed \(seed)")
    }

    /// Writes 40 times, of which some throw after they wrote; returns those that were acknowledged.
    static func write(_ database: SQLiteDatabase, _ writer: Int, seed: UInt64) async -> Set<[Int]> {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(writer)
        var done: Set<[Int]> = []
        for number in 0..<40 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let fate = state >> 60
            let written: Void? = try? await database.write(fate == 0 ? .long : .standard) {
                let total = try $0.value("SELECT n FROM total", as: Int.self) ?? 0
                try $0.exec("INSERT INTO t VALUES (\(writer), \(number))")
                try $0.exec("UPDATE total SET n = \(total + 1)")
                if fate > 12 { throw Refusal() }
                if fate == 12 { try $0.exec("INSERT INTO t VALUES (\(writer), \(number))") }
            }
            if written != nil { done.insert([writer, number]) }
        }
        return done
    }
}
