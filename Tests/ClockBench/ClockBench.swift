import CSQLite
import Glibc
import MainstayCore
import SupportDesk

/// What `Scripts/bench clocks` measures: `ClockBench FILE TICKETS ROUNDS`.
///
/// Makes a SQLite file of tickets with ten events each, then in turns reads all rows with a plain loop
/// over SQLite's C interface, and reads them the same way into all clocks of each ticket. A line for
/// each round: nanoseconds of CPU of the plain loop and of ours; then how the clocks stand.
@main struct ClockBench {
    private static let query = """
        SELECT chain_id, kind, actor_id, occurred_at, recorded_at, facts_json FROM event
        ORDER BY chain_id, seq
        """

    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 4, let tickets = Int(words[2]), let rounds = Int(words[3]) else {
            return fail("usage: ClockBench FILE TICKETS ROUNDS")
        }
        let database = open(words[1])
        defer { sqlite3_close(database) }
        try SampleLog().write(tickets: tickets, to: database)
        let replay = Replay(try SamplePromises.make())
        _ = (plain(database), replay.run(database))
        for _ in 0..<rounds {
            let start = cpu()
            let sum = plain(database)
            let middle = cpu()
            let tally = replay.run(database)
            print("\(middle - start) \(cpu() - middle)")
            guard tally.rows == sum.rows else { return fail("\(tally.rows) rows, not \(sum.rows)") }
        }
        print(replay.run(database))
    }

    /// Reads all rows and looks at every value.
    private static func plain(_ database: OpaquePointer?) -> (rows: Int, sum: Int64) {
        let statement = prepare(query, database)
        defer { sqlite3_finalize(statement) }
        var (rows, sum) = (0, Int64(0))
        while sqlite3_step(statement) == SQLITE_ROW {
            rows += 1
            sum &+= sqlite3_column_int64(statement, 0) &+ sqlite3_column_int64(statement, 2)
            sum &+= sqlite3_column_int64(statement, 3) &+ sqlite3_column_int64(statement, 4)
            for column in [1, 5] as [Int32] {
                let text = sqlite3_column_text(statement, column)
                sum &+= Int64(text?.pointee ?? 0) &+ Int64(sqlite3_column_bytes(statement, column))
            }
        }
        return (rows, sum)
    }

    /// The CPU time of the process in nanoseconds.
    private static func cpu() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func open(_ path: String) -> OpaquePointer? {
        var database: OpaquePointer?
        check(sqlite3_open(path, &database) == SQLITE_OK, "open", database)
        return database
    }

    static func prepare(_ text: String, _ database: OpaquePointer?) -> OpaquePointer? {
        var statement: OpaquePointer?
        check(sqlite3_prepare_v2(database, text, -1, &statement, nil) == SQLITE_OK, text, database)
        return statement
    }

    static func check(_ isRight: Bool, _ what: String, _ database: OpaquePointer?) {
        if !isRight { fail("\(what): \(String(cString: sqlite3_errmsg(database)))") }
    }

    static func fail(_ message: String) {
        print("Error: \(message)")
        exit(1)
    }
}

/// Reads rows into the clocks of one ticket after another.
private struct Replay {
    /// How many clocks stand how.
    struct Tally: CustomStringConvertible {
        var rows = 0
        var tickets = 0
        var states: [ClockReading.State: Int] = [:]

        mutating func count(_ reading: ClockReading?) {
            if let reading { states[reading.state, default: 0] += 1 }
        }

        var description: String {
            "\(rows) rows, \(tickets) tickets, "
                + ClockReading.State.allCases.map { "\(states[$0] ?? 0) \($0.rawValue)" }
                .joined(separator: ", ")
        }
    }

    private let plans: ClockPlans

    init(_ plans: ClockPlans) { self.plans = plans }

    func run(_ database: OpaquePointer?) -> Tally {
        let statement = ClockBench.prepare(
            """
            SELECT chain_id, kind, actor_id, occurred_at, recorded_at, facts_json FROM event
            ORDER BY chain_id, seq
            """,
            database
        )
        defer { sqlite3_finalize(statement) }
        var clocks = TicketClocks(plans)
        var tally = Tally()
        var chain: Int64?
        while sqlite3_step(statement) == SQLITE_ROW {
            let next = sqlite3_column_int64(statement, 0)
            if next != chain {
                if chain != nil { finish(&clocks, &tally) }
                chain = next
            }
            tally.rows += 1
            clocks.take(event(statement))
        }
        finish(&clocks, &tally)
        return tally
    }

    private func finish(_ clocks: inout TicketClocks, _ tally: inout Tally) {
        let readings = clocks.readings(at: SamplePromises.now)
        tally.tickets += 1
        tally.count(readings[.reaction])
        tally.count(readings[.update])
        tally.count(readings[.fix])
        clocks.begin()
    }

    private func event(_ statement: OpaquePointer?) -> ClockEvent {
        ClockEvent(
            kind: bytes(statement, 1),
            facts: bytes(statement, 5),
            occurredAt: Instant(milliseconds: sqlite3_column_int64(statement, 3)),
            recordedAt: Instant(milliseconds: sqlite3_column_int64(statement, 4)),
            by: sqlite3_column_int64(statement, 2) >= 30 ? .customer : .staff
        )
    }

    private func bytes(_ statement: OpaquePointer?, _ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let text = sqlite3_column_text(statement, column)
        return UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
    }
}
