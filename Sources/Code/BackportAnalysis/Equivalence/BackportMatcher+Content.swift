import MainstayCore

// Rules that read contents: patch-ids, changed lines, path sets. They run over the commits that
// messages left over.

extension BackportMatcher {
    /// Matches `rows` by content, dates and titles, in the order of the rules; returns the rest.
    mutating func matchByContent(_ rows: [CommitRow]) -> [CommitRow] {
        guard !rows.isEmpty else { return [] }
        let samePaths = candidatesWithSamePaths(as: rows)
        let similar = SimilarTitles(self, rows: rows, known: source.similarTitles)
        source.similarTitles = similar
        var left: [CommitRow] = []
        for (number, row) in rows.enumerated() {
            progress.report("Comparing changes", done: number, total: rows.count)
            let same = samePaths[row] ?? []
            let named = matchByAuthorDate(row) ?? confirmedByContent(row, matchByTitle(row))
            let match = samePatch(row, named) ?? matchByContent(row, named, same, similar)
            if !accept(row, match) { left.append(row) }
        }
        return left
    }

    /// The match that date or title name, by its patch-id where that is equal.
    ///
    /// Then no other commit needs to be looked at.
    private func samePatch(_ row: CommitRow, _ named: BackportMatch?) -> BackportMatch? {
        guard let named, source.paths(of: row) == source.paths(of: named.upstream),
            source.lines(of: row) == source.lines(of: named.upstream),
            let id = source.patchID(of: row), id == source.patchID(of: named.upstream)
        else { return nil }
        return makeMatch(row, named.upstream, Evidence(.patchID, 995))
    }

    private func matchByContent(
        _ row: CommitRow,
        _ named: BackportMatch?,
        _ same: [CommitRow],
        _ similar: SimilarTitles
    ) -> BackportMatch? {
        let patch = matchByPatchID(row, same)
        if let patch, !isAmbiguous(patch) { return patch }
        return named ?? patch ?? matchBySimilarity(row, similar.candidates(for: row), same)
    }

    /// Mainline commits that change exactly the paths that a row changes, in time.
    private func candidatesWithSamePaths(as rows: [CommitRow]) -> [CommitRow: [CommitRow]] {
        let own = source.pathSets(of: rows)
        let candidates = request.candidates.filter { !index.isMerge($0) }
        let theirs = source.pathSets(of: candidates)
        var wanted: [UInt64: [CommitRow]] = [:]
        for (number, row) in rows.enumerated() where own[number] != 0 {
            wanted[own[number], default: []].append(row)
        }
        var same: [CommitRow: [CommitRow]] = [:]
        for (number, candidate) in candidates.enumerated() where theirs[number] != 0 {
            for row in wanted[theirs[number]] ?? [] where isInTime(row, candidate) {
                same[row, default: []].append(candidate)
            }
        }
        return same
    }

    /// How many commits of the same paths are compared at most: those nearest in time.
    private static let mostCompared = 24

    func nearest(_ rows: [CommitRow], to row: CommitRow) -> [CommitRow] {
        guard rows.count > Self.mostCompared else { return rows }
        let time = index.commitTime(row)
        return Array(
            rows.sorted { left, right in
                let first = abs(index.commitTime(left) - time)
                let second = abs(index.commitTime(right) - time)
                return first != second ? first < second : index.id(left) < index.id(right)
            }
            .prefix(Self.mostCompared)
        )
    }

    /// Equal patch-id.
    ///
    /// Equal patches change the same lines, so only those are asked for an id.
    private func matchByPatchID(_ row: CommitRow, _ same: [CommitRow]) -> BackportMatch? {
        guard !same.isEmpty, let own = source.lines(of: row), own.count > 0 else { return nil }
        let equal = nearest(same, to: row).filter { source.lines(of: $0) == own }
        guard !equal.isEmpty, let id = source.patchID(of: row) else { return nil }
        let confirmed = equal.filter { source.patchID(of: $0) == id }
        // The same upkeep is done again and again: of two equal ones neither is proven.
        guard let upstream = choose(confirmed, for: row) else { return nil }
        let titlesAgree =
            index.titleHash(row) != 0 && index.titleHash(row) == index.titleHash(upstream)
        let isProven = confirmed.count == 1 || titlesAgree
        return makeMatch(row, upstream, Evidence(.patchID, isProven ? 995 : 940))
    }

    /// Whether several commits have the patch and nothing else points to one of them.
    private func isAmbiguous(_ match: BackportMatch) -> Bool { match.permille < 995 }

    /// A match by title alone stands only if the changes have something in common.
    private func confirmedByContent(
        _ row: CommitRow,
        _ match: BackportMatch?
    ) -> BackportMatch? {
        guard let match, let own = source.paths(of: row),
            let other = source.paths(of: match.upstream)
        else { return match }
        if meet(own, other) || index.isMerge(match.upstream) { return match }
        let requests = Set(requestNumbers(row))
        if !requests.isDisjoint(with: requestNumbers(match.upstream)) { return match }
        if index.authorTime(row) == index.authorTime(match.upstream) { return match }
        if let lines = source.lines(of: row), let theirs = source.lines(of: match.upstream),
            lines.containment(in: theirs) >= 0.3
        {
            return match
        }
        let isSameAuthor = authorKey(row) == authorKey(match.upstream)
        var weaker = match
        weaker.evidence = [
            Evidence(.title, isSameAuthor ? 910 : 750, detail: "no path in common")
        ]
        return weaker
    }

    // MARK: - Similar changes

    /// One mainline commit, measured against a line's commit.
    private struct Measured {
        var row: CommitRow
        var hasRequest: Bool
        var titleLikeness: Double
        var containment: Double
        var likeness: Double
        var lines: Int
        var meets: Bool
    }

    private func matchBySimilarity(
        _ row: CommitRow,
        _ candidates: [SimilarTitles.Candidate],
        _ same: [CommitRow]
    ) -> BackportMatch? {
        guard let own = source.paths(of: row), let lines = source.lines(of: row) else { return nil }
        let measured = candidates.compactMap { measure($0, row, own, lines) }
        let best = measured.filter { $0.meets && isSupported($0) }.max { isWeaker($0, $1) }
        if let best, best.containment >= 0.8 {
            return makeMatch(row, best.row, Evidence(.similar, 930, detail: detail(best)))
        }
        if let upstream = sameLines(row, lines, same) { return upstream }
        if let best, best.containment >= 0.5 {
            let isStrong =
                best.titleLikeness >= 0.85
                || best.hasRequest && (best.likeness >= 0.4 || best.titleLikeness >= 0.6)
            return makeMatch(
                row,
                best.row,
                Evidence(.similar, isStrong ? 910 : 750, detail: detail(best))
            )
        }
        let requests = measured.filter(\.hasRequest)
        if let upstream = requests.count == 1 ? requests.first : nil {
            // The number alone, or with an equal title of which only the contents differ.
            let isStrong = upstream.meets && upstream.titleLikeness >= 0.6
            return makeMatch(
                row,
                upstream.row,
                Evidence(.similar, isStrong ? 915 : 750, detail: detail(upstream))
            )
        }
        return nil
    }

    /// Few lines prove little: they must be all of both changes.
    private func isSupported(_ measured: Measured) -> Bool {
        measured.lines >= 4 || measured.likeness >= 0.5 || measured.hasRequest
    }

    private func isWeaker(_ left: Measured, _ right: Measured) -> Bool {
        func rank(_ measured: Measured) -> (Int, Int, Double, Double) {
            (
                measured.containment >= 0.8 ? 1 : 0, measured.hasRequest ? 1 : 0,
                measured.likeness, measured.titleLikeness
            )
        }
        let (first, second) = (rank(left), rank(right))
        if first != second { return first < second }
        return index.id(left.row) > index.id(right.row)
    }

    private func detail(_ measured: Measured) -> String {
        let share = "\(Int(measured.containment * 100)) % of the lines"
        return measured.hasRequest ? "same request, \(share)" : share
    }

    private func measure(
        _ candidate: SimilarTitles.Candidate,
        _ row: CommitRow,
        _ paths: [UInt64],
        _ lines: ChangedLines
    ) -> Measured? {
        guard let other = source.paths(of: candidate.row) else { return nil }
        let theirs = source.lines(of: candidate.row) ?? ChangedLines(added: [], removed: [])
        return Measured(
            row: candidate.row,
            hasRequest: candidate.hasRequest,
            titleLikeness: candidate.likeness,
            containment: lines.containment(in: theirs),
            likeness: lines.likeness(to: theirs),
            lines: min(lines.count, theirs.count),
            meets: meet(paths, other)
        )
    }

    /// Whatever the titles: the same paths, six or more lines that few other changes of these
    /// paths have, nearly all of them equal, and no second commit like it.
    private func sameLines(
        _ row: CommitRow,
        _ lines: ChangedLines,
        _ same: [CommitRow]
    ) -> BackportMatch? {
        guard lines.count >= 6, !same.isEmpty else { return nil }
        let compared = nearest(same, to: row)
            .compactMap { candidate in
                source.lines(of: candidate).map { (candidate, $0) }
            }
        let close = compared.filter { $0.1.likeness(to: lines) >= 0.6 }
        guard close.count == 1, let (upstream, theirs) = close.first,
            theirs.containment(in: lines) >= 0.95
        else { return nil }
        var uses: [UInt64: Int] = [:]
        for (_, other) in compared {
            for line in Set(other.added).union(other.removed) { uses[line, default: 0] += 1 }
        }
        let rare = Set(lines.added).union(lines.removed).filter { (uses[$0] ?? 0) <= 2 }
        guard rare.count >= 6 else { return nil }
        return makeMatch(
            row,
            upstream,
            Evidence(.similar, 930, detail: "same paths, same \(rare.count) lines")
        )
    }
}
