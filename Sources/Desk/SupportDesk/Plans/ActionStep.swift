package import MainstayCore

/// A dated step of the action plan of a problem.
package struct ActionStep: Sendable, Hashable {
    /// The number of its row.
    package let id: Int64
    /// Its place in the plan, from 1.
    package let position: Int64
    /// What is to be done, in words.
    package let what: String
    /// Who sees to it.
    package let ownerID: Int64
    /// The last day on which it is in time.
    package let dueDay: CalendarDay
    /// When it was done.
    package var doneAt: Instant?
    /// When it was given up.
    package var droppedAt: Instant?

    /// Creates a step that is neither done nor dropped.
    package init(
        id: Int64,
        position: Int64,
        what: String,
        ownerID: Int64,
        dueDay: CalendarDay
    ) {
        self.id = id
        self.position = position
        self.what = DeskText.body(what)
        self.ownerID = ownerID
        self.dueDay = dueDay
    }

    /// Whether it was done or dropped.
    package var isSettled: Bool { doneAt != nil || droppedAt != nil }

    /// Whether it is late on a day: after its due day and not settled.
    package func isLate(on day: CalendarDay) -> Bool { !isSettled && dueDay < day }
}

extension TicketChange {
    /// Adds a step to the action plan of a problem; its words are the event's text.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/plan`` unless the ticket is a problem,
    ///   ``DeskError/Code/text`` for no words, or ``DeskError/Code/staffOnly``.
    package mutating func plan(_ step: ActionStep) throws(DeskError) {
        try requireStaff("plan")
        guard ticket.classification.kind == .problem else {
            throw DeskError(
                .plan,
                "Ticket \(ticket.ref) is of kind '\(ticket.classification.kind.rawValue)' and has "
                    + "no action plan, only problems have one"
            )
        }
        record(.stepPlanned, text: try DeskText.words(step.what), row: .step(step))
    }

    /// Settles a step of the plan: done, or dropped.
    ///
    /// The row holds the step as it is then. The kind of the ticket may have changed since.
    /// - Throws: ``DeskError`` with ``DeskError/Code/plan`` for a step that is settled, or
    ///   ``DeskError/Code/staffOnly``.
    package mutating func settle(_ step: ActionStep, isDone: Bool) throws(DeskError) {
        try requireStaff("settle steps of")
        guard !step.isSettled else {
            let word = step.doneAt != nil ? "done" : "dropped"
            throw DeskError(
                .plan,
                "Step \(step.position) of ticket \(ticket.ref) is \(word) already"
            )
        }
        var settled = step
        if isDone {
            settled.doneAt = signature.occurredAt
        } else {
            settled.droppedAt = signature.occurredAt
        }
        record(isDone ? .stepDone : .stepDropped, row: .step(settled))
    }
}
