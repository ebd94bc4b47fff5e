import MainstayCore

/// Commits grouped by the change that they make: one root and the commits that repeat it.
///
/// A class is a star: every member has evidence of its own for the root. On the mainline a merge
/// and the commits that it brings in are one class.
package struct FixClasses {
    /// A mainline merge that brings in more commits than this joins a branch, it is no fix.
    package static let mostMerged = 100

    private let containment: Containment
    private let index: CommitIndex
    /// Matches that count, by the row of the class that `upstream` belongs to.
    private let matchesByKey: [CommitRow: [BackportMatch]]
    /// Matches too weak to count, likewise.
    private let suggestionsByKey: [CommitRow: [BackportMatch]]
    /// The class of each line's commit that has one: the first of several (squash).
    private let keyOfBackport: [CommitRow: CommitRow]
    /// Commits that each small mainline merge brings in, by place of the merge.
    private let sides: [Int32: [CommitRow]]

    /// Groups `matches` over the history that `containment` describes.
    package init(_ matches: [BackportMatch], containment: Containment) {
        self.containment = containment
        index = containment.index
        sides = Self.mergedSides(containment)
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

    /// For each small merge on the mainline's chain the commits that it brings in.
    private static func mergedSides(_ containment: Containment) -> [Int32: [CommitRow]] {
        let chain = containment.mainlineChain
        var counts = [Int32](repeating: 0, count: chain.count)
        let entries = containment.mainlineEntry
        let index = containment.index
        for row in 0..<index.count where entries[row] >= 0 { counts[Int(entries[row])] += 1 }
        var sides: [Int32: [CommitRow]] = [:]
        for row in 0..<index.count {
            let place = entries[row]
            guard place >= 0, counts[Int(place)] > 1, counts[Int(place)] <= mostMerged + 1,
                chain[Int(place)] != row
            else { continue }
            sides[place, default: []].append(row)
        }
        // A side that holds commits of some line's own chain joins that line.
        for (place, rows) in sides
        where rows.contains(where: { row in
            (1..<max(1, containment.laneCount))
                .contains {
                    containment.isOnLineChain(row, lane: $0)
                }
        }) {
            sides[place] = nil
        }
        return sides
    }

    private static func key(
        of row: CommitRow,
        _ containment: Containment,
        _ sides: [Int32: [CommitRow]]
    ) -> CommitRow {
        let place = containment.mainlineEntry[row]
        guard place >= 0, sides[place] != nil else { return row }
        return containment.mainlineChain[Int(place)]
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
        guard containment.isOnMainlineChain(key),
            let side = sides[containment.mainlineEntry[key]]
        else { return [key] }
        return [key] + side
    }

    /// The commits that repeat the class on lines, with their evidence.
    package func matches(of key: CommitRow) -> [BackportMatch] { matchesByKey[key] ?? [] }

    /// Commits that may repeat the class, too weak to count.
    package func suggestions(of key: CommitRow) -> [BackportMatch] { suggestionsByKey[key] ?? [] }

    /// Every commit of the class.
    package func members(of key: CommitRow) -> [CommitRow] {
        rootCommits(of: key) + matches(of: key).map(\.backport)
    }
}
