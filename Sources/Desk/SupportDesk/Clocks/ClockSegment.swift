package import MainstayCore

/// What a clock went through between two of its events.
struct ClockStretch {
    let from: Int64
    let to: Int64
    let hours: CalendarVersions?
    let pause: PauseReasons
    /// When the cycle began to which it belongs.
    let cycle: Int64
}

/// A part of a clock's way during which one thing held: it counted, or it did not and why.
package struct ClockSegment: Sendable, Hashable {
    /// Why its time counted or did not.
    package enum Why: Sendable, Hashable {
        /// It was open and nothing stood in the way: counted.
        case open
        /// It was outside service hours; the days of those holidays and overrides that closed it.
        case closed([CalendarDay])
        /// The clock stood still.
        case paused(PauseReasons)
        /// No service hours were in force.
        case unmeasured
    }

    /// Its start.
    package let from: Instant
    /// Its end, not included.
    package let to: Instant
    /// The name of the calendar in force; `nil` without one.
    package let calendar: String?
    /// Why it counted or did not.
    package let why: Why
    /// When the cycle began that it belongs to.
    package let cycleStart: Instant

    /// How much of it counted, in milliseconds: all or nothing.
    package var counted: Int64 {
        why == .open ? to.milliseconds - from.milliseconds : 0
    }
}

extension Sequence<ClockStretch> {
    /// The segments of the stretches, in their order: a running one is cut at every opening.
    func segments() -> [ClockSegment] {
        var segments: [ClockSegment] = []
        for stretch in self { stretch.append(to: &segments) }
        return segments
    }
}

extension ClockStretch {
    fileprivate func append(to segments: inout [ClockSegment]) {
        guard let hours, pause.isEmpty else {
            add(from, to, pause.isEmpty ? .unmeasured : .paused(pause), &segments)
            return
        }
        let end = Instant(milliseconds: to)
        var place = Instant(milliseconds: from)
        for opening in hours.openings(from: place, to: end) {
            addClosed(place, opening.lowerBound, hours, &segments)
            add(opening.lowerBound.milliseconds, opening.upperBound.milliseconds, .open, &segments)
            place = opening.upperBound
        }
        addClosed(place, end, hours, &segments)
    }

    private func addClosed(
        _ from: Instant,
        _ to: Instant,
        _ hours: CalendarVersions,
        _ segments: inout [ClockSegment]
    ) {
        guard from < to else { return }
        let days = hours.calendar(at: from).exceptions(from: from, to: to)
        add(from.milliseconds, to.milliseconds, .closed(days), &segments)
    }

    private func add(
        _ from: Int64,
        _ to: Int64,
        _ why: ClockSegment.Why,
        _ segments: inout [ClockSegment]
    ) {
        guard from < to else { return }
        var start = from
        if let last = segments.last, last.why == why, last.to.milliseconds == from,
            last.calendar == hours?.name, last.cycleStart.milliseconds == cycle
        {
            start = last.from.milliseconds
            segments.removeLast()
        }
        segments.append(
            ClockSegment(
                from: Instant(milliseconds: start),
                to: Instant(milliseconds: to),
                calendar: hours?.name,
                why: why,
                cycleStart: Instant(milliseconds: cycle)
            )
        )
    }
}

extension ServiceCalendar {
    /// The holidays and overrides between two instants on which it opens less than usual, ascending.
    func exceptions(from start: Instant, to end: Instant) -> [CalendarDay] {
        guard !isAlways else { return [] }
        let first = date(at: start)
        let last = date(at: end.advanced(by: -1))
        return (holidays.union(overrides.keys))
            .filter { day in
                (first...last).contains(day) && windows(on: day) != weekly[day.weekdayPlace]
            }
            .sorted()
    }
}
