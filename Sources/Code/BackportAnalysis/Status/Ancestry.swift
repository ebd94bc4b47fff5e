/// Answers which commit is an ancestor of which.
///
/// A question about a commit marks its ancestors from the highest row downwards, only as far as
/// the answer needs, and keeps the marks: later questions about the same commit go on from there.
/// Keeps about 32 MiB of marks at most. Not for use by several threads at once.
package final class Ancestry {
    /// The history that is asked about.
    package let index: CommitIndex
    private var sweeps: [AncestorSweep] = []
    private var slots: [CommitRow: Int] = [:]
    private var oldest = 0
    private let capacity: Int
    private lazy var gaps: [CommitRow] = (0..<index.count)
        .filter {
            index.gap(at: $0) < CommitIndexImage.ParentMark.none
        }
    private var gapMarks: [CommitRow: Int32] = [:]

    /// Creates a memory for questions about `index`.
    ///
    /// `capacity` is how many commits keep their marks; without it, as many as 32 MiB hold, but
    /// at least 16.
    package init(_ index: CommitIndex, capacity: Int? = nil) {
        self.index = index
        let bytes = index.count / 8 + 64
        self.capacity = max(1, capacity ?? max(16, min(1 << 25 / bytes, 4096)))
    }

    /// Returns whether `ancestor` is in the history of `commit`; a commit is in its own.
    ///
    /// Cost: at most one pass over the rows between the two, once per `commit`.
    package func isAncestor(_ ancestor: CommitRow, _ commit: CommitRow) -> Bool {
        if ancestor >= commit { return ancestor == commit }
        if index.firstParent(of: commit) == ancestor { return true }
        return sweeps[slot(of: commit)].reaches(ancestor, in: index)
    }

    /// Returns whether `ancestor` is in the history of `commit` and another commit.
    package func isProperAncestor(_ ancestor: CommitRow, _ commit: CommitRow) -> Bool {
        ancestor < commit && isAncestor(ancestor, commit)
    }

    /// The events that are an ancestor of no other one, by row from the highest.
    ///
    /// Events of one commit do not hide each other.
    package func maximal(_ events: [FixEvent]) -> [FixEvent] {
        if events.count < 2 { return events }
        var found: [FixEvent] = []
        // What hides an event is hidden by nothing or by something that hides both.
        for event in events.sorted(by: { $0.row > $1.row })
        where !found.contains(where: { isProperAncestor(event.row, $0.row) }) {
            found.append(event)
        }
        return found
    }

    /// The strongest mark below `tip` or at it: `cut` or `absent`; `nil` for a whole history.
    ///
    /// See ``CommitIndexImage/ParentMark``. Cost: one pass over the index for the first question,
    /// then one question of ancestry for each commit with a gap.
    package func gap(below tip: CommitRow) -> Int32? {
        if gaps.isEmpty { return nil }
        if let known = gapMarks[tip] {
            return known < CommitIndexImage.ParentMark.none ? known : nil
        }
        var mark = CommitIndexImage.ParentMark.none
        for row in gaps where row <= tip && isAncestor(row, tip) {
            mark = min(mark, index.gap(at: row))
        }
        gapMarks[tip] = mark
        return mark < CommitIndexImage.ParentMark.none ? mark : nil
    }

    private func slot(of commit: CommitRow) -> Int {
        if let slot = slots[commit] { return slot }
        if sweeps.count < capacity {
            slots[commit] = sweeps.count
            sweeps.append(AncestorSweep(from: commit))
            return sweeps.count - 1
        }
        let slot = oldest
        oldest = (oldest + 1) % capacity
        slots[sweeps[slot].commit] = nil
        slots[commit] = slot
        sweeps[slot].restart(from: commit)
        return slot
    }
}

/// Marks on the ancestors of one commit, complete down to some row.
private struct AncestorSweep {
    private(set) var commit: CommitRow
    /// One bit per row up to `commit`.
    private var words: [UInt64]
    /// Rows from here on have passed their mark on to their parents.
    private var floor: CommitRow

    init(from commit: CommitRow) {
        self.commit = commit
        words = [UInt64](repeating: 0, count: commit >> 6 + 1)
        floor = commit + 1
        mark(commit)
    }

    /// Starts anew in the same memory, where it is large enough.
    mutating func restart(from commit: CommitRow) {
        self.commit = commit
        let count = commit >> 6 + 1
        words.removeAll(keepingCapacity: true)
        words.append(contentsOf: repeatElement(0, count: count))
        floor = commit + 1
        mark(commit)
    }

    private mutating func mark(_ row: CommitRow) { words[row >> 6] |= 1 << UInt64(row & 63) }

    mutating func reaches(_ row: CommitRow, in index: CommitIndex) -> Bool {
        // A mark is passed on before it is looked at: all children have higher rows.
        while floor > row + 1 {
            let last = floor - 1
            let open = words[last >> 6] & (~0 >> UInt64(63 - last & 63))
            if open == 0 {
                floor = max(last & ~63, row + 1)
                continue
            }
            let next = last & ~63 + 63 - open.leadingZeroBitCount
            if next <= row {
                floor = row + 1
                break
            }
            index.forEachParent(of: next) { mark($0) }
            floor = next
        }
        return words[row >> 6] & (1 << UInt64(row & 63)) != 0
    }
}
