import BackportAnalysis
import MainstayCore
import Testing

@Suite("Status of random histories")
struct StatusOracleTests {
    /// What a made-up content test finds: the same for the same events at the same tip.
    private static func finding(_ events: Set<FixEvent>, _ tip: Int) -> ContentFinding {
        var sum = UInt64(tip)
        for event in events {
            let word = UInt64(event.row) * 4 + (event.kind == .apply ? 2 : 0)
            sum &+= mix(word + (event.isPartial ? 1 : 0) + 1)
        }
        switch mix(sum) % 5 {
        case 0, 1: return .applied
        case 2, 3: return .cancelled
        default: return .unknown("the content is in between")
        }
    }

    @Test("10,000 random cases give what brute force gives")
    func randomCases() throws {
        var counts: [LineStatus: Int] = [:]
        var total = 0
        var mixed = 0
        var plain = 0
        for seed in UInt64(1)...2600 {
            var random = SeededGenerator(seed: seed)
            let history = RandomStatusHistory(&random)
            let histories = history.graph.histories
            let oracle = StatusOracle(
                parents: history.graph.parents,
                histories: histories,
                content: Self.finding
            )
            let ancestry = Ancestry(try history.graph.index(), capacity: 1 + random.below(6))
            let knowsTips = random.chance(50)
            let evaluator = StatusEvaluator(
                ancestry: ancestry,
                contains: knowsTips ? { histories[$1].contains($0) } : nil,
                content: { Self.finding(Set($0), $1) }
            )
            for _ in 0..<4 {
                let fix = history.fix(&random)
                let introducers = history.introducers(&random)
                let target = history.target(&random, histories: histories)
                let wanted = oracle.verdict(fix, introducers, target)
                var got = evaluator.verdict(of: fix, introducers: introducers, on: target)
                #expect(got.status != .unknown || got.reason?.isEmpty == false, "seed \(seed)")
                got.reason = nil
                got.reverts = []
                if got != wanted {
                    Issue.record(
                        """
                        Seed \(seed) gives \(got) instead of \(wanted)
                        \(fix) \(String(describing: introducers)) \(target)
                        \(Array(history.graph.parents.enumerated()))
                        """
                    )
                    return
                }
                total += 1
                counts[wanted.status, default: 0] += 1
                mixed += wanted.isMixed ? 1 : 0
                plain += fix.isPlain && introducers == nil ? 1 : 0
            }
        }
        let list = LineStatus.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }
        print("\(total) cases:", list.joined(separator: ", "), "- mixed \(mixed), plain \(plain)")
        #expect(total >= 10_000)
        for status in LineStatus.allCases {
            #expect(counts[status, default: 0] >= 50, "\(status.rawValue) is too rare")
        }
    }

    @Test("ancestors are those that brute force finds, whatever is forgotten in between")
    func ancestors() throws {
        for seed in UInt64(1)...200 {
            var random = SeededGenerator(seed: seed &* 7919)
            let history = RandomStatusHistory(&random)
            let histories = history.graph.histories
            let ancestry = Ancestry(try history.graph.index(), capacity: 1 + random.below(8))
            for _ in 0..<200 {
                let commit = random.below(history.graph.count)
                let other = random.below(history.graph.count)
                let isAncestor = ancestry.isAncestor(other, commit)
                #expect(isAncestor == histories[commit].contains(other), "seed \(seed)")
                let marks = histories[commit].flatMap { history.graph.parents[$0] }
                let mark = marks.min().flatMap { $0 < -1 ? Int32($0) : nil }
                #expect(ancestry.gap(below: commit) == mark, "seed \(seed)")
            }
        }
    }

    @Test("ancestors are found across words of marks")
    func longHistory() throws {
        // Two chains of 1,000 commits, every second row each, joined at the end.
        var graph = StatusGraph([[], []])
        for row in 2..<2000 { graph.add([row - 2]) }
        let merge = graph.add([1999, 1998])
        let ancestry = Ancestry(try graph.index())
        #expect(ancestry.isAncestor(0, 1998))
        #expect(!ancestry.isAncestor(0, 1999))
        #expect(ancestry.isAncestor(1001, 1999))
        #expect(!ancestry.isAncestor(1000, 1999))
        #expect(ancestry.isAncestor(1000, merge) && ancestry.isAncestor(1001, merge))
        #expect(ancestry.isAncestor(0, merge) && ancestry.isAncestor(merge, merge))
        #expect(!ancestry.isAncestor(merge, 0) && !ancestry.isProperAncestor(merge, merge))
    }
}
