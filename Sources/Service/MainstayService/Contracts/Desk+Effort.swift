package import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What is said of time or material beside its amount.
package struct EffortWords: Sendable, Hashable {
    /// Whether the customer pays it.
    package var isBillable = true
    /// The day of the work; `nil`: today, in UTC.
    package var day: CalendarDay?
    /// The billing system's word for what it costs.
    package var rateCode: String?
    /// What was done, for the staff.
    package var text: String?

    /// Creates what is billable and of today.
    package init() {}
}

extension Desk {
    /// Enters time on a ticket, rounded as its contract says.
    ///
    /// - Parameters:
    ///   - handle: The ticket.
    ///   - worked: The minutes that were worked, 1 to 1440.
    ///   - words: The rest.
    /// - Returns: The ticket's new version.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a day to come; ``DeskError``.
    @discardableResult
    package func enterTime(
        _ handle: TicketHandle,
        minutes worked: Int64,
        _ words: EffortWords
    ) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let day = try state.day(of: words)
            let contract = state.change.ticket.contractID
            let entry = TimeEntry(
                id: try state.provision.id(),
                by: state.acting.account.id,
                under: contract,
                minutes: try state.connection.rounding(under: contract, on: day).counted(worked),
                isBillable: words.isBillable,
                on: day,
                rate: try words.rateCode.map { try DeskText.name($0) }
            )
            try state.change.enter(entry, worked: worked, text: words.text)
        }
    }

    /// Takes a time entry back, by a further entry.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, or ``UseError/Code/refused`` for one
    ///   that was taken back already.
    @discardableResult
    package func takeBackTime(
        _ handle: TicketHandle,
        _ id: Int64,
        _ text: String?
    ) async throws
        -> Int64
    {
        try await change(handle, as: .work) { state in
            let entries = try state.connection.timeEntries(on: state.change.ticket.id)
            guard let row = entries.first(where: { $0.entry.id == id }) else {
                throw UseError.unknown("time entry of \(state.change.ticket.ref)", "\(id)")
            }
            let worked = try state.reversible(id, of: row.eventSeq)["worked_min"]?.int ?? 0
            let entry = row.entry.reversed(
                as: try state.provision.id(),
                by: state.acting.account.id
            )
            try state.change.enter(entry, worked: -worked, reversing: id, text: text)
        }
    }

    /// Enters material on a ticket.
    ///
    /// - Parameters:
    ///   - handle: The ticket.
    ///   - item: What it is, what its quantity counts, and how much in thousandths of that.
    ///   - words: The rest.
    /// - Returns: The ticket's new version.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a day to come; ``DeskError``.
    @discardableResult
    package func enterMaterial(
        _ handle: TicketHandle,
        _ item: (name: String, unit: String, quantityMilli: Int64),
        _ words: EffortWords
    ) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let entry = MaterialEntry(
                id: try state.provision.id(),
                by: state.acting.account.id,
                under: state.change.ticket.contractID,
                item: item,
                isBillable: words.isBillable,
                on: try state.day(of: words),
                rate: try words.rateCode.map { try DeskText.name($0) }
            )
            try state.change.enter(entry, text: words.text)
        }
    }

    /// Takes a material entry back, by a further entry.
    ///
    /// - Throws: ``UseError`` as ``takeBackTime(_:_:_:)`` does.
    @discardableResult
    package func takeBackMaterial(
        _ handle: TicketHandle,
        _ id: Int64,
        _ text: String?
    ) async throws
        -> Int64
    {
        try await change(handle, as: .work) { state in
            let entries = try state.connection.materialEntries(on: state.change.ticket.id)
            guard let row = entries.first(where: { $0.entry.id == id }) else {
                throw UseError.unknown("material entry of \(state.change.ticket.ref)", "\(id)")
            }
            _ = try state.reversible(id, of: row.eventSeq)
            let entry = row.entry.reversed(
                as: try state.provision.id(),
                by: state.acting.account.id
            )
            try state.change.enter(entry, reversing: id, text: text)
        }
    }

    /// Puts a ticket under another contract of its customer, or under none with `nil`.
    @discardableResult
    package func setContract(_ handle: TicketHandle, to ref: String?) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let ticket = state.change.ticket
            guard let ref else { return try state.change.setContract(nil) }
            guard let customer = ticket.origin.customerID else {
                throw UseError(.refused, "Ticket \(ticket.ref) has no customer and so no contract")
            }
            let book = try state.connection.contractBook(of: customer)
            let contract = try book.contract(named: ref, at: state.change.signature.occurredAt)
            try state.change.setContract(contract.id)
        }
    }

    /// Promises a deadline by hand, or takes it back with `nil`.
    @discardableResult
    package func setDeadline(_ handle: TicketHandle, to moment: Instant?) async throws -> Int64 {
        try await change(handle, as: .work) { try $0.change.setDeadline(moment) }
    }
}

extension TicketActing {
    /// The day of an effort, which is not to come.
    fileprivate func day(of words: EffortWords) throws -> CalendarDay {
        let today = try connection.now().day
        let day = words.day ?? change.signature.occurredAt.day
        if day <= today { return day }
        throw UseError(.refused, "Day of the work is \(day), which is to come: today is \(today)")
    }

    /// The facts of an entry that was not taken back and takes none back itself.
    fileprivate func reversible(_ id: Int64, of seq: Int64) throws -> JSONValue {
        let events = try connection.events(of: change.ticket.id)
        let facts = try events.map { try $0.facts }
        let own = zip(events, facts).first { $0.0.seq == seq }?.1 ?? .null
        let isTakenBack = facts.contains { $0["reverses_id"]?.int == id }
        guard !isTakenBack, own["reverses_id"]?.int == nil else {
            throw UseError(
                .refused,
                "Entry \(id) of ticket \(change.ticket.ref) "
                    + (isTakenBack ? "was taken back already" : "takes another one back"),
                hint: "Enter it anew"
            )
        }
        return own
    }
}

extension Connection {
    /// How time of a day is rounded under a contract: by the term in force at the end of the day.
    fileprivate func rounding(under contract: Int64?, on day: CalendarDay) throws -> TimeRounding {
        let end = day.advanced(by: 1).start.advanced(by: -1)
        let term = try contract.flatMap { try terms(of: $0).inForce(at: end) }
        return term?.policy.rounding ?? .none
    }
}
