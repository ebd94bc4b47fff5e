package import MainstayCore

/// What can happen to a ticket.
package enum TicketEventKind: String, Sendable, Hashable, CaseIterable {
    /// It was registered.
    case opened
    /// A public message.
    case commented
    /// An internal message.
    case noted
    /// It was given to a person, or taken away.
    case assigned
    /// It changed its level.
    case escalated
    /// It waits for somebody outside the desk.
    case waiting
    /// Work goes on, or began.
    case resumed
    /// The desk holds it for solved.
    case resolved
    /// It was not solved after all.
    case reopened
    /// It is over.
    case closed
    /// It was judged.
    case prioritised
    /// The customer said how urgent it feels.
    case urgencySet = "urgency_set"
    /// It was joined to another ticket.
    case linked
    /// A label was put on it.
    case labelled
    /// A label was taken off.
    case unlabelled
    /// It got another title.
    case retitled
    /// It got another kind, area or component.
    case reclassified
    /// A step was added to its action plan.
    case stepPlanned = "step_planned"
    /// A step was done.
    case stepDone = "step_done"
    /// A step was given up.
    case stepDropped = "step_dropped"
    /// A call to the customer was promised.
    case callPromised = "call_promised"
    /// Somebody follows it.
    case followed
    /// Somebody follows it no more.
    case unfollowed
    /// It suffers from a defect.
    case defectLinked = "defect_linked"
    /// It does not suffer from that defect after all.
    case defectUnlinked = "defect_unlinked"
    /// The state of its defect changed on some release lines.
    case linesChanged = "lines_changed"
    /// It was put under another contract, or under none.
    case contractSet = "contract_set"
    /// A person set its deadline by hand, or took it back.
    case deadlineSet = "deadline_set"
    /// Time was entered, or taken back.
    case timeEntered = "time_entered"
    /// Material was entered, or taken back.
    case materialEntered = "material_entered"
    /// The customer said how well it went.
    case rated
    /// One of its clocks came to a threshold.
    case clockDue = "clock_due"
    /// It waits for a vendor's case, or has to do with one.
    case caseLinked = "case_linked"
    /// It waits for that case no more, or has nothing to do with it.
    case caseUnlinked = "case_unlinked"
    /// That case moved.
    case caseMoved = "case_moved"

    /// Who may be told where the ticket is under no embargo.
    package var audience: Audience {
        switch self {
        case .opened, .commented, .waiting, .resumed, .resolved, .reopened, .closed, .urgencySet,
            .retitled, .reclassified, .callPromised, .contractSet, .deadlineSet, .rated:
            .customer
        case .noted, .assigned, .escalated, .prioritised, .linked, .labelled, .unlabelled,
            .stepPlanned, .stepDone, .stepDropped, .followed, .unfollowed, .defectLinked,
            .defectUnlinked, .linesChanged, .timeEntered, .materialEntered, .clockDue, .caseLinked,
            .caseUnlinked, .caseMoved:
            .staff
        }
    }
}
