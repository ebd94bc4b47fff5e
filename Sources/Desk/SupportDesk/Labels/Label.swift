/// A word put on tickets; a suggestion for the product is one of them.
package struct Label: Sendable, Hashable {
    /// The number of its row.
    package let id: Int64
    /// The one product it is for; `nil` for all.
    package let productID: Int64?
    /// Its name: as ``DeskText/name(_:)`` has it and without a comma, which parts names in lists.
    package let name: String
    /// Whether it is a suggestion, of which the tickets are counted.
    package let isSuggestion: Bool

    /// Creates a label.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a name that breaks the rules.
    package init(
        id: Int64,
        productID: Int64?,
        name: String,
        isSuggestion: Bool
    ) throws(DeskError) {
        self.id = id
        self.productID = productID
        self.name = try DeskText.name(name)
        self.isSuggestion = isSuggestion
        guard !name.contains(",") else {
            throw DeskError(.text, "Label '\(name)' has a comma, which parts labels in lists")
        }
    }
}

/// How many tickets ask for the same.
///
/// Ordered as it is shown: the most wanted first, then by name.
package struct SuggestionCount: Sendable, Hashable, Comparable {
    /// The label of kind suggestion.
    package let label: Label
    /// How many tickets bear it.
    package let tickets: Int64

    /// Creates a count.
    package init(_ label: Label, tickets: Int64) {
        self.label = label
        self.tickets = tickets
    }

    /// Compares by what is wanted more, then by name and id.
    package static func < (left: SuggestionCount, right: SuggestionCount) -> Bool {
        (-left.tickets, left.label.name, left.label.id)
            < (-right.tickets, right.label.name, right.label.id)
    }
}
