import MainstayCore

/// Who stands around a ticket when something happens to it.
package struct NoticeCircle: Sendable, Hashable {
    /// Who has the ticket.
    package var assigneeID: Int64?
    /// Who is on call for its level, product or component.
    package var onCall: [Int64] = []
    /// The members of its level.
    package var members: [Int64] = []
    /// Who follows it.
    package var followers: Set<Int64> = []
    /// Who asked.
    package var reporterID: Int64
    /// Those of all these that are a customer's.
    package var customers: Set<Int64> = []
    /// Those of all these that hold the role `security` for it.
    package var cleared: Set<Int64> = []
    /// Whether it is under embargo.
    package var isUnderEmbargo: Bool

    /// Creates a circle of the one who asked.
    package init(reporterID: Int64, isUnderEmbargo: Bool) {
        self.reporterID = reporterID
        self.isUnderEmbargo = isUnderEmbargo
    }

    /// Who is to act: the assignee, else who is on call, else the members of the level.
    package var responsible: [Int64] {
        if let assigneeID { return [assigneeID] }
        return onCall.isEmpty ? members : onCall
    }

    /// All accounts that are named.
    package var everybody: Set<Int64> {
        followers.union(responsible).union([reporterID])
    }

    /// Who is told of an event.
    ///
    /// Of ours: the responsible and the followers. Of the customer's: who asked and the followers,
    /// of what is public. Nobody of what he did himself; under embargo nobody without the role.
    package func recipients(of kind: TicketEventKind, by actor: Int64) -> Set<Int64> {
        guard kind.isNews else { return [] }
        let ours = followers.union(responsible).subtracting(customers)
        let theirs = followers.union([reporterID]).intersection(customers)
        var all = kind.audience == .customer && kind != .rated ? ours.union(theirs) : ours
        all.remove(actor)
        return isUnderEmbargo ? all.intersection(cleared) : all
    }
}

extension TicketEventKind {
    /// Whether people are told of it by mail.
    package var isNews: Bool {
        switch self {
        case .opened, .commented, .noted, .assigned, .escalated, .waiting, .resumed, .resolved,
            .reopened, .closed, .callPromised, .deadlineSet, .linesChanged, .rated, .clockDue,
            .caseMoved:
            true
        case .prioritised, .urgencySet, .linked, .labelled, .unlabelled, .retitled, .reclassified,
            .stepPlanned, .stepDone, .stepDropped, .followed, .unfollowed, .defectLinked,
            .defectUnlinked, .contractSet, .timeEntered, .materialEntered, .caseLinked,
            .caseUnlinked:
            false
        }
    }
}
