import BackportAnalysis
import GitAccess
import MainstayCore

/// Predicts picks onto lines; writes nothing.
///
/// One predictor serves all questions, so that lines that share files share the work.
struct PickQuestions {
    private let history: RepositoryHistory
    private let predictor: PickPredictor

    init(_ history: RepositoryHistory) throws {
        self.history = history
        predictor = PickPredictor(source: GitTreeSource(try Repository(history.folder)))
    }

    /// A prediction for each line of `row` that lacks the fix.
    func picks(of root: CommitRow, missingIn row: MatrixFix) throws -> [PickAnswer] {
        let lacking: Set<LineStatus> = [.missing, .affected, .reverted, .partial]
        var picks: [PickAnswer] = []
        for (lane, cell) in row.cells.enumerated() where lacking.contains(cell.status) {
            let line = history.lines.all[lane]
            history.request.progress.report(
                "Predicting picks",
                done: lane,
                total: row.cells.count
            )
            picks.append(pick(root, onto: line.tip, named: line.name))
        }
        return picks
    }

    /// The prediction for one commit onto another, which is shown as `name`.
    func pick(_ fix: CommitRow, onto target: CommitRow, named name: String) -> PickAnswer {
        let index = history.index
        let prediction = predictor.predict(fix: index.id(fix), onto: index.id(target))
        return PickAnswer(prediction, of: fix, in: index, onto: name)
    }
}

extension PickAnswer {
    init(_ prediction: PickPrediction, of fix: CommitRow, in index: CommitIndex, onto line: String)
    {
        var note: String?
        if case .unknown(let reason) = prediction.verdict {
            note = reason
        } else if !prediction.notes.isEmpty {
            note = prediction.notes.joined(separator: " ")
        }
        self.init(
            fix: index.id(fix),
            title: index.subject(fix),
            line: line,
            verdict: prediction.verdict.word,
            note: note,
            paths: prediction.paths.map(PickAnswer.Path.init),
            tree: prediction.tree
        )
    }
}

extension PickAnswer.Path {
    fileprivate init(_ prediction: PathPrediction) {
        var cause: String?
        let result: String
        switch prediction.result {
        case .clean: result = "clean"
        case .alreadyThere: result = "already-there"
        case .conflict(let conflict):
            result = "conflict"
            cause = conflict.rawValue
        case .unknown(let fault):
            result = "unknown"
            cause = fault.message
        }
        self.init(
            path: prediction.path.text,
            result: result,
            cause: cause,
            renamedTo: prediction.renamedTo?.text
        )
    }
}
