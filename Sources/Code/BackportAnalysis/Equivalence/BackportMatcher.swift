package import MainstayCore

/// What is to be matched.
package struct MatchRequest: Sendable {
    /// All commits.
    package var index: CommitIndex
    /// Which mainline commits came by one merge.
    package var sides: MergedSides
    /// Commits of lines that are not the mainline's, without merges.
    package var lineCommits: [CommitRow]
    /// Commits of the mainline, merges included: what a line's commit may repeat.
    package var candidates: [CommitRow]
    /// Key of each author number: equal for the names and addresses of one person.
    package var authorKeys: [UInt32]
    /// Whether conventions that name an origin are ignored.
    package var withoutTrailers: Bool
    /// Whether rules that read contents are left out.
    package var isQuick: Bool

    /// Creates a request.
    package init(
        containment: Containment,
        lineCommits: [CommitRow],
        candidates: [CommitRow],
        authorKeys: [UInt32],
        withoutTrailers: Bool = false,
        isQuick: Bool = false
    ) {
        index = containment.index
        sides = MergedSides(containment)
        self.lineCommits = lineCommits
        self.candidates = candidates
        self.authorKeys = authorKeys
        self.withoutTrailers = withoutTrailers
        self.isQuick = isQuick
    }
}

/// Finds for each commit of a line the mainline commit that it repeats.
///
/// Every commit takes the first rule that gives a candidate, in the order of ``EvidenceKind``. The
/// result depends on the commits alone, not on the order of rows.
package struct BackportMatcher {
    let request: MatchRequest
    let index: CommitIndex
    let source: any ChangeSource
    let progress: any ProgressSink
    /// Mainline commits by what a line's commit has in common with them; only keys that some
    /// commit of a line has.
    var byTitle: [UInt64: [CommitRow]] = [:]
    var byAuthorDate: [UInt64: [CommitRow]] = [:]
    var byChange: [CommitID: [CommitRow]] = [:]
    var isCandidate: [Bool]
    /// The match of each row of `request.lineCommits` that has one, by row.
    var found: [CommitRow: BackportMatch] = [:]
    /// Matches beyond the first: parts of a squash, origins that something else contradicts.
    var others: [BackportMatch] = []
    /// Commits whose origin is another line's commit: row of that commit.
    var pickedFromLine: [CommitRow: CommitRow] = [:]

    /// Prepares the match of `request`, reading contents through `source`.
    package init(
        _ request: MatchRequest,
        source: any ChangeSource,
        progress: any ProgressSink
    ) {
        self.request = request
        index = request.index
        self.source = source
        self.progress = progress
        isCandidate = Array(repeating: false, count: request.index.count)
        for row in request.candidates { isCandidate[row] = true }
        gatherCandidates()
    }

    /// Matches every commit of the lines, and finds the reverts of the whole history.
    package mutating func match() -> MatchSet {
        var left: [CommitRow] = []
        for row in request.lineCommits {
            if let match = matchByNamedOrigin(row) ?? matchByStrongKeys(row) {
                found[row] = match
            } else {
                left.append(row)
            }
        }
        if request.isQuick {
            left = left.filter { !accept($0, matchByAuthorDate($0) ?? matchByTitle($0)) }
        } else {
            left = matchByContent(left)
        }
        left = matchByParts(left)
        if !request.isQuick { left = matchByReplay(left) }
        left = inherit(left)
        matchAmongLines(left)
        let notCompared = request.isQuick ? left.count : 0
        return MatchSet(
            matches: sorted(Array(found.values) + others),
            reverts: Revert.all(in: index),
            notCompared: notCompared
        )
    }

    mutating func accept(_ row: CommitRow, _ match: BackportMatch?) -> Bool {
        guard let match else { return false }
        found[row] = match
        return match.permille >= MatchWeight.equivalent
    }

    private func sorted(_ matches: [BackportMatch]) -> [BackportMatch] {
        matches.sorted { left, right in
            if left.backport != right.backport {
                return index.id(left.backport) < index.id(right.backport)
            }
            if left.permille != right.permille { return left.permille > right.permille }
            return index.id(left.upstream) < index.id(right.upstream)
        }
    }

    // MARK: - Keys

    func authorKey(_ row: CommitRow) -> UInt64 {
        UInt64(request.authorKeys[Int(index.authors[row])])
    }

    func authorDateKey(_ row: CommitRow) -> UInt64 {
        mix(authorKey(row) ^ mix(UInt64(bitPattern: index.authorTime(row))))
    }

    /// Whether the title is one that many commits could have.
    func isGeneric(_ row: CommitRow) -> Bool { index.flags(row).contains(.genericTitle) }

    /// Looks through the mainline once and keeps what shares a key with a line's commit.
    private mutating func gatherCandidates() {
        var wantedTitles = KeySet(capacity: request.lineCommits.count)
        var wantedDates = KeySet(capacity: request.lineCommits.count)
        var wantedChanges: Set<CommitID> = []
        for row in request.lineCommits {
            if index.titleHash(row) != 0 { wantedTitles.insert(index.titleHash(row)) }
            wantedDates.insert(authorDateKey(row))
            for part in parts(row) { wantedTitles.insert(part) }
            if index.flags(row).contains(.hasChangeID), let change = changeID(row) {
                wantedChanges.insert(change)
            }
        }
        for row in request.candidates {
            let date = authorDateKey(row)
            if wantedDates.contains(date) { byAuthorDate[date, default: []].append(row) }
            if index.flags(row).contains(.hasChangeID), !index.isMerge(row),
                !wantedChanges.isEmpty, let change = changeID(row), wantedChanges.contains(change)
            {
                byChange[change, default: []].append(row)
            }
            let title = index.titleHash(row)
            if title != 0, wantedTitles.contains(title) { byTitle[title, default: []].append(row) }
        }
    }

    /// Hashed titles of the commits that the message says it gathers.
    func parts(_ row: CommitRow) -> [UInt64] {
        index.records(row)
            .compactMap { record in
                if case .part(let title) = record { title } else { nil }
            }
    }

    func changeID(_ row: CommitRow) -> CommitID? {
        var last: CommitID?
        for case .changeID(let id) in index.records(row) { last = id }
        return last
    }

    // MARK: - Choosing

    /// The best of several equal candidates: equal path set, then nearest in time, then smaller id.
    func choose(_ rows: [CommitRow], for row: CommitRow) -> CommitRow? {
        guard rows.count > 1 else { return rows.first }
        let own = source.paths(of: row)
        func rank(_ candidate: CommitRow) -> (Int, Int64, CommitID) {
            let isEqual = own != nil && source.paths(of: candidate) == own
            let distance = abs(index.commitTime(candidate) - index.commitTime(row))
            return (isEqual ? 0 : 1, distance, index.id(candidate))
        }
        return rows.map { ($0, rank($0)) }.min { $0.1 < $1.1 }?.0
    }

    /// The match of `row` to `upstream`, with every cheap kind of evidence that agrees added.
    func makeMatch(
        _ row: CommitRow,
        _ upstream: CommitRow,
        _ first: Evidence,
        isOnMainline: Bool = true
    ) -> BackportMatch {
        var evidence = [first]
        func add(_ kind: EvidenceKind, _ permille: Int) {
            guard kind != first.kind else { return }
            evidence.append(Evidence(kind, min(permille, first.permille)))
        }
        if first.permille >= MatchWeight.equivalent {
            let sameTitle =
                index.titleHash(row) != 0 && index.titleHash(row) == index.titleHash(upstream)
            let sameAuthor = authorDateKey(row) == authorDateKey(upstream)
            if sameTitle, sameAuthor {
                add(.authorDateTitle, 999)
            } else if sameAuthor {
                add(.authorDate, 970)
            } else if sameTitle {
                add(.title, 960)
            }
            if index.flags(row).contains(.hasChangeID), let change = changeID(row),
                change == changeID(upstream)
            {
                add(.changeID, sameTitle ? 990 : 950)
            }
        }
        evidence.sort { $0.permille > $1.permille }
        return BackportMatch(
            backport: row,
            upstream: upstream,
            evidence: evidence,
            isOnMainline: isOnMainline
        )
    }
}

/// A set of 64-bit keys that is quick to ask.
struct KeySet {
    private var slots: [UInt64]
    private var hasZero = false

    init(capacity: Int) {
        var size = 16
        while size < capacity * 4 { size *= 2 }
        slots = Array(repeating: 0, count: size)
    }

    mutating func insert(_ key: UInt64) {
        if key == 0 { hasZero = true }
        var slot = Int(truncatingIfNeeded: key ^ key >> 32) & (slots.count - 1)
        while slots[slot] != 0, slots[slot] != key { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = key
    }

    func contains(_ key: UInt64) -> Bool {
        if key == 0 { return hasZero }
        var slot = Int(truncatingIfNeeded: key ^ key >> 32) & (slots.count - 1)
        while slots[slot] != 0 {
            if slots[slot] == key { return true }
            slot = (slot + 1) & (slots.count - 1)
        }
        return false
    }
}
