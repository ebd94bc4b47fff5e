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

    /// Looks at every commit that says it reverts or re-applies.
    package init(classes: FixClasses, index: CommitIndex) {
        self.classes = classes
        self.index = index
        var byTitle: [UInt64: [CommitRow]] = [:]
        var pending: [(row: CommitRow, title: UInt64)] = []
        for row in 0..<index.count
        where !index.flags(row).isDisjoint(with: [.reverts, .reapplies]) {
            if let target = namedTarget(of: row) {
                add(row, takesBack: target)
            } else if let title = Self.innerTitle(of: row, index) {
                pending.append((row, title))
            }
        }
        guard !pending.isEmpty else { return }
        let wanted = Set(pending.map(\.title))
        for row in 0..<index.count
        where index.flags(row).isDisjoint(with: [.quotedMerge, .quotedRevert]) {
            if let title = TitleText.hash(index.storedSubject(row)), wanted.contains(title) {
                byTitle[title, default: []].append(row)
            }
        }
        for (row, title) in pending {
            let targets = Set((byTitle[title] ?? []).filter { $0 != row }.map(classes.key(of:)))
            if targets.count == 1, let target = targets.first { add(row, takesBack: target) }
        }
    }

    private mutating func add(_ row: CommitRow, takesBack target: CommitRow) {
        let key = classes.key(of: row)
        let takenBack = classes.key(of: target)
        guard key != takenBack else { return }
        let isReapply = index.flags(row).contains(.reapplies)
            && !index.flags(row).contains(.reverts)
        var known = effects[takenBack] ?? []
        guard !known.contains(where: { $0.by == key }) else { return }
        known.append(Effect(by: key, applies: isReapply))
        effects[takenBack] = known
    }

    private func namedTarget(of row: CommitRow) -> CommitRow? {
        for case .reverts(let prefix) in index.records(row) {
            return index.uniqueRow(prefix)
        }
        return nil
    }

    /// Hash of the title that a revert or a re-apply quotes.
    private static func innerTitle(of row: CommitRow, _ index: CommitIndex) -> UInt64? {
        let subject = index.storedSubject(row)
        let flags = index.flags(row)
        if flags.contains(.quotedRevert) {
            return flags.contains(.reapplies) ? nil : TitleText.hash(subject)
        }
        var cursor = TextCursor(subject)
        guard cursor.skip("reapply \"") || cursor.skip("revert \"") || cursor.skip("revert: ")
        else { return nil }
        let end = subject.last == UInt8(ascii: "\"") ? subject.count - 1 : subject.count
        guard end > cursor.offset else { return nil }
        return TitleText.hash(UnsafeRawBufferPointer(rebasing: subject[cursor.offset..<end]))
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
                        ? .cancel(row, isPartial: isPartial(row, fix)) : .apply(row))
            }
            add(effect.by, cancels: !cancelsHere, fix: fix, &visited, &events, isPartial)
        }
    }
}
