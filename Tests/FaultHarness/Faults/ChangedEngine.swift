import MainstayTesting
import SQLDatabase
import Storage

/// All that is stored goes from SQLite to PostgreSQL and back.
enum ChangedEngine {
    /// Rows that an effect writes and a dump holds.
    private static let rowsOfEffect = 3

    static func meet(_ order: FaultKind.Order) async throws -> Tally {
        var tally = Tally()
        let folder = try TemporaryFolder()
        let files = (0..<3).map { "\(folder.path)/\($0).jsonl" }
        let effects = order.count / rowsOfEffect
        var told: [Int: Int64] = [:]
        try await TestEngine.sqlite.withPlace { place, _ in
            try await place.opened { engine in
                try await Ledger.found(on: engine)
                told = try await fill(engine, effects)
                tally.met = try await Dump.write(engine, to: files[0])
            }
        }
        for (turn, kind) in [TestEngine.postgres, .sqlite].enumerated() {
            try await kind.withPlace { place, _ in
                try await place.opened { engine in
                    try await Migration.apply(on: engine)
                    let blobs = BlobFolder(folder.path)
                    try await Dump.load(files[turn], into: engine, blobs: blobs)
                    try await Dump.write(engine, to: files[turn + 1])
                }
                try await place.check(told, &tally)
            }
            tally.rounds += 1
            let isSame = try readFile(files[turn + 1]) == readFile(files[0])
            tally.expect(isSame, "The dump from \(kind.rawValue) has other bytes")
        }
        return tally
    }

    private static func fill(_ engine: any SQLEngine, _ effects: Int) async throws -> [Int: Int64] {
        let ledger = try await Ledger(engine)
        return try await withThrowingTaskGroup(of: [Int: Int64].self) { group in
            for task in 0..<8 {
                group.addTask {
                    var told: [Int: Int64] = [:]
                    for number in stride(from: task, through: effects, by: 8) {
                        told[number] = try await ledger.cause(number)
                    }
                    return told
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1) { $1 } }
        }
    }
}
