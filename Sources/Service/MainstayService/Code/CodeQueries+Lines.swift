import BackportAnalysis
import GitAccess
import MainstayCore

extension CodeQueries {
    /// Lists the release lines, the mainline first, then newest first.
    ///
    /// With `all`, names that look like lines but are none follow, each with the reason.
    package func lines(all: Bool) throws -> Answer<[LineRow]> {
        let history = try RepositoryHistory(request)
        try history.requireLines()
        var rows = history.lineRows
        if all {
            for other in history.lines.passedOver {
                guard let ref = history.index.refs.first(where: { $0.name == other.ref }),
                    let row = ref.row
                else { continue }
                rows.append(
                    LineRow(
                        name: other.name,
                        ref: other.ref,
                        tip: history.index.id(row),
                        phase: .eol,
                        phaseInferred: true,
                        passedOver: other.reason
                    )
                )
            }
        }
        return history.answer(rows)
    }
}

extension RepositoryHistory {
    /// The mainline and all lines as they are shown.
    var lineRows: [LineRow] { (0..<containment.laneCount).map(lineRow) }

    private func lineRow(_ lane: Int) -> LineRow {
        let line = lines.all[lane]
        let place = lane == 0 ? nil : containment.branchPoint(lane)
        let newest = containment.newestRelease(lane).map { lines.releases[$0] }
        let since = newest.map {
            containment.ancestorCount(line.tip) - containment.ancestorCount($0.row)
        }
        return LineRow(
            name: line.name,
            ref: line.ref,
            tip: index.id(line.tip),
            branchPoint: place.map { index.id(containment.mainlineChain[$0]) },
            version: line.version?.description,
            phase: line.phase,
            phaseInferred: line.phaseInferred,
            latestRelease: newest?.tag,
            commitsSince: since,
            isMainline: line.isMainline
        )
    }
}
