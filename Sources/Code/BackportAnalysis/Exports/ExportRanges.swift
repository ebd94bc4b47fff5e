package import MainstayCore

/// What a release says of a defect.
package struct ReleaseExport: Sendable, Hashable {
    /// Rank of the release.
    package var rank: Int
    /// Lane of the line that the release is of; `nil` where no line is its home.
    package var lane: Int?
    /// What git says.
    package var status: LineStatus
    /// What the world is told: a decision of people lies over an open status.
    package var state: VersionState
}

/// What a defect is in the history of all lines and releases.
package struct DefectExport: Sendable, Hashable {
    /// Where the defect comes and goes, each behind those that its commit contains; empty where no
    /// commit has it.
    ///
    /// The nearest events of every commit agree, so that every order of events in which ancestors
    /// come first gives the same answer: an event at each commit whose state is not what the nearest
    /// events below it say.
    package var events: [RangeEvent]
    /// All releases by rank, pre-releases too.
    package var releases: [ReleaseExport]
}

/// Makes the ranges of many defects over one history, for `GIT` ranges of the OSV format.
///
/// A commit is affected unless it is fixed or was never exposed; what is not known counts as affected
/// in a range, which has no third word. Where parallel branches disagree, the content is asked at the
/// merge, at releases and at the tips of lines; commits between them say what came before. Not for
/// use by several threads at once.
package final class ExportRanges {
    private let evaluator: StatusEvaluator
    private let index: CommitIndex
    private let lines: ReleaseLines
    private let runs: CommitRuns
    private let homes: LineHomes

    /// Looks at what the lines and releases of `containment` contain; topics that no line has taken
    /// are left out.
    ///
    /// `evaluator` is not asked for containment: the sweep knows. `homes` are the lanes of the lines
    /// that the releases are of, by rank; without them ``Containment/homeLanes()`` tells.
    ///
    /// Cost: a few loops over all rows.
    package init(
        _ containment: Containment,
        evaluator: StatusEvaluator,
        homes: [Int?]? = nil
    ) {
        self.evaluator = evaluator
        index = containment.index
        lines = containment.lines
        runs = CommitRuns(index, tips: lines.all.map(\.tip) + lines.releases.map(\.row))
        self.homes = LineHomes(containment, ofRelease: homes)
    }

    /// Returns what the defect is in each release, and its range.
    ///
    /// `decisions` tell by lane which state a decision of people gives to releases of the line whose
    /// status is open, that is neither fixed nor not affected. The range follows git's own facts but
    /// for one: what people decided to be `notAffected` is not affected in the range either, with
    /// all commits that are of such lines alone.
    ///
    /// Cost: one step per merge above the first event of the defect, and a status for each set of
    /// events that a commit can hold.
    package func export(
        of fix: FixSet,
        introducers: IntroducerSet? = nil,
        decisions: [Int: VersionState] = [:]
    ) -> DefectExport {
        let reader = StateReader(evaluator, fix, introducers)
        let events = fix.rows.union(introducers?.rows ?? []).filter { runs.contains($0) }
        let decided = Set(decisions.filter { $0.value == .notAffected }.keys)
        var points = events
        if !decided.isEmpty {
            points.formUnion(homes.borders(of: decided).filter { runs.contains($0) })
        }
        func sweep() -> RangeSweep {
            RangeSweep(
                runs,
                points: points.sorted(),
                startsAffected: IntroducerSet.startsExposed(introducers),
                isEvent: { events.contains($0) },
                isAffected: { [homes] row, standing in
                    reader.status(at: row, standing).isOpen
                        && (decided.isEmpty || !homes.isOnly(of: decided, row))
                }
            )
        }
        var result = sweep()
        if reader.hasAskedContent {
            // What is told of a release must be what its own content says.
            points.formUnion(lines.all.map(\.tip) + lines.releases.map(\.row))
            result = sweep()
        }
        return DefectExport(
            events: self.events(result.changes, isFirst: IntroducerSet.startsExposed(introducers)),
            releases: releases(result, reader, decisions)
        )
    }

    /// The changes as events, in an order that does not depend on the numbers of rows.
    private func events(_ changes: [RangeSweep.Change], isFirst: Bool) -> [RangeEvent] {
        let sorted = changes.sorted { left, right in
            if left.below.count != right.below.count {
                return left.below.count < right.below.count
            }
            let times = (index.commitTime(left.row), index.commitTime(right.row))
            return times.0 != times.1
                ? times.0 < times.1 : index.id(left.row) < index.id(right.row)
        }
        let events = sorted.map { change -> RangeEvent in
            let id = index.id(change.row)
            return change.isAffected ? .introduced(id) : .fixed(id)
        }
        return (isFirst ? [.introduced(nil)] : []) + events
    }

    private func releases(
        _ sweep: RangeSweep,
        _ reader: StateReader,
        _ decisions: [Int: VersionState]
    ) -> [ReleaseExport] {
        lines.releases.indices.map { rank in
            let row = lines.releases[rank].row
            let lane = homes.ofRelease[rank]
            let status = reader.status(at: row, sweep.known(at: row))
            let decision = status.isOpen ? lane.flatMap { decisions[$0] } : nil
            return ReleaseExport(
                rank: rank,
                lane: lane,
                status: status,
                state: decision ?? VersionState(status)
            )
        }
    }
}

/// Tells the status of commits from what they hold, each set of events once.
private final class StateReader {
    private struct Known: Hashable {
        var held: [CommitRow]
        var hasGap: Bool
    }

    private let evaluator: StatusEvaluator
    private let fix: FixSet
    private let introducers: IntroducerSet?
    private var statuses: [Known: LineStatus] = [:]
    /// Whether some status rests on content.
    private(set) var hasAskedContent = false

    init(_ evaluator: StatusEvaluator, _ fix: FixSet, _ introducers: IntroducerSet?) {
        self.evaluator = evaluator
        self.fix = fix
        self.introducers = introducers
    }

    func status(at row: CommitRow, _ standing: RangeSweep.Standing) -> LineStatus {
        let key = Known(held: standing.held, hasGap: standing.hasGap)
        if let status = statuses[key] { return status }
        var asked = false
        let judge = StatusEvaluator(
            ancestry: evaluator.ancestry,
            contains: { event, _ in standing.held.contains(event) },
            gap: evaluator.gap,
            content: { [evaluator] events, tip in
                asked = true
                return evaluator.content(events, tip)
            }
        )
        let target = LineTarget(version: row)
        let status = judge.verdict(of: fix, introducers: introducers, on: target).status
        if asked { hasAskedContent = true } else { statuses[key] = status }
        return status
    }
}

extension FixSet {
    fileprivate var rows: Set<CommitRow> {
        Set(steps.flatMap(\.alternatives).joined().map(\.row))
    }
}

extension IntroducerSet {
    fileprivate var rows: Set<CommitRow> { Set(introducers.joined().map(\.row)) }

    /// Whether a commit that holds no event at all has the defect.
    fileprivate static func startsExposed(_ set: IntroducerSet?) -> Bool {
        guard let set, !set.isEmpty else { return true }
        return set.sinceBeginning && (!set.requiresAll || set.introducers.isEmpty)
    }
}

extension LineStatus {
    /// Whether something is left to be done or found out.
    fileprivate var isOpen: Bool { self != .fixed && self != .notAffected }
}

extension VersionState {
    /// What git's own facts about a version say.
    fileprivate init(_ status: LineStatus) {
        switch status {
        case .fixed: self = .fixed
        case .notAffected: self = .notAffected
        case .unknown: self = .unknown
        case .fixedUnreleased, .partial, .reverted, .affected, .missing: self = .affected
        }
    }
}
