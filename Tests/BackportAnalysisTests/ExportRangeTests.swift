import BackportAnalysis
import MainstayCore
import Testing

/// Where a defect comes and goes, on small graphs.
///
/// Rows are numbered from 0 along the drawing; `I` brings the defect in, `F` fixes it, `X` reverts.
@Suite("Export ranges")
struct ExportRangeTests {
    /// A history with a mainline and lines of versions 1, 2 and so on, and releases by tag.
    private struct Drawing {
        let index: CommitIndex
        let containment: Containment
        let ranges: ExportRanges

        init(_ graph: [[Int]], tips: [Int], tags: [String: Int] = [:]) throws {
            index = try StatusGraph(graph).index()
            func line(_ lane: Int, _ tip: Int) -> ReleaseLine {
                ReleaseLine(
                    name: lane == 0 ? "main" : "\(lane).0",
                    ref: "refs/heads/\(lane)",
                    tip: tip,
                    version: lane == 0 ? nil : ReleaseVersion([lane, 0]),
                    kind: .regular,
                    phase: .maintenance,
                    phaseInferred: true,
                    isMainline: lane == 0
                )
            }
            let lines = tips.enumerated().map { line($0, $1) }
            let releases = tags.sorted { $0.key < $1.key }
                .map { tag, row in
                    Release(
                        tag: tag,
                        version: ReleaseVersion(tag) ?? ReleaseVersion([0]),
                        row: row,
                        isPrerelease: false
                    )
                }
            containment = Containment(
                index: index,
                lines: ReleaseLines(
                    mainline: lines[0],
                    lines: Array(lines.dropFirst()),
                    releases: releases
                )
            )
            let evaluator = StatusEvaluator(ancestry: Ancestry(index))
            ranges = ExportRanges(containment, evaluator: evaluator)
        }

        /// The events as `+row` and `-row`; `+0` without a row is the beginning.
        func words(_ export: DefectExport) -> [String] {
            export.events.map { event in
                switch event {
                case .introduced(nil): "+"
                case .introduced(let id?): "+\(index.row(of: id) ?? -1)"
                case .fixed(let id): "-\(index.row(of: id) ?? -1)"
                }
            }
        }

        func events(
            _ fix: FixSet,
            _ introducers: IntroducerSet? = nil,
            decisions: [Int: VersionState] = [:]
        ) -> [String] {
            words(ranges.export(of: fix, introducers: introducers, decisions: decisions))
        }

        func states(
            _ fix: FixSet,
            _ introducers: IntroducerSet? = nil,
            decisions: [Int: VersionState] = [:]
        ) -> [String: VersionState] {
            let export = ranges.export(of: fix, introducers: introducers, decisions: decisions)
            return export.releases.reduce(into: [:]) {
                $0[containment.lines.releases[$1.rank].tag] = $1.state
            }
        }
    }

    private func chain(_ count: Int) -> [[Int]] { (0..<count).map { $0 == 0 ? [] : [$0 - 1] } }

    // 0 - I - 2 - F - X - F - 6
    @Test("a revert brings it in again, a re-apply fixes it again")
    func reverts() throws {
        let drawing = try Drawing(chain(7), tips: [6])
        let fix = FixSet([.apply(3), .cancel(4), .apply(5)])
        #expect(drawing.events(fix, IntroducerSet([[.apply(1)]])) == ["+1", "-3", "+4", "-5"])
        #expect(drawing.events(fix) == ["+", "-3", "+4", "-5"])
        // What is reverted before it did anything changes nothing.
        let undone = IntroducerSet([[.apply(1), .cancel(2)]])
        #expect(drawing.events(fix, undone) == ["+1", "-2"])
    }

    // I - F - 2 - G - 4
    @Test("steps are fixed where the last of them lands")
    func steps() throws {
        let drawing = try Drawing(chain(5), tips: [4])
        let fix = FixSet(steps: [FixStep([.apply(1)]), FixStep([.apply(3)])])
        #expect(drawing.events(fix, IntroducerSet([[.apply(0)]])) == ["+0", "-3"])
    }

    // 0 - I - 2 - F - 4 - 5     mainline
    //          \- 6 - f - 8     line 1
    @Test("one range holds the backports of all lines")
    func backports() throws {
        let drawing = try Drawing(
            [[], [0], [1], [2], [3], [4], [2], [6], [7]],
            tips: [5, 8],
            tags: ["1.0.0": 6, "1.0.1": 8, "2.0": 4]
        )
        let fix = FixSet([.apply(3), .apply(7)])
        let introducers = IntroducerSet([[.apply(1)]])
        #expect(drawing.events(fix, introducers) == ["+1", "-3", "-7"])
        let states: [String: VersionState] = ["1.0.0": .affected, "1.0.1": .fixed, "2.0": .fixed]
        #expect(drawing.states(fix, introducers) == states)
    }

    // 0 - 1 - F - 3 - M     M merges what left before the fix
    //      \- t ------/
    @Test("a merge says nothing where the fix is above all else")
    func oldTopic() throws {
        let drawing = try Drawing([[], [0], [1], [2], [1], [3, 4]], tips: [5])
        #expect(drawing.events(FixSet([.apply(2)])) == ["+", "-2"])
    }

    // 0 - F ----- M     the reverted fix comes in beside the fix: content cannot tell
    //  \- X - t -/
    @Test("a merge of branches that disagree says what holds there")
    func disagreement() throws {
        let drawing = try Drawing([[], [0], [0], [2], [1, 3]], tips: [4])
        let introducers = IntroducerSet([[.apply(1)], [.apply(3)]])
        // Row 1 brings it in and row 2 fixes it: the merge holds both, none above the other.
        let events = drawing.events(FixSet([.apply(2)]), introducers)
        #expect(events.sorted() == ["+1", "+3", "-4"] && events.last == "-4")
    }

    @Test("a commit that no line and no release contains is no event")
    func topics() throws {
        // 0 - 1 - 2     mainline; 3 leaves at 1 and is no line
        let drawing = try Drawing([[], [0], [1], [1]], tips: [2])
        #expect(drawing.events(FixSet([.apply(3)]), IntroducerSet([[.apply(1)]])) == ["+1"])
        #expect(drawing.events(FixSet([]), IntroducerSet([[.apply(3)]])) == [])
        let tagged = try Drawing([[], [0], [1], [1]], tips: [2], tags: ["7.1": 3])
        #expect(tagged.events(FixSet([.apply(3)]), IntroducerSet([[.apply(1)]])) == ["+1", "-3"])
        #expect(tagged.containment.homeLanes() == [nil])
    }

    // 0 - I - 2 - 3     mainline, 1.0.0 at 2
    //          \- 4 - 5     line 1, 1.0.1 at 5
    @Test("what people decided about a line counts for its releases and its own commits alone")
    func decisions() throws {
        let drawing = try Drawing(
            [[], [0], [1], [2], [2], [4]],
            tips: [3, 5],
            tags: ["1.0.0": 2, "1.0.1": 5, "0.9": 1]
        )
        let introducers = IntroducerSet([[.apply(1)]])
        let none = FixSet(steps: [])
        #expect(drawing.containment.homeLanes() == [0, 1, 1])
        // The release at which the line leaves is the line's; the mainline goes on affected.
        let spared: [Int: VersionState] = [1: .notAffected]
        #expect(drawing.events(none, introducers, decisions: spared) == ["+1", "-2", "+3"])
        #expect(
            drawing.states(none, introducers, decisions: spared)
                == ["0.9": .affected, "1.0.0": .notAffected, "1.0.1": .notAffected]
        )
        for state in [VersionState.affected, .unknown] {
            #expect(drawing.events(none, introducers, decisions: [1: state]) == ["+1"])
            let told = drawing.states(none, introducers, decisions: [1: state])
            #expect(told == ["0.9": .affected, "1.0.0": state, "1.0.1": state])
        }
        // Over what is fixed or was never exposed nobody decides.
        let fix = FixSet([.apply(4)])
        let decided = drawing.states(fix, introducers, decisions: [1: .unknown])
        #expect(decided["1.0.1"] == .fixed && decided["1.0.0"] == .unknown)
    }

    @Test("the order in which commits were read is not in the events")
    func numbering() throws {
        var events = 0
        for seed in UInt64(1)...300 {
            var random = SeededGenerator(seed: seed)
            let history = RandomStatusHistory(&random)
            let fix = history.fix(&random)
            let introducers = history.introducers(&random)
            let (graph, rows) = history.graph.renumbered(&random)
            func export(_ graph: StatusGraph, _ place: (Int) -> Int) throws -> [RangeEvent] {
                let ids = (0..<graph.count).map { HistoryFixture.id($0) }
                var named = ids
                for row in ids.indices { named[place(row)] = ids[row] }
                let index = try graph.index(ids: named)
                let lines = history.heads.enumerated()
                    .map { lane, tip in
                        ReleaseLine(
                            name: "\(lane)",
                            ref: "refs/heads/\(lane)",
                            tip: place(tip),
                            version: nil,
                            kind: .regular,
                            phase: .maintenance,
                            phaseInferred: true,
                            isMainline: lane == 0
                        )
                    }
                let containment = Containment(
                    index: index,
                    lines: ReleaseLines(
                        mainline: lines[0],
                        lines: Array(lines.dropFirst()),
                        releases: []
                    )
                )
                let evaluator = StatusEvaluator(
                    ancestry: Ancestry(index),
                    content: { _, tip in index.id(tip).high % 2 == 0 ? .applied : .cancelled }
                )
                return ExportRanges(containment, evaluator: evaluator)
                    .export(of: fix.moved(place), introducers: introducers?.moved(place)).events
            }
            let first = try export(history.graph) { $0 }
            #expect(try export(graph) { rows[$0] } == first, "seed \(seed)")
            events += first.count
        }
        #expect(events > 500)
    }
}

extension FixSet {
    fileprivate func moved(_ place: (Int) -> Int) -> FixSet {
        FixSet(
            steps: steps.map { step in
                FixStep(alternatives: step.alternatives.map { $0.map { $0.moved(place) } })
            }
        )
    }
}

extension IntroducerSet {
    fileprivate func moved(_ place: (Int) -> Int) -> IntroducerSet {
        IntroducerSet(
            introducers.map { $0.map { $0.moved(place) } },
            sinceBeginning: sinceBeginning,
            requiresAll: requiresAll
        )
    }
}

extension FixEvent {
    fileprivate func moved(_ place: (Int) -> Int) -> FixEvent {
        FixEvent(row: place(row), kind: kind, isPartial: isPartial)
    }
}
