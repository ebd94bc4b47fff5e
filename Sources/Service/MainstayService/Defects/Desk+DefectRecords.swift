import AdvisoryFormats
package import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// A defect as somebody enters it.
package struct NewDefect: Sendable, Hashable {
    /// The product's prefix; `nil`: that of the ticket.
    package var product: String?
    /// What it is, in one line; `nil`: the ticket's title.
    package var title: String?
    /// What it is, at length; `nil`: the ticket's body.
    package var body: String?
    /// What it is to the lines.
    package var kind: DefectKind?
    /// How bad it is.
    package var severity = Severity.medium
    /// The name of a component.
    package var component: String?
    /// The vector of its CVSS score.
    package var cvssVector: String?
    /// Other names of it, such as `CVE-2023-6246` or `BZ #30843`.
    package var aliases: [String] = []
    /// The ticket that it explains.
    package var ticket: String?

    /// Creates a defect without anything.
    package init() {}
}

/// What shall be different about a defect; what is `nil` stays.
package struct DefectEdit: Sendable, Hashable {
    /// Another title.
    package var title: String?
    /// Another kind.
    package var kind: DefectKind?
    /// Another severity.
    package var severity: Severity?
    /// Another status.
    package var status: DefectStatus?
    /// The defect that it is a duplicate of.
    package var duplicateOf: String?
    /// Another cause.
    package var cause: DefectCause?
    /// Another CVSS vector.
    package var cvssVector: String?
    /// The name of another component.
    package var component: String?
    /// The login of who works on it; the inner `nil`: nobody.
    package var assignee: String??
    /// Other names that it gets.
    package var newAliases: [String] = []
    /// Other names that it loses.
    package var lostAliases: [String] = []

    /// Creates an edit that changes nothing.
    package init() {}
}

extension Desk {
    /// Enters a defect and returns what people call it.
    ///
    /// - Throws: ``UseError``, or ``DeskError`` for a title that breaks the rules.
    package func makeDefect(_ new: NewDefect) async throws -> String {
        if let vector = new.cvssVector { _ = try CVSSVector(vector) }
        let prefix = try await read { connection, acting in
            try connection.basis(of: new, by: acting).product.prefix
        }
        let number = try await instance.engine.drawNumber(of: "defect:\(prefix)")
        let ref = "\(prefix)-D\(number)"
        try await write(ids: new.aliases.count + 4) { connection, acting, provision in
            let basis = try connection.basis(of: new, by: acting)
            var defect = Defect(
                id: try provision.id(),
                ref: ref,
                productID: basis.product.id,
                kind: basis.kind,
                severity: new.severity,
                title: basis.title,
                body: basis.body,
                openedAt: try connection.now()
            )
            defect.cvssVector = new.cvssVector
            defect.componentID = try new.component.map {
                try connection.knownComponent($0, of: basis.product).id
            }
            try connection.insert(defect)
            var head = try connection.beginChain(defect.id, .defect)
            let audience: Audience = defect.kind == .security ? .embargo : .staff
            let made = EventDraft(
                "made",
                for: audience,
                facts: ["now": .object(defect.codes)],
                text: basis.body.isEmpty ? basis.title : "\(basis.title)\n\n\(basis.body)"
            )
            try connection.append(made, by: acting.account.id, to: &head, &provision)
            for alias in new.aliases {
                try connection.addAlias(alias, to: defect.id)
                let named = EventDraft("alias_added", for: audience, text: alias)
                try connection.append(named, by: acting.account.id, to: &head, &provision)
            }
            let isBlind = try !connection.isVisible(
                defect,
                isUnderEmbargo: audience == .embargo,
                to: acting
            )
            if isBlind { _ = try connection.setFollowing(defect.id, acting.account.id, true) }
            if let ticket = basis.ticket {
                try connection.tie(ticket, to: defect, isOn: true, by: acting, &provision)
            }
            return .text(ref)
        }
        return ref
    }

    /// Changes what is recorded of a defect.
    ///
    /// - Throws: ``UseError``, or ``DeskError`` for a title that breaks the rules.
    package func edit(defect name: String, _ edit: DefectEdit, words: String?) async throws {
        if let vector = edit.cvssVector { _ = try CVSSVector(vector) }
        try await change(defect: name) { state in
            let (connection, product) = (state.connection, state.product)
            let component = try edit.component.map {
                try connection.knownComponent($0, of: product).id
            }
            let acting = state.acting
            let other = try edit.duplicateOf.map {
                try connection.visibleDefect($0, to: acting).defect
            }
            guard other?.id != state.defect.id else {
                throw UseError(.refused, "Defect \(state.defect.ref) is no duplicate of itself")
            }
            let assignee = try edit.assignee.map { login in
                try login.map { try connection.knownAccount($0).id }
            }
            if let kind = edit.kind, state.audience == .embargo, kind != .security {
                try acting.require(.keepAdvisories, product: product.id)
            }
            if let title = try edit.title.map({ try DeskText.title($0) }) {
                try state.record("retitled", words: title) { $0.title = title }
            }
            var edited = state.defect
            if let kind = edit.kind { edited.kind = kind }
            if let severity = edit.severity { edited.severity = severity }
            if let cause = edit.cause { edited.cause = cause }
            if let vector = edit.cvssVector { edited.cvssVector = vector }
            if let component { edited.componentID = component }
            if let assignee { edited.assigneeID = assignee }
            if let other { edited.duplicateOfID = other.id }
            if let status = other == nil ? edit.status : .duplicate {
                edited.status = status
                edited.closedAt = status.isOpen ? nil : try connection.now()
            }
            if words != nil || edited.codes != state.defect.codes {
                try state.record("changed", words: words) { [edited] in $0 = edited }
            }
            for alias in edit.newAliases {
                try connection.addAlias(alias, to: state.defect.id)
                try state.record("alias_added", words: alias)
            }
            for alias in edit.lostAliases {
                guard try connection.removeAlias(alias, from: state.defect.id) else {
                    throw UseError.unknown("name of \(state.defect.ref)", alias)
                }
                try state.record("alias_removed", words: alias)
            }
            return .null
        }
    }

    /// Ties a ticket to a defect that it suffers from, or unties it.
    package func tie(ticket: String, to name: String, isOn: Bool) async throws {
        try await change(defect: name) { state in
            let ticket = try state.connection.visibleTicket(ticket, to: state.acting)
            let (defect, acting) = (state.defect, state.acting)
            try state.connection.tie(ticket, to: defect, isOn: isOn, by: acting, &state.provision)
            try state.record(
                isOn ? "ticket_linked" : "ticket_unlinked",
                facts: ["ticket_id": .int(ticket.id)]
            )
            return .null
        }
    }

    /// Records a try to reproduce a defect; `place` is a release, or a commit of its repository.
    package func reproduce(
        _ name: String,
        on place: String,
        _ outcome: ReproductionOutcome,
        words: String,
        _ tools: CodeTools
    ) async throws {
        let found = try await resolve(place, forDefect: name, tools)
        try await change(defect: name) { state in
            let event = try state.record(
                "reproduced",
                facts: [
                    "outcome": .text(outcome.rawValue), "commit": .text(found.commit.hex),
                    "version": .text(found.tag),
                ],
                words: try DeskText.words(words)
            ) { if outcome != .not, $0.status == .new { $0.status = .confirmed } }
            try state.connection.insert(
                Reproduction(
                    of: state.defect.id,
                    on: (found.tag, found.commit),
                    outcome,
                    by: state.signature(event)
                )
            )
            return .null
        }
    }

    /// Records data or settings put right at a customer's, which resolves the ticket; the defect is
    /// closed once all its tickets are settled and nothing of it is in the code.
    ///
    /// - Returns: Whether the defect was closed by it.
    package func intervene(
        _ name: String,
        for ref: String,
        _ kind: InterventionKind,
        words: String
    ) async throws -> Bool {
        let zones = zones
        let result = try await change(defect: name) { state in
            let (connection, acting) = (state.connection, state.acting)
            let ticket = try connection.visibleTicket(ref, to: acting)
            guard try connection.tickets(of: state.defect.id).contains(ticket.id) else {
                throw UseError(
                    .refused,
                    "Ticket \(ticket.ref) is not tied to defect \(state.defect.ref)",
                    hint: "Tie it with 'mainstay defect tie \(state.defect.ref) \(ticket.ref)'"
                )
            }
            let words = try DeskText.words(words)
            let facts: [String: JSONValue] = [
                "ticket_id": .int(ticket.id), "kind": .text(kind.rawValue),
            ]
            let event = try state.record("intervened", facts: facts, words: words)
            try connection.insert(
                Intervention(
                    on: state.defect.id,
                    for: ticket.id,
                    kind,
                    by: state.signature(event)
                )
            )
            try connection.resolve(ticket, words, by: acting, &state.provision)
            try connection.keepClocks(of: [connection.ticket(ticket.id) ?? ticket], zones)
            let open = try connection.tickets(of: state.defect.id)
                .compactMap { try connection.ticket($0) }
                .filter { ![.resolved, .closed].contains($0.status) }
            let hasCommits = try !connection.commits(of: state.defect.id).isEmpty
            guard open.isEmpty, !hasCommits else { return .bool(false) }
            let now = try connection.now()
            try state.record("changed") {
                $0.status = .closed
                $0.closedAt = now
            }
            return .bool(true)
        }
        return result == .bool(true)
    }
}

extension Connection {
    /// What a new defect rests on, checked.
    fileprivate func basis(
        of new: NewDefect,
        by acting: ActingAccount
    ) throws -> (product: Product, kind: DefectKind, title: String, body: String, ticket: Ticket?) {
        let ticket = try new.ticket.map { try visibleTicket($0, to: acting) }
        let own = try ticket?.origin.productID.flatMap { try product($0) }
        guard let product = try new.product.map({ try knownProduct($0) }) ?? own else {
            throw UseError(
                .refused,
                ticket.map { "Ticket \($0.ref) has no product" } ?? "A defect has a product",
                hint: "Name it with --product"
            )
        }
        if let own, own.id != product.id, let ticket {
            throw UseError(
                .refused,
                "Ticket \(ticket.ref) is about \(own.prefix), the defect about \(product.prefix)"
            )
        }
        try acting.require(.workOnDefects, product: product.id)
        guard let words = new.title ?? ticket?.title else {
            throw UseError(.refused, "A defect has a title", hint: "Give --title, or --ticket")
        }
        let usual: DefectKind =
            switch ticket?.classification.kind {
            case .security: .security
            case .feature: .feature
            default: .bug
            }
        return (
            product, new.kind ?? usual, try DeskText.title(words),
            DeskText.body(new.body ?? ticket?.body ?? ""), ticket
        )
    }

    /// Ties a ticket to a defect on the ticket's chain, or unties it.
    fileprivate func tie(
        _ ticket: Ticket,
        to defect: Defect,
        isOn: Bool,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        if let product = ticket.origin.productID, product != defect.productID {
            throw UseError(
                .refused,
                "Ticket \(ticket.ref) and defect \(defect.ref) are about different products"
            )
        }
        let tied = Set(try defects(ofTicket: ticket.id).map(\.id))
        let published = try publishedDefects(of: defect.productID)
        let isSecret = defect.kind == .security && !published.contains(defect.id)
        try act(on: ticket, by: acting, &provision) {
            try $0.setDefect(
                defect.id,
                ref: defect.ref,
                isOn: isOn,
                isSecret: isSecret,
                defects: tied
            )
        }
    }

    /// Resolves a ticket unless it is resolved or closed.
    fileprivate func resolve(
        _ ticket: Ticket,
        _ words: String,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        guard ![.resolved, .closed].contains(ticket.status) else { return }
        try act(on: ticket, by: acting, &provision) { try $0.move(to: .resolved, text: words) }
    }

    /// Carries out one act on a ticket beside another one.
    func act(
        on ticket: Ticket,
        by acting: ActingAccount,
        _ provision: inout Provision,
        _ act: (inout TicketChange) throws -> Void
    ) throws {
        var head = try lockChain(ticket.id)
        let signature = try acting.signature(for: ticket.origin, at: nil, now: try now())
        var change = try TicketChange(of: ticket, by: signature)
        try act(&change)
        for event in change.events {
            try append(event, by: acting.account.id, to: &head, &provision)
        }
        try update(change.ticket)
    }
}
