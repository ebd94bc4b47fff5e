import BackportAnalysis
import MainstayCore
import Testing

@Suite("Containment")
struct ContainmentTests {
    /// Enough histories for merges, criss-crosses, octopuses and several roots.
    static let seeds: Range<UInt64> = 0..<1500

    @Test("lines, branch points and merge classes agree with plain sets")
    func linesAgree() throws {
        for seed in Self.seeds {
            let oracle = try ContainmentOracle(seed: seed)
            let swept = Containment(index: oracle.index, lines: oracle.lines)
            let comment = Comment("seed \(seed)")
            try #require(swept.mainlineChain == oracle.chains[0], comment)
            for lane in 0..<swept.laneCount {
                try #require(swept.branchPoint(lane) == oracle.branchPoint(lane), comment)
            }
            let lineOnly = oracle.tips.indices.map { oracle.lineOnly($0) }
            for row in oracle.rows {
                let entry = oracle.entry(row)
                let lanes = oracle.tips.indices.filter {
                    oracle.ancestors[oracle.tips[$0]].contains(row)
                }
                let made = oracle.tips.indices.filter { lineOnly[$0].contains(row) }
                var found: [Int] = []
                swept.forEachLineOnlyLane(of: row) { found.append($0) }
                let agrees =
                    Int(swept.mainlineEntry[row]) == entry && swept.lanes(of: row) == lanes
                    && found == made && made.allSatisfy { swept.isLineOnly(row, lane: $0) }
                try #require(agrees, comment)
            }
            try #require(swept.lineOnlyRows() == Set(lineOnly.joined()).sorted(), comment)
        }
    }

    @Test("releases and positions agree with plain sets")
    func releasesAgree() throws {
        for seed in Self.seeds {
            let oracle = try ContainmentOracle(seed: seed)
            let swept = Containment(index: oracle.index, lines: oracle.lines)
            let comment = Comment("seed \(seed)")
            for lane in 0..<swept.laneCount {
                let held = oracle.held[lane]
                try #require(swept.releases(in: lane) == held, comment)
                try #require(swept.newestRelease(lane) == oracle.newestRelease(lane), comment)
                try #require(swept.isReleaseChain(lane) == oracle.isReleaseChain(lane), comment)
                for row in oracle.rows {
                    let first = oracle.firstReleases(row, lane)
                    let isReleased = oracle.newestRelease(lane)
                        .map {
                            oracle.ancestors[oracle.lines.releases[$0].row].contains(row)
                        }
                    let agrees =
                        (swept.firstRelease(row, lane: lane).map(first.contains) ?? first.isEmpty)
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

    @Test("what cuts the history is told for everything above")
    func gaps() throws {
        var history = HistoryFixture()
        history.commit("Cut", parents: [-2])
        history.commit("Root")
        history.commit("Merge", parents: [1, 0])
        history.commit("Absent", parents: [-3])
        history.commit("Above", parents: [3])
        history.commit("Both", parents: [2, 4])
        let index = try history.index(refs: ["refs/heads/main": 5])
        let lines = try LineDetector.detect(in: index, today: CalendarDay(secondsSince1970: 0))
        let swept = Containment(index: index, lines: lines)
        let expected: [HistoryGap?] = [
            .shallow, nil, .shallow, .absentObject, .absentObject, .absentObject,
        ]
        #expect((0..<6).map(swept.reachesGap) == expected)
    }

    @Test("the newest release is told by history where versions were counted anew")
    func countedAnew() throws {
        var fixture = LinesFixture(mainline: "master")
        fixture.tag("2014.2", at: 1)
        fixture.tag("2015.1", at: 3)
        fixture.tag("12.0", at: 5)
        fixture.tag("13.0", at: 7)
        let index = try fixture.index()
        let lines = try fixture.detect()
        let swept = Containment(index: index, lines: lines)
        #expect(swept.newestRelease(0).map { lines.releases[$0].tag } == "13.0")
        let first = (0..<10)
            .map { row in
                swept.firstRelease(row, lane: 0).map { lines.releases[$0].tag }
            }
        #expect(
            first == [
                "2014.2", "2014.2", "2015.1", "2015.1", "12.0", "12.0", "13.0", "13.0", nil, nil,
            ]
        )
        #expect(swept.isReleaseChain(0))
    }

    @Test("a line merged back keeps what was made for it")
    func mergedBack() throws {
        var history = HistoryFixture()
        history.commit("Start")
        history.commit("Main 1", parents: [0])
        history.commit("Line 1", parents: [0])
        history.commit("Line 2", parents: [2])
        history.commit("Merge line", parents: [1, 3])
        history.commit("Line 3", parents: [3])
        let index = try history.index(refs: ["refs/heads/main": 4, "refs/heads/1.0": 5])
        let lines = try LineDetector.detect(in: index, today: CalendarDay(secondsSince1970: 0))
        let swept = Containment(index: index, lines: lines)
        #expect(swept.lineOnlyRows() == [2, 3, 5])
        #expect(swept.branchPoint(1) == 0)
        #expect(Array(swept.mainlineEntry) == [0, 1, 2, 2, 2, -1])
    }
}
