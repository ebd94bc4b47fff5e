import BackportAnalysis
package import LTSReleases
package import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// A defect with all that a person wants to see of it.
package struct DefectView: Sendable {
    /// What the ledger says about it.
    package let row: LedgerRow
    /// What a pick of its fix onto each line that lacks it would do, by line.
    package let picks: [Int64: PickAnswer]
    /// The titles of its commits.
    package let titles: [CommitID: String]
    /// Where its commits stand, and those that repeat its introducers.
    package let places: [CommitID: CommitPlace]
    /// The commits of lines that repeat each of its introducers.
    package let repeats: [CommitID: [CommitID]]
    /// The number of its last event.
    package let version: Int64
    /// What happened, oldest first, as far as the viewer may see it.
    package let events: [Event]
    /// The tries to reproduce it.
    package let reproductions: [Reproduction]
    /// What was put right at customers' for it.
    package let interventions: [Intervention]
    /// What is to be done about it.
    package let tasks: [DeskTask]
    /// Its action plan.
    package let steps: [ActionStep]
    /// The advisories that cover it.
    package let advisories: [Advisory]
    /// The cases at vendors that are about it, as far as the viewer may see them.
    package let cases: [CaseSummary]
    /// The names of all that it mentions.
    package let names: Names
    /// Whole sentences about what was taken for granted.
    package let warnings: [String]

    /// The defect.
    package var defect: Defect { row.file.defect }
}

/// Where a commit stands among the releases.
package struct CommitPlace: Sendable, Hashable, CustomStringConvertible {
    /// The first release that holds it, of the oldest line that does.
    package let release: String?
    /// Its place after the nearest release before it.
    package let position: Position?

    /// The release, else the place; empty before the first release.
    package var description: String { release ?? position?.description ?? "" }
}

/// Which defects somebody wants to see.
package struct DefectQuery: Sendable, Hashable {
    /// The product's prefix.
    package var product: String
    /// Statuses; `nil`: those that are open.
    package var statuses: Set<DefectStatus>?
    /// The kind.
    package var kind: DefectKind?
    /// The name of a line on which something remains to be done.
    package var line: String?

    /// Creates a query for the open defects of a product.
    package init(product: String) {
        self.product = product
    }
}

extension Desk {
    /// Returns a defect with its row of lines, computed now.
    ///
    /// - Parameters:
    ///   - name: Its own name or another that it bears.
    ///   - predicting: Whether picks onto lines that lack the fix are predicted.
    ///   - tools: The day, and who is told of progress.
    /// - Returns: The defect with all that the account may see of it.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func defect(
        _ name: String,
        predicting: Bool = true,
        _ tools: CodeTools
    ) async throws -> DefectView {
        let (code, file) = try await read { connection, acting in
            let found = try connection.visibleDefect(name, to: acting)
            guard let product = try connection.product(found.defect.productID) else {
                throw UseError.unknown("product", "\(found.defect.productID)")
            }
            let files = try connection.defectFiles(of: product, for: nil)
            let file = files.first { $0.defect.id == found.defect.id }
            let code: ProductCode? =
                try connection.repository(of: product.id) == nil
                ? nil : try connection.code(of: product)
            return (code, file ?? DefectFile(defect: found.defect))
        }
        var row = LedgerRow(file: file, cells: [], warnings: [])
        var picks: [Int64: PickAnswer] = [:]
        var titles: [CommitID: String] = [:]
        var places: [CommitID: CommitPlace] = [:]
        var repeats: [CommitID: [CommitID]] = [:]
        var warnings: [String] = []
        if let code, !code.lines.isEmpty {
            let ledger = try instance.ledger(of: code, tools)
            row = ledger.row(of: file)
            warnings = ledger.warnings
            picks = predicting ? try ledger.picks(for: row) : [:]
            repeats = ledger.repeatedIntroducers(of: row)
            for (commit, place) in ledger.commits(of: row, and: repeats.values.joined()) {
                titles[commit] = ledger.history.index.subject(place)
                places[commit] = ledger.place(of: place)
            }
        }
        let (ledgerRow, predicted, known, said) = (row, picks, (titles, places, repeats), warnings)
        return try await read { connection, acting in
            try connection.view(ledgerRow, predicted, known, said, for: acting)
        }
    }

    /// Returns the rows of the defects that a query picks.
    package func defects(_ query: DefectQuery, _ tools: CodeTools) async throws -> LedgerAnswer {
        let answer = try await ledger(of: query.product, tools) { defect in
            (query.statuses?.contains(defect.status) ?? defect.status.isOpen)
                && (query.kind.map { $0 == defect.kind } ?? true)
        }
        guard let line = query.line else { return answer }
        guard answer.lines.contains(line) else {
            throw UseError.unknown(
                "line of \(query.product)",
                line,
                among: answer.lines,
                list: "line list \(query.product)"
            )
        }
        let rows = answer.rows.filter { row in
            row.cells.contains { $0.line.name == line && $0.remaining.isWork }
        }
        return answer.keeping(rows)
    }
}

extension Remaining {
    /// Whether somebody has to do something.
    package var isWork: Bool {
        switch self {
        case .release, .pick, .pickAfter, .fix, .investigate: true
        case .nothing, .refused, .decided: false
        }
    }
}

extension Ledger {
    /// The commits of lines that repeat each introducer of a row.
    func repeatedIntroducers(of row: LedgerRow) -> [CommitID: [CommitID]] {
        var repeats: [CommitID: [CommitID]] = [:]
        for link in row.file.commits where link.role == .introduces && link.counts {
            guard let place = history.index.row(of: link.commit) else { continue }
            let matches = table.classes.matches(of: table.classes.key(of: place))
            repeats[link.commit] = matches.filter { $0.part == nil && $0.backport != place }
                .map { history.index.id($0.backport) }
        }
        return repeats
    }

    /// The commits of a row that are there: those that are tied, those that the lines hold, and
    /// others.
    func commits(
        of row: LedgerRow,
        and others: some Sequence<CommitID>
    ) -> [CommitID: CommitRow] {
        let commits = row.file.commits.map(\.commit) + row.cells.flatMap(\.facts.commits) + others
        return Dictionary(
            commits.compactMap { id in history.index.row(of: id).map { (id, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Where a commit stands.
    func place(of commit: CommitRow) -> CommitPlace {
        let (containment, releases) = (history.containment, history.lines.releases)
        let first = containment.lanes(of: commit).last
            .flatMap { containment.firstRelease(commit, lane: $0) }
        return CommitPlace(
            release: first.map { releases[$0].tag },
            position: containment.position(of: commit)
                .map { Position(tag: releases[$0.rank].tag, commits: $0.commits) }
        )
    }

    /// What a pick of the fix would do on each line that lacks it; of a fix of several parts, the
    /// first that the line lacks.
    func picks(for row: LedgerRow) throws -> [Int64: PickAnswer] {
        let question = question(row.file.commits.filter(\.counts), on: nil)
        guard !question.steps.isEmpty else { return [:] }
        let classes = table.classes
        let questions = try PickQuestions(history)
        var picks: [Int64: PickAnswer] = [:]
        for cell in row.cells {
            guard let lane = lanes[cell.line.id], cell.facts.status.lacksFix else { continue }
            switch cell.remaining {
            case .pick, .pickAfter: break
            default: continue
            }
            let held = Set(
                cell.facts.commits.compactMap { history.index.row(of: $0) }
                    .map(classes.wholeKey(of:))
            )
            let lacking = question.steps
                .first { held.isDisjoint(with: $0.map(classes.wholeKey(of:))) }
            guard let fix = lacking?.first else { continue }
            let root = classes.root(of: classes.key(of: fix))
            let tip = history.lines.all[lane].tip
            picks[cell.line.id] = questions.pick(root, onto: tip, named: cell.line.name)
        }
        return picks
    }
}

extension LineStatus {
    /// Whether the line lacks the fix or a part of it.
    var lacksFix: Bool { [.missing, .affected, .reverted, .partial].contains(self) }
}

extension Connection {
    fileprivate func view(
        _ row: LedgerRow,
        _ picks: [Int64: PickAnswer],
        _ commits: (
            titles: [CommitID: String], places: [CommitID: CommitPlace],
            repeats: [CommitID: [CommitID]]
        ),
        _ warnings: [String],
        for acting: ActingAccount
    ) throws -> DefectView {
        let defect = row.file.defect
        let events = try events(of: defect.id)
        let tasks = try openTasks(on: defect.id)
        let steps = try steps(on: defect.id)
        var names = Names()
        names.logins = try logins(
            of: Set(events.map(\.actorID) + [defect.assigneeID].compactMap { $0 })
                .union(tasks.compactMap(\.accountID)).union(steps.map(\.ownerID))
        )
        for component in try components(of: defect.productID) {
            names.components[component.id] = component.name
        }
        for cell in row.cells { names.lines[cell.line.id] = cell.line.name }
        return DefectView(
            row: row,
            picks: picks,
            titles: commits.titles,
            places: commits.places,
            repeats: commits.repeats,
            version: events.last?.seq ?? 0,
            events: events,
            reproductions: try reproductions(of: defect.id),
            interventions: try interventions(for: defect.id),
            tasks: tasks,
            steps: steps,
            advisories: try advisories(covering: defect.id).filter { acting.maySee($0) },
            cases: try caseSummaries(try cases(ofDefect: defect.id), for: acting),
            names: names,
            warnings: warnings
        )
    }
}
