package import MainstayCore

/// What happened to a ticket, before the store gives it a number, a time of record and a hash.
package struct TicketEvent: Sendable, Hashable {
    /// What happened.
    package let kind: TicketEventKind
    /// Who may be told.
    ///
    /// Under embargo a follower who is a customer still sees only what ``kind`` shows a customer.
    package let audience: Audience
    /// Codes, ids and numbers; never words of people.
    ///
    /// An object. `now` holds the codes of the ticket that changed, by the names of their columns,
    /// and `was` the same before; both are missing where none did, `was` where the ticket is new.
    /// The codes of ``row`` stand beside them.
    package let facts: JSONValue
    /// The words of people, if there are any.
    package let text: String?
    /// When it happened in the world.
    package let occurredAt: Instant
    /// The row that records the act beside its event; it takes the event's number.
    package let row: TicketRow?

    /// The event as the store takes it.
    package var draft: EventDraft {
        EventDraft(
            kind.rawValue,
            for: audience,
            facts: facts,
            text: text,
            occurredAt: occurredAt
        )
    }
}
