import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

extension Desk {
    /// Makes a label, of one product or of all.
    package func makeLabel(_ name: String, product: String?, isSuggestion: Bool) async throws {
        try await write { connection, acting, provision in
            let product = try product.map { try connection.knownProduct($0).id }
            try acting.require(.work, product: product)
            if try connection.labels(for: nil).contains(where: { $0.name == name }) {
                throw UseError.taken("label", name)
            }
            let label = try Label(
                id: try provision.id(),
                productID: product,
                name: name,
                isSuggestion: isSuggestion
            )
            try connection.insert(label)
            let made = EventDraft("label_made", facts: ["label_id": .int(label.id)])
            try connection.record(made, by: acting, &provision)
            return .int(label.id)
        }
    }

    /// Returns all labels, the most borne first, with the number of tickets that the account may
    /// see.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``.
    package func labels() async throws -> [SuggestionCount] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "labels")
            let labels = try connection.labels(for: nil)
            let counts = try connection.ticketCounts(
                ofLabels: Set(labels.map(\.id)),
                on: TicketFilter(for: acting)
            )
            return labels.map { SuggestionCount($0, tickets: counts[$0.id] ?? 0) }.sorted()
        }
    }
}
