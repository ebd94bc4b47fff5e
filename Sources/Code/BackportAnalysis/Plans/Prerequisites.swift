import MainstayCore

/// Finds the smallest set of earlier commits that turns a conflicting pick clean, and proves it.
///
/// The proof is a replay in memory: the commits in mainline order, each clean, then the fix.
struct Prerequisites {
    /// How often candidates of candidates are looked for.
    private static let depth = 3
    /// Up to this many candidates every set of one to three is tried.
    private static let mostExhaustive = 12

    let predictor: PickPredictor
    let candidates: PrerequisiteCandidates
    let index: CommitIndex
    /// Whether the line contains the commit.
    let isOnLine: (CommitRow) -> Bool

    private var known: [Step: PickPrediction] = [:]

    private struct Step: Hashable {
        var row: CommitRow
        var tree: CommitID
    }

    init(
        predictor: PickPredictor,
        candidates: PrerequisiteCandidates,
        index: CommitIndex,
        isOnLine: @escaping (CommitRow) -> Bool
    ) {
        self.predictor = predictor
        self.candidates = candidates
        self.index = index
        self.isOnLine = isOnLine
    }

    /// Returns what the pick of `fix` onto the tree `target` needs, in mainline order.
    ///
    /// Empty where no set is found. No member of a set can be left out.
    mutating func find(_ fix: CommitRow, onto target: CommitID) -> [CommitRow] {
        var pool: [CommitRow] = []
        for _ in 0..<Self.depth {
            let fresh = widened(pool, fix, target)
            guard fresh.count > pool.count else { return [] }
            pool = fresh
            if let found = proven(pool, fix, target) { return found }
        }
        return []
    }

    /// `pool` with the candidates of the fix and of those in it that conflict, in mainline order.
    private mutating func widened(
        _ pool: [CommitRow],
        _ fix: CommitRow,
        _ target: CommitID
    ) -> [CommitRow] {
        var wider = pool
        var tree = target
        for row in pool + [fix] {
            let step = predict(row, onto: tree)
            if let next = step.tree { tree = next }
            guard step.verdict == .conflict else { continue }
            let found = try? candidates.find(row, step, target: tree, isOnLine: isOnLine)
            for candidate in found ?? [] where !wider.contains(candidate) && candidate != fix {
                wider.append(candidate)
            }
        }
        return PickOrder.sorted(Array(wider.prefix(PrerequisiteCandidates.most)), in: index)
    }

    // MARK: - Proof

    private mutating func proven(
        _ pool: [CommitRow],
        _ fix: CommitRow,
        _ target: CommitID
    ) -> [CommitRow]? {
        if pool.count <= Self.mostExhaustive {
            for size in 1...3 {
                if let found = smallest(size, of: pool[...], fix, target) { return found }
            }
        }
        // All that apply, then fewer.
        guard let set = working(pool, fix, target) else { return nil }
        return reduced(set, fix, target)
    }

    /// The first set of `size` members that works, the newest last members first.
    private mutating func smallest(
        _ size: Int,
        of pool: ArraySlice<CommitRow>,
        _ fix: CommitRow,
        _ tree: CommitID
    ) -> [CommitRow]? {
        guard size > 0 else { return applied(fix, onto: tree) == nil ? nil : [] }
        for place in pool.indices.reversed() where pool.endIndex - place >= size {
            guard let next = applied(pool[place], onto: tree) else { continue }
            let rest = pool[(place + 1)...]
            if let found = smallest(size - 1, of: rest, fix, next) { return [pool[place]] + found }
        }
        return nil
    }

    /// Drops members, the newest first, until none can be dropped.
    private mutating func reduced(
        _ set: [CommitRow],
        _ fix: CommitRow,
        _ target: CommitID
    ) -> [CommitRow] {
        var set = set
        var place = set.count - 1
        while place >= 0 {
            var fewer = set
            fewer.remove(at: place)
            if let next = working(fewer, fix, target) {
                set = next
                // What this one needed may be droppable now, and so may later ones.
                place = set.count
            }
            place -= 1
        }
        return set
    }

    /// The members of `set` that change something, if the fix is clean after those; others are left
    /// out: without what they take back or repeat there may be nothing for them to do.
    private mutating func working(
        _ set: [CommitRow],
        _ fix: CommitRow,
        _ target: CommitID
    ) -> [CommitRow]? {
        var tree = target
        var members: [CommitRow] = []
        for row in set {
            guard let next = applied(row, onto: tree) else { continue }
            members.append(row)
            tree = next
        }
        return applied(fix, onto: tree) == nil ? nil : members
    }

    /// The tree after a clean pick; `nil` where it is not clean.
    mutating func applied(_ row: CommitRow, onto tree: CommitID) -> CommitID? {
        let step = predict(row, onto: tree)
        return step.verdict == .clean ? step.tree : nil
    }

    private mutating func predict(_ row: CommitRow, onto tree: CommitID) -> PickPrediction {
        let key = Step(row: row, tree: tree)
        if let step = known[key] { return step }
        var step = predictor.predict(fix: index.id(row), ontoTree: tree, isKeepingObjects: true)
        predictor.adopt(step)
        step.made = []
        known[key] = step
        return step
    }
}
