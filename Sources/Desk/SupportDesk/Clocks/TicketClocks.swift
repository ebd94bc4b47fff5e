package import MainstayCore

/// The clocks of one ticket after another, computed from their events alone.
///
/// For each ticket call ``begin()``, ``take(_:)`` for its events in the order of its chain, then
/// ``readings(at:)``. One value serves any number of tickets and keeps its memory between them.
///
/// A vendor's case is measured in the same way: what he writes is ours there, what we write is the
/// customer's, waiting for us is waiting for the customer, and `acknowledge` stands for `reaction`.
package struct TicketClocks: Sendable {
    private let plans: ClockPlans
    private let isOfVendor: Bool
    private let isRecording: Bool
    private var log = ClockLog()

    /// Creates clocks without a ticket.
    ///
    /// - Parameters:
    ///   - plans: What was promised.
    ///   - isOfVendor: Whether vendors' cases are measured.
    ///   - isRecording: Whether ``segments(of:at:)`` will be asked for; costs time and memory.
    package init(_ plans: ClockPlans, ofVendor isOfVendor: Bool = false, isRecording: Bool = false)
    {
        self.plans = plans
        self.isOfVendor = isOfVendor
        self.isRecording = isRecording
    }

    /// Forgets the ticket before, so that the next one can follow.
    package mutating func begin() { log.removeAll() }

    /// Takes in the next event of the ticket.
    package mutating func take(_ event: ClockEvent) { log.take(event) }

    /// Takes in an event of a ticket that was merged into this one, in any order.
    ///
    /// The earlier opening starts the clocks, and the messages of both count.
    package mutating func takeMerged(_ event: ClockEvent) { log.takeMerged(event) }

    /// What the clocks show at an instant; later events are left out.
    package func readings(at moment: Instant) -> TicketReadings {
        guard let run = run(to: moment) else { return TicketReadings() }
        var readings = TicketReadings()
        readings.isOfVendor = isOfVendor
        readings.response = run.reading(run.response, canPause: false)
        readings.update = run.update.flatMap { run.reading($0) }
        readings.fix = run.reading(run.fix)
        readings.accept = run.accept.flatMap { run.reading($0, canPause: false) }
        readings.handback = run.handback.flatMap { run.reading($0) }
        readings.deadline = run.deadline
        readings.isSplit = log.isSplit
        readings.lateEvents = log.lateEvents
        return readings
    }

    /// What counted for a clock and what did not until an instant; empty unless recorded.
    package func segments(of clock: ClockName, at moment: Instant) -> [ClockSegment] {
        guard let run = run(to: moment) else { return [] }
        let clock: ClockRun? =
            switch clock {
            case .reaction, .acknowledge: run.response
            case .update: run.update
            case .fix: run.fix
            case .accept: run.accept
            case .handback: run.handback
            }
        // Of the time after it stopped, what a reopening ended is a pause; the rest is none of its.
        let end = clock?.stoppedAt ?? .max
        return (clock?.stretches ?? []).filter { $0.from < end }.segments()
    }

    /// How the clocks ended until an instant: of all levels and cycles; not those that are open.
    package func verdicts(at moment: Instant) -> [ClockVerdict] {
        run(to: moment, isJudging: true)?.verdicts ?? []
    }

    /// The way through the levels until an instant.
    package func course(until moment: Instant) -> TicketCourse {
        TicketCourse(log, until: moment.milliseconds)
    }

    private func run(to moment: Instant, isJudging: Bool = false) -> TicketRun? {
        guard let start = log.start, start <= moment.milliseconds else { return nil }
        var run = TicketRun(
            start: start,
            plans: plans,
            responseClock: isOfVendor ? .acknowledge : .reaction,
            isRecording: isRecording,
            isJudging: isJudging
        )
        for entry in log.opening where entry.topic != .level { run.set(entry) }
        run.begin(level: log.opening.first { $0.topic == .level })
        for entry in log.entries {
            guard entry.at <= moment.milliseconds else { break }
            run.take(entry)
        }
        run.advance(to: moment.milliseconds)
        return run
    }
}
