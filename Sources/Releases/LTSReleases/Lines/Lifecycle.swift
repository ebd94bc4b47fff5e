package import MainstayCore

/// A dated change of a line's lifecycle phase, past or planned.
package struct PhaseChange: Sendable, Hashable {
    /// The phase that begins.
    package let phase: LifecyclePhase
    /// Its first day; `nil`: the line does not go through it after all.
    package let from: CalendarDay?

    /// Creates a change.
    package init(_ phase: LifecyclePhase, from: CalendarDay?) {
        self.phase = phase
        self.from = from
    }
}

/// The phases of one release line with the day on which each begins.
package struct Lifecycle: Sendable, Hashable {
    /// A phase and its days; `until` is the first day of the next one, `nil` while it is open.
    package struct Stage: Sendable, Hashable {
        /// The phase.
        package let phase: LifecyclePhase
        /// Its first day.
        package let from: CalendarDay
        /// The first day that is not its own any more.
        package let until: CalendarDay?
    }

    /// The stages in order of time.
    package let stages: [Stage]

    /// Takes changes in the order in which they were announced: a later one for the same phase
    /// replaces an earlier one.
    ///
    /// - Throws: ``ReleaseError`` with ``ReleaseError/Code/phase`` when a younger phase would begin
    ///   on or after the day of an older one.
    package init(_ changes: [PhaseChange]) throws(ReleaseError) {
        var days: [LifecyclePhase: CalendarDay] = [:]
        for change in changes { days[change.phase] = change.from }
        let sorted = days.sorted { $0.key < $1.key }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.value >= later.value {
            throw ReleaseError(
                .phase,
                "Phase '\(later.key.rawValue)' would begin on \(later.value), not after "
                    + "'\(earlier.key.rawValue)' on \(earlier.value)",
                hint: "Move one of the two, or take a phase out with '\(earlier.key.rawValue)=off'"
            )
        }
        let ends = sorted.dropFirst().map { Optional($0.value) } + [nil]
        stages = zip(sorted, ends).map { Stage(phase: $0.key, from: $0.value, until: $1) }
    }

    /// The phase on a day; before the first one, `development`.
    package func phase(on day: CalendarDay) -> LifecyclePhase {
        stages.last { $0.from <= day }?.phase ?? .development
    }

    /// The first day of a phase; `nil` if the line does not go through it.
    package func start(of phase: LifecyclePhase) -> CalendarDay? {
        stages.first { $0.phase == phase }?.from
    }

    /// The next change after a day; `nil` if none is planned.
    package func next(after day: CalendarDay) -> Stage? {
        stages.first { $0.from > day }
    }
}
