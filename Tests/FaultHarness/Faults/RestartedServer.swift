import Glibc
import MainstayTesting

/// A PostgreSQL server goes down, in three ways by turns, while two processes write.
enum RestartedServer {
    static func meet(_ order: FaultKind.Order) async throws -> Tally {
        var random = order.random
        var tally = Tally()
        let server = try OwnServer()
        let place = Place.postgres(server.url)
        let folder = try TemporaryFolder()
        try await place.opened { try await Ledger.found(on: $0) }
        let workers = try (0..<2)
            .map {
                try WorkerProcess(["write", place.text, "\($0)"], output: "\(folder.path)/\($0)")
            }
        for round in 0..<order.count {
            let ending = OwnServer.Ending.allCases[round % 3]
            for worker in workers { try await worker.saysMore(20 + random.below(100)) }
            try await server.restart(after: ending)
            tally.rounds += 1
            for worker in workers { try await worker.saysMore(1) }
            tally.met += 1
        }
        for worker in workers { worker.end() }
        var told: [Int: Int64] = [:]
        for worker in workers { told.merge(try worker.acknowledged()) { $1 } }
        try await place.check(told, &tally)
        return tally
    }
}

extension WorkerProcess {
    /// Returns once it has said so many lines more.
    fileprivate func saysMore(_ count: Int) async throws {
        try await wait(forLines: lines().count + count)
    }
}
