package import SQLDatabase
package import SupportDesk

/// A link between two tickets, as the one sees it that is looked at.
package struct TicketLink: Sendable, Hashable {
    /// How the holder belongs to the other.
    package let relation: TicketRelation
    /// The other ticket.
    package let otherID: Int64
    /// What people call it.
    package let otherRef: String
    /// Whether the ticket looked at holds the link; otherwise the other does.
    package let isHolder: Bool
}

extension Connection {
    /// Returns the links of a ticket to both sides: those it holds first, by relation and ref.
    package func links(of ticket: Int64) throws -> [TicketLink] {
        var links: [TicketLink] = []
        try run(
            """
            SELECT relation, other_id, ref, 1 AS holds FROM ticket_link
              JOIN ticket ON ticket.id = other_id WHERE ticket_id = \(ticket)
            UNION ALL
            SELECT relation, ticket_id, ref, 0 AS holds FROM ticket_link
              JOIN ticket ON ticket.id = ticket_id WHERE other_id = \(ticket)
            ORDER BY holds DESC, relation, ref
            """
        ) { row in
            links.append(
                TicketLink(
                    relation: try row.next(),
                    otherID: try row.next(),
                    otherRef: try row.next(),
                    isHolder: try row.next()
                )
            )
        }
        return links
    }

    /// Returns the accounts that follow a chain.
    package func followers(of chain: Int64) throws -> Set<Int64> {
        Set(try values("SELECT account_id FROM follower WHERE chain_id = \(chain)"))
    }

    /// Makes an account follow a chain, or not any more; returns whether that changed something.
    package func setFollowing(_ chain: Int64, _ account: Int64, _ follows: Bool) throws -> Bool {
        if follows {
            return try exec(
                """
                INSERT INTO follower (chain_id, account_id, since_at)
                VALUES (\(chain), \(account), \(try now()))
                ON CONFLICT (chain_id, account_id) DO NOTHING
                """
            ) == 1
        }
        return try exec(
            "DELETE FROM follower WHERE chain_id = \(chain) AND account_id = \(account)"
        ) == 1
    }
}
