package import MainstayCore

/// Reads what commits change.
///
/// Used by one thread at a time.
///
/// Every method answers `nil` (or 0) where an object is absent, as in a partial clone.
package protocol ChangeSource: AnyObject {
    /// Hash of each path that the commit changes against its first parent, ascending.
    func paths(of row: CommitRow) -> [UInt64]?

    /// Hash of the whole path set for each of `rows`; 0 where it is not known.
    ///
    /// Cost: one tree diff for each row that was not asked for before; reports progress.
    func pathSets(of rows: [CommitRow]) -> [UInt64]

    /// The lines that the commit adds and removes.
    func lines(of row: CommitRow) -> ChangedLines?

    /// The stable patch-id, as `git patch-id --stable` gives it; `nil` also for an empty diff.
    func patchID(of row: CommitRow) -> CommitID?

    /// The titles that were found alike the last time; the matcher puts the new ones in place.
    var similarTitles: SimilarTitles? { get set }

    /// The answer to a question about commits alone: what `replay` gives, or gave before.
    func remembered(_ question: UInt64, _ replay: () -> Bool) -> Bool

    /// The objects themselves, for picks in memory.
    var trees: any TreeSource { get }

    /// What the message of a commit outside the index says; `nil` if there is no such commit.
    func records(ofCommitOutside id: CommitID) -> [CommitRecord]?
}

/// The lines that one commit adds and removes, as hashes without blanks.
package struct ChangedLines: Sendable, Hashable {
    /// Ascending; a line that is added twice stands twice.
    package var added: [UInt64]
    /// Ascending; a line that is removed twice stands twice.
    package var removed: [UInt64]

    /// Creates the set of changed lines from ascending hashes.
    package init(added: [UInt64], removed: [UInt64]) {
        self.added = added
        self.removed = removed
    }

    /// How many lines are added and removed.
    package var count: Int { added.count + removed.count }

    /// A hash of what is added less what is removed.
    ///
    /// Of commits that follow each other the sum, with overflow, is that of their combined change.
    package var balance: UInt64 { added.reduce(0, &+) &- removed.reduce(0, &+) }

    /// The share of the smaller side's lines that the other side has too, 0 to 1; 0 for nothing.
    package func containment(in other: ChangedLines) -> Double {
        let smaller = min(count, other.count)
        guard smaller > 0 else { return 0 }
        return Double(common(with: other)) / Double(smaller)
    }

    /// The share of all lines of both sides that both have, 0 to 1; 0 for nothing.
    package func likeness(to other: ChangedLines) -> Double {
        let common = common(with: other)
        let all = count + other.count - common
        return all > 0 ? Double(common) / Double(all) : 0
    }

    /// How many lines both change in the same way.
    package func common(with other: ChangedLines) -> Int {
        Self.common(added, other.added) + Self.common(removed, other.removed)
    }

    private static func common(_ left: [UInt64], _ right: [UInt64]) -> Int {
        var count = 0
        var (first, second) = (0, 0)
        while first < left.count, second < right.count {
            if left[first] == right[second] {
                count += 1
                first += 1
                second += 1
            } else if left[first] < right[second] {
                first += 1
            } else {
                second += 1
            }
        }
        return count
    }
}

/// The hash of a set of paths, given as ascending hashes; 0 for none.
package func pathSetHash(_ paths: [UInt64]) -> UInt64 {
    if paths.isEmpty { return 0 }
    let hash = paths.withUnsafeBytes { hashBytes($0) }
    return hash == 0 ? 1 : hash
}

/// Whether two ascending lists have an element in common.
func meet(_ left: [UInt64], _ right: [UInt64]) -> Bool {
    var (first, second) = (0, 0)
    while first < left.count, second < right.count {
        if left[first] == right[second] { return true }
        if left[first] < right[second] { first += 1 } else { second += 1 }
    }
    return false
}
