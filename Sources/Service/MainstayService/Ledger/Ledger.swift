import BackportAnalysis
import GitAccess
package import LTSReleases
package import MainstayCore
import Storage

/// What the ledger says about one defect on one line.
package struct LedgerCell: Sendable {
    /// The line.
    package let line: LineRecord
    /// The phase that the line is in.
    package let phase: LifecyclePhase
    /// What git says.
    package var facts: MatrixCell
    /// What people decided, where that is in force.
    package let decision: Decision?
    /// What people decided about a release.
    package let releaseDecision: ReleaseDecision?
    /// What remains to be done.
    package internal(set) var remaining = Remaining.nothing
}

/// What the ledger says about one defect: the defect and one cell for each line, newest first.
package struct LedgerRow: Sendable {
    /// The defect.
    package let file: DefectFile
    /// The lines; none for a defect that does not concern code.
    package let cells: [LedgerCell]
    /// What must be said beside it, in whole sentences.
    package let warnings: [String]
}

/// The state of the defects of a product on its lines, computed from its mirror.
///
/// Nothing of it is stored; the same mirror, records and day give the same ledger.
final class Ledger {
    let code: ProductCode
    let history: RepositoryHistory
    let table: FixTable
    let day: CalendarDay
    /// The lane of each line in the history; a line whose ref was never seen has none.
    let lanes: [Int64: Int]
    /// Lines whose ref is gone, with the ref.
    let gone: [Int64: String]
    /// The lines that names alone give.
    let detected: ReleaseLines
    /// Answers which commit is an ancestor of which.
    let ancestry: Ancestry

    /// Reads the mirror and matches what is not matched yet.
    init(
        _ code: ProductCode,
        mirror: String,
        cache: String,
        day: CalendarDay,
        progress: any ProgressSink
    ) throws {
        self.code = code
        self.day = day
        let noon = Int64(day.daysSince1970) * 86_400 + 43_200
        let request = RepositoryRequest(
            path: mirror,
            cacheFolder: cache,
            homeFolder: nil,
            now: noon,
            progress: progress
        )
        var known = KnownLines(code, day: day)
        history = try RepositoryHistory(request) { known.choose(in: $0, from: $1) }
        lanes = known.lanes
        gone = known.gone
        detected = known.detected ?? history.lines
        ancestry = Ancestry(history.index)
        table = try FixTable(history, rulings: known.words(of: code.rulings, in: history.index))
    }

    /// What was taken for granted, in whole sentences.
    var warnings: [String] {
        history.warnings
            + code.lines.compactMap { line in
                gone[line.id]
                    .map {
                        "Line \(line.name) is judged where '\($0)' stood last: the ref is gone"
                    }
            }
    }

    /// Judges one defect on every line.
    func row(of file: DefectFile) -> LedgerRow {
        guard file.concernsCode else { return LedgerRow(file: file, cells: [], warnings: []) }
        var warnings: [String] = []
        let counted = file.commits.filter(\.counts)
        let missing = counted.filter { !$0.isBeginning && history.index.row(of: $0.commit) == nil }
        for link in missing {
            warnings.append(
                "Commit \(link.commit.hex) of \(file.defect.ref) is not in the repository"
            )
        }
        let whole = table.prepared(question(counted, on: nil))
        let own = Set(counted.compactMap(\.lineID))
        let introducers = counted.filter { $0.role == .introduces }
        var cells = code.lines.map { line in
            let prepared =
                own.contains(line.id) ? table.prepared(question(counted, on: line.id)) : whole
            // What came in on other lines alone did not come in here.
            let cameInElsewhere =
                !introducers.isEmpty
                && introducers.allSatisfy { ![nil, line.id].contains($0.lineID) }
            return LedgerCell(
                line: line,
                phase: code.phase(of: line, on: day),
                facts: cameInElsewhere
                    ? MatrixCell(status: .notAffected) : facts(of: line, prepared),
                decision: file.decisions[line.id],
                releaseDecision: file.releaseDecisions[line.id]
            )
        }
        judge(&cells, file.demand)
        return LedgerRow(file: file, cells: cells, warnings: warnings)
    }

    /// What git says on a line; a line whose ref was never seen is unknown.
    private func facts(of line: LineRecord, _ prepared: FixTable.PreparedQuestion) -> MatrixCell {
        guard let lane = lanes[line.id] else {
            let ref = code.refs[line.id] ?? "no ref"
            return MatrixCell(status: .unknown, reason: "its ref '\(ref)' is not in the repository")
        }
        var cell = table.cell(of: prepared, on: lane)
        if gone[line.id] != nil { cell.flags.append("ref-gone") }
        return cell
    }

    /// Fills in what remains, and flags what an upgrade would lose.
    private func judge(_ cells: inout [LedgerCell], _ demand: DefectDemand) {
        let outlooks = cells.map { cell in
            LineOutlook(
                name: cell.line.name,
                status: cell.facts.status,
                phase: cell.phase,
                decision: cell.decision?.kind
            )
        }
        let remaining = code.policy.remaining(demand, on: outlooks)
        let standings = outlooks.map { line in
            let isConcerned = line.decision != .notApplicable
            return LineStanding(line.status, isSupported: line.phase != .eol && isConcerned)
        }
        let regressions = upgradeRegressions(standings)
        for place in cells.indices {
            cells[place].remaining = remaining[place]
            if regressions[place] { cells[place].facts.flags.append("upgrade-regression") }
            cells[place].facts.flags.sort()
        }
    }

    /// The commits of a defect as a question; those for one line count on that line alone.
    func question(_ commits: [DefectCommit], on line: Int64?) -> FixQuestion {
        let counted = commits.filter { $0.lineID == nil || $0.lineID == line }
        let fixes = counted.filter { $0.role == .fixes }
        let parts = Dictionary(grouping: fixes, by: \.part).sorted { $0.key < $1.key }
        let introducers = counted.filter { $0.role == .introduces }
        return FixQuestion(
            steps: parts.map { part in
                part.value.compactMap { history.index.row(of: $0.commit) }
            },
            introducers: introducers.compactMap { history.index.row(of: $0.commit) },
            sinceBeginning: introducers.contains(where: \.isBeginning)
        )
    }
}

/// The lines that people keep, found in a history.
private struct KnownLines {
    let code: ProductCode
    let day: CalendarDay
    var lanes: [Int64: Int] = [:]
    var gone: [Int64: String] = [:]
    var detected: ReleaseLines?

    init(_ code: ProductCode, day: CalendarDay) {
        self.code = code
        self.day = day
    }

    /// The lines in the order that people gave them, the mainline first.
    mutating func choose(in index: CommitIndex, from detected: ReleaseLines) -> ReleaseLines {
        self.detected = detected
        let rows = Dictionary(
            index.refs.compactMap { ref in ref.row.map { (ref.name, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        var mainline: ReleaseLine?
        var others: [(LineRecord, ReleaseLine)] = []
        for line in code.lines {
            guard let ref = code.refs[line.id], let tip = tip(of: line, ref, rows, index) else {
                continue
            }
            let isMainline = ref == code.repository.mainRef
            let found = ReleaseLine(
                name: line.name,
                ref: ref,
                tip: tip,
                version: detected.all.first { $0.ref == ref }?.version ?? ReleaseVersion(line.name),
                kind: line.kind,
                phase: code.phase(of: line, on: day),
                phaseInferred: false,
                isMainline: isMainline
            )
            if isMainline {
                mainline = found
                lanes[line.id] = 0
            } else {
                others.append((line, found))
            }
        }
        for (place, other) in others.enumerated() { lanes[other.0.id] = place + 1 }
        return ReleaseLines(
            mainline: mainline ?? detected.mainline,
            lines: others.map(\.1),
            releases: detected.releases,
            notes: detected.notes
        )
    }

    private mutating func tip(
        of line: LineRecord,
        _ ref: String,
        _ rows: [String: CommitRow],
        _ index: CommitIndex
    ) -> CommitRow? {
        if let row = rows[ref] { return row }
        guard let last = code.seen[ref].flatMap({ index.row(of: $0) }) else { return nil }
        gone[line.id] = ref
        return last
    }

    /// People's rulings as pairs of commits of the history.
    func words(of rulings: [CommitRuling], in index: CommitIndex) -> [HumanMatch] {
        rulings.compactMap { ruling in
            guard let commit = index.row(of: ruling.commit),
                let origin = index.row(of: ruling.origin), ruling.verdict != .partial
            else { return nil }
            return HumanMatch(commit, origin, isSame: ruling.verdict == .same)
        }
    }
}
