import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// A change of a calendar, a matrix or a contract that can be looked at before it is made.
package struct ServiceChange: Sendable {
    /// How many ids it may need.
    let ids: Int
    /// From when on it holds; `nil`: from now.
    let from: Instant?
    /// Makes the change.
    let body: @Sendable (any Connection, ActingAccount, inout Provision) throws -> JSONValue
}

/// What a change would do to tickets that are not closed.
package struct ServicePreview: Sendable {
    /// How a clock would show another thing.
    package struct ClockMove: Sendable, Hashable {
        /// The clock.
        package let clock: ClockName
        /// What it shows without the change when that begins; `nil`: there is none.
        package let before: ClockReading?
        /// What it shows with the change.
        package let after: ClockReading?

        /// Whether a target that held would be missed, or the other way round.
        package var flips: Bool {
            (before?.state == .breached) != (after?.state == .breached)
        }
    }

    /// A ticket that the change concerns.
    package struct TicketMove: Sendable {
        /// What people call it.
        package let ref: String
        /// Its title.
        package let title: String
        /// The clocks that would move.
        package let clocks: [ClockMove]
        /// What its priority would be at the next judgement, without the change and with it; `nil`
        /// where it is the same.
        package let priority: (before: Priority, after: Priority)?
    }

    /// The tickets that move, by ref, as far as the account may see them.
    package let tickets: [TicketMove]
    /// How many more move that the account may not see.
    package let hiddenCount: Int
    /// How many tickets were looked at.
    package let seenCount: Int
}

extension Desk {
    /// Makes a change and returns the number that it gave out, if any.
    ///
    /// - Throws: ``UseError`` or ``DeskError`` as the change says.
    @discardableResult
    package func carryOut(_ change: ServiceChange) async throws -> Int64? {
        let zones = zones
        return try await write(ids: change.ids) { connection, acting, provision in
            let made = try change.body(connection, acting, &provision)
            try connection.keepClocks(of: try connection.unclosedTickets(), zones)
            return made
        }
        .int
    }

    /// Makes a change, looks at what it does, and undoes it: so it cannot do otherwise later.
    ///
    /// It replays the events of all tickets that are not closed, twice.
    ///
    /// - Throws: What the change itself would throw.
    package func preview(_ change: ServiceChange) async throws -> ServicePreview {
        let zones = zones
        do {
            try await write(ids: change.ids) { connection, acting, provision in
                let moment = try max(change.from ?? .earliest, connection.now())
                let before = try connection.standings(at: moment, zones)
                _ = try change.body(connection, acting, &provision)
                let after = try connection.standings(at: moment, zones)
                throw Looked(preview: try connection.preview(before, after, for: acting))
            }
        } catch let looked as Looked {
            return looked.preview
        }
        throw UseError(.refused, "The change was made and not looked at")
    }
}

/// Ends a body that only looks, so that nothing of it stays.
private struct Looked: Error {
    let preview: ServicePreview
}

/// How a ticket stands towards its contract.
private struct ServiceStanding {
    let ticket: Ticket
    /// What its clocks show.
    let clocks: TicketReadings?
    /// What a judgement by the same grades would make of it.
    let priority: Priority
}

extension Connection {
    /// How all tickets that are not closed stand at a moment, if nothing else happens until then.
    fileprivate func standings(
        at moment: Instant,
        _ zones: TimeZones
    ) throws -> [Int64: ServiceStanding] {
        let tickets = try unclosedTickets()
        var book = ClockBook(self, zones)
        let readings = try book.readings(of: tickets, at: moment)
        var bases: [Int64?: PriorityBasis] = [:]
        var standings: [Int64: ServiceStanding] = [:]
        for ticket in tickets {
            let basis =
                try bases[ticket.contractID] ?? priorityBasis(under: ticket.contractID, at: moment)
            bases[ticket.contractID] = basis
            standings[ticket.id] = ServiceStanding(
                ticket: ticket,
                clocks: readings[ticket.id],
                priority: ticket.standing.judgedAgain(by: basis)
            )
        }
        return standings
    }

    /// What moved between two looks.
    fileprivate func preview(
        _ before: [Int64: ServiceStanding],
        _ after: [Int64: ServiceStanding],
        for acting: ActingAccount
    ) throws -> ServicePreview {
        var moves: [ServicePreview.TicketMove] = []
        var hiddenCount = 0
        for (id, old) in before {
            guard let new = after[id] else { continue }
            let clocks = ClockName.allCases.compactMap { clock -> ServicePreview.ClockMove? in
                let (one, other) = (old.clocks?[clock], new.clocks?[clock])
                let isSame = one?.due == other?.due && one?.state == other?.state
                return isSame
                    ? nil : ServicePreview.ClockMove(clock: clock, before: one, after: other)
            }
            if clocks.isEmpty, old.priority == new.priority { continue }
            guard try isVisible(old.ticket, to: acting) else {
                hiddenCount += 1
                continue
            }
            moves.append(
                ServicePreview.TicketMove(
                    ref: old.ticket.ref,
                    title: old.ticket.title,
                    clocks: clocks,
                    priority: old.priority == new.priority ? nil : (old.priority, new.priority)
                )
            )
        }
        return ServicePreview(
            tickets: moves.sorted { $0.ref < $1.ref },
            hiddenCount: hiddenCount,
            seenCount: before.count
        )
    }
}
