/// A commit that says that it takes others back or applies them again, and the commits that it
/// may mean.
package struct Revert: Sendable, Hashable {
    /// The commit that says so.
    package var row: CommitRow
    /// The commit that it names by id, or those whose title it quotes; never empty.
    package var targets: [CommitRow]

    /// Creates a revert of one of `targets`.
    package init(row: CommitRow, targets: [CommitRow]) {
        self.row = row
        self.targets = targets
    }

    /// A title that more commits have says nothing.
    private static let mostTargets = 16

    /// Finds every revert in `index`, by row.
    ///
    /// Cost: two passes over the rows.
    package static func all(in index: CommitIndex) -> [Revert] {
        var reverts: [Revert] = []
        var pending: [(row: CommitRow, title: UInt64)] = []
        for row in 0..<index.count
        where !index.flags(row).isDisjoint(with: [.reverts, .reapplies]) {
            if let target = namedTarget(of: row, index) {
                reverts.append(Revert(row: row, targets: [target]))
            } else if let title = innerTitle(of: row, index) {
                pending.append((row, title))
            }
        }
        guard !pending.isEmpty else { return reverts }
        let wanted = Set(pending.map(\.title))
        var byTitle: [UInt64: [CommitRow]] = [:]
        for row in 0..<index.count
        where wanted.contains(index.titleHash(row)) && !index.isMerge(row) {
            byTitle[index.titleHash(row), default: []].append(row)
        }
        for (row, title) in pending {
            let targets = (byTitle[title] ?? []).filter { $0 != row }
            guard (1...mostTargets).contains(targets.count) else { continue }
            reverts.append(Revert(row: row, targets: targets))
        }
        return reverts.sorted { $0.row < $1.row }
    }

    private static func namedTarget(of row: CommitRow, _ index: CommitIndex) -> CommitRow? {
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
}
