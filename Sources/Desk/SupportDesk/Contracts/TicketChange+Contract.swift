package import MainstayCore

extension TicketChange {
    /// Puts the ticket under another contract, or under none with `nil`.
    ///
    /// Its priority stays: the next judgement goes by the new contract.
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` on a closed ticket,
    ///   ``DeskError/Code/unchanged`` or ``DeskError/Code/staffOnly``.
    package mutating func setContract(_ contract: Int64?) throws(DeskError) {
        try requireStaff("change the contract of")
        try requireUnclosed("put under another contract")
        try requireChange(ticket.contractID, contract, "contract")
        record(.contractSet) { $0.contractID = contract }
    }

    /// Sets the deadline by hand, or takes it back with `nil`; no pause moves it.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/time`` for one that is over,
    ///   ``DeskError/Code/status`` on a closed ticket, ``DeskError/Code/unchanged`` or
    ///   ``DeskError/Code/staffOnly``.
    package mutating func setDeadline(_ deadline: Instant?) throws(DeskError) {
        try requireStaff("promise a deadline on")
        try requireUnclosed("promised for a moment")
        try requireChange(ticket.promisedAt, deadline, "deadline")
        if let deadline, deadline <= signature.occurredAt {
            throw DeskError(
                .time,
                "Deadline is \(deadline), expected later than \(signature.occurredAt)"
            )
        }
        record(.deadlineSet) { $0.promisedAt = deadline }
    }

    /// Enters time, or takes an entry back; also on a closed ticket.
    ///
    /// - Parameters:
    ///   - entry: What counts.
    ///   - worked: The minutes that were worked, before rounding.
    ///   - reversed: The number of the entry that it takes back.
    ///   - text: What was done, for the staff; `nil`: nothing is said.
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract`` for no minutes, or
    ///   ``DeskError/Code/staffOnly``.
    package mutating func enter(
        _ entry: TimeEntry,
        worked: Int64,
        reversing reversed: Int64? = nil,
        text: String? = nil
    ) throws(DeskError) {
        try requireStaff("enter time on")
        let isSane = reversed == nil ? (1...1440).contains(worked) : worked < 0
        guard isSane else {
            throw DeskError(
                .contract,
                "Time worked is \(worked) minutes, expected 1 to 1440",
                hint: "Enter each day by itself; --undo takes an entry back"
            )
        }
        record(
            .timeEntered,
            text: DeskText.words(ifAny: text),
            facts: ["worked_min": .int(worked), "reverses_id": reversed.column],
            row: .time(entry)
        )
    }

    /// Enters material, or takes an entry back; also on a closed ticket.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract`` for no quantity,
    ///   ``DeskError/Code/text`` for an item or unit that is no name, or
    ///   ``DeskError/Code/staffOnly``.
    package mutating func enter(
        _ entry: MaterialEntry,
        reversing reversed: Int64? = nil,
        text: String? = nil
    ) throws(DeskError) {
        try requireStaff("enter material on")
        for name in [entry.item, entry.unit] { _ = try DeskText.name(name) }
        guard reversed != nil || entry.quantityMilli > 0 else {
            throw DeskError(
                .contract,
                "Quantity of '\(entry.item)' is \(entry.quantityMilli) thousandths, expected more "
                    + "than none"
            )
        }
        record(
            .materialEntered,
            text: DeskText.words(ifAny: text),
            facts: ["reverses_id": reversed.column],
            row: .material(entry)
        )
    }
}

extension TimeEntry {
    /// The codes of the row, by its columns; `entry_id` is its number.
    var facts: [String: JSONValue] {
        [
            "entry_id": .int(id), "account_id": .int(accountID), "contract_id": contractID.column,
            "spent_min": .int(minutes), "is_billable": isBillable.column,
            "worked_day": .text(workedDay.description), "rate_code": rateCode.column,
        ]
    }
}

extension MaterialEntry {
    /// The codes of the row, by its columns; `entry_id` is its number.
    var facts: [String: JSONValue] {
        [
            "entry_id": .int(id), "account_id": .int(accountID), "contract_id": contractID.column,
            "item": .text(item), "unit": .text(unit), "quantity_milli": .int(quantityMilli),
            "is_billable": isBillable.column, "used_day": .text(usedDay.description),
            "rate_code": rateCode.column,
        ]
    }
}
