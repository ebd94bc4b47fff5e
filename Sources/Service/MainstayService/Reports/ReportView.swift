package import MainstayCore
package import SupportDesk

/// What a report is asked about; `nil` is any.
package struct ReportQuery: Sendable, Hashable {
    /// The days that a report looks back where nobody says from when.
    package static let usualDays = 30

    /// The first day, in UTC; `nil`: ``usualDays`` before the last.
    package var from: CalendarDay?
    /// The last day, in UTC; `nil`: today.
    package var to: CalendarDay?
    /// The prefix of the product.
    package var product: String?
    /// The short name of the customer.
    package var customer: String?

    /// Creates a query for all.
    package init() {}
}

/// The days of a report.
package struct ReportSpan: Sendable, Hashable {
    /// The first day.
    package let from: CalendarDay
    /// The last day.
    package let to: CalendarDay
    /// From the start of the first day to the end of the last, or to now.
    package let instants: Range<Instant>

    /// The instant at which clocks and levels are read.
    package var last: Instant { instants.upperBound.advanced(by: -1) }

    /// Finds the days.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a span that is none or still to
    ///   come.
    init(_ query: ReportQuery, now: Instant) throws {
        to = query.to ?? max(now.day, query.from ?? now.day)
        from = query.from ?? to.advanced(by: 1 - ReportQuery.usualDays)
        guard from <= to else {
            throw UseError(
                .refused,
                "The report begins on \(from), which is after its last day \(to)",
                hint: "Give --from a day that is not after --to"
            )
        }
        guard from <= now.day else {
            throw UseError(
                .refused,
                "The report begins on \(from), which is still to come; today is \(now.day)",
                hint: "Give --from a day that is not after today"
            )
        }
        instants = from.start..<min(to.advanced(by: 1).start, now.advanced(by: 1))
    }
}

/// How the desk did, as far as one account may see it.
package struct ReportView: Sendable {
    /// What is left of the hours of one contract.
    package struct Hours: Sendable, Hashable {
        /// The contract.
        package let contract: String
        /// The customer's short name.
        package let customer: String
        /// Minutes of the blocks that pay on the last day.
        package let leftMinutes: Int64
        /// Minutes that no block paid.
        package let overdrawnMinutes: Int64
    }

    /// A step of an action plan that was due before the last day.
    package struct LateStep: Sendable, Hashable {
        /// The ticket or defect.
        package let ref: String
        /// Its number in the plan.
        package let position: Int64
        /// What is to be done.
        package let what: String
        /// Who has to do it, by login.
        package let owner: String
        /// Its day.
        package let dueDay: CalendarDay
    }

    /// What one article solved.
    package struct ArticleSuccess: Sendable, Hashable {
        /// The name that people type, with the language where that is not English.
        package let slug: String
        /// What it is called.
        package let title: String
        /// How often a reader said that it solved his request, before he sent one.
        package let alone: Int
        /// The tickets solved in the span that point to it.
        package let tickets: [String]
    }

    /// The days.
    package let span: ReportSpan
    /// The product that it is about; `nil`: all.
    package let product: String?
    /// The customer that it is about; `nil`: all.
    package let customer: String?
    /// Whether it is a customer's: then it tells of clocks and hours alone.
    package let isForCustomer: Bool
    /// The figures of tickets.
    package let report: DeskReport
    /// The hours that are left, by contract.
    package let hours: [Hours]
    /// Late steps, those due first.
    package let lateSteps: [LateStep]
    /// What articles solved, the most useful first.
    package let articles: [ArticleSuccess]
}

extension CalendarDay {
    /// The day so many days later; earlier if negative.
    fileprivate func advanced(by days: Int) -> CalendarDay {
        CalendarDay(secondsSince1970: Int64(daysSince1970 + days) * 86_400)
    }

    /// Its first instant in UTC.
    fileprivate var start: Instant { Instant(milliseconds: Int64(daysSince1970) * 86_400_000) }
}
