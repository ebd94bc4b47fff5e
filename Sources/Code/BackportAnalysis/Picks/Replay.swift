import MainstayCore

/// Applies commits one after the other in memory, to learn what they are together.
///
/// Used by one thread at a time.
struct Replay {
    private let source: any ChangeSource
    private let predictor: PickPredictor

    init(_ source: any ChangeSource) {
        self.source = source
        predictor = PickPredictor(source: source.trees)
    }

    /// Whether `parts`, applied in order to what was there before `whole`, give exactly the files
    /// of `whole`.
    ///
    /// Every part must apply cleanly and change something. `false` where an object is absent.
    func makes(_ whole: CommitID, of parts: [CommitID]) -> Bool {
        source.remembered(Self.question([whole] + parts, kind: 1)) {
            defer { predictor.objects.forgetAdopted() }
            guard let change = change(of: whole) else { return false }
            return apply(parts, to: change.base) == change.result
        }
    }

    /// Whether `whole` does all that `part` does, at the same places, and more.
    ///
    /// The proof: after `part` the rest of `whole` applies cleanly and gives exactly its files.
    func holds(_ whole: CommitID, _ part: CommitID) -> Bool {
        source.remembered(Self.question([whole, part], kind: 2)) {
            defer { predictor.objects.forgetAdopted() }
            guard let change = change(of: whole), let begun = apply([part], to: change.base)
            else { return false }
            let rest = predictor.predict(base: change.base, fix: change.result, target: begun)
            return rest.verdict == .clean && rest.tree == change.result
        }
    }

    /// A hash of the commits in their order and of what is asked of them.
    private static func question(_ commits: [CommitID], kind: UInt64) -> UInt64 {
        commits.reduce(kind) { mix(mix(mix($0 ^ $1.high) ^ $1.middle) ^ UInt64($1.low)) }
    }

    /// The trees before and after a commit; `nil` for one without parents.
    private func change(of commit: CommitID) -> (base: CommitID, result: CommitID)? {
        guard let (result, parent) = try? predictor.objects.commit(commit), let parent,
            let base = try? predictor.objects.commit(parent).tree
        else { return nil }
        return (base, result)
    }

    private func apply(_ commits: [CommitID], to base: CommitID) -> CommitID? {
        var tree = base
        for commit in commits {
            guard let change = change(of: commit) else { return nil }
            let step = predictor.predict(
                base: change.base,
                fix: change.result,
                target: tree,
                isKeepingObjects: true
            )
            guard step.verdict == .clean, let next = step.tree else { return nil }
            predictor.adopt(step)
            tree = next
        }
        return tree
    }
}
