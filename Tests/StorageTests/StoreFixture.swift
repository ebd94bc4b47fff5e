import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Synchronization
import Testing

/// A store with tables on a fresh database, its blobs, and what writes need.
struct StoreFixture: Sendable {
    let engine: any SQLEngine
    let ids: IDSource
    let blobs: BlobFolder
    let folder: String
    let clock: TestClock

    /// Calls `body` with an empty store on an engine, which goes afterwards.
    static func with(
        _ kind: TestEngine,
        _ body: (StoreFixture) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try await kind.withTestable { engine in
            try await Migration.apply(on: engine)
            let clock = TestClock()
            let ids = try await IDSource.join(engine, name: "test", clock: { clock.now })
            try await body(
                StoreFixture(
                    engine: engine,
                    ids: ids,
                    blobs: BlobFolder(folder.path + "/blobs"),
                    folder: folder.path,
                    clock: clock
                )
            )
        }
        withExtendedLifetime(folder) {}
    }

    /// Runs a write that draws ids and salts.
    @discardableResult
    func write<T: Sendable>(
        ids count: Int = 16,
        _ body: @escaping @Sendable (any Connection, inout Provision) throws -> T
    ) async throws -> T {
        let provision = try await ids.provision(ids: count)
        return try await engine.write { connection in
            var provision = provision
            return try body(connection, &provision)
        }
    }

    func read<V: SQLValue>(_ query: Query, as type: V.Type = V.self) async throws -> [V] {
        try await engine.read { try $0.values(query) }
    }

    func faults() async throws -> [Fault] {
        try await engine.verify(blobs: blobs)
    }
}

extension TestEngine {
    /// Calls `body` with an engine on an empty database; ends the test, visibly, where there is
    /// none.
    func withTestable(_ body: (any SQLEngine) async throws -> Void) async throws {
        if let obstacle {
            Issue.record("\(obstacle)", severity: .warning)
            try Test.cancel("\(obstacle)")
        }
        try await withDatabase(Limits(), body)
    }
}

/// A clock of a process that a test moves.
final class TestClock: Sendable {
    private let state = Mutex(Instant(milliseconds: 1_790_000_000_000))

    var now: Instant { state.withLock { $0 } }

    func move(by milliseconds: Int64) {
        state.withLock { $0 = $0.advanced(by: milliseconds) }
    }
}
