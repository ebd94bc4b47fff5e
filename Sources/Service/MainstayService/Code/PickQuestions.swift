import BackportAnalysis
import GitAccess
import MainstayCore

extension CodeQueries {
    /// Predicts what a cherry-pick of `commit` onto `line` would do; writes nothing.
    ///
    /// `line` is a line by shown name, ref or version, or any commit.
    package func pick(_ commit: String, onto line: String) throws -> Answer<PickAnswer> {
        let history = try RepositoryHistory(request)
        let fix = try history.commit(named: commit)
        let target = try history.target(named: line)
        let answer = try PickQuestions(history).pick(fix, onto: target.row, named: target.name)
        return history.answer(answer)
    }
}

extension RepositoryHistory {
    /// The line that `name` means, or the commit where it names no line.
    fileprivate func target(named name: String) throws -> (row: CommitRow, name: String) {
        do {
            let line = try lines.line(named: name)
            return (line.tip, line.name)
        } catch let unknown {
            guard let row = try? commit(named: name) else { throw unknown }
            return (row, name)
        }
    }
}

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
        var note: String?
        if case .unknown(let reason) = prediction.verdict {
            note = reason
        } else if !prediction.notes.isEmpty {
            note = prediction.notes.joined(separator: " ")
        }
        return PickAnswer(
            fix: index.id(fix),
            line: name,
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
