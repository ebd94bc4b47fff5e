package import MainstayCore
package import SQLDatabase
package import SupportDesk

/// What a report needs of a ticket's row.
package struct ReportRow: Sendable, Hashable, RowDecodable {
    /// The columns of `ticket` that a report needs.
    package static let columns: Query = """
        id, ref, product_id, customer_id, reporter_id, channel, kind, contract_id, is_judged, \
        urgency, customer_urgency, customer_release, opened_at, closed_at
        """

    /// Its number.
    package let id: Int64
    /// What people call it.
    package let ref: String
    /// Where it came from.
    package let origin: TicketOrigin
    /// What it is about.
    package let kind: TicketKind
    /// The contract that it is under now.
    package let contractID: Int64?
    /// Whether a person judged it.
    package let isJudged: Bool
    /// How soon it is needed, as we see it.
    package let urgency: Grade
    /// How soon it is needed, as the customer feels.
    package let customerUrgency: Grade?
    /// The release that the customer says he runs.
    package let customerRelease: String?
    /// When it was asked.
    package let openedAt: Instant
    /// When it was closed; `nil` unless it is.
    package let closedAt: Instant?

    /// Reads the columns.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        ref = try row.next()
        origin = TicketOrigin(
            product: try row.next(),
            customer: try row.next(),
            reporter: try row.next(),
            channel: try row.next()
        )
        kind = try row.next()
        contractID = try row.next()
        isJudged = try row.next()
        urgency = try row.next()
        customerUrgency = try row.next()
        customerRelease = try row.next()
        openedAt = try row.next()
        closedAt = try row.next()
    }
}

/// An event without words and hashes.
package struct BareEvent: Sendable, Hashable, RowDecodable {
    /// The columns of `event` that codes and clocks need.
    package static let columns: Query =
        "chain_id, kind, actor_id, occurred_at, recorded_at, facts_json"

    /// The chain it is on.
    package let chainID: Int64
    /// What happened.
    package let kind: String
    /// The account that acted.
    package let actorID: Int64
    /// When it happened in the world.
    package let occurredAt: Instant
    /// When it was written.
    package let recordedAt: Instant
    /// The facts as they are stored.
    package let factsJSON: String

    /// Reads the columns.
    package init(_ row: inout RowReader) throws {
        chainID = try row.next()
        kind = try row.next()
        actorID = try row.next()
        occurredAt = try row.next()
        recordedAt = try row.next()
        factsJSON = try row.next()
    }
}

/// What an article did for somebody, once.
package struct ArticleUse: Sendable, Hashable, RowDecodable {
    /// The columns of `article_use`, and whose the account is.
    package static let columns: Query = "u.article_id, u.ticket_id, u.outcome, a.customer_id"

    /// The article.
    package let articleID: Int64
    /// The ticket; `nil` where there was none.
    package let ticketID: Int64?
    /// What it did.
    package let outcome: ArticleOutcome
    /// The customer for whom it did; `nil` for one of our own, or where that is not known.
    package let customerID: Int64?

    /// Reads the columns.
    package init(_ row: inout RowReader) throws {
        articleID = try row.next()
        ticketID = try row.next()
        outcome = try row.next()
        customerID = try row.next()
    }
}

extension Connection {
    /// Returns the tickets that a report on a span looks at, by number: all but those that a filter
    /// keeps back, that came later, and that were closed before with nothing written since.
    package func reportRows(_ filter: TicketFilter, in span: Range<Instant>) throws -> [ReportRow] {
        try all(
            """
            SELECT \(ReportRow.columns) FROM ticket
            WHERE \(filter.condition) AND opened_at < \(span.upperBound)
              AND (status <> \(TicketStatus.closed) OR updated_at >= \(span.lowerBound))
            ORDER BY id
            """
        )
    }

    /// Hands over the events of chains, by chain and in their order.
    package func eachEvent(of chains: [Int64], _ take: (BareEvent) throws -> Void) throws {
        try run(
            """
            SELECT \(BareEvent.columns) FROM event WHERE chain_id IN \(list: chains)
            ORDER BY chain_id, seq
            """
        ) { try take(try BareEvent(&$0)) }
    }

    /// Returns the tickets of the same customer that ask for the same as some tickets, by the
    /// number of each of these.
    package func ownDuplicates(among tickets: [Int64]) throws -> [Int64: [Int64]] {
        var duplicates: [Int64: [Int64]] = [:]
        try run(
            """
            SELECT l.other_id, l.ticket_id FROM ticket_link l
              JOIN ticket t ON t.id = l.ticket_id JOIN ticket o ON o.id = l.other_id
            WHERE l.other_id IN \(list: tickets) AND l.relation = \(TicketRelation.duplicates)
              AND t.customer_id = o.customer_id ORDER BY l.other_id, l.ticket_id
            """
        ) { duplicates[try $0.next(), default: []].append(try $0.next()) }
        return duplicates
    }

    /// Returns the steps of action plans that were late at a moment, with their chains, those due
    /// first.
    package func lateSteps(at moment: Instant) throws -> [(chain: Int64, step: ActionStep)] {
        var late: [(chain: Int64, step: ActionStep)] = []
        try run(
            """
            SELECT chain_id, id, position, what, owner_id, due_day FROM action_step
            WHERE due_day < \(moment.day) AND (done_at IS NULL OR done_at > \(moment))
              AND (dropped_at IS NULL OR dropped_at > \(moment))
            ORDER BY due_day, id
            """
        ) { row in
            let chain: Int64 = try row.next()
            let step = ActionStep(
                id: try row.next(),
                position: try row.next(),
                what: try row.next(),
                ownerID: try row.next(),
                dueDay: try row.next()
            )
            late.append((chain, step))
        }
        return late
    }

    /// Returns what articles solved in a span, and which tickets ever pointed to them.
    package func articleSuccesses(in span: Range<Instant>) throws -> [ArticleUse] {
        try all(
            """
            SELECT \(ArticleUse.columns) FROM article_use u
            LEFT JOIN account a ON a.id = u.account_id
            WHERE u.outcome = \(ArticleOutcome.linked) OR (u.outcome = \(ArticleOutcome.solved)
              AND u.used_at >= \(span.lowerBound) AND u.used_at < \(span.upperBound))
            ORDER BY u.article_id, u.ticket_id, u.id
            """
        )
    }
}
