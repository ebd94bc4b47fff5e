package import MainstayCore

/// What a report knows of one ticket.
package struct ReportedTicket: Sendable {
    /// How a clock of it ended, or stands.
    package struct Outcome: Sendable, Hashable {
        /// The clock.
        package let clock: ClockName
        /// The priority for which the target was.
        package let priority: Priority
        /// Met, missed, or not known yet.
        package let isMet: Bool?
        /// Whether a change of target used the target up.
        package let isByChange: Bool

        /// Creates an outcome.
        package init(_ clock: ClockName, _ priority: Priority, isMet: Bool?, byChange: Bool) {
            self.clock = clock
            self.priority = priority
            self.isMet = isMet
            isByChange = byChange
        }
    }

    /// What people call it.
    package let ref: String
    /// What its contract is called; `nil` without one.
    package let contract: String?
    /// Its way through the levels.
    package let course: TicketCourse
    /// How its clocks ended.
    package let outcomes: [Outcome]
    /// How satisfied the customer was, 5 is best; `nil` if he did not say.
    package let rating: Int64?
    /// Whether it is beyond what its customer is entitled to.
    package let isBeyondEntitlement: Bool

    /// Creates what is known of a ticket.
    package init(
        ref: String,
        contract: String?,
        course: TicketCourse,
        outcomes: [Outcome],
        rating: Int64?,
        isBeyondEntitlement: Bool
    ) {
        self.ref = ref
        self.contract = contract
        self.course = course
        self.outcomes = outcomes
        self.rating = rating
        self.isBeyondEntitlement = isBeyondEntitlement
    }
}

/// How the desk did in a span of time.
package struct DeskReport: Sendable {
    /// One level of support.
    package struct Level: Sendable {
        /// The level.
        package let level: SupportLevel
        /// How many requests it solved.
        package let solved: Int
        /// How many tickets it has now.
        package let open: Int
        /// Since when the oldest of those is with it; `nil` without any.
        package let oldestSince: Instant?
        /// The median of the milliseconds that the solved tickets stayed with it; `nil` without any.
        package let medianTime: Int64?
        /// How many ratings its solved tickets have, and their sum.
        package let ratings: (count: Int, sum: Int64)

        /// The mean of the ratings in tenths; `nil` without any.
        package var meanRating: Int64? {
            ratings.count == 0
                ? nil
                : (ratings.sum * 10 + Int64(ratings.count) / 2)
                    / Int64(ratings.count)
        }
    }

    /// How the clocks of one contract and priority ended.
    package struct Promise: Sendable, Hashable {
        /// The contract; `nil` for targets within the house.
        package let contract: String?
        /// The priority.
        package let priority: Priority
        /// The clock.
        package let clock: ClockName
        /// How many met their target, and how many missed it.
        package internal(set) var met = 0, missed = 0
        /// The tickets that missed it because the target changed, by name.
        package internal(set) var byChange: [String] = []
    }

    /// The share of solved requests that level 1 aims at, with those that nobody had to send, in
    /// percent.
    package static let aim = 70...80

    /// The levels, from 0 up.
    package let levels: [Level]
    /// The promises, by contract, priority and clock.
    package let promises: [Promise]
    /// Tickets that came back to a level that had handed them on, most often first.
    package let pingPong: [(ref: String, returns: Int)]
    /// Tickets beyond what their customers are entitled to.
    package let beyond: [String]

    /// Gathers the figures of a span.
    ///
    /// A ticket is solved in the span, or open at its end; all others are left out.
    ///
    /// - Parameters:
    ///   - tickets: The tickets.
    ///   - selfSolved: How often an article solved a request before it was sent, in the span.
    ///   - span: From when until when.
    package init(_ tickets: [ReportedTicket], selfSolved: Int, in span: Range<Instant>) {
        let end = span.upperBound
        let solved = tickets.filter { $0.course.solvedAt.map(span.contains) ?? false }
        let open = tickets.filter { ticket in
            guard let first = ticket.course.stays.first, first.from < end else { return false }
            return ticket.course.solvedAt.map { $0 >= end } ?? true
        }
        levels = SupportLevel.allCases.map { level in
            Level(level, solved, open, selfSolved: level == .selfService ? selfSolved : 0, end)
        }
        promises = Self.promises(of: solved + open)
        pingPong = (solved + open)
            .map { (ref: $0.ref, returns: $0.course.returns) }
            .filter { $0.returns > 0 }
            .sorted { ($1.returns, $0.ref) < ($0.returns, $1.ref) }
        beyond = (solved + open).filter(\.isBeyondEntitlement).map(\.ref).sorted()
    }

    /// The percentage of solved requests that levels 0 and 1 solved; `nil` without any.
    package var firstContactShare: Int? {
        let all = levels.reduce(0) { $0 + $1.solved }
        let early = levels.prefix { $0.level <= .firstContact }.reduce(0) { $0 + $1.solved }
        return all == 0 ? nil : (early * 100 + all / 2) / all
    }

    private static func promises(of tickets: [ReportedTicket]) -> [Promise] {
        struct Key: Hashable {
            let contract: String?
            let priority: Priority
            let clock: ClockName
        }
        var found: [Key: Promise] = [:]
        for ticket in tickets {
            for outcome in ticket.outcomes {
                guard let isMet = outcome.isMet else { continue }
                let contract = [.accept, .handback].contains(outcome.clock) ? nil : ticket.contract
                let (priority, clock) = (outcome.priority, outcome.clock)
                let key = Key(contract: contract, priority: priority, clock: clock)
                var promise =
                    found[key] ?? Promise(contract: contract, priority: priority, clock: clock)
                if isMet { promise.met += 1 } else { promise.missed += 1 }
                if outcome.isByChange { promise.byChange.append(ticket.ref) }
                found[key] = promise
            }
        }
        let order = ClockName.allCases
        return found.values.sorted { left, right in
            let places = (order.firstIndex(of: left.clock), order.firstIndex(of: right.clock))
            return (left.contract ?? "", left.priority.rawValue, places.0 ?? 0)
                < (right.contract ?? "", right.priority.rawValue, places.1 ?? 0)
        }
    }
}

extension DeskReport.Level {
    fileprivate init(
        _ level: SupportLevel,
        _ solved: [ReportedTicket],
        _ open: [ReportedTicket],
        selfSolved: Int,
        _ end: Instant
    ) {
        let here = solved.filter { $0.course.solvedLevel == level }
        let waiting = open.filter { $0.course.stays.last { $0.from < end }?.level == level }
        let times = solved.map { $0.course.time(at: level, until: end) }.filter { $0 > 0 }.sorted()
        let ratings = here.compactMap(\.rating)
        self.init(
            level: level,
            solved: here.count + selfSolved,
            open: waiting.count,
            oldestSince: waiting.compactMap { $0.course.stays.last { $0.from < end }?.from }.min(),
            medianTime: times.isEmpty ? nil : times[times.count / 2],
            ratings: (ratings.count, ratings.reduce(0, +))
        )
    }
}
