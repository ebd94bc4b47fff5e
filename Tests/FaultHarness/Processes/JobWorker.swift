import DatabaseSQLite
import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Synchronization

/// Tasks that do jobs until none is left, by clocks that jump.
struct JobWorker: Sendable {
    private let ledger: Ledger
    private let chance: Chance

    /// How long leases last here: short, so that those of the killed are soon over.
    private static let leaseMs: Int64 = 1000

    private init(_ ledger: Ledger, _ chance: Chance) {
        self.ledger = ledger
        self.chance = chance
    }

    /// Says number and place of each effect once it is done, and `lost` for each lease it lost.
    static func run(_ place: Place, tasks: Int, seed: UInt64) async throws {
        let chance = Chance(SeededGenerator(seed: seed))
        // The database's clock jumps within leases, that of the process, for ids, by an hour.
        let engine = try await place.open(threads: tasks) { chance.jump(within: leaseMs) }
        let ledger = try await Ledger(engine) {
            Instant.now.advanced(by: chance.jump(within: 3_600_000))
        }
        let worker = JobWorker(ledger, chance)
        try await withThrowingTaskGroup { group in
            for _ in 0..<tasks { group.addTask { try await worker.work() } }
            try await group.waitForAll()
        }
        await engine.close()
    }

    private func work() async throws {
        while true {
            // Some leases are over before the work begins, for so long that the jobs are next again.
            let isLate = chance.isOne(in: 8)
            let lease = isLate ? -3_600_000 : Self.leaseMs
            let jobs = try await ledger.engine.write(.queue) {
                try $0.claimJobs(in: KilledJobs.queue, by: "fault", limit: 10, leaseMs: lease)
            }
            if isLate { try await Task.sleep(for: .milliseconds(30)) }
            for job in jobs { try await perform(job) }
            guard jobs.isEmpty else { continue }
            let left = try await ledger.engine.read {
                try $0.value("SELECT COUNT(*) FROM job", as: Int.self)
            }
            if left == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func perform(_ job: Job) async throws {
        let number = Int(job.args["number"]?.int ?? -1)
        do {
            let seq = try await ledger.cause(number, for: job)
            say("\(number) \(seq)")
            try await ledger.engine.write { try $0.complete(job) }
        } catch let error as StorageError where error.code == .leaseLost {
            say("lost")
        }
    }
}

/// Random numbers for several tasks.
///
/// A class, because it owns a lock.
private final class Chance: Sendable {
    private let random: Mutex<SeededGenerator>

    init(_ random: SeededGenerator) { self.random = Mutex(random) }

    func isOne(in count: Int) -> Bool { random.withLock { $0.below(count) == 0 } }

    /// Mostly none, now and then one of at most so many milliseconds, back or ahead.
    func jump(within limit: Int64) -> Int64 {
        random.withLock { random in
            random.below(20) == 0 ? Int64(random.below(Int(2 * limit))) - limit : 0
        }
    }
}
