package import MainstayCore

/// The place of a ticket in the queue: the lesser key is worked on first.
///
/// By priority, then next due, then the customer's perceived urgency, then age, then id; what has
/// no due time or no urgency comes after what has one. No two tickets share a place.
package struct QueueKey: Sendable, Hashable, Comparable {
    /// Stands for no due time.
    package static let neverDue = Int64.max
    /// Stands for no perceived urgency.
    package static let noUrgency: Int64 = 5

    /// Priority, due and urgency with ``neverDue`` and ``noUrgency`` for none, opened, id.
    ///
    /// A query that sorts by these five, each ascending, gives the same order.
    package let numbers: [Int64]

    /// Creates the key of a ticket whose next target is due at `due`; `nil` if none is.
    package init(_ ticket: Ticket, due: Instant?) {
        numbers = [
            ticket.standing.priority.rawValue, due?.milliseconds ?? Self.neverDue,
            ticket.customerUrgency?.rawValue ?? Self.noUrgency, ticket.openedAt.milliseconds,
            ticket.id,
        ]
    }

    /// Compares number by number.
    package static func < (left: QueueKey, right: QueueKey) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
