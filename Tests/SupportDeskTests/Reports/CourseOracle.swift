import MainstayCore
import SupportDesk

/// A random log of levels and statuses, and its course minute by minute.
///
/// Every event has a minute of its own; some are recorded later than others that happened after.
struct CourseOracle {
    private struct Change {
        let minute: Int64
        let level: SupportLevel?
        let status: TicketStatus?
    }

    static let ticketMinutes: Int64 = 200

    /// When the ticket was opened.
    let start: Int64
    /// In the order in which they were recorded, the opening first.
    private let changes: [Change]

    init(_ random: inout SeededRandom) {
        start = Int64.random(in: 0..<40, using: &random)
        let minutes = (start + 1..<start + Self.ticketMinutes).shuffled(using: &random)
            .prefix(Int.random(in: 0...9, using: &random))
        let order = random.oneIn(3) ? Array(minutes) : minutes.sorted()
        let opening = Change(minute: start, level: .firstContact, status: .new)
        var made = [opening]
        for minute in order {
            let isMove = random.oneIn(2)
            let settled: [TicketStatus] = [.resolved, .closed, .resolved]
            let all = random.oneIn(2) ? settled : TicketStatus.allCases
            let statuses = isMove ? [.open, .waitingVendor] : all
            made.append(
                Change(
                    minute: minute,
                    level: isMove ? random.pick(SupportLevel.allCases) : nil,
                    status: isMove && !random.oneIn(4) ? nil : random.pick(statuses)
                )
            )
        }
        changes = made
    }

    /// What the program reads of the log.
    func clocks() throws -> TicketClocks {
        var clocks = TicketClocks(try ClockPlans(contracts: [:], calendars: []))
        for (place, change) in changes.enumerated() {
            var now: [String: JSONValue] = [:]
            if let level = change.level { now["level"] = .int(level.rawValue) }
            if let status = change.status { now["status"] = .text(status.rawValue) }
            clocks.take(
                ClockEvent(
                    place == 0 ? .opened : .escalated,
                    facts: ["now": .object(now)],
                    occurredAt: DeskFixture.at(change.minute),
                    recordedAt: DeskFixture.at(start + 2 * Self.ticketMinutes),
                    by: .staff
                )
            )
        }
        return clocks
    }

    /// The level during a minute: what was recorded last of all that had happened.
    func level(_ minute: Int64) -> SupportLevel? {
        changes.last { $0.minute <= minute && $0.level != nil }?.level
    }

    /// Whether it was resolved or closed during a minute.
    func isSettled(_ minute: Int64) -> Bool {
        let status = changes.last { $0.minute <= minute && $0.status != nil }?.status
        return [.resolved, .closed].contains(status)
    }

    /// The minute since which it is settled at `end`; `nil` where it is not.
    func solved(_ end: Int64) -> Int64? {
        guard end >= start, isSettled(end) else { return nil }
        return (start...end).last { !isSettled($0 - 1) || $0 == start }
    }

    /// The minutes before `end` at which a level had it; `nil` where it never did until then.
    func minutes(at level: SupportLevel, _ end: Int64) -> Int64? {
        guard end >= start else { return nil }
        let has: (Int64) -> Bool = { !isSettled($0) && self.level($0) == level }
        return (start...end).contains(where: has)
            ? Int64((start..<end).count(where: has)) : nil
    }

    /// How often a level other than the vendor's got it that had had it before another did.
    func returns(_ end: Int64) -> Int {
        guard end >= start else { return 0 }
        var (seen, last, count) = (Set<SupportLevel>(), SupportLevel?.none, 0)
        for minute in start...end where !isSettled(minute) {
            guard let level = level(minute), level != .vendor, level != last else { continue }
            if !seen.insert(level).inserted { count += 1 }
            last = level
        }
        return count
    }
}
