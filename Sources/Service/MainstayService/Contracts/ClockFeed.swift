import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Hands the events of tickets to clocks, one ticket after the other.
struct ClockFeed {
    private let connection: any Connection
    private let customers: Set<Int64>

    /// Tickets whose events are read by one statement.
    private static let batch = 500

    /// Prepares; who belongs to customers is read once.
    init(_ connection: any Connection) throws {
        self.connection = connection
        customers = try connection.customerAccounts()
    }

    /// Lets clocks take the events of each ticket.
    ///
    /// - Parameters:
    ///   - tickets: The tickets, by number in ascending order.
    ///   - clocks: What takes the events; it begins anew for each ticket.
    ///   - see: Told of each event before the clocks take it.
    ///   - finish: Told of each ticket once its own events are taken, with those of the tickets of
    ///     the same customer that ask for the same: they are for it to take.
    /// - Throws: ``SQLError``, and what the closures throw.
    func feed(
        _ tickets: [Int64],
        to clocks: inout TicketClocks,
        seeing see: (BareEvent) throws -> Void = { _ in },
        finish: (Int64, inout TicketClocks, [ClockEvent]) throws -> Void
    ) throws {
        for start in stride(from: 0, to: tickets.count, by: Self.batch) {
            var rest = tickets[start..<min(start + Self.batch, tickets.count)]
            let those = Array(rest)
            let merged = try mergedEvents(into: those)
            clocks.begin()
            func end() throws {
                guard let ticket = rest.popFirst() else { return }
                try finish(ticket, &clocks, merged[ticket] ?? [])
                clocks.begin()
            }
            try connection.eachEvent(of: those) { event in
                while let ticket = rest.first, ticket != event.chainID { try end() }
                try see(event)
                clocks.take(clockEvent(event))
            }
            while !rest.isEmpty { try end() }
        }
    }

    /// The events of tickets that ask for the same as others of the same customer, by these: the
    /// earliest clock is kept, and the messages of both count.
    private func mergedEvents(into tickets: [Int64]) throws -> [Int64: [ClockEvent]] {
        let duplicates = try connection.ownDuplicates(among: tickets)
        let chains = Set(duplicates.values.joined()).sorted()
        if chains.isEmpty { return [:] }
        var events: [Int64: [ClockEvent]] = [:]
        try connection.eachEvent(of: chains) {
            events[$0.chainID, default: []].append(clockEvent($0))
        }
        return duplicates.mapValues { $0.flatMap { events[$0] ?? [] } }
    }

    private func clockEvent(_ event: BareEvent) -> ClockEvent {
        var (kind, facts) = (event.kind, event.factsJSON)
        return kind.withUTF8 { kind in
            facts.withUTF8 { facts in
                ClockEvent(
                    kind: kind,
                    facts: facts,
                    occurredAt: event.occurredAt,
                    recordedAt: event.recordedAt,
                    by: customers.contains(event.actorID) ? .customer : .staff
                )
            }
        }
    }
}
