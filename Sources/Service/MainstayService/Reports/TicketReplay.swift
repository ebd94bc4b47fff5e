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
    private var book: ClockBook

    /// Prepares what all tickets go by.
    init(
        _ connection: any Connection,
        until moment: Instant,
        isForCustomer: Bool,
        _ zones: TimeZones
    ) {
        self.connection = connection
        self.moment = moment
        self.isForCustomer = isForCustomer
        book = ClockBook(connection, zones)
    }

    /// Returns what the events of tickets tell; `rows` are in order of their numbers.
    ///
    /// - Throws: ``SQLError``, or ``DeskError`` for a calendar that is gone.
    mutating func read(_ rows: [ReportRow]) throws -> [Int64: ReportedTicket] {
        let feed = try ClockFeed(connection)
        let contracts = try connection.contracts().map(\.id)
        var tickets: [Int64: ReportedTicket] = [:]
        for (product, those) in Dictionary(grouping: rows, by: \.origin.productID) {
            let byNumber = Dictionary(uniqueKeysWithValues: those.map { ($0.id, $0) })
            var clocks = TicketClocks(try book.plans(for: product, under: contracts))
            var rating: Int64?
            try feed.feed(those.map(\.id), to: &clocks) { event in
                if event.kind == TicketEventKind.rated.rawValue, event.occurredAt <= moment {
                    rating = try JSONValue(json: event.factsJSON)["score"]?.int
                }
            } finish: { number, clocks, merged in
                let course = clocks.course(until: moment)
                for event in merged { clocks.takeMerged(event) }
                tickets[number] = byNumber[number]
                    .map {
                        ticket($0, course, clocks.verdicts(at: moment), rating)
                    }
                rating = nil
            }
        }
        return tickets
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
