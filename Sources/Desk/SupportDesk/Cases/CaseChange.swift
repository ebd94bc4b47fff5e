package import MainstayCore

/// Who acts on a case, and when.
package struct CaseSignature: Sendable, Hashable {
    /// When it happened in the world.
    package let occurredAt: Instant
    /// What the desk's clock says.
    package let now: Instant
    /// Whether a ticket or defect of the case is under embargo.
    package let isSecret: Bool

    /// Creates a signature.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/time`` for what is still to happen.
    package init(occurredAt: Instant?, now: Instant, isSecret: Bool) throws(DeskError) {
        let occurredAt = occurredAt ?? now
        guard occurredAt <= now else {
            throw DeskError(.time, "Moment \(occurredAt) is later than now which is \(now)")
        }
        (self.occurredAt, self.now, self.isSecret) = (occurredAt, now, isSecret)
    }
}

/// One or more acts on one case, and what is to be written for them.
///
/// Read the row, create the change, call the acts, write ``events`` in their order (each with its
/// row) and then ``vendorCase``. An act that throws leaves the change as it was.
package struct CaseChange: Sendable {
    /// The case after all acts so far.
    package private(set) var vendorCase: VendorCase
    /// What is to be appended to the case's chain, in order.
    package private(set) var events: [CaseEvent] = []
    /// When the acts happened, and who may know of them.
    package let signature: CaseSignature

    /// Begins a change of a case that exists.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/time`` for acts before it was opened.
    package init(of vendorCase: VendorCase, _ signature: CaseSignature) throws(DeskError) {
        guard signature.occurredAt >= vendorCase.openedAt else {
            throw DeskError(
                .time,
                "Moment \(signature.occurredAt) is earlier than case \(vendorCase.ref) which was "
                    + "opened at \(vendorCase.openedAt)"
            )
        }
        self.vendorCase = vendorCase
        self.signature = signature
    }

    /// Opens a case: a draft, whose words are for the vendor once they have passed the gate.
    ///
    /// The event's text is the title, an empty line and the body; its facts hold every code.
    /// - Parameters:
    ///   - draft: The case, opened at the moment of the signature.
    ///   - body: What it is about, at length.
    ///   - checkAt: When a person looks again; a case kept by hand must say so.
    ///   - signature: When it happened.
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a title that breaks the rules, and
    ///   with ``DeskError/Code/time`` for a check that is missing or over.
    package init(
        opening draft: VendorCase,
        body: String,
        checkAt: Instant?,
        _ signature: CaseSignature
    ) throws(DeskError) {
        vendorCase = draft
        self.signature = signature
        vendorCase.title = try DeskText.title(draft.title)
        let body = DeskText.body(body)
        let words = body.isEmpty ? vendorCase.title : "\(vendorCase.title)\n\n\(body)"
        vendorCase.nextCheckAt = checkAt
        try requireCheck(at: checkAt)
        record(
            .opened,
            text: words,
            facts: ["now": .object(vendorCase.codes), "next_check_at": checkAt.column]
        )
    }

    /// Changes the case and drafts the event for it, with the codes that changed in its facts.
    mutating func record(
        _ kind: CaseEventKind,
        text: String? = nil,
        facts: [String: JSONValue] = [:],
        row: CaseRow? = nil,
        edit: (inout VendorCase) -> Void = { _ in }
    ) {
        let before = vendorCase.codes
        edit(&vendorCase)
        vendorCase.updatedAt = signature.now
        let after = vendorCase.codes
        let changed = after.keys.filter { before[$0] != after[$0] }
        var facts = facts.merging(row?.facts ?? [:]) { fact, _ in fact }
        if !changed.isEmpty {
            facts["was"] = .object(before.filter { changed.contains($0.key) })
            facts["now"] = .object(after.filter { changed.contains($0.key) })
        }
        let draft = EventDraft(
            kind.rawValue,
            for: signature.isSecret ? .embargo : .staff,
            facts: .object(facts),
            text: text,
            occurredAt: signature.occurredAt
        )
        events.append(CaseEvent(kind: kind, draft: draft, row: row))
    }

    /// Changes what checks of the vendor's system found: no event tells of it.
    mutating func edit(_ edit: (inout VendorCase) -> Void) { edit(&vendorCase) }

    /// Refuses a case kept by hand that nobody would look at again.
    func requireCheck(at moment: Instant?) throws(DeskError) {
        guard vendorCase.isByHand, !vendorCase.state.isOver else { return }
        guard moment.map({ $0 > signature.now }) ?? false else {
            let seen = moment.map { "would be checked at \($0)" } ?? "has no next check"
            throw DeskError(
                .time,
                "Case \(vendorCase.ref) is kept by hand and \(seen), expected a moment after "
                    + "\(signature.now)",
                hint: "Say with --check on which day somebody looks at it again"
            )
        }
    }

    /// Refuses an act that would leave `what` as it is.
    func requireChange<Value: Equatable>(
        _ old: Value,
        _ new: Value,
        _ what: String
    ) throws(DeskError) {
        guard old != new else {
            throw DeskError(.unchanged, "Case \(vendorCase.ref) has that \(what) already")
        }
    }
}
