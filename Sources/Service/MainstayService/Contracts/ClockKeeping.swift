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
        let hasPlans = try clockPlans(for: ticket, zones) != nil
        guard hasPlans || ticket.promisedAt != nil || ticket.dueAt != nil else { return }
        let shown = try clocks(of: ticket, zones)
        let thresholds = shown.thresholds(in: try hoursOfResponsible(for: ticket, zones))
        let told = Set(try toldThresholds(of: ticket.id).compactMap(ClockThreshold.key(in:)))
        for clock in try dueClocks(of: [ticket.id]) where thresholds[clock.clock] == nil {
            try forget(clock)
        }
        for (name, moments) in thresholds {
            let reading = ClockName(rawValue: name).flatMap { shown[$0] }
            let state = reading?.state ?? shown.deadline?.state ?? .running
            try put(
                DueClock(
                    chainID: ticket.id,
                    clock: name,
                    computedSeq: seq,
                    state: state.rawValue,
                    dueAt: reading.map(\.due) ?? shown.deadline?.due,
                    nextAt: moments.filter { !told.contains($0.key) }.map(\.at).min()
                )
            )
        }
        ticket.dueAt = ticket.status.isOver ? nil : shown.nextDue?.due
        if !ticket.status.isOver, let deadline = shown.deadline, deadline.state != .met {
            ticket.dueAt = min(ticket.dueAt ?? deadline.due, deadline.due)
        }
    }

    /// Computes the clocks of tickets anew whose promises changed.
    func keepClocks(of tickets: [Ticket], _ zones: TimeZones) throws {
        for var ticket in tickets {
            try keepClocks(of: &ticket, upTo: try lockChain(ticket.id).seq, zones)
            try update(ticket)
        }
    }

    /// The moments at which people are told of the clocks of a ticket, by clock, as they stand now.
    func clockThresholds(of ticket: Ticket, _ zones: TimeZones) throws -> [String: [ClockThreshold]]
    {
        try clocks(of: ticket, zones).thresholds(in: try hoursOfResponsible(for: ticket, zones))
    }

    /// What the clocks of a ticket show now.
    func clocks(of ticket: Ticket, _ zones: TimeZones) throws -> TicketReadings {
        let plans = try clockPlans(for: ticket, zones) ?? ClockPlans(contracts: [:], calendars: [])
        return try readings(of: [ticket], by: plans, at: try now())[ticket.id] ?? TicketReadings()
    }

    /// What counted for each clock of a ticket and what did not, until now.
    func segments(of ticket: Ticket, _ zones: TimeZones) throws -> [ClockName: [ClockSegment]] {
        let plans = try clockPlans(for: ticket, zones) ?? ClockPlans(contracts: [:], calendars: [])
        var clocks = TicketClocks(plans, isRecording: true)
        try feed(&clocks, ticket.id, try customerAccounts())
        let now = try now()
        let pairs = ClockName.allCases.map { ($0, clocks.segments(of: $0, at: now)) }
        return Dictionary(uniqueKeysWithValues: pairs.filter { !$0.1.isEmpty })
    }

    /// What was promised for a ticket; `nil` where nothing was.
    private func clockPlans(for ticket: Ticket, _ zones: TimeZones) throws -> ClockPlans? {
        let terms = try ticket.contractID.map { [$0: try self.terms(of: $0).map(\.dated)] } ?? [:]
        let levels = try ticket.origin.productID.map { try levelTargets(of: $0) } ?? [:]
        if terms.isEmpty, levels.isEmpty { return nil }
        return try ClockPlans(
            contracts: terms,
            calendars: Array(try calendars(zones).values),
            levels: levels
        )
    }

    /// The service hours of who is to act on a ticket; `nil`: always.
    private func hoursOfResponsible(
        for ticket: Ticket,
        _ zones: TimeZones
    ) throws -> CalendarVersions? {
        guard let assignee = ticket.assigneeID, let name = try workingHours(of: assignee) else {
            return nil
        }
        return try calendars(zones)[name]
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
