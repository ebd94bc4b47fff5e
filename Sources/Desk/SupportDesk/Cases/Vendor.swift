package import MainstayCore

/// Whom level 4 asks.
package struct Vendor: Sendable, Hashable {
    /// What a vendor is.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Somebody outside.
        case company
        /// A part of our own house, such as development or manufacturing.
        case department
    }

    /// The number of its row and of its chain of events.
    package let id: Int64
    /// The short name that people type.
    package let name: String
    /// What it is.
    package var kind: Kind
    /// Whom to ask there, in words; `nil`: nobody is named.
    package var contact: String?
    /// What may leave the house towards it.
    package var policy: SharingPolicy
    /// When it was made.
    package let createdAt: Instant
    /// Since when no case is opened there any more.
    package var closedAt: Instant?

    /// Creates a vendor to whom nothing may leave but what people write for it.
    package init(id: Int64, name: String, kind: Kind, contact: String?, createdAt: Instant) {
        self.id = id
        self.name = name
        self.kind = kind
        self.contact = contact
        policy = SharingPolicy()
        self.createdAt = createdAt
    }

    /// The columns whose values events repeat, by their names: all but its number, the words on whom
    /// to ask, and when it was made.
    package var codes: [String: JSONValue] {
        [
            "name": .text(name), "kind": .text(kind.rawValue),
            "policy_json": .text(policy.json.json), "closed_at": closedAt.column,
        ]
    }
}
