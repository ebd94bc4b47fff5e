package import MainstayCore

/// The way of one ticket through the levels, read from its events alone.
///
/// A late event counts from when it happened, as it does for the clocks.
package struct TicketCourse: Sendable, Hashable {
    /// A time that it stayed at one level.
    package struct Stay: Sendable, Hashable {
        /// The level.
        package let level: SupportLevel
        /// When it came, or was reopened there.
        package let from: Instant
        /// When it left or was solved; `nil` while it stays.
        package internal(set) var to: Instant?
    }

    /// The stays in order; the time for which it was solved is none, nor is a level that it left in
    /// the same instant.
    package private(set) var stays: [Stay] = []
    /// When it was solved; `nil` while it is not.
    package private(set) var solvedAt: Instant?
    /// The level that solved it, wherever it was sent afterwards; `nil` while it is not solved.
    package private(set) var solvedLevel: SupportLevel?

    private var level: SupportLevel?

    /// The course of a ticket without events.
    package init() {}

    /// Reads a course up to an instant; later events are left out.
    init(_ log: ClockLog, until moment: Int64) {
        guard let start = log.start, start <= moment else { return }
        for topic in [ClockLog.Topic.level, .status] {
            log.opening.last { $0.topic == topic }.map { take($0, at: start) }
        }
        for entry in log.entries {
            guard entry.at <= moment else { return }
            take(entry, at: entry.at)
        }
    }

    private mutating func take(_ entry: ClockLog.Entry, at moment: Int64) {
        let now = Instant(milliseconds: moment)
        switch entry.topic {
        case .level:
            guard let next = SupportLevel(rawValue: entry.value), next != level else { return }
            level = next
            if solvedAt == nil { stay(from: now) }
        case .status:
            let isSettled = [.resolved, .closed].contains(TicketStatus.all[Int(entry.value)])
            guard isSettled != (solvedAt != nil) else { return }
            if isSettled { leave(at: now) } else { stay(from: now) }
            (solvedAt, solvedLevel) = isSettled ? (now, level) : (nil, nil)
        case .priority, .contract, .assignee, .deadline, .message: return
        }
    }

    private mutating func stay(from moment: Instant) {
        leave(at: moment)
        if stays.last?.from == moment { stays.removeLast() }
        if let level { stays.append(Stay(level: level, from: moment)) }
    }

    private mutating func leave(at moment: Instant) {
        guard let last = stays.indices.last, stays[last].to == nil else { return }
        stays[last].to = moment
    }

    /// The level that has it; `nil` once it is solved.
    package var currentLevel: SupportLevel? { solvedAt == nil ? stays.last?.level : nil }

    /// How often it came back to a level that had handed it on; a vendor's part is left out.
    package var returns: Int {
        var path: [SupportLevel] = []
        for stay in stays where stay.level != .vendor && stay.level != path.last {
            path.append(stay.level)
        }
        return path.count - Set(path).count
    }

    /// The milliseconds that it stayed at a level until a moment; `nil` if it never did.
    package func time(at level: SupportLevel, until moment: Instant) -> Int64? {
        let there = stays.filter { $0.level == level }
        guard !there.isEmpty else { return nil }
        return there.reduce(0) { sum, stay in
            let end = min(stay.to ?? moment, moment)
            return sum + max(0, end.milliseconds - stay.from.milliseconds)
        }
    }
}
