package import MainstayCore
package import SQLDatabase
import SupportDesk

/// The two steps from an event to a message that has left: each is a job.
package enum NoticeQueue {
    /// An event that somebody may have to be told of; its job names chain and number.
    package static let render = "notice"
    /// A message of the outbox that is to be sent.
    package static let send = "outbox"
}

extension Connection {
    /// Whether anybody is told of anything: a receiver is there, or mail is switched on.
    package func wantsNotices() throws -> Bool {
        let found: Int? = try value(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM webhook WHERE disabled_at IS NULL)
              OR EXISTS (SELECT 1 FROM setting WHERE name = 'mail' AND value <> '')
            """
        )
        return found != nil
    }

    /// Asks, in the transaction of an event, that people be told of it afterwards.
    package func askForNotice(of event: Event, _ provision: inout Provision) throws {
        guard try wantsNotices() else { return }
        let args: JSONValue = ["chain": .int(event.chainID), "seq": .int(event.seq)]
        try enqueue(JobWish("notice", in: NoticeQueue.render, args: args), &provision)
    }

    /// Asks that a message be sent; once, however often it is asked for.
    package func askToSend(_ message: Int64, _ provision: inout Provision) throws {
        try enqueue(
            JobWish(
                "send",
                in: NoticeQueue.send,
                args: ["message": .int(message)],
                dedup: "send:\(message)"
            ),
            &provision
        )
    }

    /// Returns an event by its place.
    package func event(_ chain: Int64, _ seq: Int64) throws -> Event? {
        try one("SELECT \(Event.columns) FROM event WHERE chain_id = \(chain) AND seq = \(seq)")
    }
}

/// A clock as the cache has it: when somebody is to be told of it next.
package struct DueClock: Sendable, Hashable, TableRow {
    static var table: StoredTable { .slaDue }
    var values: [any SQLValue] { [chainID, clock, computedSeq, state, dueAt, nextAt] }

    /// The ticket.
    package let chainID: Int64
    /// The clock, such as `reaction`.
    package let clock: String
    /// The number of the ticket's event up to which it was computed.
    package let computedSeq: Int64
    /// How it stands, in a word.
    package let state: String
    /// When the target is missed.
    package let dueAt: Instant?
    /// The next moment at which somebody is to be told; `nil`: none.
    package var nextAt: Instant?

    /// Creates a row.
    package init(
        chainID: Int64,
        clock: String,
        computedSeq: Int64,
        state: String,
        dueAt: Instant?,
        nextAt: Instant?
    ) {
        self.chainID = chainID
        self.clock = clock
        self.computedSeq = computedSeq
        self.state = state
        self.dueAt = dueAt
        self.nextAt = nextAt
    }

    /// Reads a row of `sla_due`.
    package init(_ row: inout RowReader) throws {
        chainID = try row.next()
        clock = try row.next()
        computedSeq = try row.next()
        state = try row.next()
        dueAt = try row.next()
        nextAt = try row.next()
    }
}

/// What a list of tickets shows of one clock, as it was kept when the ticket changed last.
package struct ListedClock: Sendable, Hashable {
    /// The clock, such as `reaction`; `deadline` is the one set by hand.
    package let clock: String
    /// How it stands, in a word.
    package let state: String
    /// When the target is missed; `nil` once it has stopped, and while it is paused.
    package let dueAt: Instant?

    /// Whether it measures our own work between levels, which is no customer's business.
    package var isInternal: Bool { ClockName(rawValue: clock)?.isInternal ?? false }
}

extension Connection {
    /// Puts a clock in place of what the cache had of it.
    package func put(_ clock: DueClock) throws { try put(row: clock) }

    /// Returns what the cache has of the clocks of tickets, by ticket and clock.
    package func dueClocks(of tickets: [Int64]) throws -> [DueClock] {
        try rows("WHERE chain_id IN \(list: tickets) ORDER BY chain_id, clock")
    }

    /// Returns what a list shows of the clocks of tickets, by ticket, each ticket's by name.
    package func listedClocks(of tickets: [Int64]) throws -> [Int64: [ListedClock]] {
        var clocks: [Int64: [ListedClock]] = [:]
        var (ticket, ofTicket) = (Int64?.none, [ListedClock]())
        try run(
            """
            SELECT chain_id, clock, state, due_at FROM sla_due
            WHERE chain_id IN \(list: tickets) ORDER BY chain_id, clock
            """
        ) { row in
            let next = try row.next(Int64.self)
            if next != ticket {
                if let ticket { clocks[ticket] = ofTicket }
                (ticket, ofTicket) = (next, [])
            }
            let names = (try row.next(String.self), try row.next(String.self))
            ofTicket.append(
                ListedClock(clock: names.0, state: names.1, dueAt: try row.next())
            )
        }
        if let ticket { clocks[ticket] = ofTicket }
        return clocks
    }

    /// Takes a clock out of the cache.
    package func forget(_ clock: DueClock) throws {
        try exec("DELETE FROM sla_due WHERE chain_id = \(clock.chainID) AND clock = \(clock.clock)")
    }

    /// Takes clocks whose next moment has passed, those that passed first; nobody else takes them
    /// before this transaction ends.
    package func takePassedClocks(limit: Int) throws -> [DueClock] {
        try rows(
            """
            WHERE next_at <= \(clock) ORDER BY next_at, chain_id, clock LIMIT \(limit)
            \(postgres: " FOR UPDATE SKIP LOCKED")
            """
        )
    }

    /// Returns the facts of the events that tell of thresholds of a ticket.
    package func toldThresholds(of ticket: Int64) throws -> [JSONValue] {
        try values(
            "SELECT facts_json FROM event WHERE chain_id = \(ticket) AND kind = 'clock_due'"
        )
    }
}
