import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Messages for the vendor on their way to the outbox: through the gate, with the agreements that they
/// rest on, held until a person has seen their bytes.
extension CaseActing {
    /// Creates the next message in the case.
    func draftMessage(_ operation: CaseOperation, body: String) throws -> CaseMessage {
        let current = change.vendorCase
        let count = try connection.messages(ofCase: current.id).count
        var message = CaseMessage(operation, key: "\(current.ref).\(max(count, 1))")
        message.body = DeskText.body(body)
        return message
    }

    /// Adds the fields of the case's tickets and defects; the gate drops what may not leave.
    func fill(_ message: inout CaseMessage) throws {
        let tickets = try connection.tickets(about: change.vendorCase)
        let defects = try connection.defects(about: change.vendorCase)
        var fields: [CaseMessage.Field] = []
        func add(_ field: SharedField, _ value: String?) {
            guard let value, !value.isEmpty,
                !fields.contains(where: { $0.field == field && $0.value == value })
            else { return }
            fields.append(CaseMessage.Field(field, value))
        }
        for ticket in tickets {
            let product = try ticket.origin.productID.flatMap { try connection.product($0) }
            add(.product, product?.name)
            let component = ticket.classification.componentID
            let components = try product.map { try connection.components(of: $0.id) } ?? []
            add(.component, components.first { $0.id == component }?.name)
            add(.release, ticket.customerRelease)
        }
        for defect in defects { add(.defect, "\(defect.ref) \(defect.title)") }
        for ticket in tickets {
            add(.ticketTitle, ticket.title)
            add(.ticketText, ticket.body)
        }
        message.fields = fields
        message.priority = change.vendorCase.priority
    }

    /// Writes the event that asks for a message, and puts the message into the outbox.
    mutating func queue(
        _ message: CaseMessage,
        attachment: Int64? = nil,
        asking ask: (inout CaseChange) throws -> Void
    ) throws {
        try ask(&change)
        let asked = try flush()
        try queue(message, attachment: attachment, askedBy: asked?.seq ?? 1)
    }

    /// Puts a message into the outbox as the gate lets it through.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where a customer has not agreed.
    mutating func queue(
        _ message: CaseMessage,
        attachment: Int64? = nil,
        askedBy seq: Int64
    ) throws {
        let current = change.vendorCase
        let tickets = try connection.tickets(about: current)
        let gate = try connection.gate(of: current, at: vendor)
        var disguise = try connection.disguise(ofCase: current.id)
        let passed = gate.pass(message, &disguise)
        _ = try connection.grounds(for: passed.scope, of: tickets, to: vendor)
        try connection.keep(disguise, ofCase: current.id)
        let body = try desk.instance.blobs.keep(Array(passed.message.json.json.utf8))
        try connection.note(body, mediaType: "application/json")
        let queued = OutboxMessage(
            id: try provision.id(),
            current.isByHand ? .hand : .vendor,
            forCase: current.id,
            to: current.remoteID ?? vendor.name,
            key: message.key,
            body: body.sha,
            attachment: attachment,
            asked: (seq, try connection.now())
        )
        _ = try connection.insert(queued)
    }

    /// Takes a message back that has not left.
    mutating func takeBack(_ message: OutboxMessage, words: String?) throws {
        var message = message
        message.state = .withdrawn
        message.settledAt = try connection.now()
        try connection.update(message)
        try settleDisclosure(of: message, .refused)
        change.note(
            .notSent,
            of: message.effectKey,
            outbox: message.id,
            facts: ["state": .text(OutboxState.withdrawn.rawValue)],
            words: words
        )
        try flush()
    }

    /// Ends the attempt of a message that is open.
    func settleDisclosure(of message: OutboxMessage, _ outcome: DisclosureOutcome) throws {
        guard var last = try connection.disclosures(of: message.id).last, last.outcome == .open
        else {
            return
        }
        (last.outcome, last.endedAt) = (outcome, try connection.now())
        try connection.put(last)
    }
}

extension Connection {
    /// Returns what stands between a case and its vendor.
    func gate(of vendorCase: VendorCase, at vendor: Vendor) throws -> CaseGate {
        let tickets = try tickets(about: vendorCase)
        let customers = Set(tickets.compactMap(\.origin.customerID))
        var names = SecretNames()
        for customer in try self.customers() { names.customers += [customer.name, customer.ref] }
        for account in try accounts() where account.customerID.map(customers.contains) ?? false {
            names.people += [account.name, account.login]
        }
        names.harmless = try harmlessWords(of: vendorCase)
        return CaseGate(
            vendor.policy,
            names: names,
            customerTexts: try tickets.flatMap { try customerTexts(of: $0) },
            letsNames: try letNames(tickets, to: vendor)
        )
    }

    /// What customers wrote on a ticket.
    private func customerTexts(of ticket: Ticket) throws -> [String] {
        guard ticket.origin.customerID != nil else { return [] }
        let accounts = try customerAccounts()
        let said = try events(of: ticket.id)
            .filter { event in
                accounts.contains(event.actorID)
                    || (try? event.facts)?["is_from_customer"]?.int == 1
            }
        return [ticket.title, ticket.body] + said.compactMap(\.text)
    }

    /// Commits and releases that are no secrets, though they look like some.
    private func harmlessWords(of vendorCase: VendorCase) throws -> Set<String> {
        var words = Set([vendorCase.vendorCommit, vendorCase.vendorVersion].compactMap { $0 })
        for defect in try defects(about: vendorCase) {
            for link in try commits(of: defect.id) {
                words.formUnion([link.commit.hex, link.commit.short])
            }
            words.formUnion(try releases(of: defect.productID).map(\.name))
        }
        for ticket in try tickets(about: vendorCase) {
            guard let product = ticket.origin.productID else { continue }
            words.formUnion(try releases(of: product).map(\.name))
        }
        return words
    }

    /// Holds messages again that were approved and rested on an agreement which is no more.
    func holdAgain(
        whatRestedOn agreement: Agreement,
        by account: Int64,
        _ provision: inout Provision
    ) throws {
        for vendorCase in try vendorCases() {
            let tickets = try tickets(about: vendorCase)
            guard let vendor = try vendor(vendorCase.vendorID),
                tickets.contains(where: { $0.origin.customerID == agreement.customerID })
            else { continue }
            for var message in try messages(ofCase: vendorCase.id, open: true)
            where message.state == .approved {
                let last = try disclosures(of: message.id).last
                let rested = try last.map { try grounds(of: $0.id) } ?? []
                guard rested.contains(agreement.id) || last == nil else { continue }
                message.state = .held
                (message.approvedBy, message.approvedAt, message.approvedSHA) = (nil, nil, nil)
                try update(message)
                var head = try lockChain(vendorCase.id)
                let now = max(try now(), vendorCase.openedAt)
                let signature = try CaseSignature(
                    occurredAt: nil,
                    now: now,
                    isSecret: try isUnderEmbargo(vendorCase)
                )
                var change = try CaseChange(of: vendorCase, signature)
                change.note(
                    .held,
                    of: message.effectKey,
                    outbox: message.id,
                    facts: [
                        "reason": "agreement_withdrawn", "agreement_id": .int(agreement.id),
                        "vendor": .text(vendor.name),
                    ]
                )
                for event in change.events {
                    try append(event, by: account, to: &head, &provision)
                }
                try put(change.vendorCase)
            }
        }
    }
}
