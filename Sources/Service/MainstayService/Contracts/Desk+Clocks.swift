package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// The clocks of one ticket, segment by segment.
package struct ClockExplanation: Sendable {
    /// The ticket.
    package let ref: String
    /// When the clocks were read.
    package let readAt: Instant
    /// What they show.
    package let readings: TicketReadings
    /// What counted for each and what did not, in order.
    package let segments: [ClockName: [ClockSegment]]
}

extension Desk {
    /// Returns what the clocks of a ticket show and how it came so.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func explainClocks(of ref: String) async throws -> ClockExplanation {
        let zones = zones
        return try await read { connection, acting in
            let ticket = try connection.visibleTicket(ref, to: acting)
            let now = try connection.now()
            var book = ClockBook(connection, zones)
            let readings = try book.readings(of: ticket, at: now)
            return ClockExplanation(
                ref: ticket.ref,
                readAt: now,
                readings: acting.isCustomer ? readings.ofCustomer : readings,
                segments: try book.segments(of: ticket, at: now)
            )
        }
    }

    /// Sets what is expected of a level of a product from an instant on.
    ///
    /// - Parameters:
    ///   - prefix: The product.
    ///   - level: The level.
    ///   - minutes: Service minutes until somebody takes a ticket, and from there until it leaves
    ///     the level or is resolved; `nil` for no such target.
    ///   - calendar: The calendar that counts.
    ///   - from: From when on; `nil`: from now.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` or ``UseError/Code/refused``.
    package func setTarget(
        of prefix: String,
        _ level: SupportLevel,
        minutes: (accept: Int64?, handback: Int64?),
        calendar: String,
        from: Instant?
    ) async throws {
        let zones = zones
        try await write { connection, acting, provision in
            try acting.require(.setUpProducts)
            let product = try connection.knownProduct(prefix)
            let levels = try connection.levels(of: product.id)
            guard levels.name(of: level) != nil else {
                let names = levels.levels.map { "\($0.rawValue)" }.joined(separator: ", ")
                throw UseError(
                    .refused,
                    "Product \(product.prefix) has no level \(level.rawValue), expected one of \(names)"
                )
            }
            _ = try connection.knownCalendar(calendar)
            let now = try connection.now()
            let start = from ?? now
            guard start >= now else {
                throw UseError(.refused, "A target cannot hold from \(start), which is over")
            }
            if let later = try connection.levelTargets(of: product.id)[level]?.last,
                later.validFrom >= start
            {
                throw UseError(
                    .refused,
                    "Level \(level.rawValue) of \(product.prefix) has a target from "
                        + "\(later.validFrom) on already, expected a moment after it, not \(start)",
                    hint: "Say when with --from"
                )
            }
            let target = LevelTarget(
                validFrom: start,
                calendar: calendar,
                accept: minutes.accept,
                return: minutes.handback
            )
            try connection.insert(target, of: level, for: product.id, at: now)
            let facts: JSONValue = [
                "product_id": .int(product.id), "level": .int(level.rawValue),
                "valid_from_at": .int(start.milliseconds), "calendar": .text(calendar),
                "accept_min": minutes.accept.map { .int($0) } ?? .null,
                "return_min": minutes.handback.map { .int($0) } ?? .null,
            ]
            try connection.record(
                EventDraft("level_target_set", facts: facts),
                by: acting,
                &provision
            )
            let tickets = try connection.unclosedTickets()
                .filter { $0.origin.productID == product.id }
            try connection.keepClocks(of: tickets, zones)
            return .null
        }
    }

    /// Sets the calendar by which a person works, for warnings in those hours; `nil`: always.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func setWorkingHours(of login: String, to calendar: String?) async throws {
        let zones = zones
        try await write { connection, acting, provision in
            let account = try connection.knownAccount(login, to: acting)
            if account.id != acting.account.id || acting.isCustomer {
                try acting.require(.setUpAccounts)
            }
            if let calendar { _ = try connection.knownCalendar(calendar) }
            var head = try connection.lockChain(account.id)
            let facts: JSONValue = ["calendar": .text(calendar)]
            let draft = EventDraft("hours_set", facts: facts)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            try connection.setWorkingHours(of: account.id, to: calendar)
            let tickets = try connection.unclosedTickets().filter { $0.assigneeID == account.id }
            try connection.keepClocks(of: tickets, zones)
            return .null
        }
    }
}
