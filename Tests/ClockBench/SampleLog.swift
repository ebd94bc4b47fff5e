import CSQLite
import MainstayCore
import SupportDesk

/// Three contracts in three time zones, for what ``SampleLog`` writes.
enum SamplePromises {
    /// When the clocks are read.
    static let now = Instant(milliseconds: 1_798_000_000_000)

    static func make() throws -> ClockPlans {
        let zones = TimeZones()
        var calendars = [CalendarVersions("24x7", .always)]
        var contracts: [Int64: [DatedTerms]] = [:]
        let names = ["Europe/Berlin", "America/New_York", "Australia/Sydney"]
        for (number, name) in names.enumerated() {
            let calendar = try ServiceCalendar(
                json: ["tz": .text(name), "weekly": .object(week)],
                zones: zones
            )
            calendars.append(CalendarVersions(name, calendar))
            var targets: [ClockTarget] = []
            for clock in ClockName.ofCustomers {
                for priority in Priority.allCases {
                    let minutes = 60 * (priority.rawValue + (clock == .fix ? 8 : 1))
                    let hours = priority == .p1 ? "24x7" : nil
                    let target = try ClockTarget(clock, priority, minutes: minutes, calendar: hours)
                    targets.append(target)
                }
            }
            let terms = ClockTerms(calendar: name, targets: targets)
            contracts[Int64(number + 1)] = [DatedTerms(validFrom: .earliest, terms)]
        }
        return try ClockPlans(contracts: contracts, calendars: calendars)
    }

    private static let week = Dictionary(
        uniqueKeysWithValues: Weekday.allCases.prefix(5)
            .map { day -> (String, JSONValue) in
                (day.rawValue, [["08:00", "12:00"], ["13:00", "18:00"]])
            }
    )
}

/// A log of tickets with ten events each, as their acts write them.
struct SampleLog {
    private struct Entry {
        let kind: String
        let facts: String
        let actor: Int64
        let minute: Int64
    }

    private let shapes: [[Entry]]

    /// Makes one ticket for each contract and priority by acts; all others repeat them.
    init() throws {
        shapes = try (1...3)
            .flatMap { contract in
                try Grade.allCases.map { try Self.shape(contract: contract, urgency: $0) }
            }
    }

    private static func shape(contract: Int64, urgency: Grade) throws -> [Entry] {
        let request = TicketRequest(
            id: 1,
            ref: "MST-1",
            origin: TicketOrigin(product: 7, customer: 3, reporter: 30, channel: .web),
            classification: Classification(.incident),
            title: "Export stops"
        )
        let basis = PriorityBasis(.first(validFrom: .earliest))
        let opening = try TicketChange(
            opening: request,
            in: ProductLevels(),
            by: basis,
            signature: try signature(30, 0)
        )
        var entries = opening.events.map { entry($0, 30, 0, contract: contract) }
        var ticket = opening.ticket
        func act(_ actor: Int64, _ minute: Int64, _ act: (inout TicketChange) throws -> Void) throws
        {
            var change = try TicketChange(of: ticket, by: try signature(actor, minute))
            try act(&change)
            ticket = change.ticket
            entries += change.events.map { entry($0, actor, minute, contract: nil) }
        }
        try act(20, 12) { try $0.assign(to: 20) }
        try act(20, 14) {
            try $0.prioritise(Judgement(impact: .high, urgency: urgency), by: basis)
        }
        try act(20, 50) { try $0.comment("Which release is it?", through: .email) }
        try act(20, 51) { try $0.move(to: .waitingCustomer) }
        try act(30, 900) { try $0.comment("It is 5.4", through: .web) }
        try act(20, 1000) { try $0.note("Seen on 5.4 and 5.5") }
        try act(20, 1500 + 400 * urgency.rawValue) { try $0.move(to: .resolved) }
        try act(20, 9000) { try $0.move(to: .closed) }
        return entries
    }

    private static func entry(
        _ event: TicketEvent,
        _ actor: Int64,
        _ minute: Int64,
        contract: Int64?
    ) -> Entry {
        var facts = event.facts
        if let contract, case .object(var members) = facts, case .object(var now)? = members["now"]
        {
            now["contract_id"] = .int(contract)
            members["now"] = .object(now)
            facts = .object(members)
        }
        return Entry(kind: event.kind.rawValue, facts: facts.json, actor: actor, minute: minute)
    }

    private static func signature(_ actor: Int64, _ minute: Int64) throws -> Signature {
        let moment = Instant(milliseconds: 1_760_000_000_000 + minute * 60_000)
        return try Signature(
            accountID: actor,
            isCustomer: actor >= 30,
            roles: actor >= 30 ? [.customer] : [.agent],
            occurredAt: moment,
            now: moment
        )
    }

    /// Writes so many tickets, opened over three years, into a new file.
    func write(tickets: Int, to database: OpaquePointer?) throws {
        for text in [
            "PRAGMA synchronous = OFF",
            """
            CREATE TABLE event (
              chain_id BIGINT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL,
              audience TEXT NOT NULL, actor_id BIGINT NOT NULL, occurred_at BIGINT NOT NULL,
              recorded_at BIGINT NOT NULL, facts_json TEXT NOT NULL, text TEXT, salt TEXT,
              text_sha TEXT NOT NULL, prev_sha TEXT NOT NULL, sha TEXT NOT NULL,
              PRIMARY KEY (chain_id, seq)
            )
            """, "BEGIN",
        ] {
            run(text, database)
        }
        let hash = String(repeating: "0123456789abcdef", count: 4)
        let statement = ClockBench.prepare(
            """
            INSERT INTO event VALUES (?, ?, ?, 'staff', ?, ?, ?, ?, 'The importer stops after the \
            second page when the answer of the server has no length', \
            '\(hash.prefix(32))', '\(hash)', '\(hash)', '\(hash)')
            """,
            database
        )
        for ticket in 0..<tickets {
            let opened = 1_700_000_000_000 + Int64(ticket) * 94_608_000_000 / Int64(tickets)
            for (place, entry) in shapes[ticket % shapes.count].enumerated() {
                let at = opened + entry.minute * 60_000
                insert([Int64(ticket + 1_000_000), Int64(place + 1)], entry, at, statement)
            }
        }
        sqlite3_finalize(statement)
        run("COMMIT", database)
    }

    private func insert(
        _ key: [Int64],
        _ entry: Entry,
        _ at: Int64,
        _ statement: OpaquePointer?
    ) {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_int64(statement, 1, key[0])
        sqlite3_bind_int64(statement, 2, key[1])
        sqlite3_bind_text(statement, 3, entry.kind, -1, transient)
        sqlite3_bind_int64(statement, 4, entry.actor)
        sqlite3_bind_int64(statement, 5, at)
        sqlite3_bind_int64(statement, 6, at + 100)
        sqlite3_bind_text(statement, 7, entry.facts, -1, transient)
        if sqlite3_step(statement) != SQLITE_DONE { ClockBench.fail("insert") }
        sqlite3_reset(statement)
    }

    private func run(_ text: String, _ database: OpaquePointer?) {
        let isDone = sqlite3_exec(database, text, nil, nil, nil) == SQLITE_OK
        ClockBench.check(isDone, text, database)
    }
}
