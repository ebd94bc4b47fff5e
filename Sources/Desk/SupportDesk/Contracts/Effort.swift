package import MainstayCore

/// How the minutes of a time entry are rounded up.
package struct TimeRounding: Sendable, Hashable {
    /// Every entry counts as a whole number of steps of so many minutes, 1 or more.
    package let stepMinutes: Int64
    /// No entry counts for fewer minutes than these.
    package let leastMinutes: Int64

    /// Creates a rounding; without arguments every minute counts as it is.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract`` for a step of less than a minute or
    ///   of more than a day.
    package init(step: Int64, least: Int64) throws(DeskError) {
        guard (1...1440).contains(step), (0...1440).contains(least) else {
            throw DeskError(
                .contract,
                "Rounding is to steps of \(step) and at least \(least) minutes, expected a step of "
                    + "1 to 1440 and at least 0 to 1440"
            )
        }
        stepMinutes = step
        leastMinutes = least
    }

    private init() { (stepMinutes, leastMinutes) = (1, 0) }

    /// Every minute counts as it is.
    package static let none = TimeRounding()

    /// The minutes that count for so many that were worked, more than none.
    package func counted(_ worked: Int64) -> Int64 {
        (max(worked, leastMinutes) + stepMinutes - 1) / stepMinutes * stepMinutes
    }
}

/// Minutes that somebody worked on a ticket.
package struct TimeEntry: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// Who worked.
    package let accountID: Int64
    /// Under which contract; `nil`: under none.
    package let contractID: Int64?
    /// The minutes that count, after rounding; negative where it takes another entry back.
    package let minutes: Int64
    /// Whether the customer pays it, with hours or otherwise.
    package let isBillable: Bool
    /// The day of the work, in UTC.
    package let workedDay: CalendarDay
    /// The billing system's word for what it costs.
    package let rateCode: String?

    /// Creates an entry.
    package init(
        id: Int64,
        by account: Int64,
        under contract: Int64?,
        minutes: Int64,
        isBillable: Bool,
        on day: CalendarDay,
        rate: String?
    ) {
        self.id = id
        accountID = account
        contractID = contract
        self.minutes = minutes
        self.isBillable = isBillable
        workedDay = day
        rateCode = rate
    }

    /// The entry of number `id` that takes this one back, entered by an account.
    package func reversed(as id: Int64, by account: Int64) -> TimeEntry {
        TimeEntry(
            id: id,
            by: account,
            under: contractID,
            minutes: -minutes,
            isBillable: isBillable,
            on: workedDay,
            rate: rateCode
        )
    }
}

/// Material that was used for a ticket.
package struct MaterialEntry: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// Who used it.
    package let accountID: Int64
    /// Under which contract; `nil`: under none.
    package let contractID: Int64?
    /// What it is, by the name that the billing system knows.
    package let item: String
    /// What its quantity counts: `piece`, `GB`.
    package let unit: String
    /// How much, in thousandths of the unit; negative where it takes another entry back.
    package let quantityMilli: Int64
    /// Whether the customer pays it.
    package let isBillable: Bool
    /// The day of use, in UTC.
    package let usedDay: CalendarDay
    /// The billing system's word for what it costs.
    package let rateCode: String?

    /// Creates an entry.
    package init(
        id: Int64,
        by account: Int64,
        under contract: Int64?,
        item: (name: String, unit: String, quantityMilli: Int64),
        isBillable: Bool,
        on day: CalendarDay,
        rate: String?
    ) {
        self.id = id
        accountID = account
        contractID = contract
        (self.item, unit, quantityMilli) = item
        self.isBillable = isBillable
        usedDay = day
        rateCode = rate
    }

    /// The entry of number `id` that takes this one back, entered by an account.
    package func reversed(as id: Int64, by account: Int64) -> MaterialEntry {
        MaterialEntry(
            id: id,
            by: account,
            under: contractID,
            item: (item, unit, -quantityMilli),
            isBillable: isBillable,
            on: usedDay,
            rate: rateCode
        )
    }
}
