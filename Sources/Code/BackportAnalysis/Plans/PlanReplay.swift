import MainstayCore

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

    /// The plan so far.
    var plan: PickPlan { PickPlan(tip: tip, steps: steps, tree: trees.last) }

    /// Replays one more commit; left out of what follows unless it is clean.
    mutating func add(_ commit: CommitID) {
        var inPlan = predict(commit, after: taken.count, isKeepingObjects: true)
        var alone = inPlan
        alone.made = []
        if !taken.isEmpty { alone = predict(commit, after: 0) }
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

    /// The steps that conflict, replayed on top of the others with markers.
    func drafts() -> [PlanDraft] {
        guard var tree = trees.last else { return [] }
        var drafts: [PlanDraft] = []
        for step in steps where step.inPlan.verdict == .conflict {
            let prediction = predictor.predict(
                fix: step.commit,
                ontoTree: tree,
                isKeepingObjects: true,
                labels: (tip.short, step.commit.short)
            )
            guard let next = prediction.tree, next != tree else { continue }
            predictor.adopt(prediction)
            tree = next
            drafts.append(PlanDraft(commit: step.commit, prediction: prediction))
        }
        return drafts
    }

    /// Writes down what would turn the failing step of `fix` clean.
    mutating func name(_ needed: [CommitID], for fix: CommitID) {
        for place in steps.indices where steps[place].commit == fix && steps[place].isFailed {
            steps[place].prerequisites = needed
        }
    }

    /// Writes down for which fixes each step was added, and what each of these needed.
    mutating func tell(_ users: [CommitID: [CommitID]]) {
        for place in steps.indices {
            let commit = steps[place].commit
            steps[place].neededBy = users[commit] ?? []
            steps[place].prerequisites =
                steps.map(\.commit).filter { users[$0]?.contains(commit) ?? false }
        }
    }

    /// The last step that turned the pick of `commit` from clean to failing.
    private func culprit(of commit: CommitID) -> CommitID? {
        let last = taken.indices.last { place in
            predict(commit, after: place).verdict == .clean
        }
        return last.map { taken[$0] }
    }

    private func predict(
        _ commit: CommitID,
        after count: Int,
        isKeepingObjects: Bool = false
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
