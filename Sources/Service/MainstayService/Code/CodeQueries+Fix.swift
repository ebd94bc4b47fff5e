import BackportAnalysis
import GitAccess
import MainstayCore

extension CodeQueries {
    /// Tells everything about the fix that `commit` belongs to.
    package func fix(_ commit: String) throws -> Answer<FixAnswer> {
        var history = try RepositoryHistory(request)
        try history.requireLines()
        let asked = try history.commit(named: commit)
        let table = try FixTable(history)
        history.warnAboutQuickEvidence(table.notCompared)
        let key = table.classes.wholeKey(of: asked)
        let root = table.root(of: key, asked: asked)
        let row = table.row(named: history.index.id(root).hex, steps: [[root]])
        let answer = FixAnswer(
            root: history.index.id(root),
            title: history.index.subject(root),
            members: table.members(of: key, root: root),
            lines: history.lineRows,
            row: row,
            picks: try PickQuestions(history).picks(of: root, missingIn: row)
        )
        return history.answer(answer)
    }
}

extension FixTable {
    /// The commit that the class is shown by: the asked one if it is the class's own commit.
    func root(of key: CommitRow, asked: CommitRow) -> CommitRow {
        let own = classes.rootCommits(of: key)
        return own.contains(asked) && !history.index.isMerge(asked) ? asked : classes.root(of: key)
    }

    /// Every commit of the class and every revert of it: the root first, then by the newest line
    /// that holds it, commit time and id.
    func members(of key: CommitRow, root: CommitRow) -> [FixMember] {
        let index = history.index
        let matches = classes.matches(of: key) + classes.suggestions(of: key)
        var members: [(row: CommitRow, member: FixMember)] = []
        func add(_ row: CommitRow, _ evidence: [Evidence], confidence: Double, isRevert: Bool) {
            guard !members.contains(where: { $0.row == row }) else { return }
            let member = FixMember(
                commit: index.id(row),
                lines: history.containment.lanes(of: row).map { history.lines.all[$0].name },
                evidence: evidence.map(EvidenceItem.init),
                confidence: confidence,
                isRevert: isRevert
            )
            members.append((row, member))
        }
        add(root, [], confidence: 1, isRevert: false)
        for row in classes.rootCommits(of: key) where row != root {
            add(row, [], confidence: 1, isRevert: false)
        }
        for match in matches {
            let weight = Double(match.permille) / 1000
            add(match.backport, match.evidence, confidence: weight, isRevert: false)
        }
        let parts = matches.filter { $0.part != nil }.map(\.backport)
        for event in ([root] + parts).flatMap(events(of:)) {
            add(event.row, [], confidence: 1, isRevert: event.kind == .cancel)
        }
        func rank(_ row: CommitRow) -> (Int, Int, Int64, CommitID) {
            let lane = history.containment.lanes(of: row).first ?? Int.max
            return (row == root ? 0 : 1, lane, index.commitTime(row), index.id(row))
        }
        return members.sorted { rank($0.row) < rank($1.row) }.map(\.member)
    }
}
