package import MainstayCore

extension CaseChange {
    /// Sets where the case stands, as a person knows or corrects it.
    ///
    /// It stands until the vendor moves; what he was last heard to say is not applied again. A case
    /// that is a draft is sent, not set: only ``CaseState/closed`` ends it unsent.
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` or ``DeskError/Code/unchanged``.
    package mutating func setState(
        _ state: CaseState,
        words: String? = nil
    ) throws(DeskError) {
        guard CaseState.meanings.contains(state) else {
            throw DeskError(
                .status,
                "Nobody sets a case to '\(state.rawValue)', only to "
                    + CaseState.meanings.map(\.rawValue).listed()
            )
        }
        try requireChange(vendorCase.state, state, "state")
        guard vendorCase.state != .draft || state == .closed else {
            throw DeskError(
                .status,
                "Case \(vendorCase.ref) is not with the vendor yet and cannot become "
                    + "'\(state.rawValue)'",
                hint: "Send it first: 'mainstay case preview \(vendorCase.ref)'"
            )
        }
        record(
            .stateSet,
            text: DeskText.words(ifAny: words),
            facts: ["by": .text(CaseActor.vendor.rawValue)]
        ) {
            $0.state = state
            $0.isHeld = !$0.isByHand
            $0.mapVersion = nil
        }
    }

    /// Ends the case from our side.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` for one that is over, or
    ///   ``DeskError/Code/text`` without a reason.
    package mutating func end(_ words: String) throws(DeskError) {
        guard !vendorCase.state.isOver else {
            throw DeskError(
                .status,
                "Case \(vendorCase.ref) is \(vendorCase.state.rawValue) already"
            )
        }
        record(
            .stateSet,
            text: try DeskText.words(words),
            facts: ["by": .text(CaseActor.us.rawValue)]
        ) {
            $0.state = .closed
            $0.isHeld = !$0.isByHand
            $0.mapVersion = nil
        }
    }

    /// Whether the last move of these acts was ours.
    package var isMovedByUs: Bool {
        let moves = events.filter { $0.draft.facts["now"]?["mapped"] != nil }
        return moves.last?.draft.facts["by"]?.text == CaseActor.us.rawValue
    }

    /// Copies words of the vendor in, dated by the signature; of people, unless said otherwise.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for an empty message.
    package mutating func takeWords(
        _ text: String,
        by actor: CaseActor = .vendor,
        isInternal: Bool = false,
        facts: [String: JSONValue] = [:]
    ) throws(DeskError) {
        record(
            isInternal ? .vendorNoted : .vendorWrote,
            text: try DeskText.words(text),
            facts: facts.merging(["by": .text(actor.rawValue)]) { $1 }
        )
    }

    /// Adds an internal message.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for an empty message.
    package mutating func note(_ text: String) throws(DeskError) {
        record(.noted, text: try DeskText.words(text))
    }

    /// Keeps what the vendor calls the case, and where it is.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a name that is no line, or
    ///   ``DeskError/Code/unchanged``.
    package mutating func setRemote(id: String?, url: String?) throws(DeskError) {
        let id = try id.map { text throws(DeskError) in try DeskText.title(text, as: "Name") }
        let url = try url.map { text throws(DeskError) in try DeskText.title(text, as: "Address") }
        let (newID, newURL) = (id ?? vendorCase.remoteID, url ?? vendorCase.url)
        guard newID != vendorCase.remoteID || newURL != vendorCase.url else {
            throw DeskError(.unchanged, "Case \(vendorCase.ref) is known by that already")
        }
        record(.remoteKnown) { ($0.remoteID, $0.url) = (newID, newURL) }
    }

    /// Keeps the vendor's version and commit of his fix as he names them.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a name that is no line, or
    ///   ``DeskError/Code/unchanged``.
    package mutating func setFix(
        version: String?,
        commit: String?,
        by actor: CaseActor = .vendor
    ) throws(DeskError) {
        let before = (vendorCase.vendorVersion, vendorCase.vendorCommit)
        let after = (
            try version.map { text throws(DeskError) in try DeskText.title(text, as: "Version") }
                ?? before.0,
            try commit.map { text throws(DeskError) in try DeskText.title(text, as: "Commit") }
                ?? before.1
        )
        guard before != after else {
            throw DeskError(
                .unchanged,
                "Case \(vendorCase.ref) has that version and commit already"
            )
        }
        record(.fixNamed, facts: ["by": .text(actor.rawValue)]) {
            ($0.vendorVersion, $0.vendorCommit) = after
        }
    }

    /// Sets when a person looks at the case again.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/time`` for a moment that is over.
    package mutating func planCheck(at moment: Instant) throws(DeskError) {
        try requireCheck(at: moment)
        record(.checkPlanned, facts: ["next_check_at": moment.column]) {
            $0.nextCheckAt = moment
        }
    }

    /// Notes that the day of the check has come: a task for whoever looks first.
    package mutating func noteCheckDue() {
        record(.checkDue, row: .task(.checkCase))
    }

    /// Gives the case another priority.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/unchanged``.
    package mutating func prioritise(as priority: Priority) throws(DeskError) {
        try requireChange(vendorCase.priority, priority, "priority")
        record(.prioritised) { $0.priority = priority }
    }

    /// Follows the case under another contract of ours with the vendor, or under none.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/unchanged``.
    package mutating func setContract(_ contract: Int64?) throws(DeskError) {
        try requireChange(vendorCase.contractID, contract, "contract")
        record(.contractSet) { $0.contractID = contract }
    }

    /// Lets a ticket wait for the case, or only have to do with it.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/unchanged``, or ``DeskError/Code/status`` for a
    ///   ticket that would wait for a case which is over.
    package mutating func setTicket(
        _ ticket: Int64,
        ref: String,
        isHolding: Bool,
        known: Bool?
    ) throws(DeskError) {
        guard known != isHolding else {
            throw DeskError(
                .unchanged,
                "Ticket \(ref) \(isHolding ? "waits for" : "has to do with") case "
                    + "\(vendorCase.ref) already"
            )
        }
        guard !isHolding || !vendorCase.state.isOver else {
            throw DeskError(
                .status,
                "Case \(vendorCase.ref) is \(vendorCase.state.rawValue) and no ticket waits for it"
            )
        }
        record(.ticketLinked, row: .ticket(ticket, isHolding: isHolding))
    }

    /// Takes a ticket from the case.
    package mutating func dropTicket(_ ticket: Int64) {
        record(.ticketUnlinked, row: .noTicket(ticket))
    }

    /// Says that the case is about a defect, or is not.
    package mutating func setDefect(_ defect: Int64, isOn: Bool) {
        record(
            isOn ? .defectLinked : .defectUnlinked,
            row: isOn ? .defect(defect) : .noDefect(defect)
        )
    }
}
