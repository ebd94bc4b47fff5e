package import MainstayCore

/// What all clocks of a ticket or a vendor's case show at one instant.
package struct TicketReadings: Sendable, Hashable {
    /// A deadline that a person set by hand: no pause and no calendar moves it.
    package struct Deadline: Sendable, Hashable {
        /// The instant promised.
        package let due: Instant
        /// Met once the ticket is resolved in time; never paused.
        package let state: ClockReading.State
    }

    /// The first response; `acknowledge` where a vendor's clocks are measured.
    var response: ClockReading?
    var update: ClockReading?
    var fix: ClockReading?
    var accept: ClockReading?
    var handback: ClockReading?
    var isOfVendor = false
    /// The deadline set by hand; `nil` if there is none.
    package internal(set) var deadline: Deadline?
    /// Whether the ticket was split from another, so that its clocks start at the split.
    package internal(set) var isSplit = false
    /// How many events came late, and had the clocks computed anew.
    package internal(set) var lateEvents = 0

    /// Readings without a clock.
    package init() {}

    /// What one clock shows; `nil` if it has no target or has not started.
    package subscript(clock: ClockName) -> ClockReading? {
        switch clock {
        case .reaction: isOfVendor ? nil : response
        case .acknowledge: isOfVendor ? response : nil
        case .update: update
        case .fix: fix
        case .accept: accept
        case .handback: handback
        }
    }

    /// When the next target is used up, or the longest missed one was, of clocks that have not
    /// stopped and of the deadline set by hand.
    package var nextDue: Instant? {
        var due = ClockName.allCases.compactMap { self[$0] }.filter { $0.stop == nil }.map(\.due)
        if let deadline, deadline.state != .met { due.append(deadline.due) }
        return due.compactMap { $0 }.min()
    }

    /// The readings without the targets within the house, which are no customer's business.
    package var ofCustomer: TicketReadings {
        var readings = self
        (readings.accept, readings.handback) = (nil, nil)
        return readings
    }
}

extension ClockReading {
    /// When to warn a person who works by `hours`, each warning within those hours, with its part of
    /// the target in per cent.
    ///
    /// One outside them moves to their next opening. Where that is not before ``due``, the last one
    /// moves back to the last opening that began before due, but not before the start; the others
    /// are left out, for the last one comes in time.
    package func warnings(in hours: CalendarVersions) -> [(percent: Int64, at: Instant)] {
        var moved: [(percent: Int64, at: Instant)] = []
        for (place, (percent, warning)) in zip(warningPercents, warnings).enumerated() {
            let next = hours.instant(after: 1, from: warning)?.advanced(by: -1)
            if let next, due.map({ next < $0 }) ?? true {
                moved.append((percent, next))
            } else if place == warnings.count - 1, let due,
                let last = hours.opening(before: due.advanced(by: -1))
            {
                moved.append((percent, max(start, min(last.lowerBound, warning))))
            }
        }
        return moved
    }

    /// The moments at which people are told of this clock, passed ones too, in no order.
    ///
    /// Warnings, the miss, and the reminder of a pause that lasts too long.
    /// - Parameters:
    ///   - clock: Which clock this is.
    ///   - hours: Those of the person responsible; `nil`: always.
    /// - Returns: The moments.
    package func thresholds(of clock: ClockName, in hours: CalendarVersions?) -> [ClockThreshold] {
        let cycle = start.milliseconds
        let plain = zip(warningPercents, warnings).map { (percent: $0, at: $1) }
        let warned = hours.map { warnings(in: $0) } ?? plain
        var all = warned.map { percent, at in
            ClockThreshold(clock: clock.rawValue, cycle: cycle, percent: percent, at: at)
        }
        if let miss = breach?.at ?? (stop == nil ? due : nil) {
            all.append(
                ClockThreshold(
                    clock: clock.rawValue,
                    cycle: cycle,
                    percent: 100,
                    at: miss,
                    isByChange: breach?.isByChange ?? false
                )
            )
        }
        if let pause, let reminder = pause.reminder {
            let (name, since) = ("\(clock.rawValue) pause", pause.since.milliseconds)
            all.append(ClockThreshold(clock: name, cycle: since, percent: 100, at: reminder))
        }
        guard let stop else { return all }
        return all.filter { $0.at < stop }
    }
}

extension TicketReadings {
    /// The moments at which people are told of all clocks, passed ones too, by clock.
    package func thresholds(in hours: CalendarVersions?) -> [String: [ClockThreshold]] {
        var all: [String: [ClockThreshold]] = [:]
        for clock in ClockName.allCases {
            guard let reading = self[clock] else { continue }
            all[clock.rawValue] = reading.thresholds(of: clock, in: hours)
        }
        if let deadline {
            let due = deadline.due
            let cycle = due.milliseconds
            all["deadline"] =
                deadline.state == .met
                ? [] : [ClockThreshold(clock: "deadline", cycle: cycle, percent: 100, at: due)]
        }
        return all
    }
}
