package import MainstayCore

/// What can happen to a vendor's case.
package enum CaseEventKind: String, Sendable, Hashable, CaseIterable {
    /// It was written; its text is title and body as they were before the gate.
    case opened
    /// A person said where it stands.
    case stateSet = "state_set"
    /// The vendor moved it.
    case moved
    /// It became known what the vendor calls it, or where it is.
    case remoteKnown = "remote_known"
    /// The vendor merged it into another case of his.
    case merged
    /// The vendor wrote; for the staff alone.
    case vendorWrote = "vendor_wrote"
    /// The vendor wrote among his own people: it can never be published.
    case vendorNoted = "vendor_noted"
    /// We wrote something for the vendor.
    case commented
    /// An internal message.
    case noted
    /// A file was released for the vendor.
    case fileReleased = "file_released"
    /// A message for the vendor was approved as it will go out.
    case approved
    /// A message has reached the vendor.
    case sent
    /// A message was turned down by the vendor, or taken back by us.
    case notSent = "not_sent"
    /// A message is held back until a person looks.
    case held
    /// The vendor named the version or commit of his fix.
    case fixNamed = "fix_named"
    /// The day was set on which a person looks again.
    case checkPlanned = "check_planned"
    /// That day has come.
    case checkDue = "check_due"
    /// He uses a word that nobody has given a meaning.
    case statusUnknown = "status_unknown"
    /// A ticket waits for it, or does no more, or has to do with it.
    case ticketLinked = "ticket_linked"
    /// A ticket has nothing to do with it any more.
    case ticketUnlinked = "ticket_unlinked"
    /// It is about a defect.
    case defectLinked = "defect_linked"
    /// It is not about that defect any more.
    case defectUnlinked = "defect_unlinked"
    /// It got another priority.
    case prioritised
    /// It is followed under another contract.
    case contractSet = "contract_set"
    /// A connector follows it from now on.
    case connected
}

/// A row that belongs to one event of a case.
package enum CaseRow: Sendable, Hashable {
    /// Insert into or update `case_ticket`.
    case ticket(Int64, isHolding: Bool)
    /// Delete from `case_ticket`.
    case noTicket(Int64)
    /// Insert into `case_defect`.
    case defect(Int64)
    /// Delete from `case_defect`.
    case noDefect(Int64)
    /// Insert into `task`; the case's chain is its chain.
    case task(TaskKind)

    /// The codes that the event's facts hold of this row.
    package var facts: [String: JSONValue] {
        switch self {
        case .ticket(let id, let isHolding):
            ["ticket_id": .int(id), "is_holding": isHolding.column]
        case .noTicket(let id): ["ticket_id": .int(id)]
        case .defect(let id), .noDefect(let id): ["defect_id": .int(id)]
        case .task(let kind): ["task_kind": .text(kind.rawValue)]
        }
    }
}

/// What happened to a case, before the store gives it a number and a hash.
package struct CaseEvent: Sendable, Hashable {
    /// What happened.
    package let kind: CaseEventKind
    /// What is appended to the chain: codes in the facts, words in the text, for the staff or for
    /// those who may see what is under embargo.
    ///
    /// `now` holds the codes of the case that changed, `was` the same before.
    package let draft: EventDraft
    /// The row that records the act beside its event.
    package let row: CaseRow?
}
