import BackportAnalysis
import GitAccess
import MainstayCore

/// What is asked of every line: is this fix there, and was it ever needed.
struct FixQuestion {
    /// All are needed, one alternative each; none at all: no fix is known.
    var steps: [[CommitRow]]
    /// The commits that brought the defect in; any one exposes a line.
    var introducers: [CommitRow] = []
    /// Whether it is there since the beginning.
    var sinceBeginning = false
}

/// Judges fixes on all lines: composes classes, reverts, containment and the rules of status.
final class FixTable {
    let history: RepositoryHistory
    let classes: FixClasses
    let notCompared: Int
    private let index: CommitIndex
    private let containment: Containment
    private let reverts: RevertMap
    let evaluator: StatusEvaluator
    private let targets: [LineTarget]
    private let releaseRanks: [[Int]]
    private let plain: PlainVerdicts
    private let revertedKeys: Set<CommitRow>
    private var reader: ChangeReader?
    private var extents: [RevertedPair: RevertExtent]
    private let made: MatchSet
    /// Made when a fix is asked for that nothing matches, in a partial clone.
    private var absent: AbsentContent?
    private lazy var knownRoots = Set(classes.keys.map(classes.root(of:)))
    /// Reverts of which it cannot be told whether they take back all.
    private var doubtfulReverts: Set<CommitRow> = []

    /// Matches the history's commits, or takes the matches that are kept.
    ///
    /// People's words on pairs of commits overrule what was matched.
    init(_ history: RepositoryHistory, rulings: [HumanMatch] = []) throws {
        self.history = history
        let index = history.index
        let containment = history.containment
        let made = try history.matches().overruled(by: rulings)
        notCompared = made.notCompared
        extents = made.extents
        let classes = FixClasses(made.matches, containment: containment)
        self.classes = classes
        self.index = index
        self.containment = containment
        reverts = RevertMap(made.reverts, classes: classes, index: index)
        revertedKeys = reverts.revertedKeys
        let tips = history.lines.all.map(\.tip)
        let ranks = (0..<tips.count).map { Self.releases(in: $0, containment) }
        releaseRanks = ranks
        plain = PlainVerdicts(containment, releases: ranks)
        targets = tips.indices.map { lane in
            LineTarget(
                tip: tips[lane],
                releases: ranks[lane].map { history.lines.releases[$0].row },
                newestRelease: ranks[lane].last.map { history.lines.releases[$0].row }
            )
        }
        evaluator = Self.makeEvaluator(history, tips: tips)
        self.made = made
    }

    /// The releases of the lane, each behind those that it contains.
    private static func releases(in lane: Int, _ containment: Containment) -> [Int] {
        containment.releases(in: lane)
            .map { rank in
                (rank, containment.ancestorCount(containment.lines.releases[rank].row))
            }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }

    private static func makeEvaluator(
        _ history: RepositoryHistory,
        tips: [CommitRow]
    ) -> StatusEvaluator {
        let containment = history.containment
        let ancestry = Ancestry(history.index)
        let content = ContentTest(history)
        var laneOfTip: [CommitRow: Int] = [:]
        for (lane, tip) in tips.enumerated() where laneOfTip[tip] == nil { laneOfTip[tip] = lane }
        var rankOfRow: [CommitRow: Int] = [:]
        for (rank, release) in history.lines.releases.enumerated() {
            rankOfRow[release.row] = rankOfRow[release.row] ?? rank
        }
        return StatusEvaluator(
            ancestry: ancestry,
            contains: { row, tip in
                if let lane = laneOfTip[tip] { return containment.contains(row, lane: lane) }
                if let rank = rankOfRow[tip] { return containment.contains(row, release: rank) }
                return ancestry.isAncestor(row, tip)
            },
            gap: { tip in
                switch containment.reachesGap(tip) {
                case .shallow: StatusEvaluator.words(forGap: CommitIndexImage.ParentMark.cut)
                case .absentObject:
                    StatusEvaluator.words(forGap: CommitIndexImage.ParentMark.absent)
                case nil: nil
                }
            },
            content: { events, tip in content.finding(events, at: tip) }
        )
    }

    // MARK: - Events

    /// Everything that happened to the class that `row` belongs to.
    func events(of row: CommitRow) -> [FixEvent] { events(ofClass: classes.key(of: row)) }

    private func events(ofClass key: CommitRow) -> [FixEvent] {
        guard revertedKeys.contains(key) else {
            return classes.members(of: key).map { .apply($0) }
        }
        return reverts.events(of: key) { revert, fix in isPartial(revert, fix) }
    }

    /// What must be there for a fix made of `steps`, each with alternatives.
    ///
    /// A commit that lines hold in parts counts as those parts where `isHeld` accepts one of them.
    func fixSet(_ steps: [[CommitRow]], isHeld: (CommitRow) -> Bool) -> FixSet {
        FixSet(
            steps: steps.flatMap { alternatives in
                alternatives.reduce([[]]) { known, row in
                    let needed = needed(row, isHeld: isHeld)
                    return known.flatMap { step in needed.map { step + [$0] } }
                }
                .map(FixStep.init(alternatives:))
            }
        )
    }

    /// The events of the class of `row`, or those of the class and of each part beside them.
    ///
    /// With several ways to split it, one of them must be there in full: what is needed is every
    /// choice of one part from each.
    private func needed(_ row: CommitRow, isHeld: (CommitRow) -> Bool) -> [[FixEvent]] {
        let key = classes.wholeKey(of: row)
        let held = classes.splits(of: key).filter { $0.parts.joined().contains(where: isHeld) }
        // The choices multiply: of more than three ways on one line those that are there in full.
        let whole = held.filter { $0.parts.allSatisfy { $0.contains(where: isHeld) } }
        return (held.count > 3 && !whole.isEmpty ? whole : held).prefix(3)
            .reduce([events(ofClass: key)]) { known, split in
                known.flatMap { events in
                    split.parts.map { part in events + part.flatMap { self.events(of: $0) } }
                }
            }
    }

    /// The verdict with words for the parts, where the line holds some parts of one commit.
    private func worded(_ verdict: LineVerdict, _ steps: [[CommitRow]]) -> LineVerdict {
        guard verdict.status == .partial, steps.joined().count == 1, let row = steps.first?.first
        else { return verdict }
        let held = Set(verdict.commits)
        let splits = classes.splits(of: classes.wholeKey(of: row))
            .filter { !held.isDisjoint(with: $0.parts.joined()) }
        guard splits.count == 1, let parts = splits.first?.parts else { return verdict }
        let count = parts.filter { !held.isDisjoint(with: $0) }.count
        guard count < parts.count else { return verdict }
        var worded = verdict
        worded.reason =
            splits[0].isCounted
            ? "\(count) of \(parts.count) parts are there" : "only a part of it is there"
        return worded
    }

    /// Whether `revert` leaves some of the paths that `fix` changes as they are.
    private func isPartial(_ revert: CommitRow, _ fix: CommitRow) -> Bool {
        // Paths are contents: quick evidence takes every revert for a whole one.
        if history.request.isQuick { return false }
        let pair = RevertedPair(revert: revert, fix: fix)
        if extents[pair] == nil {
            if reader == nil { reader = try? history.changeReader() }
            extents[pair] = reader.map { RevertExtent(of: pair, source: $0) } ?? .unknown
        }
        if extents[pair] == .unknown { doubtfulReverts.insert(revert) }
        return extents[pair] == .partial
    }

    /// The verdict of `fix` for one commit, taken as a version of its own.
    ///
    /// `commits` are those that the fix was asked by, `brought` those of the introducers.
    func verdict(
        of fix: FixSet,
        introducers: IntroducerSet?,
        at row: CommitRow,
        commits: [CommitRow],
        brought: [CommitRow]
    ) -> LineVerdict {
        let verdict = evaluator.verdict(
            of: fix,
            introducers: introducers,
            on: LineTarget(version: row)
        )
        let asked = verdict.status == .notAffected ? brought : commits
        let ancestry = Ancestry(index)
        return doubted(verdict, copies: possibleCopies(of: asked)) {
            ancestry.isAncestor($0, row)
        }
    }

    /// Commits that may repeat one of `rows` and could not be compared, ascending.
    private func possibleCopies(of rows: [CommitRow]) -> [CommitRow] {
        guard history.partialCloneState != nil, !history.request.isQuick else { return [] }
        return Set(rows.flatMap(possibleCopies(of:))).sorted()
    }

    private func possibleCopies(of root: CommitRow) -> [CommitRow] {
        if knownRoots.contains(root) { return made.doubts[root] ?? [] }
        if absent == nil {
            if reader == nil { reader = try? history.changeReader() }
            absent = reader.map { AbsentContent(history, made, $0) }
        }
        return absent?.possibleCopies(of: root) ?? []
    }

    /// The verdict, or `unknown` where objects that are absent could make it another one.
    private func doubted(
        _ verdict: LineVerdict,
        copies: [CommitRow],
        isHeld: (CommitRow) -> Bool
    ) -> LineVerdict {
        var doubtful: CommitRow?
        switch verdict.status {
        case .unknown, .fixed, .fixedUnreleased: return verdict
        case .reverted, .partial:
            doubtful = verdict.reverts.first { doubtfulReverts.contains($0) }
        case .missing, .affected, .notAffected: break
        }
        guard let commit = doubtful ?? copies.first(where: isHeld) else { return verdict }
        var unknown = verdict
        unknown.status = .unknown
        unknown.firstRelease = nil
        unknown.reason =
            "objects are absent (partial clone): \(index.id(commit).short) could not be compared"
        return unknown
    }

    // MARK: - Rows

    /// The row of the fix made of `rows` of classes: all steps are needed, one alternative each.
    func row(named name: String, steps: [[CommitRow]]) -> MatrixFix {
        let first = steps.first?.first ?? 0
        let root =
            steps.count == 1 && steps[0].count == 1
            ? first : classes.root(of: classes.key(of: first))
        let question = prepared(FixQuestion(steps: steps))
        var cells = (0..<containment.laneCount).map { cell(of: question, on: $0) }
        cells.flagRegressions(on: history.lines)
        return MatrixFix(
            fix: name,
            root: index.id(root),
            title: index.subject(root),
            commitTime: index.commitTime(root),
            cells: cells
        )
    }

    /// A question with all that its cells have in common.
    struct PreparedQuestion {
        fileprivate let question: FixQuestion
        fileprivate let whole: FixSet
        fileprivate let introducers: IntroducerSet?
        fileprivate let isSplit: Bool
        fileprivate let evidence: [CommitRow: BackportMatch]
        fileprivate let suggestions: [BackportMatch]
        fileprivate let copies: [CommitRow]
        fileprivate let copiesOfIntroducers: [CommitRow]
    }

    /// Looks up what the cells of a question have in common.
    func prepared(_ question: FixQuestion) -> PreparedQuestion {
        let keys = Set(question.steps.joined().map(classes.wholeKey(of:)))
        let whole = fixSet(question.steps) { _ in false }
        let introducers = introducers(of: question, mendedBy: whole)
        return PreparedQuestion(
            question: question,
            whole: whole,
            introducers: introducers.isEmpty ? nil : introducers,
            isSplit: keys.contains { !classes.splits(of: $0).isEmpty },
            evidence: evidenceByCommit(keys),
            suggestions: keys.flatMap { classes.suggestions(of: $0) },
            copies: possibleCopies(of: keys.map(classes.root(of:))),
            copiesOfIntroducers: possibleCopies(of: question.introducers)
        )
    }

    /// The introducers of a question.
    ///
    /// A fix may be the revert of an introducer: then it mends the lines that it reached, and does
    /// not make them lines that never had the defect.
    func introducers(of question: FixQuestion, mendedBy fix: FixSet) -> IntroducerSet {
        let fixes = fix.steps.flatMap(\.alternatives).joined().filter { $0.kind == .apply }
        let mending = Set(fixes.map(\.row))
        return IntroducerSet(
            question.introducers.map { row in
                events(of: row).filter { $0.kind == .apply || !mending.contains($0.row) }
            },
            sinceBeginning: question.sinceBeginning
        )
    }

    /// What one line says to a question.
    func cell(of prepared: PreparedQuestion, on lane: Int) -> MatrixCell {
        let steps = prepared.question.steps
        let isHeld = { [containment] row in containment.contains(row, lane: lane) }
        let fix = prepared.isSplit ? fixSet(steps, isHeld: isHeld) : prepared.whole
        let plainly = prepared.introducers == nil ? plain.verdict(of: fix, lane: lane) : nil
        let seen =
            plainly
            ?? evaluator.verdict(of: fix, introducers: prepared.introducers, on: targets[lane])
        let copies =
            seen.status == .notAffected ? prepared.copiesOfIntroducers : prepared.copies
        let verdict = doubted(seen, copies: copies, isHeld: isHeld)
        return cell(
            named(worded(verdict, steps), by: steps.joined()),
            lane: lane,
            evidence: prepared.evidence,
            suggestions: prepared.suggestions
        )
    }

    /// The verdict with the commits that were asked for in place of the merges that bring them in.
    private func named(
        _ verdict: LineVerdict,
        by asked: some Sequence<CommitRow>
    ) -> LineVerdict {
        guard verdict.commits.contains(where: { index.isMerge($0) }) else { return verdict }
        var verdict = verdict
        for row in asked {
            let key = classes.key(of: row)
            guard key != row, let place = verdict.commits.firstIndex(of: key) else { continue }
            verdict.commits[place] = row
        }
        return verdict
    }

    private func evidenceByCommit(_ keys: Set<CommitRow>) -> [CommitRow: BackportMatch] {
        var evidence: [CommitRow: BackportMatch] = [:]
        for match in keys.flatMap({ classes.matches(of: $0) })
        where (evidence[match.backport]?.permille ?? 0) < match.permille {
            evidence[match.backport] = match
        }
        return evidence
    }

    private func cell(
        _ verdict: LineVerdict,
        lane: Int,
        evidence: [CommitRow: BackportMatch],
        suggestions: [BackportMatch]
    ) -> MatrixCell {
        var cell = MatrixCell(status: verdict.status, reason: verdict.reason)
        let commits = index.shown(verdict.commits)
        cell.commits = commits.map { index.id($0) }
        if let place = verdict.firstRelease {
            cell.release = history.lines.releases[releaseRanks[lane][place]].tag
        }
        if let last = commits.last {
            if let position = containment.position(of: last) {
                cell.position = Position(
                    tag: history.lines.releases[position.rank].tag,
                    commits: position.commits
                )
            }
            if let match = commits.compactMap({ evidence[$0] })
                .max(by: { $0.permille < $1.permille })
            {
                cell.evidence = match.evidence.map(EvidenceItem.init)
                cell.confidence = Double(match.permille) / 1000
            } else {
                cell.confidence = 1
            }
        } else if let suggestion = suggestions.first(where: {
            containment.contains($0.backport, lane: lane)
        }) {
            cell.flags = ["suggestion"]
            cell.evidence = suggestion.evidence.map(EvidenceItem.init)
            cell.confidence = Double(suggestion.permille) / 1000
            cell.reason = "\(index.id(suggestion.backport).short) may be it"
        }
        return cell
    }
}

extension CommitIndex {
    /// The commits to show: without the merges that only bring others in, by commit time and id.
    fileprivate func shown(_ rows: [CommitRow]) -> [CommitRow] {
        guard rows.count > 1 else { return rows }
        let plain = rows.filter { !isMerge($0) }
        return (plain.isEmpty ? rows : plain)
            .sorted { (commitTime($0), id($0)) < (commitTime($1), id($1)) }
    }
}
