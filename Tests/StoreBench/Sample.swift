import MainstayCore
import MainstayService
import SQLDatabase
import Storage
import SupportDesk

/// The rows that are measured: tickets with one event each, one in ten open, with three clocks.
struct Sample: Sendable {
    let tickets: Int

    /// The number of the first ticket; the others follow without gaps, on which `floor.c` counts.
    static let firstTicket: Int64 = 1_000_000
    private static let products = 5
    private static let customers = 100
    private static let agents = 20

    /// The account, product or customer of this number.
    static func id(_ number: Int) -> Int64 { Int64(1000 + number) }

    /// The words of the sample's texts, the frequent ones first.
    static func word(_ rank: Int) -> String {
        let parts = ["ka", "lo", "mi", "su", "re", "to", "va", "ne", "dri", "pol", "gar", "wex"]
        var (word, rest) = ("", rank + 12)
        while rest > 0 {
            word += parts[rest % parts.count]
            rest /= parts.count
        }
        return word
    }

    /// Makes the tables and the rows.
    func write(to engine: any SQLEngine) async throws {
        _ = try await Instance.setUp(
            on: engine,
            at: DataLocation(folder: "", database: nil),
            first: FirstAccount(osUser: "bench", name: "Bench"),
            identity: "bench"
        )
        try await engine.write(.long) { connection in
            try insertParties(connection)
            let columns: StaticString = """
                id, ref, product_id, customer_id, kind, status, level, area, channel, is_judged,
                impact, urgency, matrix_version, priority, is_overridden, title, body, reporter_id,
                assignee_id, opened_at, updated_at, due_at
                """
            try insert(into: "ticket", columns, on: connection) { ticket($0) }
            let chain: StaticString = "id, kind, seq, head_sha, head_at, anchored_seq"
            try insert(into: "chain", chain, on: connection) { self.chain($0) }
            try insert(into: "event", Self.eventColumns, on: connection) { Self.event(1, on: $0) }
            try insertClocks(connection)
        }
        try await engine.write(.long) { try $0.rebuildSearch() }
    }

    private func insert(
        into table: StaticString,
        _ columns: StaticString,
        on connection: any Connection,
        _ row: (Int) -> [Value]
    ) throws {
        var next = 0
        try connection.bulk(table, columns) {
            guard next < tickets else { return nil }
            defer { next += 1 }
            return row(next)
        }
    }

    /// Three clocks of each open ticket.
    private func insertClocks(_ connection: any Connection) throws {
        let clocks = ["fix", "reaction", "update"]
        let columns: StaticString = "chain_id, clock, computed_seq, state, due_at, next_at"
        var next = 0
        try connection.bulk("sla_due", columns) {
            let number = next / clocks.count * 10
            guard number < tickets else { return nil }
            defer { next += 1 }
            let due = Value.int(Self.due(number))
            return [
                .int(Self.firstTicket + Int64(number)), .text(clocks[next % clocks.count]), .int(1),
                .text("running"), due, due,
            ]
        }
    }

    /// When the clocks of a ticket are due.
    private static func due(_ number: Int) -> Int64 {
        Int64(1_760_000_000_000 + number * 60_000 + number % 7 * 3_600_000)
    }

    private func insertParties(_ connection: any Connection) throws {
        let now = try connection.now()
        for agent in 0..<Self.agents {
            let id = Self.id(agent)
            try connection.exec(
                """
                INSERT INTO account (id, login, name, created_at)
                VALUES (\(id), \("agent\(agent)"), 'Agent', \(now))
                """
            )
        }
        for product in 0..<Self.products {
            let id = Self.id(product)
            try connection.exec(
                "INSERT INTO product VALUES (\(id), \("P\(product)"), 'Product', \(now))"
            )
        }
        for customer in 0..<Self.customers {
            let id = Self.id(customer)
            try connection.exec(
                """
                INSERT INTO customer VALUES (\(id), \("c\(customer)"), 'Customer', 'company', \(now),
                  NULL)
                """
            )
        }
    }

    private func ticket(_ number: Int) -> [Value] {
        var words = Words(seed: UInt64(number))
        let opened = Int64(1_760_000_000_000 + number * 60_000)
        return [
            .int(Self.firstTicket + Int64(number)), .text("P\(number % Self.products)-\(number)"),
            .int(Self.id(number % Self.products)), .int(Self.id(number % Self.customers)),
            .text("incident"), .text(number % 10 == 0 ? "new" : "closed"),
            .int(Int64(number % 3 + 1)), .text("technical"), .text("email"), .int(1), .int(2),
            .int(2), .int(1), .int(Int64(number % 4 + 1)), .int(0), .text(words.draw(6)),
            .text(words.draw(40)), .int(Self.id(number % Self.agents)),
            .int(Self.id(number % Self.agents)), .int(opened), .int(opened),
            number % 10 == 0 ? .int(Self.due(number)) : .null,
        ]
    }

    private func chain(_ number: Int) -> [Value] {
        [
            .int(Self.firstTicket + Int64(number)), .text("ticket"), .int(1), .text(Self.hash),
            .int(1_760_000_000_000), .int(1),
        ]
    }

    /// The columns of ``event(_:on:)``.
    static let eventColumns: StaticString = """
        chain_id, seq, kind, audience, actor_id, occurred_at, recorded_at, facts_json, text, salt, \
        text_sha, prev_sha, sha
        """

    /// An event, as `floor.c` makes it too; its hashes are not true.
    static func event(_ seq: Int, on number: Int) -> [Value] {
        [
            .int(firstTicket + Int64(number)), .int(Int64(seq)), .text("noted"), .text("staff"),
            .int(id(0)), .int(1_760_000_000_000), .int(1_760_000_000_000), .text("{}"),
            .text(note), .text(String(hash.prefix(32))), .text(hash), .text(hash), .text(hash),
        ]
    }

    /// The words of an event.
    static let note = """
        The importer stops after the second page when the answer of the server has no length; \
        seen on 5.4 and 5.5, not on 6.0
        """
    private static let hash = String(repeating: "0123456789abcdef", count: 4)
}

/// Words drawn by their rank, low ranks more often.
private struct Words {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func draw(_ count: Int) -> String {
        (0..<count).map { _ in Sample.word(rank()) }.joined(separator: " ")
    }

    private mutating func rank() -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let share = Double(state >> 11) / Double(1 << 53)
        return Int(share * share * share * 20_000)
    }
}
