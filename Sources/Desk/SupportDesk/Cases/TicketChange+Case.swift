import MainstayCore

extension TicketChange {
    /// Lets the ticket wait for a vendor's case: level 4, where its product has it, and
    /// `waiting_vendor`; whoever has the ticket keeps it.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` on a closed ticket, or
    ///   ``DeskError/Code/staffOnly``.
    package mutating func wait(
        forCase id: Int64,
        in levels: ProductLevels
    ) throws(DeskError) {
        try requireStaff("open a vendor's case for")
        try requireUnclosed("made to wait for a vendor")
        record(.caseLinked, facts: ["case_id": .int(id)])
        if levels.name(of: .vendor) != nil, ticket.level != .vendor {
            moveForCase(to: .vendor, because: .vendor)
        }
        if ticket.status != .waitingVendor { recordMove(to: .waitingVendor) }
    }

    /// Notes that the ticket has to do with a vendor's case that it does not wait for.
    package mutating func noteCase(_ id: Int64) {
        record(.caseLinked, facts: ["case_id": .int(id)])
    }

    /// Lets the ticket wait for a vendor's case no more, and for no other: back to level 3, or the
    /// nearest below that its product has, and open if it was waiting.
    package mutating func stopWaiting(
        forCase id: Int64,
        in levels: ProductLevels
    ) {
        record(.caseUnlinked, facts: ["case_id": .int(id)])
        if ticket.level == .vendor, let below = levels.next(below: .vendor) {
            moveForCase(to: below, because: .returned)
        }
        if ticket.status == .waitingVendor { recordMove(to: .open) }
    }

    /// Notes that the ticket has nothing to do with a vendor's case any more, or waits for it no more;
    /// another holds it still.
    package mutating func leaveCase(_ id: Int64) {
        record(.caseUnlinked, facts: ["case_id": .int(id)])
    }

    /// Notes that a vendor's case moved, with the task to verify a fix that he offers.
    package mutating func noteCase(_ id: Int64, is state: CaseState, verify: Bool) {
        record(
            .caseMoved,
            facts: ["case_id": .int(id), "state": .text(state.rawValue)],
            row: verify ? .task(.verifyFix, accountID: ticket.assigneeID) : nil
        )
    }

    private mutating func moveForCase(
        to level: SupportLevel,
        because reason: EscalationReason
    ) {
        let holder = ticket.assigneeID
        let move = LevelMove(
            from: ticket.level,
            to: level,
            accounts: (holder, holder),
            reason: reason
        )
        record(
            .escalated,
            facts: ["items": .list([]), "missing": .list([])],
            row: .escalation(move)
        ) { $0.level = level }
    }
}
