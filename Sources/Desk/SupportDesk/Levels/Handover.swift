/// What one level tells the next about a ticket: named items, in the words of people.
package struct Handover: Sendable, Hashable {
    /// The names that every product knows, in the order in which they are shown.
    package static let standardNames = [
        "what was tried", "steps to reproduce", "environment", "attachments", "open questions",
    ]

    private let items: [String: String]

    /// Creates a handover; an item whose words are blank counts as missing.
    package init(_ items: [String: String] = [:]) {
        self.items = items.filter { !DeskText.isBlank($0.value) }.mapValues(DeskText.body)
    }

    /// The names of the items given: the standard ones in their order, then the others by name.
    package var names: [String] {
        Self.standardNames.filter { items[$0] != nil }
            + items.keys.filter { !Self.standardNames.contains($0) }.sorted()
    }

    /// Those of the `required` names that are not given, by name.
    package func missing(from required: Set<String>) -> [String] {
        required.filter { items[$0] == nil }.sorted()
    }

    /// Name and words of each item in the order of ``names``, an empty line between two items.
    package var text: String {
        names.map { "\($0):\n\(items[$0] ?? "")" }.joined(separator: "\n\n")
    }
}

/// Why a ticket changes its level.
package enum EscalationReason: String, Sendable, Hashable, CaseIterable {
    /// More knowledge is needed.
    case skill
    /// Rights or means are missing.
    case access
    /// It takes longer than the level may spend.
    case time
    /// It looks like a defect.
    case defect
    /// A vendor is needed.
    case vendor
    /// The customer complained.
    case complaint
    /// The level's part is done, or the ticket came without need.
    case returned
}
