import MainstayCore
import MainstayService
import SQLDatabase
import Storage
import SupportDesk
import Synchronization

/// What is read.
extension Connection {
    func countTickets() throws -> Int { try value("SELECT COUNT(*) FROM ticket") ?? 0 }

    func head(_ id: Int64) throws -> ChainHead? {
        try one("SELECT \(ChainHead.columns) FROM chain WHERE id = \(id)")
    }

    func point(_ round: Int, of tickets: Int) throws {
        _ = try head(Sample.firstTicket + Int64(round &* 7919 % tickets))
    }

    /// The page that `Desk.list` asks for, with the one row more that tells whether there is a next.
    func page() throws -> [TicketSummary] {
        try tickets(TicketFilter(viewer: 0, sight: .all, embargoSight: .all), limit: 51)
    }

    /// Looks for one of the words at 200 ranks, with and without a second one.
    func look(_ round: Int) throws {
        let rank = round % 200 * 7
        let words = Sample.word(rank) + (round % 2 == 0 ? "" : " " + Sample.word(rank + 30))
        _ = try search(SearchQuery(words), for: .staff, limit: 50)
    }
}

extension StoreBench {
    func inOneBody(_ body: @escaping @Sendable (any Connection, Int) throws -> Void) async throws {
        try await engine.read(.long) { connection in
            for round in 0..<count / 10 { try body(connection, round) }
            let cost = Cost()
            for round in 0..<count { try body(connection, round) }
            cost.tell(count)
        }
    }

    /// Measures operations that each are a call of their own, in tasks on tickets of their own.
    func inTasks(
        _ body: @escaping @Sendable (any SQLEngine, Int64) async throws -> Void
    ) async throws {
        try await body(engine, Sample.firstTicket)
        let cost = Cost()
        try await withThrowingTaskGroup { group in
            for task in 0..<tasks {
                group.addTask {
                    for round in 0..<count / tasks {
                        let place = (task * 1000 + round &* 7919 % 1000) % tickets
                        try await body(engine, Sample.firstTicket + Int64(place))
                    }
                }
            }
            try await group.waitForAll()
        }
        cost.tell(count / tasks * tasks)
    }

    func useDesk(_ measure: String) async throws {
        let place = DataLocation(folder: "", database: nil)
        let instance = try await Instance(place, on: engine, process: "bench") { Instant.now }
        let desk = Desk(instance, as: .osUser("bench"))
        for isWarm in [false, true] {
            let cost = Cost()
            for round in 0..<(isWarm ? count : count / 10) {
                if measure == "list" {
                    _ = try await desk.list(TicketQuery())
                } else {
                    let number = round &* 7919 % tickets
                    _ = try await desk.show("P\(number % 5)-\(number)")
                }
            }
            if isWarm { cost.tell(count) }
        }
    }
}

/// What is written.
extension Connection {
    func appendNote(to id: Int64, _ provision: inout Provision) throws {
        var head = try lockChain(id)
        let draft = EventDraft("noted", text: Sample.note)
        try append(draft, by: Sample.id(0), to: &head, &provision)
    }
}

extension SQLEngine {
    func appendOnce(to id: Int64) async throws {
        let provision = Provision(ids: [], seed: Array(repeating: 7, count: 32))
        try await write { connection in
            var provision = provision
            try connection.appendNote(to: id, &provision)
        }
    }
}

extension StoreBench {
    /// Measures a body, of which nothing stays.
    private func inWrite(
        _ mode: WriteMode,
        _ body: @escaping @Sendable (any Connection) throws -> Cost
    ) async throws {
        do { try await engine.write(mode) { throw try body($0) } } catch let cost as Cost {
            _ = cost
        }
    }

    func append() async throws {
        try await inWrite(.long) { connection in
            var provision = Provision(ids: [], seed: Array(repeating: 7, count: 32))
            func append(_ count: Int) throws {
                for round in 0..<count {
                    let id = Sample.firstTicket + Int64(round &* 7919 % tickets)
                    try connection.appendNote(to: id, &provision)
                }
            }
            try append(count / 10)
            let cost = Cost()
            try append(count)
            cost.tell(count)
            return cost
        }
    }

    func claims() async throws {
        try await inWrite(.queue) { connection in
            var provision = Provision(ids: (0..<Int64(count)).map { $0 }, seed: [])
            let wish = JobWish("notify", in: "mail", args: ["ticket": .int(7)])
            for _ in 0..<count { try connection.enqueue(wish, &provision) }
            let cost = Cost()
            for _ in 0..<count / 50 {
                let jobs = try connection.claimJobs(in: "mail", by: "bench", limit: 50)
                for job in jobs { try connection.complete(job) }
            }
            cost.tell(count)
            return cost
        }
    }

    func load() async throws {
        let rows = (0..<count).map { Sample.event($0 / tickets + 1_000_000, on: $0 % tickets) }
        try await inWrite(.long) { connection in
            var rest = rows[...]
            let cost = Cost()
            try connection.bulk("event", Sample.eventColumns) { rest.popFirst() }
            cost.tell(count)
            return cost
        }
    }

    /// Measures reads of two tasks while writers, if any, append.
    func beside() async throws {
        let end = End()
        try await withThrowingTaskGroup { group in
            for writer in 0..<tasks {
                group.addTask {
                    while !end.isReached.load(ordering: .relaxed) {
                        try await engine.appendOnce(to: Sample.firstTicket + Int64(writer))
                    }
                }
            }
            let readers = StoreBench(engine: engine, count: count, tasks: 2, tickets: tickets)
            try await readers.inTasks { engine, id in _ = try await engine.read { try $0.head(id) }
            }
            end.isReached.store(true, ordering: .relaxed)
            try await group.waitForAll()
        }
    }
}

private final class End: Sendable {
    let isReached = Atomic(false)
}
