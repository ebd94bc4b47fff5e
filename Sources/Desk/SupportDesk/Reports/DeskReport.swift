package import MainstayCore

/// How the desk did in a span of time.
package struct DeskReport: Sendable {
    /// How many targets were met, and how many missed.
    package struct Tally: Sendable, Hashable {
        /// In time.
        package internal(set) var met = 0
        /// Too late, or used up while still open.
        package internal(set) var missed = 0

        /// The share that was met, in percent; `nil` without any.
        package var share: Int? { DeskReport.percent(met, of: met + missed) }

        mutating func count(_ verdict: ClockVerdict) {
            if verdict.isMet { met += 1 } else { missed += 1 }
        }
    }

    /// One level of support.
    package struct Level: Sendable, Hashable {
        /// The open ticket that was asked first.
        package struct Oldest: Sendable, Hashable {
            /// What people call it.
            package let ref: String
            /// When it was asked.
            package let openedAt: Instant
        }

        /// The level.
        package let level: SupportLevel
        /// How many requests it solved.
        package internal(set) var solved = 0
        /// How many tickets it has at the end.
        package internal(set) var open = 0
        /// The oldest of those; `nil` without any.
        package internal(set) var oldest: Oldest?
        /// The median of the milliseconds that solved tickets stayed with it, the mean of the two
        /// in the middle where there are two; `nil` without any.
        package internal(set) var medianTime: Int64?
        /// How many of the tickets that it solved were rated, and the sum of the ratings.
        package internal(set) var rated = 0, ratingSum: Int64 = 0
        /// Its targets for taking a ticket.
        package internal(set) var accept = Tally()
        /// Its targets for being done with a ticket.
        package internal(set) var handback = Tally()

        /// The mean of the ratings in tenths; `nil` without any.
        package var meanRating: Int64? { DeskReport.tenths(ratingSum, of: rated) }
    }

    /// What was promised under one contract at one priority by one clock.
    package struct Promise: Sendable, Hashable {
        /// What the contract is called; `nil` for a ticket that has none any more.
        package let contract: String?
        /// The priority.
        package let priority: Priority
        /// The clock.
        package let clock: ClockName
        /// How it went.
        package internal(set) var tally = Tally()
        /// The tickets that missed it because the target changed, by name.
        package internal(set) var byChange: [String] = []
    }

    /// A ticket that came back to a level that had handed it on.
    package struct PingPong: Sendable, Hashable {
        /// What people call it.
        package let ref: String
        /// How often it came back.
        package let returns: Int
    }

    /// A ticket of which the urgency is disputed.
    package struct Disputed: Sendable, Hashable {
        /// What people call it.
        package let ref: String
        /// The two views.
        package let dispute: ReportedTicket.Dispute
    }

    /// The share of solved requests that level 1 aims at, with those that nobody had to send, in
    /// percent.
    package static let aim = 70...80

    /// The levels, from 0 up.
    package internal(set) var levels: [Level]
    /// The promises of which a clock ended in the span, by contract, priority and clock.
    package let promises: [Promise]
    /// Tickets that came back to a level, most often first.
    package let pingPong: [PingPong]
    /// Tickets beyond what their customers are entitled to.
    package let beyond: [String]
    /// Tickets of which the urgency is disputed.
    package let disputed: [Disputed]
    /// The tickets that were solved in the span.
    package let solved: [String]

    /// The percentage of solved requests that a level and all below it solved; `nil` without any.
    package func share(upTo level: SupportLevel) -> Int? {
        let all = levels.reduce(0) { $0 + $1.solved }
        return Self.percent(levels.reduce(0) { $0 + ($1.level <= level ? $1.solved : 0) }, of: all)
    }

    /// The mean of all ratings in tenths; `nil` without any.
    package var meanRating: Int64? {
        Self.tenths(levels.reduce(0) { $0 + $1.ratingSum }, of: levels.reduce(0) { $0 + $1.rated })
    }

    /// A share in percent, rounded half up; `nil` of nothing.
    package static func percent(_ part: Int, of whole: Int) -> Int? {
        whole == 0 ? nil : (part * 200 + whole) / (2 * whole)
    }

    private static func tenths(_ sum: Int64, of count: Int) -> Int64? {
        count == 0 ? nil : (sum * 20 + Int64(count)) / Int64(2 * count)
    }
}

extension DeskReport {
    /// Gathers the figures of a span.
    ///
    /// A ticket counts where it was solved in the span and still is at its end, or where it is open
    /// then. A clock counts in the span in which it was decided, whatever its ticket does.
    ///
    /// - Parameters:
    ///   - tickets: The tickets as they stood at the last instant of the span.
    ///   - contracts: What contracts are called, by their numbers.
    ///   - selfSolved: How often an article solved a request before it was sent, in the span.
    ///   - span: From when until when.
    package init(
        _ tickets: [ReportedTicket],
        contracts: [Int64: String],
        selfSolved: Int,
        in span: Range<Instant>
    ) {
        let solved = tickets.filter { $0.course.solvedAt.map(span.contains) ?? false }
        let open = tickets.filter { $0.course.currentLevel != nil }
        let counted = solved + open
        levels = SupportLevel.allCases.map { level in
            var figures = Level(level: level)
            figures.count(solved: solved)
            figures.count(open: open)
            return figures
        }
        pingPong =
            counted
            .map { PingPong(ref: $0.ref, returns: $0.course.returns) }
            .filter { $0.returns > 0 }
            .sorted { ($1.returns, $0.ref) < ($0.returns, $1.ref) }
        beyond = counted.filter(\.isBeyond).map(\.ref)
        disputed = counted.compactMap { ticket in
            ticket.dispute.map { Disputed(ref: ticket.ref, dispute: $0) }
        }
        self.solved = solved.map(\.ref)
        promises = Self.promises(of: tickets, contracts, in: span)
        levels[0].solved += selfSolved
        for verdict in tickets.flatMap(\.verdicts) where span.contains(verdict.at) {
            let place = levels.firstIndex { $0.level == verdict.level }
            guard let place else { continue }
            if verdict.clock == .accept { levels[place].accept.count(verdict) }
            if verdict.clock == .handback { levels[place].handback.count(verdict) }
        }
    }

    private static func promises(
        of tickets: [ReportedTicket],
        _ contracts: [Int64: String],
        in span: Range<Instant>
    ) -> [Promise] {
        var found: [Promise: Promise] = [:]
        for ticket in tickets {
            for verdict in ticket.verdicts where verdict.level == nil && span.contains(verdict.at) {
                let contract = verdict.contractID.flatMap { contracts[$0] }
                let key = Promise(
                    contract: contract,
                    priority: verdict.priority,
                    clock: verdict.clock
                )
                var promise = found[key] ?? key
                promise.tally.count(verdict)
                if verdict.isByChange { promise.byChange.append(ticket.ref) }
                found[key] = promise
            }
        }
        return found.values.sorted { left, right in
            (left.contract ?? "", left.priority.rawValue, left.clock.place)
                < (right.contract ?? "", right.priority.rawValue, right.clock.place)
        }
    }
}

extension DeskReport.Level {
    fileprivate mutating func count(solved tickets: [ReportedTicket]) {
        let here = tickets.filter { $0.course.solvedLevel == level }
        solved = here.count
        let ratings = here.compactMap(\.rating)
        (rated, ratingSum) = (ratings.count, ratings.reduce(0, +))
        let times = tickets.compactMap { $0.course.time(at: level, until: .latest) }.sorted()
        guard !times.isEmpty else { return }
        medianTime = (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
    }

    fileprivate mutating func count(open tickets: [ReportedTicket]) {
        let here = tickets.filter { $0.course.currentLevel == level }
        open = here.count
        oldest = here.min { $0.openedAt < $1.openedAt }
            .map { Oldest(ref: $0.ref, openedAt: $0.openedAt) }
    }
}
