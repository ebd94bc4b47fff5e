package import MainstayCore

/// The way of one ticket through the levels, read from its events alone.
package struct TicketCourse: Sendable, Hashable {
    /// A time that it stayed at one level.
    package struct Stay: Sendable, Hashable {
        /// The level.
        package let level: SupportLevel
        /// When it came.
        package let from: Instant
        /// When it left or was solved; `nil` while it stays.
        package internal(set) var to: Instant?
    }

    /// The stays in order; resolved time is none.
    package private(set) var stays: [Stay] = []
    /// When it was solved; `nil` while it is not.
    package private(set) var solvedAt: Instant?
    /// The level that solved it; `nil` while it is not.
    package var solvedLevel: SupportLevel? { solvedAt == nil ? nil : stays.last?.level }

    /// A course without events.
    package init() {}

    /// Takes in the next event: its facts, and when it happened in the world.
    package mutating func take(_ facts: JSONValue, occurredAt: Instant) {
        let now = facts["now"]
        if let number = now?["level"]?.int, let level = SupportLevel(rawValue: number) {
            leave(at: occurredAt)
            stays.append(Stay(level: level, from: occurredAt))
        }
        guard let status = now?["status"]?.text.flatMap(TicketStatus.init) else { return }
        if [.resolved, .closed].contains(status) {
            guard solvedAt == nil else { return }
            leave(at: occurredAt)
            solvedAt = occurredAt
        } else if solvedAt != nil, let level = stays.last?.level {
            solvedAt = nil
            stays.append(Stay(level: level, from: occurredAt))
        }
    }

    private mutating func leave(at moment: Instant) {
        guard let last = stays.indices.last, stays[last].to == nil else { return }
        stays[last].to = moment
    }

    /// How often it came back to a level that had handed it on; a vendor's part is left out.
    package var returns: Int {
        var path: [SupportLevel] = []
        for stay in stays where stay.level != .vendor && stay.level != path.last {
            path.append(stay.level)
        }
        return path.indices.count { path[..<$0].contains(path[$0]) }
    }

    /// The milliseconds that it stayed at a level until a moment.
    package func time(at level: SupportLevel, until moment: Instant) -> Int64 {
        stays.filter { $0.level == level }
            .reduce(0) { sum, stay in
                let end = min(stay.to ?? moment, moment)
                return sum + max(0, end.milliseconds - stay.from.milliseconds)
            }
    }
}
