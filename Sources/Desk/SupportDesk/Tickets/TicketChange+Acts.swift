package import MainstayCore

extension TicketChange {
    /// Adds a public message; one of the customer opens what waited for it or was resolved.
    ///
    /// Staff may enter what the customer said, by phone or mail: `isFromCustomer`. What the account
    /// of a customer writes always is. The facts hold that and the channel.
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for an empty message.
    package mutating func comment(
        _ text: String,
        through channel: TicketChannel,
        isFromCustomer: Bool = false
    ) throws(DeskError) {
        let isFromCustomer = isFromCustomer || signature.isCustomer
        record(
            .commented,
            text: try DeskText.words(text),
            facts: ["channel": channel.column, "is_from_customer": isFromCustomer.column]
        )
        if isFromCustomer, [.waitingCustomer, .resolved].contains(ticket.status) {
            recordMove(to: .open)
        }
    }

    /// Adds an internal message.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for an empty message, or
    ///   ``DeskError/Code/staffOnly``.
    package mutating func note(_ text: String) throws(DeskError) {
        try requireStaff("write internal notes on")
        record(.noted, text: try DeskText.words(text))
    }

    /// Gives the ticket to a person, or to nobody with `nil`.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` on a closed ticket,
    ///   ``DeskError/Code/unchanged`` or ``DeskError/Code/staffOnly``.
    package mutating func assign(to account: Int64?) throws(DeskError) {
        try requireStaff("assign")
        try requireUnclosed("assigned")
        try requireChange(ticket.assigneeID, account, "assignee")
        record(.assigned) { $0.assigneeID = account }
    }

    /// Moves the ticket to another status: waits, resumes, resolves, reopens or closes it.
    ///
    /// `text` is told to the customer too. A customer may resolve, close and reopen his ticket.
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` for a move that ``TicketStatus``
    ///   does not allow, or ``DeskError/Code/staffOnly``.
    package mutating func move(
        to status: TicketStatus,
        text: String? = nil
    ) throws(DeskError) {
        let allowed = ticket.status.successors
        guard allowed.contains(status) else {
            throw DeskError(
                .status,
                "Ticket \(ticket.ref) is \(ticket.status.rawValue) and cannot become "
                    + "\(status.rawValue), only \(allowed.map(\.rawValue).listed())"
            )
        }
        let kind = status.eventKind(after: ticket.status)
        if ![.resolved, .closed, .reopened].contains(kind) {
            try requireStaff("move to '\(status.rawValue)'")
        }
        recordMove(to: status, text: text)
    }

    /// Joins the ticket to another; where the link stands already, the store keeps one.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/link`` for a link to itself, or
    ///   ``DeskError/Code/staffOnly``.
    package mutating func relate(
        to otherID: Int64,
        as relation: TicketRelation
    ) throws(DeskError) {
        try requireStaff("link")
        guard otherID != ticket.id else {
            throw DeskError(.link, "Ticket \(ticket.ref) cannot be linked to itself")
        }
        record(.linked, row: .link(otherID: otherID, relation))
    }

    /// Puts a label on the ticket, or takes it off; `labels` are those that it has.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/unchanged`` or ``DeskError/Code/staffOnly``.
    package mutating func setLabel(
        _ label: Label,
        isOn: Bool,
        labels: Set<Int64>
    ) throws(DeskError) {
        try requireStaff("label")
        guard labels.contains(label.id) != isOn else {
            throw DeskError(
                .unchanged,
                "Ticket \(ticket.ref) \(isOn ? "has" : "lacks") the label '\(label.name)' already"
            )
        }
        record(isOn ? .labelled : .unlabelled, row: isOn ? .label(label.id) : .unlabel(label.id))
    }

    /// Gives the ticket another title, which is the event's text.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text``, ``DeskError/Code/unchanged`` or
    ///   ``DeskError/Code/staffOnly``.
    package mutating func retitle(_ text: String) throws(DeskError) {
        try requireStaff("retitle")
        let title = try DeskText.title(text)
        try requireChange(ticket.title, title, "title")
        record(.retitled, text: title) { $0.title = title }
    }

    /// Gives the ticket another kind, area or component, also after it was closed.
    ///
    /// Another kind lifts the embargo of a security ticket.
    /// - Throws: ``DeskError`` with ``DeskError/Code/embargo`` where that is not for this account
    ///   to do, ``DeskError/Code/plan`` for a component without a product,
    ///   ``DeskError/Code/unchanged`` or ``DeskError/Code/staffOnly``.
    package mutating func reclassify(as new: Classification) throws(DeskError) {
        try requireStaff("reclassify")
        try requireChange(ticket.classification, new, "kind, area and component")
        guard new.kind == .security || !ticket.isUnderEmbargo || signature.roles.contains(.security)
        else {
            throw DeskError(
                .embargo,
                "Ticket \(ticket.ref) is under embargo and cannot become '\(new.kind.rawValue)' "
                    + "without the role 'security'"
            )
        }
        try new.requireProduct(ticket.origin.productID, ref: ticket.ref)
        record(.reclassified) { $0.classification = new }
    }

    /// Ties the ticket to a defect that it suffers from, or unties it.
    ///
    /// - Parameters:
    ///   - defect: The defect's number.
    ///   - ref: What people call it.
    ///   - isOn: Whether it suffers from it.
    ///   - isSecret: Whether the defect is under embargo.
    ///   - defects: The defects that it is tied to now.
    /// - Throws: ``DeskError`` with ``DeskError/Code/unchanged`` or ``DeskError/Code/staffOnly``.
    package mutating func setDefect(
        _ defect: Int64,
        ref: String,
        isOn: Bool,
        isSecret: Bool,
        defects: Set<Int64>
    ) throws(DeskError) {
        try requireStaff("tie defects to")
        guard defects.contains(defect) != isOn else {
            throw DeskError(
                .unchanged,
                "Ticket \(ticket.ref) is \(isOn ? "" : "not ")tied to defect \(ref) already"
            )
        }
        record(
            isOn ? .defectLinked : .defectUnlinked,
            row: isOn ? .defect(defect) : .noDefect(defect),
            isSecret: isSecret
        )
    }

    /// Notes that the state of its defect changed on lines; `facts` says how, in codes.
    package mutating func noteLines(_ facts: [String: JSONValue], isSecret: Bool) {
        record(.linesChanged, facts: facts, isSecret: isSecret)
    }

    /// Takes up a ticket that waited for a release, now that one holds the fix.
    ///
    /// The assignee, or else nobody by name, has the task to tell the customer. A ticket that waits
    /// for nothing of the kind stays as it is.
    package mutating func resume(becauseOf release: String) {
        guard ticket.status == .waitingRelease else { return }
        recordMove(
            to: .open,
            facts: ["release": .text(release)],
            row: .task(.tellCustomer, accountID: ticket.assigneeID)
        )
    }

    /// Moves the ticket to a status that may follow, with the codes and rows that belong to it.
    mutating func recordMove(
        to status: TicketStatus,
        text: String? = nil,
        facts: [String: JSONValue] = [:],
        row: TicketRow? = nil
    ) {
        let closedAt = status == .closed ? signature.occurredAt : nil
        let kind = status.eventKind(after: ticket.status)
        let words = DeskText.words(ifAny: text)
        var facts = facts
        // Clocks read codes alone: words for the customer are a reply, which comes before the move.
        if words != nil { facts["is_public"] = .int(1) }
        record(kind, text: words, facts: facts, row: row) {
            $0.status = status
            $0.closedAt = closedAt
        }
    }
}
