import BackportAnalysis
import MainstayCore
import Testing

/// Ranges of random histories, read as their format says, against the status of every commit.
@Suite("Export ranges of random histories")
struct ExportOracleTests {
    private final class Flag { var isSet = false }

    /// One random history with lines, releases and a content test that knows every commit.
    private struct Case {
        let graph: StatusGraph
        let histories: [Set<Int>]
        let index: CommitIndex
        let lines: ReleaseLines
        let containment: Containment
        let evaluator: StatusEvaluator
        /// Whether content was asked since this was last `false`.
        let asked: Flag
        /// What the lines and releases contain.
        let reached: Set<Int>

        init(_ history: RandomStatusHistory, _ random: inout SeededGenerator) throws {
            let graph = history.graph
            let histories = graph.histories
            self.graph = graph
            self.histories = histories
            index = try graph.index()
            func line(_ name: String, _ tip: Int) -> ReleaseLine {
                ReleaseLine(
                    name: name,
                    ref: "refs/heads/\(name)",
                    tip: tip,
                    version: ReleaseVersion(name),
                    kind: .regular,
                    phase: .maintenance,
                    phaseInferred: true,
                    isMainline: name == "main"
                )
            }
            var releases: [Release] = []
            for number in 0..<(2 + random.below(8)) {
                let version = ReleaseVersion([random.below(4), number])
                releases.append(
                    Release(
                        tag: "v\(version)",
                        version: version,
                        row: random.below(graph.count),
                        isPrerelease: false
                    )
                )
            }
            lines = ReleaseLines(
                mainline: line("main", history.heads[0]),
                lines: history.heads.dropFirst().enumerated().map { line("\($0)", $1) },
                releases: releases
            )
            containment = Containment(index: index, lines: lines)
            let asked = Flag()
            self.asked = asked
            evaluator = StatusEvaluator(
                ancestry: Ancestry(index),
                content: { events, tip in
                    asked.isSet = true
                    return ExportOracleTests.finding(events, tip)
                }
            )
            reached = (lines.all.map(\.tip) + releases.map(\.row))
                .reduce(into: []) { $0.formUnion(histories[$1]) }
        }
    }

    /// A made-up content: the same for the same events, unless `tip` is one of few.
    private static func finding(_ events: [FixEvent], _ tip: Int) -> ContentFinding {
        let sum = events.reduce(UInt64(tip % 5 == 0 ? tip : 1)) {
            $0 &+ UInt64($1.row) &* 0x9E37_79B9
        }
        switch sum % 4 {
        case 0, 1: return .applied
        case 2: return .cancelled
        default: return .unknown("the content is in between")
        }
    }

    /// Whether a range says that `row` is affected, its events taken in a random order in which
    /// ancestors come first.
    private func isAffected(
        _ row: Int,
        _ events: [RangeEvent],
        in history: Case,
        _ random: inout SeededGenerator
    ) -> Bool {
        var waiting = events.shuffled(using: &random)
        var isAffected = false
        func place(_ event: RangeEvent) -> Int? {
            switch event {
            case .introduced(nil): nil
            case .introduced(let id?), .fixed(let id): history.index.row(of: id)
            }
        }
        while !waiting.isEmpty {
            let next = waiting.firstIndex { event in
                waiting.allSatisfy { other in
                    guard other != event, let own = place(event) else { return true }
                    guard let below = place(other) else { return false }
                    return !history.histories[own].contains(below)
                }
            }
            let event = waiting.remove(at: next ?? 0)
            let isHeld = place(event).map { history.histories[row].contains($0) } ?? true
            guard isHeld else { continue }
            if case .fixed = event { isAffected = false } else { isAffected = true }
        }
        return isAffected
    }

    @Test("every commit is in the range if and only if git says that it is affected")
    func everyCommit() throws {
        var counts = (commits: 0, affected: 0, events: 0, mixed: 0)
        for seed in UInt64(1)...900 {
            var random = SeededGenerator(seed: seed)
            let history = try Case(RandomStatusHistory(&random), &random)
            let ranges = ExportRanges(history.containment, evaluator: history.evaluator)
            for _ in 0..<4 {
                let fix = fix(&random, history.graph.count)
                let introducers = introducers(&random, history.graph.count)
                let export = ranges.export(of: fix, introducers: introducers)
                #expect(isSound(export.events), "seed \(seed)")
                counts.events += export.events.count
                for row in history.reached.sorted() {
                    history.asked.isSet = false
                    let verdict = history.evaluator.verdict(
                        of: fix,
                        introducers: introducers,
                        on: LineTarget(version: row)
                    )
                    let isTold =
                        history.lines.releases.contains { $0.row == row }
                        || history.lines.all.contains { $0.tip == row }
                    // Between releases the content of each commit is not asked.
                    if history.asked.isSet, !isTold {
                        counts.mixed += 1
                        continue
                    }
                    let isOpen = verdict.status != .fixed && verdict.status != .notAffected
                    let told = isAffected(row, export.events, in: history, &random)
                    guard told == isOpen else {
                        Issue.record("seed \(seed), row \(row): \(verdict.status)")
                        return
                    }
                    counts.commits += 1
                    counts.affected += told ? 1 : 0
                }
                for release in export.releases {
                    let row = history.lines.releases[release.rank].row
                    let verdict = history.evaluator.verdict(
                        of: fix,
                        introducers: introducers,
                        on: LineTarget(version: row)
                    )
                    #expect(release.status == verdict.status, "seed \(seed)")
                }
            }
        }
        print("\(counts)")
        #expect(counts.affected > 10_000 && counts.commits - counts.affected > 10_000)
        #expect(counts.events > 5_000 && counts.mixed * 5 < counts.commits)
    }

    /// Whether no commit stands twice, and one that brings the defect in stands first.
    private func isSound(_ events: [RangeEvent]) -> Bool {
        let ids = events.map { event -> CommitID? in
            switch event {
            case .introduced(let id): id
            case .fixed(let id): id
            }
        }
        guard Set(ids).count == ids.count else { return false }
        if case .fixed? = events.first { return false }
        return true
    }

    private func fix(_ random: inout SeededGenerator, _ rows: Int) -> FixSet {
        FixSet(
            steps: (0..<(1 + random.below(3)))
                .map { _ in
                    FixStep(
                        alternatives: (0..<(1 + random.below(2)))
                            .map { _ in events(&random, rows) }
                    )
                }
        )
    }

    private func introducers(_ random: inout SeededGenerator, _ rows: Int) -> IntroducerSet? {
        if random.chance(30) { return nil }
        return IntroducerSet(
            (0..<random.below(4)).map { _ in events(&random, rows) },
            sinceBeginning: random.chance(15),
            requiresAll: random.chance(25)
        )
    }

    private func events(_ random: inout SeededGenerator, _ rows: Int) -> [FixEvent] {
        (0..<random.below(5))
            .map { number in
                FixEvent(
                    row: random.below(rows),
                    kind: number > 0 && random.chance(40) ? .cancel : .apply,
                    isPartial: random.chance(10)
                )
            }
    }
}
