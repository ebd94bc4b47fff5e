import MainstayCore
import SQLDatabase
import Storage

/// People, a product and the tickets that a test opens, written as the desk writes them.
struct DeskFixture: Sendable {
    let store: StoreFixture
    let agent: Int64
    let customer: Int64
    let product: Int64

    /// Writes a customer, an agent, a product and a matrix.
    init(_ store: StoreFixture) async throws {
        self.store = store
        (agent, customer, product) = try await store.write { connection, provision in
            let (agent, customer, product) =
                (try provision.id(), try provision.id(), try provision.id())
            for (id, kind) in [
                (agent, ChainKind.account), (customer, .customer), (product, .product),
            ] {
                var head = try connection.beginChain(id, kind)
                try connection.append(EventDraft("created"), by: agent, to: &head, &provision)
            }
            let now = try connection.now()
            try connection.exec(
                "INSERT INTO customer VALUES (\(customer), 'C1', 'Customer', 'company', \(now), NULL)"
            )
            try connection.exec(
                """
                INSERT INTO account (id, login, name, created_at)
                VALUES (\(agent), 'ann', 'Ann Ägent', \(now))
                """
            )
            try connection.exec(
                "INSERT INTO product VALUES (\(product), 'MST', 'Mainstay', \(now))"
            )
            try connection.exec("INSERT INTO priority_version VALUES (1, NULL, \(now))")
            for impact in 1...4 {
                for urgency in 1...4 {
                    try connection.exec(
                        """
                        INSERT INTO priority_matrix VALUES (1, \(impact), \(urgency),
                          \(min(5, impact + urgency - 1)))
                        """
                    )
                }
            }
            return (agent, customer, product)
        }
    }

    /// Opens a ticket and returns its id.
    func open(_ title: String, _ body: String = "") async throws -> Int64 {
        let desk = self
        return try await store.write { connection, provision in
            try desk.open(title, body, connection, &provision)
        }
    }

    func open(
        _ title: String,
        _ body: String,
        _ connection: any Connection,
        _ provision: inout Provision
    ) throws -> Int64 {
        let id = try provision.id()
        var head = try connection.beginChain(id, .ticket)
        let text = body.isEmpty ? title : "\(title)\n\n\(body)"
        let now = try connection.now()
        let codes: [String: JSONValue] = [
            "ref": .text("MST-\(id)"), "product_id": .int(product), "component_id": .null,
            "customer_id": .int(customer),
            "kind": "incident", "status": "new", "level": 1, "area": "technical", "channel": "web",
            "is_judged": 0, "impact": 3, "urgency": 3, "matrix_version": 1, "service_code": .null,
            "priority": 5, "is_overridden": 0, "customer_urgency": .null,
            "reporter_id": .int(agent),
            "assignee_id": .null, "opened_at": .int(now.milliseconds), "closed_at": .null,
        ]
        let draft = EventDraft(
            "opened",
            for: .customer,
            facts: ["now": .object(codes)],
            text: text,
            occurredAt: now
        )
        try connection.append(draft, by: agent, to: &head, &provision)
        try connection.exec(
            """
            INSERT INTO ticket VALUES (\(id), \("MST-\(id)"), \(product), NULL, \(customer), 'incident',
              'new', 1, 'technical', 'web', 0, 3, 3, 1, NULL, 5, 0, NULL, \(title), \(body), NULL,
              \(agent), NULL, \(now), \(now), NULL, NULL, NULL, NULL)
            """
        )
        try connection.indexTicket(id)
        return id
    }

    /// Adds words to a ticket.
    func say(_ text: String, on ticket: Int64, for audience: Audience = .customer) async throws {
        let agent = agent
        let kind = audience == .customer ? "commented" : "noted"
        try await store.write { connection, provision in
            var head = try connection.lockChain(ticket)
            try connection.append(
                EventDraft(kind, for: audience, text: text),
                by: agent,
                to: &head,
                &provision
            )
            try connection.indexTicket(ticket)
        }
    }

    /// Hands a ticket to another level.
    func escalate(_ ticket: Int64, to level: Int64) async throws {
        let agent = agent
        try await store.write { connection, provision in
            var head = try connection.lockChain(ticket)
            let now: Int64 =
                try connection.value("SELECT level FROM ticket WHERE id = \(ticket)") ?? 0
            let facts: JSONValue = [
                "was": ["level": .int(now)], "now": ["level": .int(level)],
                "from_level": .int(now), "to_level": .int(level), "from_account_id": .null,
                "to_account_id": .int(agent), "reason": "skill",
            ]
            let event = try connection.append(
                EventDraft("escalated", facts: facts, text: "Too deep for us"),
                by: agent,
                to: &head,
                &provision
            )
            try connection.exec(
                """
                INSERT INTO escalation VALUES (\(ticket), \(event.seq), \(now), \(level), NULL,
                  \(agent), 'skill')
                """
            )
            try connection.exec("UPDATE ticket SET level = \(level) WHERE id = \(ticket)")
        }
    }

    /// Attaches a file to a ticket and returns the number of the event.
    func attach(_ bytes: String, to ticket: Int64) async throws -> Int64 {
        let kept = try store.blobs.keep(Array(bytes.utf8))
        let agent = agent
        return try await store.write { connection, provision in
            try connection.note(kept, mediaType: "text/plain")
            var head = try connection.lockChain(ticket)
            let event = try connection.append(
                EventDraft("commented", for: .customer, text: "see file"),
                by: agent,
                to: &head,
                &provision
            )
            try connection.exec(
                """
                INSERT INTO attachment VALUES (\(try provision.id()), \(ticket), \(event.seq),
                  'file.txt', \(kept.sha), 1)
                """
            )
            return event.seq
        }
    }

    /// Vouches for all heads that moved.
    @discardableResult
    func anchor() async throws -> Anchor? {
        try await store.write { try $0.makeAnchor(&$1) }
    }
}
