import MainstayCore

// Commits of lines compared with each other: what one has found serves the others, and fixes born
// on the lines find their oldest commit.

extension BackportMatcher {
    /// Gives `rows` the upstream of another line's commit that is the same change; returns the
    /// rest.
    mutating func inherit(_ rows: [CommitRow]) -> [CommitRow] {
        var byKey: [UInt64: [BackportMatch]] = [:]
        for match in found.values where match.permille >= MatchWeight.equivalent {
            for key in lineKeys(match.backport) { byKey[key, default: []].append(match) }
        }
        return rows.filter { row in
            if let match = inherited(row, byKey) {
                found[row] = match
                return false
            }
            return true
        }
    }

    /// Matches commits that gather several others and name them without ids: by titles in a list,
    /// or by several Change-Ids.
    ///
    /// Returns the rows that are no such squash.
    mutating func matchByParts(_ rows: [CommitRow]) -> [CommitRow] {
        rows.filter { row in
            var roots: [CommitRow] = []
            func add(_ candidates: [CommitRow]?) {
                guard let root = only((candidates ?? []).filter { isInTime(row, $0) }),
                    !roots.contains(root), haveCommonPath(row, root)
                else { return }
                roots.append(root)
            }
            for part in parts(row) { add(byTitle[part]) }
            for case .changeID(let change) in index.records(row) { add(byChange[change]) }
            guard roots.count > 1 else { return true }
            let detail = "one of \(roots.count) that the message lists"
            let evidence = Evidence(.title, 950, detail: detail)
            for root in roots.dropFirst() {
                others.append(BackportMatch(backport: row, upstream: root, evidence: [evidence]))
            }
            found[row] = BackportMatch(backport: row, upstream: roots[0], evidence: [evidence])
            return false
        }
    }

    /// What equal changes on two lines have in common: author, time and title; Change-Id; a title
    /// that is not generic.
    private func lineKeys(_ row: CommitRow) -> [UInt64] {
        var keys: [UInt64] = []
        let title = index.titleHash(row)
        if title != 0 {
            keys.append(mix(authorDateKey(row) ^ mix(title)))
            if !isGeneric(row) { keys.append(mix(title &+ 3)) }
        }
        if index.flags(row).contains(.hasChangeID), let change = changeID(row) {
            keys.append(mix(change.high ^ mix(change.middle)))
        }
        return keys
    }

    private func inherited(
        _ row: CommitRow,
        _ byKey: [UInt64: [BackportMatch]]
    ) -> BackportMatch? {
        if let other = pickedFromLine[row], let match = found[other],
            match.permille >= MatchWeight.equivalent
        {
            let evidence = Evidence(.trailer, min(match.permille, 990), detail: via(other))
            return copy(match, row, evidence)
        }
        for key in lineKeys(row) {
            guard let matches = byKey[key] else { continue }
            let upstreams = Set(matches.map(\.upstream))
            guard upstreams.count == 1,
                let model = matches.min(by: { index.id($0.backport) < index.id($1.backport) }),
                isInTime(row, model.upstream), haveCommonPath(row, model.backport)
            else { continue }
            let kind = model.evidence.first?.kind ?? .similar
            let isTitleOnly = authorDateKey(row) != authorDateKey(model.backport)
            let weight = min(model.permille, isTitleOnly ? 930 : 970)
            let evidence = Evidence(kind, weight, detail: via(model.backport))
            return copy(model, row, evidence)
        }
        return nil
    }

    /// The match of `row`, the same change as the commit that `model` matches.
    private func copy(
        _ model: BackportMatch,
        _ row: CommitRow,
        _ evidence: Evidence
    ) -> BackportMatch {
        var match = makeMatch(
            row,
            model.upstream,
            evidence,
            isOnMainline: model.isOnMainline
        )
        match.part = model.part
        return match
    }

    private func via(_ row: CommitRow) -> String { "as \(index.id(row).short)" }

    private func haveCommonPath(_ left: CommitRow, _ right: CommitRow) -> Bool {
        guard let own = source.paths(of: left), let other = source.paths(of: right) else {
            return false
        }
        return meet(own, other)
    }

    /// Matches what is left among the lines: the oldest commit of each change is its root.
    mutating func matchAmongLines(_ rows: [CommitRow]) {
        let ordered = rows.sorted { left, right in
            let first = (index.authorTime(left), index.commitTime(left), index.id(left))
            let second = (index.authorTime(right), index.commitTime(right), index.id(right))
            return first < second
        }
        var roots: [UInt64: CommitRow] = [:]
        var rootOf: [CommitRow: CommitRow] = [:]
        for row in ordered {
            let keys = bornKeys(row)
            let picked = pickedFromLine[row].map { rootOf[$0] ?? $0 }
            let known = keys.first { roots[$0.key] != nil }
            let root = picked ?? known.flatMap { roots[$0.key] } ?? row
            rootOf[row] = root
            for pair in keys where roots[pair.key] == nil { roots[pair.key] = root }
            guard root != row, found[root] == nil else { continue }
            let evidence = picked != nil ? Evidence(.trailer, 1000) : known?.evidence
            if let evidence {
                found[row] = makeMatch(row, root, evidence, isOnMainline: false)
            }
        }
    }

    private func bornKeys(_ row: CommitRow) -> [(key: UInt64, evidence: Evidence)] {
        var keys: [(key: UInt64, evidence: Evidence)] = []
        let title = index.titleHash(row)
        if title != 0 {
            keys.append((mix(authorDateKey(row) ^ mix(title)), Evidence(.authorDateTitle, 999)))
        }
        if index.flags(row).contains(.hasChangeID), let change = changeID(row) {
            keys.append((mix(change.high ^ mix(change.middle)), Evidence(.changeID, 990)))
        }
        if title != 0, !isGeneric(row) {
            keys.append((mix(title ^ mix(authorKey(row) &+ 5)), Evidence(.title, 940)))
        }
        return keys
    }
}
