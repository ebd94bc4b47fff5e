import MainstayCore

/// Commits grouped by the change that they make: one root and the commits that repeat it.
///
/// A class is a star: every member has evidence of its own for the root. On the mainline a merge
/// and the commits that it brings in are one class.
package struct FixClasses {
    private let containment: Containment
    private let index: CommitIndex
    /// Matches that count, by the row of the class that `upstream` belongs to.
    private let matchesByKey: [CommitRow: [BackportMatch]]
    /// Matches too weak to count, likewise.
    private let suggestionsByKey: [CommitRow: [BackportMatch]]
    /// The class of each line's commit that has one: the first of several (squash).
    private let keyOfBackport: [CommitRow: CommitRow]
    private let sides: MergedSides

    /// Groups `matches` over the history that `containment` describes.
    package init(_ matches: [BackportMatch], containment: Containment) {
        self.containment = containment
        index = containment.index
        sides = MergedSides(containment)
        var strong: [CommitRow: [BackportMatch]] = [:]
        var weak: [CommitRow: [BackportMatch]] = [:]
        var keys: [CommitRow: CommitRow] = [:]
        for match in matches {
            let key = Self.key(of: match.upstream, containment, sides)
            if match.permille >= MatchWeight.equivalent {
                strong[key, default: []].append(match)
                if keys[match.backport] == nil { keys[match.backport] = key }
            } else if match.permille >= MatchWeight.suggestion {
                weak[key, default: []].append(match)
            }
        }
        matchesByKey = strong
        suggestionsByKey = weak
        keyOfBackport = keys
    }

    private static func key(
        of row: CommitRow,
        _ containment: Containment,
        _ sides: MergedSides
    ) -> CommitRow {
        let place = Int(containment.mainlineEntry[row])
        return sides.hasSide(place) ? containment.mainlineChain[place] : row
    }

    // MARK: - Asking

    /// The row that stands for the class of `row`: a mainline commit or merge, or the oldest
    /// commit of a fix that was born on a line.
    package func key(of row: CommitRow) -> CommitRow {
        keyOfBackport[row] ?? Self.key(of: row, containment, sides)
    }

    /// All classes with a member on a line, in no particular order.
    package var keys: [CommitRow] { Array(matchesByKey.keys) }

    /// The commit that people know the class by: the one commit that a merge brings in, else the
    /// merge; the mainline commit otherwise.
    package func root(of key: CommitRow) -> CommitRow {
        let own = rootCommits(of: key).filter { !index.isMerge($0) }
        return own.count == 1 ? own[0] : key
    }

    /// The mainline commits of the class: the key, and what it brings in if it is a merge.
    package func rootCommits(of key: CommitRow) -> [CommitRow] {
        guard let place = containment.chainPosition(key) else { return [key] }
        return [key] + sides.rows(place)
    }

    /// The commits that repeat the class on lines, with their evidence.
    package func matches(of key: CommitRow) -> [BackportMatch] { matchesByKey[key] ?? [] }

    /// Commits that may repeat the class, too weak to count.
    package func suggestions(of key: CommitRow) -> [BackportMatch] { suggestionsByKey[key] ?? [] }

    /// The commits that apply the class: where a merge brings in one commit, that one stands for
    /// both.
    package func members(of key: CommitRow) -> [CommitRow] {
        let root = root(of: key)
        let own = root == key ? rootCommits(of: key) : [root]
        return own + matches(of: key).map(\.backport)
    }
}

/// The commits that each small merge of the mainline brings in, by place of the merge on the
/// mainline's chain.
private struct MergedSides {
    /// A merge that brings in more commits than this joins a branch, it is no fix.
    private static let mostMerged = 100

    /// Where the rows of each place start; one more at the end.
    private var starts: [Int32]
    private var rows: [Int32]

    /// Sorts all rows by the merge that brought them in; two passes over the rows.
    init(_ containment: Containment) {
        let chain = containment.mainlineChain
        let entries = containment.mainlineEntry
        let blocks = (containment.laneCount + 63) / 64
        var counts = [Int32](repeating: 0, count: chain.count)
        for row in 0..<entries.count where entries[row] >= 0 {
            let place = Int(entries[row])
            counts[place] += 1
            // A side that holds commits of some line's own chain joins that line.
            if (0..<blocks).contains(where: { containment.lineOnlyBits(row, block: $0) != 0 }),
                (1..<containment.laneCount)
                    .contains(where: {
                        containment.isOnLineChain(row, lane: $0)
                    })
            {
                counts[place] = Int32(Self.mostMerged) * 1000
            }
        }
        starts = [0]
        starts.reserveCapacity(chain.count + 1)
        for count in counts {
            let isSide = count > 1 && Int(count) <= Self.mostMerged + 1
            starts.append(starts[starts.count - 1] + (isSide ? count - 1 : 0))
        }
        var next = starts
        rows = Array(repeating: 0, count: Int(starts[starts.count - 1]))
        for row in 0..<entries.count where entries[row] >= 0 {
            let place = Int(entries[row])
            guard starts[place] < starts[place + 1], chain[place] != row else { continue }
            rows[Int(next[place])] = Int32(row)
            next[place] += 1
        }
    }

    func hasSide(_ place: Int) -> Bool { place >= 0 && starts[place] < starts[place + 1] }

    func rows(_ place: Int) -> [CommitRow] {
        rows[Int(starts[place])..<Int(starts[place + 1])].map { Int($0) }
    }
}
