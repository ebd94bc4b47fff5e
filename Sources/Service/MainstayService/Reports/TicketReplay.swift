import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Reads the events of many tickets once, into clocks and courses.
struct TicketReplay {
    /// The last instant that counts.
    let moment: Instant
    /// Whether a customer reads the report: what levels did is left out.
    let isForCustomer: Bool
    private let connection: any Connection
    private let customers: Set<Int64>
    private let terms: [Int64: [DatedTerms]]
    private let calendars: [CalendarVersions]

    /// Tickets whose events are read by one statement.
    private static let batch = 500

    /// Prepares what all tickets go by.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/calendar`` or ``DeskError/Code/zone``.
    init(
        _ connection: any Connection,
        contracts: [Contract],
        until moment: Instant,
        isForCustomer: Bool,
        _ zones: TimeZones
    ) throws {
        self.connection = connection
        self.moment = moment
        self.isForCustomer = isForCustomer
        customers = try connection.customerAccounts()
        calendars = Array(try connection.calendars(zones).values)
        let dated = try contracts.map { ($0.id, try connection.terms(of: $0.id).map(\.dated)) }
        terms = Dictionary(uniqueKeysWithValues: dated)
    }

    /// Returns what the events of tickets tell; `rows` are in order of their numbers.
    ///
    /// - Throws: ``SQLError``, or ``DeskError`` for a calendar that is gone.
    func read(_ rows: [ReportRow]) throws -> [Int64: ReportedTicket] {
        var tickets: [Int64: ReportedTicket] = [:]
        for (product, those) in Dictionary(grouping: rows, by: \.origin.productID) {
            let plans = try ClockPlans(
                contracts: terms,
                calendars: calendars,
                levels: try product.map { try connection.levelTargets(of: $0) } ?? [:]
            )
            var clocks = TicketClocks(plans)
            for start in stride(from: 0, to: those.count, by: Self.batch) {
                let batch = those[start..<min(start + Self.batch, those.count)]
                try replay(batch, &clocks) { tickets[$0] = $1 }
            }
        }
        return tickets
    }

    private func replay(
        _ rows: ArraySlice<ReportRow>,
        _ clocks: inout TicketClocks,
        _ take: (Int64, ReportedTicket) -> Void
    ) throws {
        var rest = rows
        var rating: Int64?
        let merged = try mergedEvents(into: rows.map(\.id))
        clocks.begin()
        func finish() {
            guard let row = rest.popFirst() else { return }
            let course = clocks.course(until: moment)
            for event in merged[row.id] ?? [] { clocks.takeMerged(event) }
            take(row.id, ticket(row, course, clocks.verdicts(at: moment), rating))
            rating = nil
            clocks.begin()
        }
        try connection.eachEvent(of: rows.map(\.id)) { event in
            while let row = rest.first, row.id != event.chainID { finish() }
            if event.kind == TicketEventKind.rated.rawValue, event.occurredAt <= moment {
                rating = try JSONValue(json: event.factsJSON)["score"]?.int
            }
            clocks.take(clockEvent(event))
        }
        while !rest.isEmpty { finish() }
    }

    /// The events of tickets that ask for the same as others of the same customer, by these: the
    /// earliest clock is kept, and the messages of both count.
    private func mergedEvents(into tickets: [Int64]) throws -> [Int64: [ClockEvent]] {
        let duplicates = try connection.ownDuplicates(among: tickets)
        let chains = Set(duplicates.values.joined()).sorted()
        var events: [Int64: [ClockEvent]] = [:]
        if chains.isEmpty { return events }
        try connection.eachEvent(of: chains) {
            events[$0.chainID, default: []].append(clockEvent($0))
        }
        return duplicates.mapValues { $0.flatMap { events[$0] ?? [] } }
    }

    private func clockEvent(_ event: BareEvent) -> ClockEvent {
        ClockEvent(
            kind: event.kind,
            facts: event.factsJSON,
            (event.occurredAt, event.recordedAt),
            by: customers.contains(event.actorID) ? .customer : .staff
        )
    }

    private func ticket(
        _ row: ReportRow,
        _ course: TicketCourse,
        _ verdicts: [ClockVerdict],
        _ rating: Int64?
    ) -> ReportedTicket {
        var ticket = ReportedTicket(
            ref: row.ref,
            openedAt: row.openedAt,
            course: isForCustomer ? TicketCourse() : course,
            verdicts: isForCustomer ? verdicts.filter { $0.level == nil } : verdicts
        )
        guard !isForCustomer else { return ticket }
        ticket.rating = rating
        if let customers = row.customerUrgency, row.isJudged, customers != row.urgency {
            ticket.dispute = ReportedTicket.Dispute(ours: row.urgency, customers: customers)
        }
        return ticket
    }
}
