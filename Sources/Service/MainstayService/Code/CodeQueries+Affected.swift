import BackportAnalysis
import GitAccess
import MainstayCore

extension CodeQueries {
    /// Tells whether `target`, a version or a commit, is affected by a defect.
    ///
    /// `introduced` commits expose it (any one; `0` = since the beginning); all of `fixed` are
    /// required to close it.
    package func affected(
        _ target: String,
        introduced: [String],
        fixed: [String]
    ) throws -> Answer<AffectedAnswer> {
        var history = try RepositoryHistory(request)
        let place = try history.place(named: target)
        let introducers = try introduced.filter { $0 != "0" }
            .map { text throws(QuestionError) in
                try history.commit(named: text)
            }
        let fixes = try fixed.flatMap { text throws(QuestionError) in
            try history.steps(of: text)
        }
        let table = try FixTable(history)
        history.warnAboutQuickEvidence(table.notCompared)
        let ancestry = Ancestry(history.index)
        let fix = table.fixSet(fixes) { ancestry.isAncestor($0, place.row) }
        let question = FixQuestion(
            steps: fixes,
            introducers: introducers,
            sinceBeginning: introduced.contains("0")
        )
        let set = table.introducers(of: question, mendedBy: fix)
        let verdict = table.verdict(
            of: fix,
            introducers: introduced.isEmpty ? nil : set,
            at: place.row,
            commits: Array(fixes.joined()),
            brought: introducers
        )
        let answer = AffectedAnswer(
            target: target,
            ref: place.ref,
            commit: history.index.id(place.row),
            status: verdict.status,
            introducedBy: verdict.introducers.map { history.index.id($0) }.sorted(),
            fixedBy: verdict.commits.map { history.index.id($0) }.sorted(),
            reason: history.reason(for: verdict, target: target, hasFix: !fixes.isEmpty)
        )
        return history.answer(answer)
    }
}

extension RepositoryHistory {
    /// The verdict in one sentence; `hasFix` tells whether a fix was named at all.
    func reason(for verdict: LineVerdict, target: String, hasFix: Bool) -> String {
        func names(_ rows: [CommitRow]) -> String {
            rows.isEmpty ? "" : " (\(rows.map { index.id($0).short }.joined(separator: ", ")))"
        }
        switch verdict.status {
        case .unknown: return "'\(target)' cannot be judged: \(verdict.reason ?? "no cause known")"
        case .notAffected: return "'\(target)' holds no commit that introduced the defect"
        case .fixed: return "'\(target)' holds the fix\(names(verdict.commits))"
        case .fixedUnreleased: return "'\(target)' holds the fix, but no release does"
        case .partial:
            let how = verdict.reason.map { ": \($0)" } ?? ""
            return "'\(target)' holds only a part of the fix\(names(verdict.commits))\(how)"
        case .reverted:
            return "'\(target)' held the fix, which was reverted\(names(verdict.reverts))"
        case .affected:
            let cause =
                verdict.introducers.isEmpty
                ? "has the defect, which is there since the beginning"
                : "holds what introduced the defect\(names(verdict.introducers))"
            if !hasFix { return "'\(target)' \(cause)" }
            let isPassedOver = verdict.introducers.isEmpty ? nil : verdict.reason
            return "'\(target)' \(cause), and not the fix"
                + (isPassedOver.map { ": \($0)" } ?? "")
        case .missing where !hasFix: return "neither its introducer nor its fix is recorded"
        case .missing:
            return "'\(target)' does not hold the fix; what introduced the defect is not recorded"
        }
    }
}
