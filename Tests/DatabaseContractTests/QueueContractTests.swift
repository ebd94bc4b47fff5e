import Glibc
import MainstayTesting
import SQLDatabase
import Testing

@Suite("Engine contract: the queue")
struct QueueContractTests {
    /// Occupies the only connection that writes while `body` runs.
    private func whileBusy(
        _ engine: TestEngine,
        waiting: Int = 1000,
        patience: Duration = .seconds(600),
        _ body: (any SQLEngine) async throws -> Void
    ) async throws {
        var limits = TestEngine.Limits()
        limits.connections = 1
        limits.waiting = waiting
        limits.patience = patience
        try await onFreshTable(engine, limits) { database in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let gate = Gate()
            async let held: Void = database.write { _ in
                start.yield()
                gate.wait()
            }
            for await _ in started { break }
            do { try await body(database) } catch {
                gate.open()
                throw error
            }
            gate.open()
            try await held
        }
    }

    @Test("a body that waits too long is turned away", arguments: TestEngine.allCases)
    func patience(engine: TestEngine) async throws {
        try await whileBusy(engine, patience: .milliseconds(50)) { database in
            for _ in 0..<2 {
                await expectCode(.busy) {
                    try await database.write { try $0.exec("INSERT INTO item (id) VALUES (1)") }
                }
            }
        }
    }

    @Test("no more wait than may", arguments: TestEngine.allCases)
    func crowd(engine: TestEngine) async throws {
        try await whileBusy(engine, waiting: 3) { database in
            await withTaskGroup(of: SQLError.Code?.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        do { try await database.write { _ in } } catch {
                            return (error as? SQLError)?.code
                        }
                        return nil
                    }
                }
                // Three wait for the connection; the one too many comes back.
                #expect(await group.next() == .some(.busy))
                group.cancelAll()
                for await code in group { #expect(code == nil) }
            }
        }
    }

    @Test("a cancelled task leaves the queue, its body never runs", arguments: TestEngine.allCases)
    func cancellation(engine: TestEngine) async throws {
        try await whileBusy(engine) { database in
            let runs = Counter()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await database.write { _ in
                                runs.add()
                            }
                        }
                    }
                }
                group.cancelAll()
            }
            #expect(runs.count == 0)
        }
    }

    @Test("a body that runs when its task is cancelled is finished", arguments: TestEngine.allCases)
    func finishing(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let gate = Gate()
            let task = Task<Int, any Error> {
                try await database.write { connection in
                    start.yield()
                    gate.wait()
                    return try connection.exec("INSERT INTO item (id) VALUES (1)")
                }
            }
            for await _ in started { break }
            task.cancel()
            gate.open()
            #expect(try await task.value == 1)
            let ids = try await database.itemIDs()
            #expect(ids == [1])
        }
    }

    @Test("a closed engine throws", arguments: TestEngine.allCases)
    func closing(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            await database.close()
            await #expect(throws: SQLError.self) { try await database.write { _ in } }
            await #expect(throws: SQLError.self) { try await database.itemIDs() }
            await database.close()
        }
    }

    @Test("the condition has names and values", arguments: TestEngine.allCases)
    func condition(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let condition = try await database.condition()
            #expect(condition.count > 3)
            #expect(Set(condition.map(\.name)).count == condition.count)
            #expect(condition.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty })
        }
    }

    @Test("a backup is a new file, and never replaces one", arguments: TestEngine.allCases)
    func backup(engine: TestEngine) async throws {
        try await onFreshTable(engine) { database in
            let folder = try TemporaryFolder()
            let file = folder.path + "/back up's"
            try await database.backup(to: file)
            var state = stat()
            #expect(stat(file, &state) == 0)
            #expect(state.st_size > 0)
            #expect(state.st_mode & 0o077 == 0)
            await #expect(throws: SQLError.self) { try await database.backup(to: file) }
            await #expect(throws: SQLError.self) {
                try await database.backup(to: folder.path + "/missing/file")
            }
        }
    }
}
