import MainstayTesting

/// A process that writes with four tasks is killed at any moment.
enum KilledWriter {
    /// A database is taken for so many rounds, so that proving it stays quick.
    private static let roundsOfDatabase = 25

    static func meet(_ order: FaultKind.Order, on kind: TestEngine) async throws -> Tally {
        var random = order.random
        var tally = Tally()
        while tally.rounds < order.count {
            let end = min(order.count, tally.rounds + roundsOfDatabase)
            var part = Tally()
            try await kind.withPlace { place, folder in
                try await place.opened { try await Ledger.found(on: $0) }
                var told: [Int: Int64] = [:]
                for round in tally.rounds..<end {
                    let worker = try WorkerProcess(
                        ["write", place.text, "\(round)"],
                        output: "\(folder)/said-\(round)"
                    )
                    try await worker.wait(forLines: 1 + random.below(60))
                    try await Task.sleep(for: .microseconds(random.below(5000)))
                    if worker.end() { part.met += 1 }
                    told.merge(try worker.acknowledged()) { $1 }
                    try await place.check(told, &part)
                }
            }
            tally.rounds = end
            tally.add(part)
        }
        return tally
    }
}
