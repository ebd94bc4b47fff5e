import BackportAnalysis
import LTSReleases
import MainstayCore

/// Judges one defect at any commit.
final class DefectJudge {
    private let ledger: Ledger
    private let file: DefectFile
    private var questions: [Int64: (question: FixQuestion, introducers: IntroducerSet?)] = [:]
    private lazy var own = Set(file.commits.compactMap(\.lineID))
    private lazy var cells = Dictionary(
        ledger.row(of: file).cells.map { ($0.line.id, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    init(_ ledger: Ledger, _ file: DefectFile) {
        self.ledger = ledger
        self.file = file
    }

    /// What the ledger says about a line; `nil` where the defect does not concern it.
    func cell(on line: Int64) -> LedgerCell? { cells[line] }

    /// What git says at a commit of a line, taken as a version of its own.
    func verdict(on line: LineRecord, at row: CommitRow) -> LineVerdict {
        let (question, introducers) = question(line)
        let fix = ledger.table.fixSet(question.steps) { [ledger] in
            ledger.ancestry.isAncestor($0, row)
        }
        return ledger.table.verdict(
            of: fix,
            introducers: introducers,
            at: row,
            commits: Array(question.steps.joined()),
            brought: question.introducers
        )
    }

    /// Why commits are no evidence for a fix at a tip, as a clause; `nil` if they are.
    func foreign(_ commits: [CommitID], below tip: CommitRow, on line: LineRecord) -> String? {
        let table = ledger.table
        let keys = Set(
            question(line).question.steps.joined().map { table.classes.wholeKey(of: $0) }
        )
        for commit in commits {
            guard let row = ledger.history.index.row(of: commit) else {
                return "commit \(commit.short) is not in the repository"
            }
            guard ledger.ancestry.isAncestor(row, tip) else {
                return "commit \(commit.short) is not in the history of "
                    + ledger.history.index.id(tip).short
            }
            let isFix =
                keys.contains(table.classes.wholeKey(of: row))
                || keys.contains { key in table.events(of: key).contains { $0.row == row } }
            if !isFix { return "commit \(commit.short) is not the fix and no backport of it" }
        }
        return nil
    }

    private func question(
        _ line: LineRecord
    ) -> (question: FixQuestion, introducers: IntroducerSet?) {
        let key = own.contains(line.id) ? line.id : 0
        if let known = questions[key] { return known }
        let question = ledger.question(file.commits.filter(\.counts), on: line.id)
        let made = (question, ledger.table.introducers(of: question))
        questions[key] = made
        return made
    }
}
