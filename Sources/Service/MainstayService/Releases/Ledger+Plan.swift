import BackportAnalysis
import GitAccess
import LTSReleases
import MainstayCore
import Storage

extension Ledger {
    /// The plan of picks that brings what a release lacks onto its line.
    func plan(
        _ entries: [ReleaseEntry],
        on line: LineRecord,
        isDrafting: Bool = false
    ) throws -> PickPlan? {
        guard let lane = lanes[line.id] else { return nil }
        let rows = entries.flatMap { missingCommits(of: $0, on: line, lane) }
        guard !rows.isEmpty else { return nil }
        let planner = PickPlanner(
            source: GitTreeSource(try Repository(history.folder)),
            containment: history.containment
        )
        return planner.plan(
            rows,
            onto: history.lines.all[lane].tip,
            prerequisites: .planned,
            isDrafting: isDrafting,
            equivalents: { [table] row in table.classes.members(of: table.classes.key(of: row)) }
        )
    }

    /// Fills in what the picks of entries would do, in the order of the plan; returns the commits that
    /// it takes.
    func plan(
        _ entries: inout [ReleaseEntry],
        on line: LineRecord,
        _ risk: inout ReleaseRisk
    ) throws -> [CommitID] {
        guard let lane = lanes[line.id], let plan = try plan(entries, on: line) else { return [] }
        let steps = Dictionary(plan.steps.map { ($0.commit, $0) }, uniquingKeysWith: { $1 })
        for place in entries.indices {
            let own = missingCommits(of: entries[place], on: line, lane).map(history.index.id)
            guard !own.isEmpty else { continue }
            let needed = plan.steps.filter { !Set($0.neededBy).isDisjoint(with: own) }.map(\.commit)
            let mine = own.compactMap { steps[$0] }
            entries[place].pick = PlannedPick(
                commits: needed + own,
                prerequisites: needed.count,
                verdict: Self.worst(mine.map(\.inPlan.verdict)).word,
                alone: Self.worst(mine.map(\.alone.verdict)).word,
                conflicts: mine.flatMap { Self.conflicts($0.inPlan) },
                spoiltBy: mine.lazy.compactMap(\.stoppedBy).first
            )
            if mine.contains(where: \.isFailed) { entries[place].obstacles.append(.conflict) }
        }
        let taken = plan.steps.filter(\.isTaken)
        risk.picks = taken.count
        risk.conflicts = plan.steps.filter(\.isFailed).count
        risk.files = Set(taken.flatMap { $0.inPlan.paths.map(\.path) }).count
        return taken.map(\.commit)
    }

    /// The commits of a defect's fix that a line lacks, one of each part.
    private func missingCommits(
        of entry: ReleaseEntry,
        on line: LineRecord,
        _ lane: Int
    ) -> [CommitRow] {
        guard entry.cell.facts.status.lacksFix else { return [] }
        let question = question(entry.file.commits.filter(\.counts), on: line.id)
        let held = Set(entry.cell.facts.commits.compactMap { history.index.row(of: $0) })
        return question.steps.compactMap { step in
            let keys = Set(step.map(table.classes.wholeKey(of:)))
            let isHeld = held.contains { keys.contains(table.classes.wholeKey(of: $0)) }
            guard !isHeld, let first = step.first else { return nil }
            let own = step.first { row in history.containment.contains(row, lane: 0) } ?? first
            return table.classes.root(of: table.classes.key(of: own))
        }
    }

    private static func worst(_ verdicts: [PickVerdict]) -> PickVerdict {
        let order = ["already-there", "clean", "unknown", "conflict"]
        func rank(_ verdict: PickVerdict) -> Int { order.firstIndex(of: verdict.word) ?? 0 }
        return verdicts.max { rank($0) < rank($1) } ?? .alreadyThere
    }

    private static func conflicts(_ prediction: PickPrediction) -> [String] {
        prediction.paths.compactMap { path in
            guard case .conflict(let cause) = path.result else { return nil }
            return "\(path.path.text): \(cause.rawValue)"
        }
    }
}
