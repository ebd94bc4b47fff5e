import BackportAnalysis
import MainstayCore

/// The verdicts that need no look at the order of events: a fix of one step without reverts, of
/// which a line holds one commit or none.
///
/// Nearly all cells of a table are such.
struct PlainVerdicts {
    private let containment: Containment
    private let table: ReleaseTable
    /// By lane: the ranks of its releases, each behind those that it contains.
    private let releases: [[Int]]
    /// By lane: whether its releases form a chain, so that one that holds a commit is followed
    /// only by such.
    private let isChain: [Bool]
    private let hasGap: [Bool]

    init(_ containment: Containment, releases: [[Int]]) {
        self.containment = containment
        table = containment.releaseTable()
        self.releases = releases
        isChain = releases.indices.map { containment.isReleaseChain($0) }
        hasGap = containment.lines.all.map { containment.reachesGap($0.tip) != nil }
    }

    /// The same as ``StatusEvaluator/verdict(of:introducers:on:)``; `nil` where that must be asked.
    func verdict(of fix: FixSet, lane: Int) -> LineVerdict? {
        guard fix.steps.count == 1, fix.steps[0].alternatives.count == 1, !hasGap[lane],
            isChain[lane]
        else { return nil }
        var held: CommitRow?
        for event in fix.steps[0].alternatives[0] {
            guard event.kind == .apply, !event.isPartial else { return nil }
            guard containment.contains(event.row, lane: lane) else { continue }
            guard held == nil else { return nil }
            held = event.row
        }
        guard let held else { return LineVerdict(status: .missing) }
        let own = releases[lane]
        guard let newest = own.last, table.contains(held, release: newest) else {
            return LineVerdict(status: .fixedUnreleased, commits: [held])
        }
        var low = 0
        var high = own.count - 1
        while low < high {
            let middle = (low + high) / 2
            if table.contains(held, release: own[middle]) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return LineVerdict(status: .fixed, commits: [held], firstRelease: low)
    }
}
