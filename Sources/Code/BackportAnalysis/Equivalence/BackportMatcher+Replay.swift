import MainstayCore

// One commit that is several others, found by content alone: commits of one merge that a line has
// squashed, and a mainline commit that a line has in parts.

extension BackportMatcher {
    /// More commits than this are not put together.
    fileprivate static let mostParts = 5

    /// Matches what several commits explain only together; returns the rest.
    mutating func matchByReplay(_ rows: [CommitRow]) -> [CommitRow] {
        guard !rows.isEmpty else { return [] }
        let replay = Replay(source)
        let merged = MergedParts(self, rows: rows)
        let left = rows.filter { row in
            guard let parts = squash(row, merged.groups(for: row), replay) else { return true }
            let detail = "one of \(parts.count) that give the same files"
            let matches = parts.map { makeMatch(row, $0, Evidence(.replay, 990, detail: detail)) }
            found[row] = matches[0]
            others += matches.dropFirst()
            return false
        }
        return matchSplits(left, replay)
    }

    // MARK: - Squashes

    /// The fewest commits of one of `groups`, in order, that change what `row` changes and give
    /// its files.
    ///
    /// The balance of lines decides which choices are worth a replay.
    private func squash(
        _ row: CommitRow,
        _ groups: [[CommitRow]],
        _ replay: Replay
    ) -> [CommitRow]? {
        guard !groups.isEmpty, let goal = balance(row), let paths = source.paths(of: row) else {
            return nil
        }
        for group in groups {
            let known = group.compactMap { part in balance(part).map { (row: part, balance: $0) } }
            for count in 2...Self.mostParts {
                let choice = known[...]
                    .firstChoice(of: count) { chosen in
                        chosen.reduce(0) { $0 &+ $1.balance } == goal
                            && union(chosen.map(\.row)) == paths
                            && replay.makes(index.id(row), of: chosen.map { index.id($0.row) })
                    }
                if let choice { return choice.map(\.row) }
            }
        }
        return nil
    }

    private func balance(_ row: CommitRow) -> UInt64? { source.lines(of: row)?.balance }

    /// The paths that any of `rows` changes, ascending.
    private func union(_ rows: [CommitRow]) -> [UInt64] {
        Set(rows.flatMap { source.paths(of: $0) ?? [] }).sorted()
    }

    // MARK: - Splits

    /// Matches commits that a line has in place of one of the mainline; returns the rest.
    private mutating func matchSplits(_ rows: [CommitRow], _ replay: Replay) -> [CommitRow] {
        let runs = runs(of: rows)
        let wholes = wholes(runs.map(\.paths))
        var isPart: Set<CommitRow> = []
        for (run, paths) in runs where run.count > 1 && isPart.isDisjoint(with: run) {
            guard let whole = whole(of: run, wholes[paths] ?? [], replay) else { continue }
            isPart.formUnion(run)
            for (number, row) in run.enumerated() {
                let detail = "part \(number + 1) of \(run.count)"
                found[row] = BackportMatch(
                    backport: row,
                    upstream: whole,
                    evidence: [Evidence(.replay, 990, detail: detail)],
                    part: ChangePart(of: run[0], number: number, count: run.count)
                )
            }
        }
        for (run, paths) in runs where run.count == 1 && !isPart.contains(run[0]) {
            guard let match = matchAsPart(run[0], wholes[paths] ?? [], replay) else { continue }
            found[run[0]] = match
            isPart.insert(run[0])
        }
        return rows.filter { !isPart.contains($0) }
    }

    /// Every row, alone and with up to four rows before it, and the hash of the paths of each run.
    private func runs(of rows: [CommitRow]) -> [(rows: [CommitRow], paths: UInt64)] {
        let isLeft = Set(rows)
        var runs: [(rows: [CommitRow], paths: UInt64)] = []
        for row in rows {
            var run: [CommitRow] = []
            var next: CommitRow? = row
            while let earlier = next, run.count < Self.mostParts {
                run.insert(earlier, at: 0)
                runs.append((run, pathSetHash(union(run))))
                next = index.nearestAncestor(of: earlier, in: isLeft)
            }
        }
        return runs
    }

    /// Mainline commits, no merges, by the hash of their paths where that is one of `wanted`.
    private func wholes(_ wanted: [UInt64]) -> [UInt64: [CommitRow]] {
        let wanted = Set(wanted).subtracting([0])
        let candidates = request.candidates.filter { !index.isMerge($0) }
        var wholes: [UInt64: [CommitRow]] = [:]
        for (row, paths) in zip(candidates, source.pathSets(of: candidates))
        where wanted.contains(paths) { wholes[paths, default: []].append(row) }
        return wholes
    }

    /// The commit of `candidates` that `run` makes up, one commit after the other.
    private func whole(
        of run: [CommitRow],
        _ candidates: [CommitRow],
        _ replay: Replay
    ) -> CommitRow? {
        let last = run[run.count - 1]
        let inTime = candidates.filter { isInTime(last, $0) }
        guard !inTime.isEmpty else { return nil }
        let balances = run.compactMap(balance)
        guard balances.count == run.count else { return nil }
        let sum = balances.reduce(0, &+)
        let equal = nearest(inTime, to: last)
            .filter { row in
                source.lines(of: row).map { $0.count > 0 && $0.balance == sum } ?? false
            }
        let ids = run.map(index.id)
        return choose(equal.filter { replay.makes(index.id($0), of: ids) }, for: last)
    }

    /// The match of a commit all of whose lines, six or more, are at the same places in one commit
    /// of `candidates` alone, which changes more.
    private func matchAsPart(
        _ row: CommitRow,
        _ candidates: [CommitRow],
        _ replay: Replay
    ) -> BackportMatch? {
        let inTime = candidates.filter { isInTime(row, $0) }
        guard !inTime.isEmpty, let own = source.lines(of: row), own.count >= 6 else { return nil }
        let larger = nearest(inTime, to: row)
            .filter { candidate in
                guard let lines = source.lines(of: candidate) else { return false }
                return lines.count > own.count && lines.common(with: own) == own.count
            }
        guard let whole = only(larger), let lines = source.lines(of: whole),
            replay.holds(index.id(whole), index.id(row))
        else { return nil }
        let detail = "\(own.count) of its \(lines.count) lines"
        return BackportMatch(
            backport: row,
            upstream: whole,
            evidence: [Evidence(.replay, 930, detail: detail)],
            part: ChangePart(of: row, number: 0, count: nil)
        )
    }
}

/// For commits of lines: mainline commits, merged together, that may be what they gather.
private struct MergedParts {
    /// Of a merge of which more commits fit there are too many ways to choose.
    private static let mostFitting = 12
    /// Of a commit that changes more paths only the whole set is looked up, not every part of it.
    private static let mostPaths = 10

    private var found: [CommitRow: [[CommitRow]]] = [:]

    func groups(for row: CommitRow) -> [[CommitRow]] { found[row] ?? [] }

    /// Looks through all small merges of the mainline once.
    ///
    /// Cost: known path sets, and one tree diff for each merge of two to five commits.
    init(_ matcher: BackportMatcher, rows: [CommitRow]) {
        var byPart: [UInt64: [CommitRow]] = [:]
        var byWhole: [UInt64: [CommitRow]] = [:]
        for row in rows {
            guard let paths = matcher.source.paths(of: row), !paths.isEmpty else { continue }
            if paths.count > Self.mostPaths {
                byWhole[pathSetHash(paths), default: []].append(row)
                continue
            }
            for part in 1..<(1 << paths.count) {
                let subset = paths.indices.filter { part >> $0 & 1 == 1 }.map { paths[$0] }
                byPart[pathSetHash(subset), default: []].append(row)
            }
        }
        let sides = matcher.request.sides.all
            .map { ($0.merge, $0.rows.filter { !matcher.index.isMerge($0) }) }
            .filter { $0.1.count > 1 }
        findParts(sides.map(\.1), byPart, matcher)
        if !byWhole.isEmpty { findWholes(sides, byWhole, matcher) }
    }

    /// Adds the commits of each merge that change none but some paths of a row.
    private mutating func findParts(
        _ sides: [[CommitRow]],
        _ rows: [UInt64: [CommitRow]],
        _ matcher: BackportMatcher
    ) {
        for side in sides {
            var fitting: [CommitRow: [CommitRow]] = [:]
            for (commit, paths) in zip(side, matcher.source.pathSets(of: side)) {
                for row in rows[paths] ?? [] where matcher.isInTime(row, commit) {
                    fitting[row, default: []].append(commit)
                }
            }
            for (row, parts) in fitting where (2...Self.mostFitting).contains(parts.count) {
                found[row, default: []].append(parts)
            }
        }
    }

    /// Adds all commits of each merge that changes, as a whole, the paths of a row.
    private mutating func findWholes(
        _ sides: [(merge: CommitRow, rows: [CommitRow])],
        _ rows: [UInt64: [CommitRow]],
        _ matcher: BackportMatcher
    ) {
        let small = sides.filter { $0.rows.count <= BackportMatcher.mostParts }
        for (side, paths) in zip(small, matcher.source.pathSets(of: small.map(\.merge))) {
            for row in rows[paths] ?? [] where matcher.isInTime(row, side.merge) {
                found[row, default: []].append(side.rows)
            }
        }
    }
}

extension CommitIndex {
    /// The nearest commit before `row` that is one of `rows`: on the chain of first parents, or
    /// merged into it; at most 16 commits back.
    fileprivate func nearestAncestor(of row: CommitRow, in rows: Set<CommitRow>) -> CommitRow? {
        var current = row
        for _ in 0..<16 {
            var merged: CommitRow?
            let first = firstParent(of: current)
            forEachParent(of: current) { parent in
                if parent != first, merged == nil, rows.contains(parent) { merged = parent }
            }
            if let merged, current != row { return merged }
            guard let first else { return nil }
            if rows.contains(first) { return first }
            current = first
        }
        return nil
    }
}

extension ArraySlice {
    /// The first choice of `count` elements, in their order, that passes `test`.
    fileprivate func firstChoice(
        of count: Int,
        after chosen: [Element] = [],
        where test: ([Element]) -> Bool
    ) -> [Element]? {
        if chosen.count == count { return test(chosen) ? chosen : nil }
        for place in indices {
            let next = self[(place + 1)...]
            if let choice = next.firstChoice(of: count, after: chosen + [self[place]], where: test)
            {
                return choice
            }
        }
        return nil
    }
}
