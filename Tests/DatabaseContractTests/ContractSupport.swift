import Glibc
import MainstayTesting
import SQLDatabase
import Synchronization
import Testing

/// Calls `body` with an engine and a table `item (id, name, note)`; says so where it cannot.
func onFreshTable(
    _ engine: TestEngine,
    _ limits: TestEngine.Limits = TestEngine.Limits(),
    _ body: (any SQLEngine) async throws -> Void
) async throws {
    try requireTestable(engine)
    try await engine.withDatabase(limits) { database in
        try await database.write { connection in
            try connection.exec(
                "CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, name TEXT, note TEXT)"
            )
        }
        try await body(database)
    }
}

/// Ends the test, visibly, where the engine cannot be tested.
func requireTestable(_ engine: TestEngine) throws {
    guard let obstacle = engine.obstacle else { return }
    // A cancelled case among other arguments is reported as passed.
    Issue.record("\(obstacle)", severity: .warning)
    try Test.cancel("\(obstacle)")
}

extension SQLEngine {
    /// Returns the numbers of all items, in order.
    func itemIDs() async throws -> [Int64] {
        try await read { try $0.values("SELECT id FROM item ORDER BY id") }
    }
}

/// Expects that `body` throws an ``SQLError`` with `code`, and returns it.
@discardableResult
func expectCode<T>(
    _ code: SQLError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> T
) async -> SQLError? {
    let error = await #expect(throws: SQLError.self, sourceLocation: sourceLocation) {
        _ = try await body()
    }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    return error
}

/// Holds a body on its thread until the test opens it.
final class Gate: Sendable {
    /// Safe to share: all that is done with the semaphore is atomic.
    private nonisolated(unsafe) let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Waits; once open, the gate stays open.
    func wait() {
        while sem_wait(semaphore) != 0 && errno == EINTR {}
        sem_post(semaphore)
    }

    func open() { sem_post(semaphore) }
}

/// Counts what bodies do.
final class Counter: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    @discardableResult
    func add() -> Int { value.add(1, ordering: .relaxed).newValue }
}
