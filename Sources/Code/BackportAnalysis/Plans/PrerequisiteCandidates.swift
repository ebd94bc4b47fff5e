import MainstayCore

/// Finds the commits that may be missing on a line when a pick conflicts.
struct PrerequisiteCandidates {
    /// More are not tried.
    static let most = 24

    let objects: PickObjects
    let history: PathHistory
    let containment: Containment
    let sides: MergedSides
    /// Whether the line contains the commit, or one that is equivalent to it.
    let isHeld: (CommitRow) -> Bool

    private var index: CommitIndex { containment.index }

    /// Returns the commits behind the conflicts of `prediction`, newest first.
    ///
    /// `prediction` is the pick of `fix` onto the tree `target`. Candidates stand on the
    /// first-parent chain of the commit before the fix, above what the line of `tip` contains, and
    /// change the lines in conflict; in place of a merge those that it brings in.
    /// - Throws: ``ObjectFault`` if an object that must be read is absent.
    func find(
        _ fix: CommitRow,
        _ prediction: PickPrediction,
        target: CommitID,
        isOnLine: (CommitRow) -> Bool
    ) throws(ObjectFault) -> [CommitRow] {
        guard let before = index.firstParent(of: fix) else { return [] }
        var trails = try trails(fix, before, prediction, target)
        var found: [CommitRow] = []
        var next: CommitRow? = before
        while let row = next, !isOnLine(row), !trails.isEmpty, found.count < Self.most {
            let isMet = try goBack(&trails, over: row)
            for path in isMet {
                for commit in try commits(behind: row, changing: path)
                where !found.contains(commit) && !isHeld(commit) {
                    found.append(commit)
                }
            }
            next = index.firstParent(of: row)
        }
        return Array(found.prefix(Self.most))
    }

    private func trails(
        _ fix: CommitRow,
        _ before: CommitRow,
        _ prediction: PickPrediction,
        _ target: CommitID
    ) throws(ObjectFault) -> [PathTrail] {
        var trails: [PathTrail] = []
        for item in prediction.paths {
            guard case .conflict = item.result else { continue }
            let path = try origin(of: item.path, fix: fix, before: before)
            trails.append(
                PathTrail(
                    path: path,
                    base: try history.file(path, at: before),
                    line: try objects.file(item.renamedTo ?? path, in: target),
                    fix: try history.file(item.path, at: fix)
                )
            )
        }
        return trails
    }

    /// The path before the fix of what the fix has at `path`.
    private func origin(
        of path: TreePath,
        fix: CommitRow,
        before: CommitRow
    ) throws(ObjectFault) -> TreePath {
        if try objects.entry(at: path, in: history.root(before)) != nil { return path }
        return try history.source(of: path, at: fix) ?? path
    }

    /// Takes every trail over the commit at `row`; returns the paths whose trails it meets.
    private func goBack(
        _ trails: inout [PathTrail],
        over row: CommitRow
    ) throws(ObjectFault) -> [TreePath] {
        var met: [TreePath] = []
        var kept: [PathTrail] = []
        for trail in trails {
            guard try history.isChanged(trail.path, at: row) else {
                kept.append(trail)
                continue
            }
            var trail = trail
            let path = trail.path
            let newer = try history.file(path, at: row)
            var older = try history.file(path, at: index.firstParent(of: row))
            if older == nil, newer != nil, let source = try history.source(of: path, at: row) {
                older = try history.file(source, at: index.firstParent(of: row))
                trail.move(to: source)
            }
            if trail.goBack(from: newer, to: older) { met.append(path) }
            // Before its creation nothing stands at the path that could matter.
            if older != nil || newer == nil { kept.append(trail) }
        }
        trails = kept
        return met
    }

    /// The commits to pick for the commit at `row`: itself, or what it merges.
    private func commits(
        behind row: CommitRow,
        changing path: TreePath
    ) throws(ObjectFault) -> [CommitRow] {
        guard index.isMerge(row), let place = containment.chainPosition(row) else { return [row] }
        let own = sides.rows(place).filter { !index.isMerge($0) }
        var changing: [CommitRow] = []
        for commit in own.reversed() where try history.isChanged(path, at: commit) {
            changing.append(commit)
        }
        return changing.isEmpty ? [row] : changing
    }
}
