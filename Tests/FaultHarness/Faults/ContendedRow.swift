import MainstayTesting
import SQLDatabase
import Storage

/// Eight clients read a number, add one and write it, without any lock of their own.
enum ContendedRow {
    static func meet(_ order: FaultKind.Order, on kind: TestEngine) async throws -> Tally {
        var tally = Tally()
        let clients = 8
        let turns = (order.count + clients - 1) / clients
        try await kind.withPlace { place, _ in
            let engine = try await place.open(threads: clients)
            try await Migration.apply(on: engine)
            try await engine.write { _ = try $0.exec("INSERT INTO counter VALUES ('row', 0)") }
            try await withThrowingTaskGroup { group in
                for _ in 0..<clients {
                    group.addTask {
                        for _ in 0..<turns { try await engine.write(addOne) }
                    }
                }
                try await group.waitForAll()
            }
            let sum = try await engine.read { try $0.value(number, as: Int.self) ?? -1 }
            (tally.rounds, tally.met, tally.acknowledged) = (turns, sum, turns * clients)
            tally.lost = max(0, tally.acknowledged - sum)
            tally.doubled = max(0, sum - tally.acknowledged)
            await engine.close()
        }
        return tally
    }

    private static let number: Query = "SELECT next FROM counter WHERE name = 'row'"

    private static let addOne: @Sendable (any Connection) throws -> Void = { connection in
        let seen = try connection.value(number, as: Int.self) ?? 0
        try connection.exec("UPDATE counter SET next = \(seen + 1) WHERE name = 'row'")
    }
}
