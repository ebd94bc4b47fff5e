import Glibc
import MainstayCore
import MainstayService
import MainstayTesting
import SQLDatabase
import Storage
import SupportDesk

/// Due times of clocks pass while the processes that tell of them are killed: each threshold is told
/// once, to a receiver by HTTP and, for each tenth ticket, to a program for mail.
///
/// Three processes on PostgreSQL; one on SQLite, where only one may have the file.
enum KilledNotices {
    private static let kills = 50

    static func meet(_ order: FaultKind.Order, on kind: TestEngine) async throws -> Tally {
        var tally = Tally()
        var random = order.random
        let receiver = try CountingReceiver(SeededGenerator(seed: random.next()))
        try await kind.withPlace { place, folder in
            let parts = NoticeWorker.thresholds.count
            let expected = try await place.opened { engine in
                try await setUp(
                    tickets: order.count / parts,
                    on: engine,
                    folder,
                    receiver,
                    &random
                )
            }
            let count = expected.hooks.count + expected.mails.count
            var crew = NoticeCrew(place, folder, random)
            try crew.start(kind == .sqlite ? 1 : 3)
            try await crew.work(through: expected.hooks.count, kills: kills) {
                receiver.counts.count
            }
            tally.rounds = crew.kills
            tally.met = expected.hooks.count
            tally.expect(crew.kills == kills, "only \(crew.kills) of \(kills) kills")
            let mails = try readMails(folder)
            compare(expected.hooks, receiver.counts, "webhook", &tally)
            compare(expected.mails, mails, "mail", &tally)
            tally.acknowledged = count
            let again = (Array(receiver.counts.values) + Array(mails.values)).count { $0 > 1 }
            let faults = receiver.faults
            tally.notes = [
                "kills \(crew.kills)", "mails \(expected.mails.count)", "sent again \(again)",
                "refused \(faults.refusals)", "answers lost \(faults.lostAnswers)",
            ]
            try await place.opened { try await checkRows($0, order.count, &tally) }
        }
        return tally
    }

    /// Keys that never came, and keys that nobody expects.
    private static func compare(
        _ expected: Set<String>,
        _ seen: [String: Int],
        _ name: String,
        _ tally: inout Tally
    ) {
        let keys = Set(seen.keys)
        tally.lost += expected.subtracting(keys).count
        let strangers = keys.subtracting(expected)
        tally.expect(strangers.isEmpty, "\(name) of nothing: \(strangers.prefix(3))")
    }

    /// Every threshold has one event and every message one row.
    private static func checkRows(
        _ engine: any SQLEngine,
        _ count: Int,
        _ tally: inout Tally
    ) async throws {
        let (events, open, dead) = try await engine.read { connection in
            (
                try connection.value(
                    "SELECT COUNT(*) FROM event WHERE kind = 'clock_due'",
                    as: Int.self
                ) ?? 0,
                try connection.openMessages(limit: 10).count,
                try connection.value("SELECT COUNT(*) FROM job_dead", as: Int.self) ?? 0
            )
        }
        tally.doubled += max(0, events - count)
        tally.expect(events == count, "\(events) events of \(count) thresholds")
        tally.expect(open == 0 && dead == 0, "\(open) messages open, \(dead) jobs dead")
    }

    private static func readMails(_ folder: String) throws -> [String: Int] {
        var seen: [String: Int] = [:]
        let text = String(decoding: try readFile(folder + "/mails"), as: UTF8.self)
        for line in text.split(separator: "\n") { seen[String(line), default: 0] += 1 }
        return seen
    }

    /// Opens tickets with clocks that come due in the next seconds; returns what must arrive.
    private static func setUp(
        tickets: Int,
        on engine: any SQLEngine,
        _ folder: String,
        _ receiver: CountingReceiver,
        _ random: inout SeededGenerator
    ) async throws -> (hooks: Set<String>, mails: Set<String>) {
        let first = FirstAccount(osUser: "ada", name: "Ada")
        let place = DataLocation(folder: folder, database: nil)
        _ = try await Instance.setUp(on: engine, at: place, first: first, identity: "fault")
        let instance = try await Instance(
            place,
            on: engine,
            process: "fault",
            clock: { .now }
        )
        let desk = Desk(instance, as: .osUser("ada"))
        var eve = NewAccount(login: "eve", name: "Eve")
        eve.email = "eve@example.org"
        try await desk.makeAccount(eve)
        try await register(tickets, at: desk)
        let program = folder + "/sendmail"
        let script = """
            #!/bin/sh
            sed -n 's/^Message-ID: <\\(.*\\)@.*/\\1/p' >> '\(folder)/mails'

            """
        try writeFile(program, Array(script.utf8))
        try writeFile(folder + "/mails", [])
        chmod(program, 0o755)
        try await desk.setMail(("desk@example.org", program))
        let hook = try await desk.makeWebhook(
            receiver.url,
            for: nil,
            kinds: [.clockDue],
            isInsecure: true
        )
        let seconds = max(4, tickets / 200)
        let moments = (0..<tickets).map { _ in Int64(random.below(seconds * 1000)) }
        let ids = try await arm(moments, on: engine)
        await instance.leave()
        let reader = try await engine.read { try $0.account(login: "eve")?.id ?? 0 }
        let parts = NoticeWorker.thresholds.map(\.percent)
        let keys = ids.flatMap { id in parts.map { "sla:\(id):fix:0:\($0):webhook:\(hook.id)" } }
        let mailed = ids.enumerated().filter { $0.offset % 10 == 0 }.map(\.element)
        let mails = mailed.flatMap { id in parts.map { "sla.\(id).fix.0.\($0).mail.\(reader)" } }
        return (Set(keys), Set(mails))
    }

    private static func register(_ count: Int, at desk: Desk) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= 32 { try await group.next() }
                group.addTask { _ = try await desk.register(NewTicket(title: "Clock \(number)")) }
            }
            try await group.waitForAll()
        }
    }

    /// Gives each tenth ticket to Eve and each a clock; returns the tickets in order.
    private static func arm(_ moments: [Int64], on engine: any SQLEngine) async throws -> [Int64] {
        try await engine.write { connection in
            let ids: [Int64] = try connection.values("SELECT id FROM ticket ORDER BY id")
            let eve = try connection.account(login: "eve")?.id
            let start = try connection.now().advanced(by: 2000)
            let before = NoticeWorker.thresholds.first?.before ?? 0
            for (place, id) in ids.enumerated() {
                if place % 10 == 0 {
                    try connection.exec("UPDATE ticket SET assignee_id = \(eve) WHERE id = \(id)")
                }
                let due = start.advanced(by: moments[place])
                try connection.put(
                    DueClock(
                        chainID: id,
                        clock: "fix",
                        computedSeq: 1,
                        state: "running",
                        dueAt: due,
                        nextAt: due.advanced(by: -before)
                    )
                )
            }
            return ids
        }
    }
}

/// The processes that send, of which one is killed now and then and another takes its place.
private struct NoticeCrew {
    private let place: Place
    private let folder: String
    private var random: SeededGenerator
    private var atWork: [WorkerProcess] = []
    private var started = 0
    private(set) var kills = 0

    init(_ place: Place, _ folder: String, _ random: SeededGenerator) {
        self.place = place
        self.folder = folder
        self.random = random
    }

    mutating func start(_ count: Int) throws {
        for _ in 0..<count {
            let output = "\(folder)/worker-\(started)"
            started += 1
            atWork.append(try WorkerProcess(["notices", place.text, folder], output: output))
        }
    }

    /// Kills so many, evenly over so many messages of which `arrived` says how many are there, and
    /// returns once nothing is left to do.
    mutating func work(
        through messages: Int,
        kills wanted: Int,
        arrived: () -> Int
    ) async throws {
        while !atWork.isEmpty {
            try await Task.sleep(for: .milliseconds(2 + random.below(10)))
            try dismissIdle()
            guard kills < wanted, arrived() >= messages * (kills + 1) / (wanted + 2) else {
                continue
            }
            let busy = try atWork.indices.filter { try !atWork[$0].lines().isEmpty }
            guard let chosen = busy.randomElement(using: &random) else { continue }
            if atWork.remove(at: chosen).end() { kills += 1 }
            try start(1)
        }
    }

    /// Lets those go that found nothing more to do.
    private mutating func dismissIdle() throws {
        for place in atWork.indices.reversed() where !atWork[place].isRunning() {
            let said = try atWork[place].lines().last ?? ""
            guard atWork[place].exitStatus() == 0 else {
                throw FixtureError("A worker ended: \(said)")
            }
            atWork.remove(at: place)
        }
    }
}
