import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Connection {
    /// Returns all promises of all contracts, for clocks.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/calendar`` or ``DeskError/Code/zone``.
    func clockPlans(_ zones: TimeZones) throws -> ClockPlans {
        let terms = try contracts().map { ($0.id, try self.terms(of: $0.id).map(\.dated)) }
        return try ClockPlans(
            contracts: Dictionary(uniqueKeysWithValues: terms),
            calendars: Array(try calendars(zones).values)
        )
    }

    /// Returns what the clocks of tickets show at a moment, by the number of the ticket.
    ///
    /// It reads all events of each.
    func readings(
        of tickets: [Ticket],
        by plans: ClockPlans,
        at moment: Instant
    ) throws -> [Int64: TicketReadings] {
        let customers = try customerAccounts()
        var clocks = TicketClocks(plans)
        var readings: [Int64: TicketReadings] = [:]
        for ticket in tickets {
            try feed(&clocks, ticket.id, customers)
            readings[ticket.id] = clocks.readings(at: moment)
        }
        return readings
    }

    /// Lets clocks begin with the events of a ticket, and of those of the same customer that ask for
    /// the same.
    func feed(_ clocks: inout TicketClocks, _ ticket: Int64, _ customers: Set<Int64>) throws {
        func clockEvent(_ event: Event) -> ClockEvent {
            ClockEvent(event, by: customers.contains(event.actorID) ? .customer : .staff)
        }
        clocks.begin()
        for event in try events(of: ticket) { clocks.take(clockEvent(event)) }
        for duplicate in try ownDuplicates(of: ticket) {
            for event in try events(of: duplicate) { clocks.takeMerged(clockEvent(event)) }
        }
    }
}

extension ClockEvent {
    /// Reads an event as it is stored.
    fileprivate init(_ event: Event, by writer: Writer) {
        let moments = (event.occurredAt, event.recordedAt)
        self.init(kind: event.kind, facts: event.factsJSON, moments, by: writer)
    }

    /// Reads an event from its columns.
    init(
        kind: String,
        facts: String,
        _ moments: (occurred: Instant, recorded: Instant),
        by writer: Writer
    ) {
        var (kind, facts) = (kind, facts)
        self = kind.withUTF8 { kind in
            facts.withUTF8 { facts in
                ClockEvent(
                    kind: kind,
                    facts: facts,
                    occurredAt: moments.occurred,
                    recordedAt: moments.recorded,
                    by: writer
                )
            }
        }
    }
}
