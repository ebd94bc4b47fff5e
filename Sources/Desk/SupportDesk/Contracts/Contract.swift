package import MainstayCore

/// How work is paid for.
package enum ContractModel: String, Sendable, Hashable, CaseIterable {
    /// As it was spent: time entries and material entries.
    case timeAndMaterials = "time_and_materials"
    /// Hours bought beforehand, which time entries draw down.
    case prepaidBlock = "prepaid_block"
    /// One price for a period and a scope.
    case fixedPrice = "fixed_price"
    /// A list of services that are covered.
    case managedServices = "managed_services"
}

/// An agreement with a customer, or of ours with a vendor; its terms are rows of their own.
///
/// Its days are days in UTC, both ends included.
package struct Contract: Sendable, Hashable {
    /// The number of its row and of its chain of events.
    package let id: Int64
    /// What people call it, such as `ACME-2026`.
    package let ref: String
    /// The customer that has it; `nil` for one with a vendor.
    package let customerID: Int64?
    /// The vendor that gives it to us; `nil` for one with a customer.
    package let vendorID: Int64?
    /// How work is paid for.
    package let model: ContractModel
    /// Its first day.
    package let startsDay: CalendarDay
    /// Its last day; `nil`: until somebody ends it.
    package var endsDay: CalendarDay?

    /// Creates a contract.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract`` for a period that ends before it
    ///   starts, and for a fixed price without an end.
    package init(
        id: Int64,
        ref: String,
        party: (customer: Int64?, vendor: Int64?),
        model: ContractModel,
        period: (starts: CalendarDay, ends: CalendarDay?)
    ) throws(DeskError) {
        self.id = id
        self.ref = ref
        (customerID, vendorID) = party
        self.model = model
        (startsDay, endsDay) = period
        if let ends = period.ends, ends < period.starts {
            throw DeskError(
                .contract,
                "Contract \(ref) ends on \(ends), expected \(period.starts) or later"
            )
        }
        guard model != .fixedPrice || period.ends != nil else {
            throw DeskError(
                .contract,
                "Contract \(ref) has a fixed price and no last day",
                hint: "Say until when with --to"
            )
        }
    }

    /// Whether it holds on a day.
    package func holds(on day: CalendarDay) -> Bool {
        startsDay <= day && endsDay.map { day <= $0 } ?? true
    }

    /// Why it does not hold on a day: `ended on 2026-03-01, yesterday`; `nil` where it does.
    package func obstacle(on day: CalendarDay) -> String? {
        if day < startsDay {
            let isNext = startsDay.daysSince1970 == day.daysSince1970 + 1
            return "starts on \(startsDay)\(isNext ? ", tomorrow" : "")"
        }
        guard let endsDay, endsDay < day else { return nil }
        let isLast = endsDay.daysSince1970 == day.daysSince1970 - 1
        return "ended on \(endsDay)\(isLast ? ", yesterday" : "")"
    }
}

extension CalendarDay {
    /// The first moment of the day in UTC.
    package var start: Instant { Instant(milliseconds: Int64(daysSince1970) * 86_400_000) }

    /// The day so many days later; earlier if negative.
    package func advanced(by days: Int) -> CalendarDay {
        CalendarDay(secondsSince1970: Int64(daysSince1970 + days) * 86_400)
    }
}
