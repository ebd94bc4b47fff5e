package import SQLDatabase
package import SupportDesk

extension Connection {
    /// Returns the labels that a product may use, its own and those of all, by name.
    ///
    /// - Parameter product: The product; `nil`: every label there is.
    /// - Returns: The labels.
    /// - Throws: ``SQLError``.
    package func labels(for product: Int64?) throws -> [Label] {
        let filter: Query = product.map { "WHERE product_id IS NULL OR product_id = \($0)" } ?? ""
        return try labels(from: "label \(filter)")
    }

    /// Returns the labels on a ticket, by name.
    package func labels(on ticket: Int64) throws -> [Label] {
        try labels(
            from: """
                label JOIN ticket_label ON ticket_label.label_id = label.id
                WHERE ticket_label.ticket_id = \(ticket)
                """
        )
    }

    private func labels(from source: Query) throws -> [Label] {
        var labels: [Label] = []
        try run("SELECT id, product_id, name, is_suggestion FROM \(source) ORDER BY name") { row in
            labels.append(
                try Label(
                    id: try row.next(),
                    productID: try row.next(),
                    name: try row.next(),
                    isSuggestion: try row.next()
                )
            )
        }
        return labels
    }

    /// Adds a label.
    package func insert(_ label: Label) throws {
        try exec(
            """
            INSERT INTO label (id, product_id, name, is_suggestion)
            VALUES (\(label.id), \(label.productID), \(label.name), \(label.isSuggestion))
            """
        )
    }

    /// Returns how many tickets bear each label, by its number; labels of no ticket are not there.
    ///
    /// - Parameters:
    ///   - labels: The labels.
    ///   - filter: Which tickets count, of those in any status.
    /// - Returns: The counts.
    /// - Throws: ``SQLError``.
    package func ticketCounts(
        ofLabels labels: Set<Int64>,
        on filter: TicketFilter
    ) throws -> [Int64: Int64] {
        var filter = filter
        filter.statuses = Set(TicketStatus.allCases)
        var counts: [Int64: Int64] = [:]
        try run(
            """
            SELECT label_id, COUNT(*) FROM ticket_label WHERE label_id IN \(list: labels.sorted())
              AND ticket_id IN (SELECT id FROM ticket WHERE \(filter.condition))
            GROUP BY label_id
            """
        ) { counts[try $0.next()] = try $0.next() }
        return counts
    }
}
