import MainstayCore

// Rules that read messages, dates and, to decide between few candidates, paths.

extension BackportMatcher {
    private static let day: Int64 = 86_400
    private static let longestDelay: Int64 = 3 * 365 * day
    private static let longestSupport: Int64 = 15 * 365 * day
    private static let longestLead: Int64 = 45 * day

    /// Author, author time and title, then Change-Id.
    mutating func matchByStrongKeys(_ row: CommitRow) -> BackportMatch? {
        let same = (byAuthorDate[authorDateKey(row)] ?? []).filter { haveSameTitle(row, $0) }
        guard let upstream = choose(same, for: row) else { return matchByChangeID(row) }
        let evidence = Evidence(.authorDateTitle, 999)
        // The mainline may hold one change twice: a branch that was rebased and merged both ways.
        for twin in same.prefix(4) where twin != upstream {
            others.append(BackportMatch(backport: row, upstream: twin, evidence: [evidence]))
        }
        return makeMatch(row, upstream, evidence)
    }

    /// Whether the titles say the same, or are the same bytes where they are too short to count.
    func haveSameTitle(_ row: CommitRow, _ other: CommitRow) -> Bool {
        let title = index.titleHash(row)
        return title != 0 && title == index.titleHash(other)
            || index.subjectKey(row) == index.subjectKey(other)
                && index.flags(row).contains(.quotedRevert)
                    == index.flags(other).contains(.quotedRevert)
    }

    /// Equal Change-Id: the newest such commit, one of the same title first.
    private func matchByChangeID(_ row: CommitRow) -> BackportMatch? {
        guard index.flags(row).contains(.hasChangeID), let change = changeID(row),
            let rows = byChange[change]
        else { return nil }
        let title = index.titleHash(row)
        let same = title == 0 ? [] : rows.filter { index.titleHash($0) == title }
        let newest = (same.isEmpty ? rows : same)
            .max {
                (index.commitTime($0), index.id($0)) < (index.commitTime($1), index.id($1))
            }
        guard let newest else { return nil }
        return makeMatch(row, newest, Evidence(.changeID, same.isEmpty ? 950 : 990))
    }

    /// Author and author time: one candidate only, with a path in common, and nobody else has the
    /// title.
    func matchByAuthorDate(_ row: CommitRow) -> BackportMatch? {
        let sameDate = (byAuthorDate[authorDateKey(row)] ?? []).filter { !index.isMerge($0) }
        guard sameDate.count == 1, let upstream = sameDate.first else { return nil }
        let title = index.titleHash(row)
        let sameTitle = title == 0 ? [] : (byTitle[title] ?? []).filter { $0 != upstream }
        guard sameTitle.isEmpty, let own = source.paths(of: row),
            let other = source.paths(of: upstream), meet(own, other)
        else { return nil }
        return makeMatch(row, upstream, Evidence(.authorDate, 970))
    }

    /// A title that one mainline commit has; or one of several that something else points out.
    func matchByTitle(_ row: CommitRow) -> BackportMatch? {
        let title = index.titleHash(row)
        guard title != 0, let all = byTitle[title] else { return nil }
        if let match = matchByTitleAndRequest(row, all) { return match }
        let rows = all.filter { isInTime(row, $0) }
        guard !rows.isEmpty else { return matchByOldTitle(row, all) }
        let time = index.authorTime(row)
        if let upstream = only(rows.filter { index.authorTime($0) == time }) {
            return makeMatch(row, upstream, Evidence(.title, 965, detail: "same author date"))
        }
        let isGeneric = self.isGeneric(row) || all.count > 2
        if rows.count == 1, all.count == 1, !isGeneric {
            return makeMatch(row, rows[0], Evidence(.title, 960))
        }
        return matchByTitleAndMore(row, rows)
    }

    /// Of several commits with the title the one with the same paths, ticket or author.
    private func matchByTitleAndMore(_ row: CommitRow, _ rows: [CommitRow]) -> BackportMatch? {
        let isGeneric = self.isGeneric(row)
        if !isGeneric, let own = source.paths(of: row), !own.isEmpty,
            let upstream = only(rows.filter { source.paths(of: $0) == own })
        {
            return makeMatch(row, upstream, Evidence(.title, 955, detail: "same paths"))
        }
        let tickets = ticketSet(row)
        if !tickets.isEmpty,
            let upstream = only(rows.filter { !ticketSet($0).isDisjoint(with: tickets) })
        {
            return makeMatch(row, upstream, Evidence(.title, 950, detail: "same ticket"))
        }
        let author = authorKey(row)
        if !isGeneric, let upstream = only(rows.filter { authorKey($0) == author }) {
            return makeMatch(row, upstream, Evidence(.title, 940, detail: "same author"))
        }
        return nil
    }

    /// The title and a request number: proof enough even for a title that many commits have, and
    /// after any time that a line is kept up.
    private func matchByTitleAndRequest(
        _ row: CommitRow,
        _ all: [CommitRow]
    ) -> BackportMatch? {
        let requests = Set(requestNumbers(row))
        guard !requests.isEmpty else { return nil }
        let rows = all.filter {
            isInTime(row, $0, longestDelay: Self.longestSupport)
                && !requests.isDisjoint(with: requestNumbers($0))
        }
        guard let upstream = only(rows) else { return nil }
        return makeMatch(row, upstream, Evidence(.title, 970, detail: "same request"))
    }

    /// A title that exactly one mainline commit has, older than three years: the changes must be
    /// much the same, which quick evidence cannot tell.
    private func matchByOldTitle(_ row: CommitRow, _ all: [CommitRow]) -> BackportMatch? {
        guard let upstream = only(all), !isGeneric(row), !request.isQuick,
            isInTime(row, upstream, longestDelay: Self.longestSupport),
            let own = source.lines(of: row), let other = source.lines(of: upstream),
            own.containment(in: other) >= 0.5
        else { return nil }
        return makeMatch(row, upstream, Evidence(.title, 940, detail: "same lines"))
    }

    /// Request numbers in the title and, for merges and requests named in the message, there.
    func requestNumbers(_ row: CommitRow) -> [UInt32] {
        var numbers = TitleText.requests(index.storedSubject(row))
        for case .request(let number) in index.records(row) { numbers.append(number) }
        return numbers
    }

    func only(_ rows: [CommitRow]) -> CommitRow? { rows.count == 1 ? rows[0] : nil }

    /// Whether `upstream` could be the origin of `row` by its date: at most three years older, at
    /// most 45 days newer (fixes under embargo reach the lines first).
    func isInTime(
        _ row: CommitRow,
        _ upstream: CommitRow,
        longestDelay: Int64 = Self.longestDelay
    ) -> Bool {
        let delay = index.commitTime(row) - index.commitTime(upstream)
        return delay <= longestDelay && delay >= -Self.longestLead
    }

    /// When upstreams of a commit of a time can have been committed.
    static func timesOfUpstreams(at time: Int64, isSupported: Bool) -> ClosedRange<Int64> {
        (time - (isSupported ? longestSupport : longestDelay))...(time + longestLead)
    }

    /// The same for commits that name the same request: as long as any line is kept up.
    func isInSupport(_ row: CommitRow, _ upstream: CommitRow) -> Bool {
        isInTime(row, upstream, longestDelay: Self.longestSupport)
    }

    func ticketSet(_ row: CommitRow) -> Set<UInt64> {
        var tickets: Set<UInt64> = []
        for case .ticket(let ticket) in index.records(row) { tickets.insert(ticket) }
        return tickets
    }
}

// MARK: - Origins named in the message

extension BackportMatcher {
    /// The commits that the message names as origins, followed to the mainline.
    mutating func matchByNamedOrigin(_ row: CommitRow) -> BackportMatch? {
        guard !request.withoutTrailers, index.flags(row).contains(.namesOrigin) else { return nil }
        var roots: [CommitRow] = []
        var lineCommit: CommitRow?
        for case .origin(let prefix) in index.records(row) {
            switch follow(prefix, from: row, steps: 5) {
            case .mainline(let root): if !roots.contains(root) { roots.append(root) }
            case .line(let other): lineCommit = lineCommit ?? other
            case .nowhere: break
            }
        }
        guard let first = roots.first else {
            if let lineCommit, lineCommit != row { pickedFromLine[row] = lineCommit }
            return nil
        }
        let agreeing = roots.filter { agrees(row, $0) }
        if roots.count > 1 { return squash(row, roots, agrees: !agreeing.isEmpty) }
        if !agreeing.isEmpty { return makeMatch(row, first, Evidence(.trailer, 1000)) }
        // A revert quotes the message of what it takes back.
        if index.flags(row).contains(.reverts), !index.flags(first).contains(.reverts) {
            return nil
        }
        let rival = matchByStrongKeys(row) ?? matchByAuthorDate(row) ?? matchByTitle(row)
        guard let rival, rival.upstream != first else {
            return makeMatch(row, first, Evidence(.trailer, 920, detail: "nothing else agrees"))
        }
        others.append(
            BackportMatch(
                backport: row,
                upstream: first,
                evidence: [Evidence(.trailer, 700, detail: "title and date name another commit")]
            )
        )
        return rival
    }

    private enum Origin {
        case mainline(CommitRow)
        case line(CommitRow)
        case nowhere
    }

    /// Follows an id to the mainline over commits of other lines and outside the index.
    private func follow(_ prefix: CommitPrefix, from row: CommitRow, steps: Int) -> Origin {
        let records: [CommitRecord]
        var lineCommit: CommitRow?
        if let other = index.uniqueRow(prefix) {
            if isCandidate[other] { return .mainline(other) }
            lineCommit = other
            records = index.records(other)
        } else if prefix.digits == 40 {
            records = source.records(ofCommitOutside: prefix.padded) ?? []
        } else {
            return .nowhere
        }
        if steps > 1, lineCommit != row {
            for case .origin(let next) in records {
                let origin = follow(next, from: row, steps: steps - 1)
                if case .nowhere = origin { break }
                return origin
            }
        }
        return lineCommit.map { .line($0) } ?? .nowhere
    }

    /// Whether title, author date or content say the same as the origin line.
    private func agrees(_ row: CommitRow, _ upstream: CommitRow) -> Bool {
        if index.titleHash(row) != 0, index.titleHash(row) == index.titleHash(upstream) {
            return true
        }
        if index.authorTime(row) == index.authorTime(upstream) { return true }
        if request.isQuick { return false }
        guard let own = source.paths(of: row), own == source.paths(of: upstream),
            let id = source.patchID(of: row)
        else { return false }
        return id == source.patchID(of: upstream)
    }

    /// One commit that gathers several: it belongs to each of their classes.
    private mutating func squash(
        _ row: CommitRow,
        _ roots: [CommitRow],
        agrees: Bool
    ) -> BackportMatch? {
        let evidence = Evidence(.trailer, agrees ? 950 : 920, detail: "one of \(roots.count)")
        for root in roots.dropFirst() {
            others.append(BackportMatch(backport: row, upstream: root, evidence: [evidence]))
        }
        return BackportMatch(backport: row, upstream: roots[0], evidence: [evidence])
    }
}
