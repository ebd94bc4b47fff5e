import MainstayCore

/// What a plan does about commits that its fixes need first.
package enum PrerequisiteUse: Sendable, Hashable {
    /// They are not looked for.
    case ignored
    /// Each step that fails names those that would turn it clean.
    case named
    /// They become steps of the plan.
    case planned
}

/// Makes plans: replays picks in memory, in order, and says what becomes of each.
///
/// Pure: reads objects through a ``TreeSource`` and writes nothing. Used by one thread at a time;
/// what one plan reads makes the next one cheaper, so lines that share files share the work.
package final class PickPlanner {
    private let predictor: PickPredictor
    private let containment: Containment
    private let history: PathHistory
    private lazy var sides = MergedSides(containment)
    private var index: CommitIndex { containment.index }

    /// Creates a planner over the history that `containment` describes.
    package init(source: any TreeSource, containment: Containment) {
        predictor = PickPredictor(source: source)
        self.containment = containment
        history = PathHistory(predictor.objects, containment: containment)
    }

    /// Plans the picks of `fixes` onto the line whose tip is `tip`.
    ///
    /// The steps stand in mainline order, each commit once. `equivalents` names the commits that
    /// are the same change as one: what the line holds in such a form is nobody's prerequisite.
    /// With `isDrafting` the steps that conflict are drafted too.
    ///
    /// Cost: a replay of each fix, and where one conflicts and prerequisites are wanted a walk back
    /// to what the line contains, and some hundred replays at most.
    package func plan(
        _ fixes: [CommitRow],
        onto tip: CommitRow,
        prerequisites use: PrerequisiteUse = .ignored,
        isDrafting: Bool = false,
        equivalents: (CommitRow) -> [CommitRow] = { _ in [] }
    ) -> PickPlan {
        defer { predictor.objects.forgetAdopted() }
        var replay = replay(PickOrder.sorted(fixes, in: index), onto: tip)
        if use != .ignored, replay.steps.contains(where: \.isFailed) {
            let isPlanned = use == .planned
            let needs = withoutActuallyEscaping(equivalents) { equivalents in
                self.needs(of: fixes, onto: tip, isPlanned: isPlanned, equivalents)
            }
            if isPlanned {
                replay = self.replay(fixes, with: needs, onto: tip)
            } else {
                for (fix, needed) in needs {
                    replay.name(needed.map { index.id($0) }, for: index.id(fix))
                }
            }
        }
        var plan = replay.plan
        if isDrafting { plan.drafts = replay.drafts() }
        return plan
    }

    private func replay(_ rows: [CommitRow], onto tip: CommitRow) -> PlanReplay {
        var replay = PlanReplay(predictor, tip: index.id(tip))
        for row in rows { replay.add(index.id(row)) }
        return replay
    }

    // MARK: - Prerequisites

    /// What each failing fix needs, looked for in order on what the steps before make of the line;
    /// with `isPlanned` what they need is part of that.
    private func needs(
        of fixes: [CommitRow],
        onto tip: CommitRow,
        isPlanned: Bool,
        _ equivalents: @escaping (CommitRow) -> [CommitRow]
    ) -> [CommitRow: [CommitRow]] {
        guard var tree = try? history.root(tip) else { return [:] }
        let line = LaneBits(index, starts: [tip])
        let candidates = PrerequisiteCandidates(
            objects: predictor.objects,
            history: history,
            containment: containment,
            sides: sides,
            isHeld: { row in
                line.contains(row, 0) || equivalents(row).contains { line.contains($0, 0) }
            }
        )
        var search = Prerequisites(
            predictor: predictor,
            candidates: candidates,
            index: index,
            isOnLine: { line.contains($0, 0) }
        )
        var needs: [CommitRow: [CommitRow]] = [:]
        for fix in PickOrder.sorted(fixes, in: index) {
            if let next = search.applied(fix, onto: tree) {
                tree = next
                continue
            }
            let needed = search.find(fix, onto: tree)
            if !needed.isEmpty { needs[fix] = needed }
            guard isPlanned, !needed.isEmpty else { continue }
            for row in needed + [fix] { tree = search.applied(row, onto: tree) ?? tree }
        }
        return needs
    }

    /// The replay with what its fixes need; what only serves fixes that fail all the same is left out.
    private func replay(
        _ fixes: [CommitRow],
        with needs: [CommitRow: [CommitRow]],
        onto tip: CommitRow
    ) -> PlanReplay {
        var needs = needs
        while true {
            var users: [CommitID: [CommitID]] = [:]
            for fix in PickOrder.sorted(Array(needs.keys), in: index) {
                for row in needs[fix] ?? [] where !fixes.contains(row) {
                    users[index.id(row), default: []].append(index.id(fix))
                }
            }
            let rows = PickOrder.sorted(fixes + needs.values.joined(), in: index)
            var replay = replay(rows, onto: tip)
            let failed = Set(replay.steps.filter(\.isFailed).map(\.commit))
            let hopeless = needs.keys.filter { failed.contains(index.id($0)) }
            if hopeless.isEmpty {
                replay.tell(users)
                return replay
            }
            for fix in hopeless { needs[fix] = nil }
        }
    }
}
