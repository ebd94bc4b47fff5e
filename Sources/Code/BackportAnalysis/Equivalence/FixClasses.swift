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
    /// The class that each commit of a line holds a part of.
    private let wholeOfPart: [CommitRow: CommitRow]
    private let sides: MergedSides

    /// Groups `matches` over the history that `containment` describes.
    package init(_ matches: [BackportMatch], containment: Containment) {
        self.containment = containment
        index = containment.index
        sides = MergedSides(containment)
        var strong: [CommitRow: [BackportMatch]] = [:]
        var weak: [CommitRow: [BackportMatch]] = [:]
        var keys: [CommitRow: CommitRow] = [:]
        var wholes: [CommitRow: CommitRow] = [:]
        for match in matches {
            let key = Self.key(of: match.upstream, containment, sides)
            if match.permille >= MatchWeight.equivalent {
                strong[key, default: []].append(match)
                if match.part != nil {
                    wholes[match.backport] = key
                } else if keys[match.backport] == nil {
                    keys[match.backport] = key
                }
            } else if match.permille >= MatchWeight.suggestion {
                weak[key, default: []].append(match)
            }
        }
        matchesByKey = strong
        suggestionsByKey = weak
        keyOfBackport = keys
        wholeOfPart = wholes
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

    /// The same, or the class that `row` holds a part of.
    package func wholeKey(of row: CommitRow) -> CommitRow { wholeOfPart[row] ?? key(of: row) }

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

    /// The commits that repeat the class on lines, or a part of it, with their evidence.
    package func matches(of key: CommitRow) -> [BackportMatch] { matchesByKey[key] ?? [] }

    /// Commits that may repeat the class, too weak to count.
    package func suggestions(of key: CommitRow) -> [BackportMatch] { suggestionsByKey[key] ?? [] }

    /// The ways in which lines hold the class as several commits, by the first of each.
    package func splits(of key: CommitRow) -> [ChangeSplit] {
        var parts: [CommitRow: [(part: ChangePart, row: CommitRow)]] = [:]
        for match in matches(of: key) {
            guard let part = match.part else { continue }
            parts[part.split, default: []].append((part, match.backport))
        }
        return parts.keys.sorted().compactMap { parts[$0].map(ChangeSplit.init) }
    }

    /// The commits that apply the class, not those that hold a part of it: where a merge brings in one commit, that one stands for
    /// both.
    package func members(of key: CommitRow) -> [CommitRow] {
        let root = root(of: key)
        let own = root == key ? rootCommits(of: key) : [root]
        return own + matches(of: key).filter { $0.part == nil }.map(\.backport)
    }
}

/// A change that lines hold as several commits.
package struct ChangeSplit {
    /// The commits of each part; none for a part that no line is known to hold.
    package let parts: [[CommitRow]]
    /// Whether it is known how many parts there are; else the last of `parts` is what is missing.
    package let isCounted: Bool

    fileprivate init(_ found: [(part: ChangePart, row: CommitRow)]) {
        let count = found.first?.part.count
        isCounted = count != nil
        parts = (0..<(count ?? 2))
            .map { number in
                found.filter { $0.part.number == number }.map(\.row)
            }
    }
}
