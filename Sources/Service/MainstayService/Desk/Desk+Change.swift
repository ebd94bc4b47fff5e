package import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// The ticket that somebody wants to change.
package struct TicketHandle: Sendable, Hashable {
    /// What people call it, such as `MST-123`.
    package let ref: String
    /// The version that he looked at; `nil`: whatever it is now.
    package var version: Int64?
    /// When the act happened; `nil`: now.
    package var occurredAt: Instant?

    /// Creates a handle on a ticket as it is now.
    package init(_ ref: String) {
        self.ref = ref
    }
}

/// What an act on a ticket can look up, and the change that it acts on.
struct TicketActing: ~Copyable {
    /// The change so far.
    var change: TicketChange
    /// The body's connection.
    let connection: any Connection
    /// Who acts.
    let acting: ActingAccount
    /// Ids and salts.
    var provision: Provision
    /// Other tickets whose clocks the act moves.
    var movedIDs: Set<Int64> = []
    /// The words of the first event and its files.
    var words: MessageContent?
}

extension Desk {
    /// Carries out acts of one person on one ticket: all of them, or none.
    ///
    /// - Parameters:
    ///   - handle: The ticket.
    ///   - use: What this is, for the table of roles.
    ///   - ids: How many numbers it may draw.
    ///   - act: Calls acts of ``SupportDesk/TicketChange``.
    /// - Returns: The ticket's new version.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, ``UseError/Code/forbidden`` or
    ///   ``UseError/Code/changedMeanwhile``; ``DeskError`` when a rule forbids the act.
    @discardableResult
    func change(
        _ handle: TicketHandle,
        as use: UseCase,
        ids: Int = 16,
        _ act: @escaping @Sendable (inout TicketActing) throws -> Void
    ) async throws -> Int64 {
        let zones = zones
        let result = try await write(ids: ids) { connection, acting, provision in
            let seen = try connection.visibleTicket(handle.ref, to: acting)
            try acting.require(
                use,
                product: seen.origin.productID,
                customer: seen.origin.customerID
            )
            var head = try connection.lockChain(seen.id)
            if let version = handle.version, version != head.seq {
                throw try connection.changes(of: seen, since: version)
            }
            var state = try TicketActing(on: handle, connection, by: acting, provision)
            let isSecret = state.change.ticket.isUnderEmbargo
            try act(&state)
            if !isSecret { try state.change.keepInSight(of: acting, on: connection) }
            try state.store(after: &head, zones)
            provision = state.provision
            return .int(head.seq)
        }
        return result.int ?? 0
    }
}

extension TicketActing {
    /// Begins to act on a ticket that is locked.
    fileprivate init(
        on handle: TicketHandle,
        _ connection: any Connection,
        by acting: ActingAccount,
        _ provision: Provision
    ) throws {
        let ticket = try connection.visibleTicket(handle.ref, to: acting)
        let signature = try acting.signature(
            for: ticket.origin,
            at: handle.occurredAt,
            now: try connection.now()
        )
        self.init(
            change: try TicketChange(of: ticket, by: signature),
            connection: connection,
            acting: acting,
            provision: provision,
            words: nil
        )
    }

    /// Writes the events of the change, the ticket as it is now and its words for the search.
    fileprivate mutating func store(after head: inout ChainHead, _ zones: TimeZones) throws {
        let actor = acting.account.id
        let first = try connection.store(change, by: actor, after: &head, &provision, zones)
        if let first, let words { try words.attach(to: first, on: connection, &provision) }
        let moved = try movedIDs.sorted().compactMap { try connection.ticket($0) }
        try connection.keepClocks(of: moved, zones)
    }
}

extension Connection {
    /// Writes the events of a change, the ticket as it is now and its words for the search; returns
    /// the first event.
    func store(
        _ change: TicketChange,
        by actor: Int64,
        after head: inout ChainHead,
        _ provision: inout Provision,
        _ zones: TimeZones
    ) throws -> Event? {
        let events = try change.events.map { event in
            try append(event, by: actor, to: &head, &provision)
        }
        var ticket = change.ticket
        try keepClocks(of: &ticket, upTo: head.seq, zones)
        try update(ticket)
        if change.events.contains(where: { $0.text != nil }) { try indexTicket(ticket.id) }
        return events.first
    }

    /// Says what happened to a ticket after a version.
    fileprivate func changes(of ticket: Ticket, since version: Int64) throws -> UseError {
        let events = try events(of: ticket.id, after: version)
        let names = try logins(of: Set(events.map(\.actorID)))
        let words = events.map { event in
            let words = event.kind.replacing("_", with: " ")
            return "\(words) by \(names[event.actorID] ?? "?") at \(event.recordedAt)"
        }
        return UseError(
            .changedMeanwhile,
            "Ticket \(ticket.ref) is at version \(Int(version) + events.count), you saw "
                + "\(version): \(words.joined(separator: "; "))",
            hint: "Look at it with 'mainstay ticket show \(ticket.ref)', then do it again"
        )
    }
}
