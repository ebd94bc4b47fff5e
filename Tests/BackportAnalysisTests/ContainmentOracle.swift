import BackportAnalysis
import MainstayCore

/// Random numbers that repeat for a seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// A random history with lines and releases, and slow but plain answers about it.
struct ContainmentOracle {
    let parents: [[Int]]
    let lines: ReleaseLines
    let index: CommitIndex
    /// What each commit contains, itself included.
    let ancestors: [Set<Int>]
    /// Tips of the mainline and the lines.
    let tips: [Int]
    /// First-parent chains of the tips, oldest first.
    let chains: [[Int]]
    /// Per lane, the ranks of its releases without pre-releases.
    let held: [[Int]]

    init(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let size = Int.random(in: 1...40, using: &random)
        var parents: [[Int]] = []
        for row in 0..<size {
            parents.append(Self.parents(of: row, using: &random))
        }
        self.parents = parents
        var history = HistoryFixture()
        for row in 0..<size { history.commit("Commit \(row)", parents: parents[row]) }
        index = try history.index()
        let laneCount = Int.random(in: 1...6, using: &random)
        let releaseCount = Int.random(in: 0...8, using: &random)
        let spread = seed.isMultiple(of: 50) ? 70 : 0
        lines = Self.lines(size, laneCount + spread, releaseCount + spread, using: &random)
        var ancestors: [Set<Int>] = []
        for row in 0..<size {
            ancestors.append(parents[row].reduce(into: [row]) { $0.formUnion(ancestors[$1]) })
        }
        self.ancestors = ancestors
        let tips = lines.all.map(\.tip)
        let releases = lines.releases
        self.tips = tips
        chains = tips.map { Self.chain(of: $0, parents) }
        held = tips.map { tip in
            releases.indices.filter {
                !releases[$0].isPrerelease && ancestors[tip].contains(releases[$0].row)
            }
        }
    }

    private static func parents(of row: Int, using random: inout SeededNumbers) -> [Int] {
        if row == 0 || Int.random(in: 0..<20, using: &random) == 0 { return [] }
        let count = [1, 1, 1, 1, 2, 2, 3][Int.random(in: 0..<7, using: &random)]
        var parents: [Int] = []
        for _ in 0..<count {
            let nearest = max(0, row - (Bool.random(using: &random) ? 3 : 12))
            let parent = Int.random(in: nearest..<row, using: &random)
            if !parents.contains(parent) { parents.append(parent) }
        }
        return parents
    }

    private static func lines(
        _ size: Int,
        _ laneCount: Int,
        _ releaseCount: Int,
        using random: inout SeededNumbers
    ) -> ReleaseLines {
        func line(_ name: String, _ tip: Int, isMainline: Bool) -> ReleaseLine {
            ReleaseLine(
                name: name,
                ref: "refs/heads/\(name)",
                tip: tip,
                version: nil,
                kind: .regular,
                phase: .maintenance,
                phaseInferred: true,
                isMainline: isMainline
            )
        }
        let tips = (0...laneCount).map { _ in Int.random(in: (size / 2)..<size, using: &random) }
        let releases = (0..<releaseCount)
            .map { number in
                Release(
                    tag: "v\(number)",
                    version: ReleaseVersion([number]),
                    row: Int.random(in: 0..<size, using: &random),
                    isPrerelease: Int.random(in: 0..<5, using: &random) == 0
                )
            }
        return ReleaseLines(
            mainline: line("main", tips[0], isMainline: true),
            lines: (1...laneCount).map { line("\($0)", tips[$0], isMainline: false) },
            releases: releases,
            passedOver: [],
            notes: []
        )
    }

    var rows: Range<Int> { 0..<parents.count }

    private static func chain(of tip: Int, _ parents: [[Int]]) -> [Int] {
        var chain = [tip]
        while let next = parents[chain[chain.count - 1]].first { chain.append(next) }
        return chain.reversed()
    }

    func entry(_ row: Int) -> Int {
        chains[0].firstIndex { ancestors[$0].contains(row) } ?? -1
    }

    func branchPoint(_ lane: Int) -> Int? {
        chains[0].lastIndex { ancestors[tips[lane]].contains($0) }
    }

    /// Rows made for the lane.
    func lineOnly(_ lane: Int) -> Set<Int> {
        if lane == 0 { return [] }
        let mainline = chains[0]
        let point = branchPoint(lane)
        let before = point.map { ancestors[mainline[$0]] } ?? []
        return ancestors[tips[lane]].subtracting(before).union(chains[lane])
            .subtracting(mainline)
    }

    /// Whether the first release contains the second, which stands at another commit.
    func isNewer(_ left: Int, than right: Int) -> Bool {
        let rows = (lines.releases[left].row, lines.releases[right].row)
        return rows.0 != rows.1 && ancestors[rows.0].contains(rows.1)
    }

    func newestRelease(_ lane: Int) -> Int? {
        held[lane].last { rank in !held[lane].contains { isNewer($0, than: rank) } }
    }

    /// The releases of the lane with `row` that contain no other such release.
    func firstReleases(_ row: Int, _ lane: Int) -> [Int] {
        let found = held[lane].filter { ancestors[lines.releases[$0].row].contains(row) }
        return found.filter { rank in !found.contains { isNewer(rank, than: $0) } }
    }

    func isReleaseChain(_ lane: Int) -> Bool {
        held[lane]
            .allSatisfy { left in
                held[lane]
                    .allSatisfy { right in
                        lines.releases[left].row == lines.releases[right].row
                            || isNewer(left, than: right) || isNewer(right, than: left)
                    }
            }
    }

    func position(_ row: Int) -> (rank: Int, commits: Int)? {
        let held = lines.releases.indices.filter {
            !lines.releases[$0].isPrerelease && ancestors[row].contains(lines.releases[$0].row)
        }
        func size(_ rank: Int) -> Int { ancestors[lines.releases[rank].row].count }
        guard let rank = held.max(by: { (size($0), $0) < (size($1), $1) }) else { return nil }
        return (rank, ancestors[row].count - size(rank))
    }
}
