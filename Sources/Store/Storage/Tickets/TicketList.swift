package import MainstayCore
package import SQLDatabase
package import SupportDesk

/// What a list shows of a ticket.
package struct TicketSummary: Sendable, Hashable, RowDecodable {
    /// The columns of `ticket` that a list needs.
    package static let columns: Query = """
        id, ref, product_id, customer_id, kind, status, level, priority, is_judged, urgency, \
        customer_urgency, title, assignee_id, opened_at, updated_at, due_at
        """

    /// Its number.
    package let id: Int64
    /// What people call it.
    package let ref: String
    /// The product it is about.
    package let productID: Int64?
    /// Whose it is.
    package let customerID: Int64?
    /// What it is about.
    package let kind: TicketKind
    /// Where it stands.
    package let status: TicketStatus
    /// Which level has it.
    package let level: SupportLevel
    /// In which order it is worked on.
    package let priority: Priority
    /// Whether a person judged it.
    package let isJudged: Bool
    /// How soon it is needed, as we see it.
    package let urgency: Grade
    /// How soon it is needed, as the customer feels.
    package let customerUrgency: Grade?
    /// What it is about, in one line.
    package let title: String
    /// Who has it.
    package let assigneeID: Int64?
    /// When it was asked.
    package let openedAt: Instant
    /// When it was changed last.
    package let updatedAt: Instant
    /// When the next of its clocks is due.
    package let dueAt: Instant?

    /// Reads the columns of a list.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        ref = try row.next()
        productID = try row.next()
        customerID = try row.next()
        kind = try row.next()
        status = try row.next()
        level = try row.next()
        priority = try row.next()
        isJudged = try row.next()
        urgency = try row.next()
        customerUrgency = try row.next()
        title = try row.next()
        assigneeID = try row.next()
        openedAt = try row.next()
        updatedAt = try row.next()
        dueAt = try row.next()
    }
}

/// Which tickets a list shows.
package struct TicketFilter: Sendable, Hashable {
    /// Whose tickets somebody may see.
    package enum Sight: Sendable, Hashable {
        /// All.
        case all
        /// Those of these products and these customers.
        case some(products: Set<Int64>, customers: Set<Int64>)
    }

    /// The account that looks: tickets under embargo are shown to assignee and followers.
    package let viewer: Int64
    /// Whose tickets it may see.
    package let sight: Sight
    /// Whose tickets under embargo it may see.
    package let embargoSight: Sight
    /// Only tickets of this product.
    package var product: Int64?
    /// Only tickets of this customer.
    package var customer: Int64?
    /// Only tickets with one of these statuses; `nil`: those that are neither resolved nor closed.
    package var statuses: Set<TicketStatus>?
    /// Only tickets at this level.
    package var level: SupportLevel?
    /// Only tickets of this kind.
    package var kind: TicketKind?
    /// Only tickets of this account; the inner `nil`: of nobody.
    package var assignee: Int64??
    /// Only tickets with this label.
    package var label: Int64?
    /// Only these tickets.
    package var ids: Set<Int64>?

    /// Creates a filter that lets through what the viewer may see.
    package init(viewer: Int64, sight: Sight, embargoSight: Sight) {
        self.viewer = viewer
        self.sight = sight
        self.embargoSight = embargoSight
    }
}

extension Connection {
    /// Returns a page of tickets in the order of the queue.
    ///
    /// - Parameters:
    ///   - filter: Which tickets.
    ///   - after: The last ticket of the page before; `nil` for the first page.
    ///   - limit: How many at most.
    /// - Returns: The tickets.
    /// - Throws: ``SQLError``.
    package func tickets(
        _ filter: TicketFilter,
        after: TicketSummary? = nil,
        limit: Int
    ) throws -> [TicketSummary] {
        var conditions = filter.conditions
        if let after {
            conditions.append(
                """
                (priority, COALESCE(due_at, 9223372036854775807), COALESCE(customer_urgency, 5),
                  opened_at, id)
                  > (\(after.priority), \(after.dueAt?.milliseconds ?? QueueKey.neverDue),
                    \(after.customerUrgency?.rawValue ?? QueueKey.noUrgency), \(after.openedAt),
                    \(after.id))
                """
            )
        }
        return try all(
            """
            SELECT \(TicketSummary.columns) FROM ticket
            WHERE \(Query.joined(conditions, by: " AND "))
            ORDER BY priority, COALESCE(due_at, 9223372036854775807), COALESCE(customer_urgency, 5),
              opened_at, id LIMIT \(limit)
            """
        )
    }

    /// Returns tickets by their numbers, the newest first.
    package func ticketSummaries(_ ids: [Int64]) throws -> [TicketSummary] {
        try all(
            "SELECT \(TicketSummary.columns) FROM ticket WHERE id IN \(list: ids) ORDER BY id DESC"
        )
    }

    /// Returns how many tickets a filter lets through.
    package func countTickets(_ filter: TicketFilter) throws -> Int {
        try value("SELECT COUNT(*) FROM ticket WHERE \(filter.condition)") ?? 0
    }

    /// Returns the levels at which tickets of a product stand that are not closed, from 0 up.
    package func levelsInUse(of product: Int64) throws -> [SupportLevel] {
        try values(
            """
            SELECT DISTINCT level FROM ticket WHERE product_id = \(product)
              AND status <> 'closed' ORDER BY level
            """
        )
    }
}

extension TicketFilter {
    /// What a row of `ticket` must keep to get through.
    package var condition: Query { Query.joined(conditions, by: " AND ") }

    fileprivate var conditions: [Query] {
        var conditions: [Query] = []
        if let statuses {
            conditions.append("status IN \(list: statuses.sorted { $0.rawValue < $1.rawValue })")
        } else {
            conditions.append("status NOT IN ('resolved', 'closed')")
        }
        if let product { conditions.append("product_id = \(product)") }
        if let customer { conditions.append("customer_id = \(customer)") }
        if let level { conditions.append("level = \(level)") }
        if let kind { conditions.append("kind = \(kind)") }
        switch assignee {
        case .some(.some(let account)): conditions.append("assignee_id = \(account)")
        case .some(.none): conditions.append("assignee_id IS NULL")
        case .none: break
        }
        if let label {
            conditions.append(
                "id IN (SELECT ticket_id FROM ticket_label WHERE label_id = \(label))"
            )
        }
        if let ids { conditions.append("id IN \(list: ids.sorted())") }
        return conditions + sightConditions
    }

    private var sightConditions: [Query] {
        var conditions: [Query] = []
        if let seen = sight.condition { conditions.append(seen) }
        if let secret = embargoSight.condition {
            conditions.append(
                """
                (kind <> \(TicketKind.security) OR \(secret) OR assignee_id = \(viewer)
                  OR id IN (SELECT chain_id FROM follower WHERE account_id = \(viewer)))
                """
            )
        }
        return conditions
    }
}

extension TicketFilter.Sight {
    /// The condition on a ticket's product and customer; `nil` where there is none.
    fileprivate var condition: Query? {
        guard case .some(let products, let customers) = self else { return nil }
        return """
            (product_id IN \(list: products.sorted()) OR customer_id IN \(list: customers.sorted()))
            """
    }
}
