import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Instance {
    /// Makes the messages that events have asked for.
    ///
    /// - Parameters:
    ///   - limit: How many events at most.
    ///   - leaseMs: After how many milliseconds another worker may take what this one began.
    /// - Returns: How many events were looked at, and how many messages that made.
    /// - Throws: ``StorageError``, ``SQLDatabase/SQLError``.
    package func renderNotices(
        limit: Int = 20,
        leaseMs: Int64 = Job.leaseMs
    ) async throws -> (events: Int, messages: Int) {
        let jobs = try await engine.write(.queue) {
            try $0.claimJobs(in: NoticeQueue.render, by: "notice", limit: limit, leaseMs: leaseMs)
        }
        var messages = 0
        for job in jobs {
            do {
                messages += try await render(job)
            } catch let error as StorageError where error.code == .leaseLost {
                continue
            }
        }
        return (jobs.count, messages)
    }

    private func render(_ job: Job) async throws -> Int {
        let (chain, seq) = (job.args["chain"]?.int ?? 0, job.args["seq"]?.int ?? 0)
        let drafts = try await engine.read { try $0.notices(of: chain, seq) }
        let kept = try drafts.map { try blobs.keep($0.bytes) }
        let provision = try await provision(ids: drafts.count * 2)
        return try await engine.write { connection in
            var provision = provision
            try connection.checkLease(of: job)
            var count = 0
            for (draft, blob) in zip(drafts, kept) {
                try connection.note(blob, mediaType: draft.mediaType)
                let message = OutboxMessage(
                    id: try provision.id(),
                    draft.channel,
                    to: draft.destination,
                    key: draft.key,
                    body: blob.sha,
                    of: (chain, seq),
                    at: try connection.now()
                )
                guard try connection.insert(message) else { continue }
                try connection.askToSend(message.id, &provision)
                count += 1
            }
            try connection.complete(job)
            return count
        }
    }
}

/// A message that an event asks for.
private struct NoticeDraft: Sendable {
    let channel: OutboxChannel
    let destination: String
    let key: String
    let bytes: [UInt8]

    var mediaType: String { channel == .mail ? "message/rfc822" : "application/json" }
}

extension Connection {
    /// The messages that an event of a ticket asks for, in the order of their receivers.
    fileprivate func notices(of chain: Int64, _ seq: Int64) throws -> [NoticeDraft] {
        guard let event = try event(chain, seq), let kind = TicketEventKind(rawValue: event.kind),
            let ticket = try ticket(chain)
        else { return [] }
        let facts = try event.facts
        let name = ClockThreshold.key(in: facts)
        let base =
            kind == .clockDue && name != nil
            ? "sla:\(chain):\(name ?? "")" : "notice:\(chain):\(seq)"
        let actor = try logins(of: [event.actorID])[event.actorID] ?? "somebody"
        var drafts = try webhookDrafts(event, kind, of: ticket, by: actor, base)
        guard let from = try setting("mail").flatMap({ try? JSONValue(json: $0) })?["from"]?.text
        else { return drafts }
        let circle = try circle(around: ticket)
        let text = NoticeText(kind, facts: facts, text: event.text, of: ticket, by: actor)
        for id in circle.recipients(of: kind, by: event.actorID).sorted() {
            guard let account = try account(id), account.disabledAt == nil,
                let address = account.email
            else { continue }
            let key = "\(base):mail:\(id)"
            let message = try? MailMessage(
                text,
                from: from,
                to: address,
                key: key,
                thread: "ticket.\(ticket.id)",
                date: event.recordedAt
            )
            guard let message else { continue }
            drafts.append(
                NoticeDraft(channel: .mail, destination: address, key: key, bytes: message.bytes)
            )
        }
        return drafts
    }

    private func webhookDrafts(
        _ event: Event,
        _ kind: TicketEventKind,
        of ticket: Ticket,
        by actor: String,
        _ base: String
    ) throws -> [NoticeDraft] {
        let hooks = try webhooks().filter { $0.disabledAt == nil && $0.wants(kind) }
        let prefix = try ticket.origin.productID.flatMap { try product($0) }?.prefix
        let json: [String: JSONValue] = [
            "kind": .text("ticket.\(kind.rawValue)"), "ticket": .text(ticket.ref),
            "product": .text(prefix), "title": .text(ticket.title),
            "status": .text(ticket.status.rawValue), "level": .int(ticket.level.rawValue),
            "priority": .text(ticket.standing.priority.description), "actor": .text(actor),
            "seq": .int(event.seq), "occurredAt": .time(event.occurredAt),
            "recordedAt": .time(event.recordedAt), "facts": try event.facts,
            "text": .text(event.text),
        ]
        var drafts: [NoticeDraft] = []
        for hook in hooks where try sees(hook, event, of: ticket) {
            let key = "\(base):webhook:\(hook.id)"
            let body = JSONValue.object(json.merging(["id": .text(key)]) { $1 }).json
            let bytes = Array(body.utf8)
            drafts.append(
                NoticeDraft(channel: .webhook, destination: "\(hook.id)", key: key, bytes: bytes)
            )
        }
        return drafts
    }

    /// Whether the account of a receiver sees an event; under embargo it needs the role.
    private func sees(_ hook: Webhook, _ event: Event, of ticket: Ticket) throws -> Bool {
        guard let account = try account(hook.accountID), account.disabledAt == nil else {
            return false
        }
        let roles = try grants(of: account.id)
            .roles(product: ticket.origin.productID, customer: ticket.origin.customerID)
        if ticket.isUnderEmbargo || event.audience == .embargo { return roles.contains(.security) }
        return !roles.isEmpty && (account.customerID == nil || event.audience == .customer)
    }

    /// Who stands around a ticket now.
    func circle(around ticket: Ticket) throws -> NoticeCircle {
        let (product, component) = (ticket.origin.productID, ticket.classification.componentID)
        var circle = NoticeCircle(
            reporterID: ticket.origin.reporterID,
            isUnderEmbargo: ticket.isUnderEmbargo
        )
        circle.assigneeID = ticket.assigneeID
        circle.members = try memberships(of: product)
            .responsible(at: ticket.level, product: product, component: component)
        circle.onCall = try onCall(
            at: ticket.level,
            product: product,
            component: component,
            try now()
        )
        circle.followers = try followers(of: ticket.id)
        for id in circle.everybody {
            if try account(id)?.customerID != nil { circle.customers.insert(id) }
            let roles = try grants(of: id)
                .roles(product: product, customer: ticket.origin.customerID)
            if roles.contains(.security) { circle.cleared.insert(id) }
        }
        return circle
    }
}

extension Webhook {
    /// Whether it asked for events of a kind.
    func wants(_ kind: TicketEventKind) -> Bool {
        kinds.isEmpty || kinds.contains("ticket.\(kind.rawValue)")
    }
}
