import MainstayCore

/// A request to move a ticket to another level.
package struct Escalation: Sendable, Hashable {
    /// Where a ticket shall go.
    package enum Target: Sendable, Hashable {
        /// The next level that the product has above.
        case up
        /// The next level that the product has below.
        case down
        /// This level.
        case level(SupportLevel)
    }

    /// Where to.
    package let target: Target
    /// Why.
    package let reason: EscalationReason
    /// What the receiving level is told.
    package var handover = Handover()
    /// Why it goes without items that the receiving level needs; `nil` to be refused then.
    package var forcedBecause: String?
    /// The member of the receiving level who takes it; `nil` for whoever is free.
    package var assigneeID: Int64?

    /// Creates a request with an empty handover, to nobody by name.
    package init(_ target: Target, reason: EscalationReason) {
        self.target = target
        self.reason = reason
    }
}

/// The row that records one move between levels.
package struct LevelMove: Sendable, Hashable {
    /// The level left.
    package let from: SupportLevel
    /// The level entered, another than ``from``.
    package let to: SupportLevel
    /// Who had the ticket.
    package let fromAccountID: Int64?
    /// Who has it now.
    package let toAccountID: Int64?
    /// Why.
    package let reason: EscalationReason

    /// Creates the row.
    package init(
        from: SupportLevel,
        to: SupportLevel,
        accounts: (from: Int64?, to: Int64?),
        reason: EscalationReason
    ) {
        self.from = from
        self.to = to
        fromAccountID = accounts.from
        toAccountID = accounts.to
        self.reason = reason
    }
}

extension TicketChange {
    /// Moves the ticket to another level, up or down, and hands it to the member named, if any.
    ///
    /// The handover is the event's text, with the reason of a forced one in front; its facts name
    /// the items given and missing. Level 4 is refused both ways: a ticket stands there while a
    /// vendor case holds it up, and without a case nothing would ever bring it back.
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` on a closed ticket,
    ///   ``DeskError/Code/level``, ``DeskError/Code/vendorCase``, ``DeskError/Code/handover``,
    ///   ``DeskError/Code/member`` or ``DeskError/Code/staffOnly``.
    package mutating func escalate(
        _ escalation: Escalation,
        in levels: ProductLevels,
        members: [Membership]
    ) throws(DeskError) {
        try requireStaff("escalate")
        try requireUnclosed("escalated")
        try requireDeclared(escalation.handover, in: levels)
        let level = try receiver(of: escalation.target, in: levels)
        let missing = escalation.handover.missing(from: levels.required(at: level))
        let excuse = DeskText.words(ifAny: escalation.forcedBecause)
        guard missing.isEmpty || excuse != nil else {
            throw DeskError(
                .handover,
                "Handover of ticket \(ticket.ref) to level \(level.rawValue) lacks "
                    + missing.map { "'\($0)'" }.listed(),
                hint: "Give these items, or use '--force' with a reason"
            )
        }
        try requireMember(escalation.assigneeID, at: level, members)
        let move = LevelMove(
            from: ticket.level,
            to: level,
            accounts: (ticket.assigneeID, escalation.assigneeID),
            reason: escalation.reason
        )
        let words = [excuse, DeskText.words(ifAny: escalation.handover.text)].compactMap(\.self)
        record(
            .escalated,
            text: words.isEmpty ? nil : words.joined(separator: "\n\n"),
            facts: [
                "items": .list(escalation.handover.names.map(JSONValue.text)),
                "missing": .list(missing.map(JSONValue.text)),
            ],
            row: .escalation(move)
        ) {
            $0.level = level
            $0.assigneeID = escalation.assigneeID
        }
    }

    private func receiver(
        of target: Escalation.Target,
        in levels: ProductLevels
    ) throws(DeskError) -> SupportLevel {
        let here = ticket.level
        let (wanted, words): (SupportLevel?, String) =
            switch target {
            case .up: (levels.next(above: here), "above level \(here.rawValue)")
            case .down: (levels.next(below: here), "below level \(here.rawValue)")
            case .level(let level): (level, "to level \(level.rawValue)")
            }
        guard let level = wanted, levels.name(of: level) != nil else {
            throw DeskError(
                .level,
                "Ticket \(ticket.ref) cannot go \(words), its product has the levels "
                    + levels.levels.map(\.rawValue).listed()
            )
        }
        guard level != here else {
            throw DeskError(
                .level,
                "Ticket \(ticket.ref) stands at level \(level.rawValue) already"
            )
        }
        guard level != .vendor, here != .vendor else {
            throw DeskError(
                .vendorCase,
                "Ticket \(ticket.ref) cannot go from level \(here.rawValue) to \(level.rawValue) "
                    + "by itself, only a vendor case moves a ticket to level 4 and back",
                hint: level == .vendor
                    ? "Open a case with 'mainstay case open'"
                    : "Close the case that holds it with 'mainstay case close'"
            )
        }
        return level
    }

    /// Names stand in facts, which are never redacted; one made up on the spot may tell of a
    /// person.
    private func requireDeclared(
        _ handover: Handover,
        in levels: ProductLevels
    ) throws(DeskError) {
        for name in handover.names where !levels.items.contains(name) {
            throw DeskError(
                .handover,
                "Handover of ticket \(ticket.ref) has the item '\(name)', expected "
                    + levels.items.sorted().map { "'\($0)'" }.listed()
            )
        }
    }

    private func requireMember(
        _ account: Int64?,
        at level: SupportLevel,
        _ members: [Membership]
    ) throws(DeskError) {
        guard let account else { return }
        let those = members.responsible(
            at: level,
            product: ticket.origin.productID,
            component: ticket.classification.componentID
        )
        guard those.contains(account) else {
            throw DeskError(
                .member,
                "Account \(account) is no member of level \(level.rawValue) for ticket "
                    + "\(ticket.ref) which has the members \(those.listed())",
                hint: "Name one of them, or add the account with 'mainstay account member'"
            )
        }
    }
}
