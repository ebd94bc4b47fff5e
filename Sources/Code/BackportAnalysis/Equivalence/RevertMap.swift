import MainstayCore

/// Which classes take back which others.
///
/// A revert belongs to a class of its own (it may be backported, too); the class that it takes
/// back is found by the id that it names, through the equivalence of commits, or by its title. A
/// revert of a revert applies the change again.
package struct RevertMap {
    /// One class that takes back or re-applies another.
    private struct Effect {
        var by: CommitRow
        /// Whether the words say `Reapply`, which applies again.
        var applies: Bool
    }

    private let classes: FixClasses
    private let index: CommitIndex
    /// By the key of the class that is taken back.
    private var effects: [CommitRow: [Effect]] = [:]

    /// Applies what `reverts` found, through the equivalence of `classes`.
    package init(_ reverts: [Revert], classes: FixClasses, index: CommitIndex) {
        self.classes = classes
        self.index = index
        for revert in reverts {
            let targets = Set(revert.targets.map(classes.key(of:)))
            if targets.count == 1, let target = targets.first { add(revert.row, takesBack: target) }
        }
    }

    private mutating func add(_ row: CommitRow, takesBack target: CommitRow) {
        let key = classes.key(of: row)
        let takenBack = classes.key(of: target)
        guard key != takenBack else { return }
        let isReapply =
            index.flags(row).contains(.reapplies)
            && !index.flags(row).contains(.reverts)
        var known = effects[takenBack] ?? []
        guard !known.contains(where: { $0.by == key }) else { return }
        known.append(Effect(by: key, applies: isReapply))
        effects[takenBack] = known
    }

    /// The keys of all classes that are taken back by some other.
    package var revertedKeys: Set<CommitRow> { Set(effects.keys) }

    /// Everything that happened to the class `key`: each member applies it, each member of a class
    /// that takes it back cancels it, and so on.
    ///
    /// `isPartial` tells whether a revert touches only some of the paths of the fix.
    package func events(
        of key: CommitRow,
        isPartial: (_ revert: CommitRow, _ fix: CommitRow) -> Bool
    ) -> [FixEvent] {
        var events = classes.members(of: key).map { FixEvent.apply($0) }
        var visited: Set<CommitRow> = [key]
        add(key, cancels: true, fix: classes.root(of: key), &visited, &events, isPartial)
        return events
    }

    private func add(
        _ key: CommitRow,
        cancels: Bool,
        fix: CommitRow,
        _ visited: inout Set<CommitRow>,
        _ events: inout [FixEvent],
        _ isPartial: (CommitRow, CommitRow) -> Bool
    ) {
        for effect in effects[key] ?? [] where visited.insert(effect.by).inserted {
            let cancelsHere = effect.applies ? !cancels : cancels
            for row in classes.members(of: effect.by) where !index.isMerge(row) {
                events.append(
                    cancelsHere
                        ? .cancel(row, isPartial: isPartial(row, fix)) : .apply(row)
                )
            }
            add(effect.by, cancels: !cancelsHere, fix: fix, &visited, &events, isPartial)
        }
    }
}
