import MainstayCore
import MainstayService
import SQLDatabase
import Storage
import SupportDesk

/// Notes thresholds of clocks, makes messages of them and sends them until none is left.
enum NoticeWorker {
    /// How much of the target is used up at each threshold, and so many milliseconds before the end.
    static let thresholds: [(percent: Int64, before: Int64)] = [
        (50, 1500), (75, 1000), (90, 500), (100, 0),
    ]

    /// Says `sent` for each message that a receiver took.
    static func run(_ place: Place, folder: String) async throws {
        let engine = try await place.open()
        let instance = try await Instance(
            DataLocation(folder: folder, database: nil),
            on: engine,
            process: "fault",
            clock: { .now }
        )
        let account = try await engine.read { connection in
            try connection.value("SELECT MIN(id) FROM account", as: Int64.self) ?? 0
        }
        var rules = SendingRules()
        rules.tries = 100_000
        rules.leaseMs = 1000
        rules.waitMs = { _ in Int64.random(in: 100...300) }
        while true {
            let clocks = try await instance.noteDueClocks(by: account) { _, clock in
                thresholds.compactMap { part in
                    clock.dueAt.map { due in
                        ClockThreshold(
                            clock: clock.clock,
                            cycle: 0,
                            percent: part.percent,
                            at: due.advanced(by: -part.before)
                        )
                    }
                }
            }
            let made = try await instance.renderNotices(leaseMs: rules.leaseMs)
            let tally = try await instance.sendMessages(rules)
            for _ in 0..<tally.sent { say("sent") }
            guard clocks + made.events + tally.sent + tally.failed == 0 else { continue }
            if try await isDone(engine) { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        await instance.leave()
        await engine.close()
    }

    private static func isDone(_ engine: any SQLEngine) async throws -> Bool {
        let left = try await engine.read { connection in
            try connection.value(
                """
                SELECT CAST((SELECT COUNT(*) FROM job)
                  + (SELECT COUNT(*) FROM sla_due WHERE next_at IS NOT NULL) AS BIGINT)
                """,
                as: Int.self
            )
        }
        return left == 0
    }
}
