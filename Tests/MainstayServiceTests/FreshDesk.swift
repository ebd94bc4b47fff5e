import MainstayCore
import MainstayService
import MainstayTesting
import SQLDatabase
import Storage
import Testing

/// An installation that was just set up, with its first account, `ada`, who may do all.
struct FreshDesk {
    let desk: Desk
    let instance: Instance
    let engine: any SQLEngine
    /// Its data folder.
    let folder: String

    /// Calls `body` with one on an engine; it goes afterwards.
    ///
    /// Without the engine the test ends, with a warning.
    static func with(
        _ kind: TestEngine,
        _ body: (FreshDesk) async throws -> Void
    ) async throws {
        if let obstacle = kind.obstacle {
            Issue.record("\(obstacle)", severity: .warning)
            try Test.cancel("\(obstacle)")
        }
        let folder = try TemporaryFolder()
        try await kind.withDatabase { engine in
            let first = FirstAccount(osUser: "ada", name: "Ada")
            let place = DataLocation(folder: folder.path, database: nil)
            _ = try await Instance.setUp(on: engine, at: place, first: first, identity: "test")
            let instance = try await Instance(
                place,
                on: engine,
                process: "test",
                clock: { Instant.now }
            )
            let desk = Desk(instance, as: .osUser("ada"))
            let fresh = FreshDesk(
                desk: desk,
                instance: instance,
                engine: engine,
                folder: folder.path
            )
            try await body(fresh)
            await instance.leave()
        }
        withExtendedLifetime(folder) {}
    }
}
