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

    /// The clock whose target is used up next, or was longest ago, of those that still matter.
    package var nextDue: (clock: ClockName, due: Instant)? {
        ClockName.allCases
            .compactMap { clock in
                guard let reading = self[clock], reading.stop == nil, let due = reading.due else {
                    return nil
                }
                return (clock, due)
            }
            .min { $0.due < $1.due }
    }
}

extension ClockReading {
    /// When to warn a person who works by `hours`: each warning within those hours.
    ///
    /// One outside them moves to their next opening. Where that is not before ``due``, the last one
    /// moves back to the last opening that began before due, but not before the start; the others
    /// are left out, for the last one comes in time.
    package func warnings(in hours: CalendarVersions) -> [Instant] {
        var moved: [Instant] = []
        for (place, warning) in warnings.enumerated() {
            let next = hours.instant(after: 1, from: warning)?.advanced(by: -1)
            if let next, due.map({ next < $0 }) ?? true {
                moved.append(next)
            } else if place == warnings.count - 1, let due,
                let last = hours.opening(before: due.advanced(by: -1))
            {
                moved.append(max(start, min(last.lowerBound, warning)))
            }
        }
        return moved
    }
}
