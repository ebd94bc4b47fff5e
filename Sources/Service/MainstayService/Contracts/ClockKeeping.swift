import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

// What is kept of clocks: when each is due and when somebody is to be told of it next.

extension Connection {
    /// Computes the clocks of a ticket from its events and keeps what is due next.
    ///
    /// Call it after the events are written and before the ticket is updated: it sets
    /// ``SupportDesk/Ticket/dueAt``. It reads all events of the ticket.
    /// - Parameters:
    ///   - ticket: The ticket as it stands after the events.
    ///   - seq: The number of the last event.
    ///   - zones: The time zones of calendars.
    /// - Throws: ``SupportDesk/DeskError`` for a calendar or zone that is gone.
    func keepClocks(of ticket: inout Ticket, upTo seq: Int64, _ zones: TimeZones) throws {
        var book = ClockBook(self, zones)
        let shown = try book.readings(of: ticket, at: try now())
        try keep(shown, of: &ticket, upTo: seq, &book)
    }

    /// Computes the clocks of tickets anew whose promises changed, and writes what is another.
    func keepClocks(of tickets: [Ticket], _ zones: TimeZones) throws {
        var book = ClockBook(self, zones)
        let readings = try book.readings(of: tickets, at: try now())
        for ticket in tickets {
            var after = ticket
            let shown = readings[ticket.id] ?? TicketReadings()
            try keep(shown, of: &after, upTo: try lockChain(ticket.id).seq, &book)
            if after.dueAt != ticket.dueAt { try update(after) }
        }
    }

    private func keep(
        _ shown: TicketReadings,
        of ticket: inout Ticket,
        upTo seq: Int64,
        _ book: inout ClockBook
    ) throws {
        let known = try dueClocks(of: [ticket.id])
        if known.isEmpty, ticket.dueAt == nil, try !book.promises(ticket) { return }
        let thresholds = try book.thresholds(of: ticket, shown)
        for clock in known where thresholds[clock.clock] == nil { try forget(clock) }
        let told = Set(try toldThresholds(of: ticket.id).compactMap(ClockThreshold.key(in:)))
        for (name, moments) in thresholds {
            let reading = ClockName(rawValue: name).flatMap { shown[$0] }
            let state = reading?.state ?? shown.deadline?.state ?? .running
            let clock = DueClock(
                chainID: ticket.id,
                clock: name,
                computedSeq: seq,
                state: state.rawValue,
                dueAt: reading.map { $0.stop == nil ? $0.due : nil } ?? shown.deadline?.due,
                nextAt: moments.filter { !told.contains($0.key) }.map(\.at).min()
            )
            if !known.contains(clock) { try put(clock) }
        }
        ticket.dueAt = ticket.status.isOver ? nil : shown.nextDue
    }
}

extension SQLEngine {
    /// Computes the clocks of all tickets that are not closed anew from their events.
    func remakeClocks(_ zones: TimeZones) async throws {
        try await write(.long) { connection in
            try connection.keepClocks(of: try connection.unclosedTickets(), zones)
        }
    }
}

extension TicketStatus {
    /// Whether nothing is due on the ticket any more.
    fileprivate var isOver: Bool { [.resolved, .closed].contains(self) }
}
