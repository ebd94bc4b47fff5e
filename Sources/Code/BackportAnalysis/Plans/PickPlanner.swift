import MainstayCore

/// Makes plans: replays picks in memory, in order, and says what becomes of each.
///
/// Pure: reads objects through a ``TreeSource`` and writes nothing. Used by one thread at a time;
/// what one plan reads makes the next one cheaper, so lines that share files share the work.
package final class PickPlanner {
    let predictor: PickPredictor
    let index: CommitIndex

    /// Creates a planner over the commits of `index`.
    package init(source: any TreeSource, index: CommitIndex) {
        predictor = PickPredictor(source: source)
        self.index = index
    }

    /// Plans the picks of `fixes` onto the line whose tip is `tip`.
    ///
    /// The steps stand in mainline order, each commit once.
    package func plan(_ fixes: [CommitRow], onto tip: CommitRow) -> PickPlan {
        defer { predictor.objects.forgetAdopted() }
        return replay(PickOrder.sorted(fixes, in: index).map { index.id($0) }, onto: index.id(tip))
    }

    /// Replays `commits` in the order given.
    func replay(_ commits: [CommitID], onto tip: CommitID) -> PickPlan {
        var replay = PlanReplay(predictor, tip: tip)
        for commit in commits { replay.add(commit) }
        return PickPlan(tip: tip, steps: replay.steps, tree: replay.trees.last)
    }
}

/// A plan while its steps are replayed.
struct PlanReplay {
    private let predictor: PickPredictor
    private let tip: CommitID
    private(set) var steps: [PlanStep] = []
    /// The tree of the tip, then that after each step that was taken.
    private(set) var trees: [CommitID] = []
    /// The steps that were taken, one fewer than there are trees.
    private var taken: [CommitID] = []
    private let fault: String?

    init(_ predictor: PickPredictor, tip: CommitID) {
        self.predictor = predictor
        self.tip = tip
        do throws(ObjectFault) {
            trees = [try predictor.objects.commit(tip).tree]
            fault = nil
        } catch { fault = error.message }
    }

    /// Replays one more commit; left out of what follows unless it is clean.
    mutating func add(_ commit: CommitID) {
        var inPlan = predict(commit, after: taken.count)
        var alone = inPlan
        alone.made = []
        if !taken.isEmpty {
            alone = predict(commit, after: 0, isKeepingObjects: false)
        }
        if inPlan.verdict == .clean, let tree = inPlan.tree {
            predictor.adopt(inPlan)
            trees.append(tree)
            taken.append(commit)
        } else {
            inPlan.made = []
        }
        var step = PlanStep(commit: commit, alone: alone, inPlan: inPlan)
        if step.isFailed, alone.verdict == .clean { step.stoppedBy = culprit(of: commit) }
        steps.append(step)
    }

    /// The last step that turned the pick of `commit` from clean to failing.
    private func culprit(of commit: CommitID) -> CommitID? {
        let last = taken.indices.last { place in
            predict(commit, after: place, isKeepingObjects: false).verdict == .clean
        }
        return last.map { taken[$0] }
    }

    private func predict(
        _ commit: CommitID,
        after count: Int,
        isKeepingObjects: Bool = true
    ) -> PickPrediction {
        guard trees.indices.contains(count) else {
            return PickPrediction(verdict: .unknown(reason: fault ?? ""), paths: [])
        }
        return predictor.predict(
            fix: commit,
            ontoTree: trees[count],
            isKeepingObjects: isKeepingObjects
        )
    }
}
