import BackportAnalysis
import GitAccess
import MainstayCore

extension CodeQueries {
    /// Lists every backport found, by line order, commit time and id; one row for each line that
    /// holds it.
    package func backports() throws -> Answer<[BackportRow]> {
        var history = try RepositoryHistory(request)
        try history.requireLines()
        let made = try history.matches()
        history.warnAboutQuickEvidence(made.notCompared)
        let least = Int((request.minimumConfidence * 1000).rounded())
        let matches = made.matches.filter {
            $0.permille >= least && ($0.isOnMainline || request.allRoots)
        }
        let index = history.index
        let ordered = matches.sorted { left, right in
            let first = (index.commitTime(left.backport), index.id(left.backport))
            let second = (index.commitTime(right.backport), index.id(right.backport))
            if first != second { return first < second }
            return index.id(left.upstream) < index.id(right.upstream)
        }
        var rows: [BackportRow] = []
        for (lane, line) in history.lines.all.enumerated() where lane > 0 {
            for match in ordered where history.containment.contains(match.backport, lane: lane) {
                rows.append(
                    BackportRow(
                        line: line.name,
                        backport: index.id(match.backport),
                        upstream: index.id(match.upstream),
                        evidence: match.evidence.map(EvidenceItem.init),
                        confidence: Double(match.permille) / 1000
                    )
                )
            }
        }
        return history.answer(rows)
    }
}

extension EvidenceItem {
    /// The same evidence as an answer.
    init(_ evidence: Evidence) {
        self.init(
            kind: evidence.kind.rawValue,
            confidence: evidence.confidence,
            detail: evidence.detail
        )
    }
}

extension RepositoryHistory {
    /// Says how much a quick answer has left out.
    mutating func warnAboutQuickEvidence(_ notCompared: Int) {
        guard request.isQuick else { return }
        warnings.append(
            "Quick evidence: \(notCompared) commits of the lines were not compared by content; "
                + "leave out '--evidence quick' for the full answer"
        )
    }
}
