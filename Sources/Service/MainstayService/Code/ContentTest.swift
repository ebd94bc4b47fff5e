import BackportAnalysis
import MainstayCore

/// Tells by content whether a line holds a fix that parallel branches apply and revert.
final class ContentTest {
    private let history: RepositoryHistory
    private lazy var picks = try? PickQuestions(history)

    init(_ history: RepositoryHistory) {
        self.history = history
    }

    /// Applied if a pick would change nothing at `tip`, cancelled if it would apply cleanly.
    func finding(_ events: [FixEvent], at tip: CommitRow) -> ContentFinding {
        let index = history.index
        let fixes = events.filter { $0.kind == .apply && !index.isMerge($0.row) }.map(\.row)
        guard !history.request.isQuick, let picks,
            let fix = fixes.min(by: { index.id($0) < index.id($1) })
        else { return .unknown(StatusEvaluator.parallelEvents) }
        switch picks.pick(fix, onto: tip, named: "").verdict {
        case PickVerdict.alreadyThere.word: return .applied
        case PickVerdict.clean.word: return .cancelled
        default: return .unknown(StatusEvaluator.parallelEvents)
        }
    }
}
