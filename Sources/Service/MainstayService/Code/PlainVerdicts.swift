import BackportAnalysis
import MainstayCore

/// The verdicts that need no look at the order of events: a fix without reverts, of each step of
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
        guard !fix.steps.isEmpty, !hasGap[lane], isChain[lane] else { return nil }
        var held: [CommitRow] = []
        for step in fix.steps {
            guard step.alternatives.count == 1,
                let found = soleCommit(of: step.alternatives[0], lane: lane)
            else { return nil }
            held += found
        }
        let commits = held.count < 2 ? held : Set(held).sorted()
        guard !held.isEmpty else { return LineVerdict(status: .missing) }
        guard held.count == fix.steps.count else {
            let reason = "\(held.count) of \(fix.steps.count) steps applied"
            return LineVerdict(status: .partial, reason: reason, commits: commits)
        }
        let own = releases[lane]
        func isFixed(_ place: Int) -> Bool {
            commits.allSatisfy { table.contains($0, release: own[place]) }
        }
        guard !own.isEmpty, isFixed(own.count - 1) else {
            return LineVerdict(status: .fixedUnreleased, commits: commits)
        }
        var low = 0
        var high = own.count - 1
        while low < high {
            let middle = (low + high) / 2
            if isFixed(middle) { high = middle } else { low = middle + 1 }
        }
        return LineVerdict(status: .fixed, commits: commits, firstRelease: low)
    }

    /// The one commit that a line holds of events which all apply a change in full, or none;
    /// `nil` where there is more to it.
    private func soleCommit(of events: [FixEvent], lane: Int) -> [CommitRow]? {
        var held: [CommitRow] = []
        for event in events {
            guard event.kind == .apply, !event.isPartial else { return nil }
            guard containment.contains(event.row, lane: lane) else { continue }
            guard held.isEmpty else { return nil }
            held.append(event.row)
        }
        return held
    }
}
