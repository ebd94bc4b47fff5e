import BackportAnalysis
import MainstayCore
import Testing

@Suite("Containment")
struct ContainmentTests {
    /// Enough histories for merges, criss-crosses, octopuses and several roots.
    static let seeds: Range<UInt64> = 0..<150

    @Test("lines, branch points and merge classes agree with plain sets")
    func linesAgree() throws {
        for seed in Self.seeds {
            let oracle = try ContainmentOracle(seed: seed)
            let swept = Containment(index: oracle.index, lines: oracle.lines)
            let comment = Comment("seed \(seed)")
            try #require(swept.mainlineChain == oracle.chain(of: oracle.tips[0]), comment)
            for lane in 0..<swept.laneCount {
                try #require(swept.branchPoint(lane) == oracle.branchPoint(lane), comment)
            }
            var lineOnly: [Int] = []
            for row in oracle.rows {
                let entry = oracle.entry(row)
                let lanes = oracle.tips.indices.filter {
                    oracle.ancestors[oracle.tips[$0]].contains(row)
                }
                let made = oracle.tips.indices.filter { oracle.isLineOnly(row, $0) }
                if !made.isEmpty { lineOnly.append(row) }
                var found: [Int] = []
                swept.forEachLineOnlyLane(of: row) { found.append($0) }
                let agrees =
                    Int(swept.mainlineEntry[row]) == entry && swept.lanes(of: row) == lanes
                    && found == made && made.allSatisfy { swept.isLineOnly(row, lane: $0) }
                try #require(agrees, comment)
            }
            try #require(swept.lineOnlyRows() == lineOnly, comment)
        }
    }

    @Test("releases and positions agree with plain sets")
    func releasesAgree() throws {
        for seed in Self.seeds {
            let oracle = try ContainmentOracle(seed: seed)
            let swept = Containment(index: oracle.index, lines: oracle.lines)
            let comment = Comment("seed \(seed)")
            for lane in 0..<swept.laneCount {
                let held = oracle.releases(in: lane)
                try #require(swept.releases(in: lane) == held, comment)
                try #require(swept.newestRelease(lane) == held.last, comment)
                try #require(swept.isReleaseChain(lane) == oracle.isReleaseChain(lane), comment)
                for row in oracle.rows {
                    let first = oracle.firstRelease(row, lane)
                    let isReleased = held.last.map {
                        oracle.ancestors[oracle.lines.releases[$0].row].contains(row)
                    }
                    let agrees =
                        swept.firstRelease(row, lane: lane) == first
                        && swept.isReleased(row, lane: lane) == (isReleased ?? false)
                    try #require(agrees, comment)
                }
            }
            // Newest first, so that counts are not always found ready.
            for row in oracle.rows.reversed() {
                let wanted = oracle.position(row)
                let found = swept.position(of: row)
                let agrees = found?.rank == wanted?.rank && found?.commits == wanted?.commits
                try #require(agrees, comment)
                try #require(swept.ancestorCount(row) == oracle.ancestors[row].count, comment)
                for (rank, release) in oracle.lines.releases.enumerated() {
                    let contained = oracle.ancestors[release.row].contains(row)
                    try #require(swept.contains(row, release: rank) == contained, comment)
                }
            }
        }
    }
}
