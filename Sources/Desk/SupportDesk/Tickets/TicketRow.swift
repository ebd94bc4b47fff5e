package import MainstayCore

/// A row that belongs to one event of a ticket.
package enum TicketRow: Sendable, Hashable {
    /// Insert into `escalation`.
    case escalation(LevelMove)
    /// Insert into `ticket_link`.
    case link(otherID: Int64, TicketRelation)
    /// Insert into `ticket_label`.
    case label(Int64)
    /// Delete from `ticket_label`.
    case unlabel(Int64)
    /// Insert into `task`; the ticket's chain is its chain.
    case task(TaskKind, accountID: Int64?, dueAt: Instant? = nil)
    /// Insert into `follower`; the ticket's chain is its chain.
    case follower(Int64)
    /// Delete from `follower`.
    case noFollower(Int64)
    /// Insert into `ticket_defect`.
    case defect(Int64)
    /// Delete from `ticket_defect`.
    case noDefect(Int64)
    /// Insert into `ticket_rating`.
    case rating(Int64, accountID: Int64)
    /// Insert into `action_step`, or update its `done_at` and `dropped_at`.
    case step(ActionStep)
    /// Insert into `time_entry`.
    case time(TimeEntry)
    /// Insert into `material_entry`.
    case material(MaterialEntry)

    /// The codes that the event's facts hold of this row, so that rows can be proved by the log.
    package var facts: [String: JSONValue] {
        switch self {
        case .escalation(let move):
            [
                "from_level": move.from.column, "to_level": move.to.column,
                "from_account_id": move.fromAccountID.column,
                "to_account_id": move.toAccountID.column,
                "reason": .text(move.reason.rawValue),
            ]
        case .link(let otherID, let relation):
            ["other_id": .int(otherID), "relation": .text(relation.rawValue)]
        case .label(let id), .unlabel(let id): ["label_id": .int(id)]
        case .task(let kind, let accountID, let dueAt):
            [
                "task_kind": .text(kind.rawValue), "account_id": accountID.column,
                "due_at": dueAt.column,
            ]
        case .follower(let id), .noFollower(let id): ["account_id": .int(id)]
        case .defect(let id), .noDefect(let id): ["defect_id": .int(id)]
        case .rating(let score, _): ["score": .int(score)]
        case .step(let step):
            [
                "step_id": .int(step.id), "position": .int(step.position),
                "owner_id": .int(step.ownerID), "due_day": .text(step.dueDay.description),
            ]
        case .time(let entry): entry.facts
        case .material(let entry): entry.facts
        }
    }
}

/// How two tickets belong together, read from the ticket that holds the link.
package enum TicketRelation: String, Sendable, Hashable, CaseIterable {
    /// It asks for the same as the other.
    case duplicates
    /// The other is its cause.
    case causedBy = "caused_by"
    /// The other cannot go on before it.
    case blocks
    /// It was a part of the other.
    case splitFrom = "split_from"
    /// They have to do with each other.
    case relates
}

/// What a person must do next, found by the program or promised.
package enum TaskKind: String, Sendable, Hashable, CaseIterable {
    /// Call the customer.
    case callBack = "call_back"
    /// Tell the customer which release holds the fix.
    case tellCustomer = "tell_customer"
    /// Judge a defect again: a line takes other defects than before.
    case judgeAgain = "judge_again"
    /// Verify the fix that a vendor offers.
    case verifyFix = "verify_fix"
    /// Say whether the commit that a vendor named fixes the defect.
    case confirmCommit = "confirm_commit"
    /// Look at a case at a vendor.
    case checkCase = "check_case"
    /// Give a vendor's word for where a case stands a meaning.
    case mapStatus = "map_status"
    /// See why a vendor's system refuses us.
    case mendConnector = "mend_connector"
}
