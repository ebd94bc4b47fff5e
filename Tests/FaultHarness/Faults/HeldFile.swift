import CSQLite
import Glibc
import MainstayTesting
import SQLDatabase

/// Another program holds the SQLite file for 7 s, and another server wants it.
enum HeldFile {
    static func meet(_ order: FaultKind.Order) async throws -> Tally {
        var tally = Tally()
        try await TestEngine.sqlite.withPlace { place, folder in
            try await place.opened { try await Ledger.found(on: $0) }
            var told: [Int: Int64] = [:]
            for round in 0..<order.count {
                let output = "\(folder)/\(round)"
                told.merge(
                    try await place.opened { try await meet(round, place, output, $0, &tally) }
                ) { $1 }
                tally.rounds += 1
            }
            try await place.check(told, &tally)
        }
        return tally
    }

    private static func meet(
        _ round: Int,
        _ place: Place,
        _ output: String,
        _ engine: any SQLEngine,
        _ tally: inout Tally
    ) async throws -> [Int: Int64] {
        let second = try WorkerProcess(["write", place.text, "0"], output: output + "-second")
        tally.expect(second.exitStatus() != 0, "A second server was let in")
        let refusal = try second.lines().joined()
        let expected = "is in use by process \(getpid()), a server of Mainstay fault, since "
        tally.expect(refusal.contains(expected), "The second server was told '\(refusal)'")

        let ledger = try await Ledger(engine)
        let first = try await ledger.cause(2 * round)
        let before = try await LedgerCount(engine).effects
        let holder = try WorkerProcess(["hold", place.text], output: output)
        try await holder.wait(forLines: 1)
        let start = ContinuousClock.now
        do { _ = try await ledger.cause(2 * round + 1) } catch let error as SQLError {
            if error.code == .busy && .now - start < .seconds(6) { tally.met += 1 }
        }
        tally.expect(try await LedgerCount(engine).effects == before, "An effect of a busy write")
        tally.expect(holder.exitStatus() == 0, "The holder failed")
        return [2 * round: first, 2 * round + 1: try await ledger.cause(2 * round + 1)]
    }

    /// Holds a file for 7 s, without our engine.
    static func hold(_ file: String) {
        var handle: OpaquePointer?
        guard sqlite3_open(file, &handle) == SQLITE_OK,
            sqlite3_exec(handle, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK
        else { exit(1) }
        say("held")
        sleep(7)
        exit(sqlite3_exec(handle, "COMMIT", nil, nil, nil))
    }
}
