import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Synchronization
import Testing

@Suite("WriteOnce") struct WriteOnceTests {
    private static func count(_ connection: any Connection) throws -> JSONValue {
        try connection.exec(
            """
            INSERT INTO counter VALUES ('effect', 1)
            ON CONFLICT (name) DO UPDATE SET next = counter.next + 1
            """
        )
        return .int(try connection.value("SELECT next FROM counter WHERE name = 'effect'") ?? 0)
    }

    @Test(
        "a new key runs, a known one answers, another request is refused",
        arguments: TestEngine.allCases
    )
    func outcomes(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let key = EffectKey("http:1:a", request: "body".utf8)
            let first = try await store.engine.writeOnce(key, Self.count)
            #expect(first == 1)
            #expect(try await store.engine.writeOnce(key, Self.count) == 1)
            let error = await #expect(throws: StorageError.self) {
                try await store.engine.writeOnce(
                    EffectKey("http:1:a", request: "else".utf8),
                    Self.count
                )
            }
            #expect(error?.code == .keyReused)
            #expect(
                try await store.read("SELECT next FROM counter WHERE name = 'effect'", as: Int.self)
                    == [1]
            )
        }
    }

    @Test("a body that throws keeps no key", arguments: TestEngine.allCases)
    func throwing(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let key = EffectKey("k", request: [])
            await #expect(throws: StorageError.self) {
                try await store.engine.writeOnce(key) { connection in
                    _ = try Self.count(connection)
                    throw StorageError(.missing, "No")
                }
            }
            let answer = try await store.engine.writeOnce(key, Self.count)
            #expect(answer == 1)
        }
    }

    @Test(
        "many who ask at once cause one effect and get one answer",
        arguments: TestEngine.allCases
    )
    func together(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let answers = try await withThrowingTaskGroup(of: JSONValue.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await store.engine.writeOnce(EffectKey("k", request: []), Self.count)
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(answers == [1])
        }
    }

    @Test(
        "a lost answer to COMMIT is settled by the key, whether it happened or not",
        arguments: TestEngine.allCases,
        [false, true]
    )
    func lostCommit(kind: TestEngine, happened: Bool) async throws {
        try await StoreFixture.with(kind) { store in
            let engine = LosingEngine(store.engine, losing: 3, happens: happened)
            let answer = try await engine.writeOnce(EffectKey("k", request: []), Self.count)
            #expect(answer == 1)
            #expect(engine.left == 0)
            #expect(
                try await store.read("SELECT next FROM counter WHERE name = 'effect'", as: Int.self)
                    == [1]
            )
        }
    }

    @Test("keys older than 30 days are forgotten", arguments: TestEngine.allCases)
    func forgetting(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            for name in ["old", "new"] {
                _ = try await store.engine.writeOnce(EffectKey(name, request: []), Self.count)
            }
            try await store.engine.write { connection in
                let old = try connection.now().advanced(by: -31 * 86_400_000)
                try connection.exec(
                    "UPDATE idempotency SET created_at = \(old) WHERE effect_key = 'old'"
                )
                #expect(try connection.forgetOldEffects() == 1)
            }
            #expect(
                try await store.read("SELECT effect_key FROM idempotency", as: String.self) == [
                    "new"
                ]
            )
        }
    }
}

/// A real engine whose answers to some commits are lost on the way.
private final class LosingEngine: SQLEngine {
    private let engine: any SQLEngine
    private let happens: Bool
    private let losses: Mutex<Int>

    var left: Int { losses.withLock { $0 } }
    var dialect: Dialect { engine.dialect }

    init(_ engine: any SQLEngine, losing count: Int, happens: Bool) {
        self.engine = engine
        self.happens = happens
        losses = Mutex(count)
    }

    func read<T: Sendable>(
        _ mode: ReadMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await engine.read(mode, body)
    }

    func write<T: Sendable>(
        _ mode: WriteMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        let isLost = losses.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        guard isLost else { return try await engine.write(mode, body) }
        let lost = SQLError(.commitUnknown, "The connection was lost")
        let happens = happens
        _ = try await engine.write(mode) { connection in
            let result = try body(connection)
            if !happens { throw lost }
            return result
        }
        throw lost
    }

    func backup(to file: String) async throws { try await engine.backup(to: file) }
    func condition() async throws -> [(name: String, value: String)] {
        try await engine.condition()
    }
    func close() async { await engine.close() }
}
