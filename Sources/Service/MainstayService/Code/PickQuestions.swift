import BackportAnalysis
import GitAccess
import MainstayCore

/// Predicts picks onto lines; writes nothing.
struct PickQuestions {
    private let history: RepositoryHistory

    init(_ history: RepositoryHistory) {
        self.history = history
    }

    /// A prediction for each line of `row` that lacks the fix.
    func picks(of root: CommitRow, missingIn row: MatrixFix) throws -> [PickAnswer] { [] }
}
