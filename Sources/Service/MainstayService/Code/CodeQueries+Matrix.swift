import BackportAnalysis
import GitAccess
import MainstayCore

extension CodeQueries {
    /// Tells the state of fixes on all lines.
    ///
    /// `fixes` are commits by id, unique short id, tag or branch; `A+B` is one fix of two steps,
    /// `A,B` names alternatives. Empty: every fix with a member on a line; with `since`
    /// (`YYYY-MM-DD`) only those whose root was committed on that day (UTC) or later.
    package func matrix(fixes: [String], since: String?) throws -> Answer<Matrix> {
        var history = try RepositoryHistory(request)
        try history.requireLines()
        let earliest = try since.map { text in
            guard let day = CalendarDay(text) else { throw QuestionError.badDate(text) }
            return Int64(day.daysSince1970) * 86_400
        }
        let asked = try fixes.map { ($0, try history.steps(of: $0)) }
        let table = try FixTable(history)
        history.warnAboutQuickEvidence(table.notCompared)
        var rows: [MatrixFix]
        if asked.isEmpty {
            rows = table.allRows(since: earliest, withLineBorn: request.allRoots)
        } else {
            rows = asked.map { text, steps in
                table.row(named: history.name(of: steps, asked: text), steps: steps)
            }
        }
        rows.sort { ($0.commitTime, $0.root, $0.fix) < ($1.commitTime, $1.root, $1.fix) }
        let matrix = Matrix(lines: history.lineRows, fixes: rows, isQuick: request.isQuick)
        return history.answer(matrix)
    }
}

extension RepositoryHistory {
    /// The commits that a fix is made of: `A+B` are steps, `A,B` alternatives of one step.
    func steps(of text: String) throws(QuestionError) -> [[CommitRow]] {
        let names = text.split(separator: "+", omittingEmptySubsequences: false)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard !names.joined().contains(where: \.isEmpty) else { throw .emptyFix(text) }
        return try names.map { step throws(QuestionError) in
            try step.map { name throws(QuestionError) in try commit(named: String(name)) }
        }
    }

    /// The fix as it is shown: the full id of one commit, or the ids joined as they were asked.
    func name(of steps: [[CommitRow]], asked: String) -> String {
        steps.map { $0.map { index.id($0).hex }.joined(separator: ",") }.joined(separator: "+")
    }
}

extension FixTable {
    /// One row for every class with a member on a line.
    func allRows(since earliest: Int64?, withLineBorn: Bool) -> [MatrixFix] {
        let index = history.index
        return classes.keys.compactMap { key in
            let root = classes.root(of: key)
            if let earliest, index.commitTime(root) < earliest { return nil }
            let isOnMainline = classes.matches(of: key).contains(where: \.isOnMainline)
            guard isOnMainline || withLineBorn else { return nil }
            return row(named: index.id(root).hex, steps: [[root]])
        }
    }
}
