package import MainstayCore

/// What a customer lets leave the house.
package enum AgreementScope: String, Sendable, Hashable, CaseIterable {
    /// His words, and fields of his tickets.
    case text
    /// His files.
    case files
    /// Names of his people and of himself, as they are.
    case names
}

/// A customer's word that his data may go to a vendor, for one ticket or for all under a contract.
package struct Agreement: Sendable, Hashable {
    /// The number of its row.
    package let id: Int64
    /// Who agreed.
    package let customerID: Int64
    /// The event on the customer's chain that tells of it.
    package var eventSeq: Int64
    /// The one ticket that it is about; `nil`: all under ``contractID``.
    package let ticketID: Int64?
    /// The contract in which it stands; `nil`: it is about ``ticketID``.
    package let contractID: Int64?
    /// The one vendor that it is about; `nil`: any.
    package let vendorID: Int64?
    /// What may leave.
    package let scope: Set<AgreementScope>
    /// The account that recorded it.
    package let agreedBy: Int64
    /// When he agreed.
    package let agreedAt: Instant
    /// Its last day; `nil`: until it is withdrawn.
    package let untilDay: CalendarDay?
    /// When it was withdrawn.
    package var withdrawnAt: Instant?

    /// Creates an agreement for a ticket or a contract.
    package init(
        id: Int64,
        of customer: Int64,
        for subject: (ticket: Int64?, contract: Int64?),
        vendor: Int64?,
        scope: Set<AgreementScope>,
        by account: Int64,
        at moment: Instant,
        until: CalendarDay?
    ) {
        self.id = id
        customerID = customer
        eventSeq = 0
        (ticketID, contractID) = subject
        vendorID = vendor
        self.scope = scope
        agreedBy = account
        agreedAt = moment
        untilDay = until
    }

    /// The scope as it is stored: its words in their order, separated by spaces.
    package var scopeWords: String {
        AgreementScope.allCases.filter(scope.contains).map(\.rawValue).joined(separator: " ")
    }

    /// Whether it is about a ticket, in force or not.
    package func concerns(_ ticket: Ticket) -> Bool {
        customerID == ticket.origin.customerID
            && (ticketID.map { $0 == ticket.id } ?? (contractID == ticket.contractID))
    }

    /// Whether it lets something of a ticket leave to a vendor on a day.
    package func covers(_ ticket: Ticket, to vendor: Int64, on day: CalendarDay) -> Bool {
        guard withdrawnAt == nil, untilDay.map({ day <= $0 }) ?? true,
            vendorID.map({ $0 == vendor }) ?? true
        else { return false }
        return concerns(ticket)
    }

    /// The codes that its events hold.
    package var facts: JSONValue {
        [
            "agreement_id": .int(id), "ticket_id": ticketID.column,
            "contract_id": contractID.column, "vendor_id": vendorID.column,
            "scope": .text(scopeWords), "agreed_by": .int(agreedBy),
            "agreed_at": agreedAt.column, "until_day": .text(untilDay?.description),
            "withdrawn_at": withdrawnAt.column,
        ]
    }
}
