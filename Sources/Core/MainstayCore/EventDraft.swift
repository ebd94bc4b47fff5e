/// Who may see an event.
package enum Audience: String, Sendable, Hashable, CaseIterable {
    /// The customer and the staff.
    case customer
    /// The staff alone.
    case staff
    /// Those who may see what is under embargo.
    case embargo
}

/// Something that happened, before it is written to a chain of events.
package struct EventDraft: Sendable, Hashable {
    /// What happened, in the words of the chain's domain, such as `escalated`.
    package var kind: String
    /// Who may see it.
    package var audience: Audience
    /// An object of codes, ids and numbers; no words of people, because it is never redacted.
    package var facts: JSONValue
    /// The words of people; `nil` if there are none.
    package var text: String?
    /// When it happened in the world; `nil`: at the moment of recording.
    package var occurredAt: Instant?

    /// Creates a draft.
    package init(
        _ kind: String,
        for audience: Audience = .staff,
        facts: JSONValue = [:],
        text: String? = nil,
        occurredAt: Instant? = nil
    ) {
        self.kind = kind
        self.audience = audience
        self.facts = facts
        self.text = text
        self.occurredAt = occurredAt
    }
}
