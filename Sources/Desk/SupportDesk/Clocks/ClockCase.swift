package import MainstayCore

/// A clock with all that happens to it, apart from any ticket.
package struct ClockCase: Sendable {
    /// A time for which it stands still.
    package struct Pause: Sendable {
        /// When it begins.
        package let from: Instant
        /// When it ends, not included; `nil` while it lasts.
        package let to: Instant?
        /// Why.
        package let reasons: PauseReasons

        /// Creates a pause.
        ///
        /// - Throws: ``DeskError`` with ``DeskError/Code/clock`` if it ends before it begins.
        package init(
            from: Instant,
            to: Instant?,
            reasons: PauseReasons = .given
        ) throws(DeskError) {
            guard to.map({ from <= $0 }) ?? true else {
                throw DeskError(
                    .clock,
                    "Pause from \(from) ends before it begins, at \(to ?? from)"
                )
            }
            self.from = from
            self.to = to
            self.reasons = reasons
        }
    }

    /// Another target or other hours from an instant on.
    package struct Change: Sendable {
        /// When.
        package let at: Instant
        /// The new target in milliseconds; `nil` for the old one.
        package var target: Int64?
        /// The new service hours; `nil` for the old ones.
        package var hours: CalendarVersions?
        /// Whether a new cycle starts, with nothing consumed.
        package var isReset = false

        /// Creates a change of nothing.
        package init(at: Instant) { self.at = at }
    }

    /// When it starts.
    package let start: Instant
    /// What it may consume, in milliseconds of service time.
    package let target: Int64
    /// The service hours.
    package let hours: CalendarVersions
    /// When it stands still, in any order; overlaps count once.
    package var pauses: [Pause] = []
    /// What changes, in any order; of two at one instant the later of the list comes last.
    package var changes: [Change] = []
    /// At which parts of the target it warns, ascending, above 0 and up to 1.
    package var warnFractions: [Double] = []
    /// The instant at which it is read; `nil` for its end as far as it is known.
    package var asOf: Instant?

    /// Creates a case in which nothing happens.
    package init(start: Instant, target: Int64, hours: CalendarVersions) {
        self.start = start
        self.target = target
        self.hours = hours
    }

    /// What the clock shows: due and warnings by all that is in the case, the rest at ``asOf``.
    package func reading() -> ClockReading {
        var run = makeRun(isRecording: false)
        var shown: ClockRun?
        for step in steps() {
            if shown == nil, let asOf, step.at > asOf.milliseconds {
                shown = reached(asOf, by: run)
            }
            take(step, &run)
        }
        let last = asOf.flatMap { shown == nil ? reached($0, by: run) : nil } ?? run
        var reading = ClockReading(shown ?? last)
        reading.foresee(last)
        return reading
    }

    /// What counted and what did not, from the start until ``asOf``, else until due, else until
    /// the last that happens.
    package func segments() -> [ClockSegment] {
        let end = asOf ?? reading().due
        var run = makeRun(isRecording: true)
        for step in steps() where end.map({ step.at < $0.milliseconds }) ?? true {
            take(step, &run)
        }
        if let end { run.advance(to: end.milliseconds) }
        return (run.stretches ?? []).segments()
    }

    // MARK: Steps

    private enum Act {
        case pause(PauseReasons)
        case resume(PauseReasons)
        case change(Change)
    }

    private struct Step {
        let at: Int64
        let act: Act
        /// The reasons that hold after it.
        var pause: PauseReasons = []
    }

    private func makeRun(isRecording: Bool) -> ClockRun {
        var run = ClockRun(
            start: start.milliseconds,
            fractions: warnFractions,
            isRecording: isRecording
        )
        run.setTarget(target, hours: hours)
        return run
    }

    private func reached(_ moment: Instant, by run: ClockRun) -> ClockRun {
        var run = run
        run.advance(to: moment.milliseconds)
        return run
    }

    private func take(_ step: Step, _ run: inout ClockRun) {
        run.advance(to: step.at)
        run.setPause(step.pause)
        guard case .change(let change) = step.act else { return }
        if change.isReset { run.restart() }
        run.setTarget(change.target ?? run.target, hours: change.hours ?? run.hours)
    }

    /// All that happens, in order of time.
    private func steps() -> [Step] {
        var steps: [Step] = []
        for pause in pauses {
            steps.append(Step(at: pause.from.milliseconds, act: .pause(pause.reasons)))
            if let to = pause.to {
                steps.append(Step(at: to.milliseconds, act: .resume(pause.reasons)))
            }
        }
        steps += changes.map { Step(at: $0.at.milliseconds, act: .change($0)) }
        steps = steps.enumerated().sorted { ($0.1.at, $0.0) < ($1.1.at, $1.0) }.map(\.element)
        var depths = [Int](repeating: 0, count: 8)
        for place in steps.indices {
            switch steps[place].act {
            case .pause(let reasons): Self.count(reasons, 1, &depths)
            case .resume(let reasons): Self.count(reasons, -1, &depths)
            case .change: break
            }
            for (bit, depth) in depths.enumerated() where depth > 0 {
                steps[place].pause.insert(PauseReasons(rawValue: 1 << UInt8(bit)))
            }
        }
        return steps
    }

    private static func count(_ reasons: PauseReasons, _ step: Int, _ depths: inout [Int]) {
        for bit in depths.indices where reasons.rawValue >> UInt8(bit) & 1 == 1 {
            depths[bit] += step
        }
    }
}
