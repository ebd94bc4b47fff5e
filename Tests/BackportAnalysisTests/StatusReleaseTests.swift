import BackportAnalysis
import MainstayCore
import Testing

@Suite("Status in releases and cut histories")
struct StatusReleaseTests {
    private func evaluator(_ parents: [[Int]]) throws -> StatusEvaluator {
        StatusEvaluator(ancestry: Ancestry(try StatusGraph(parents).index()))
    }

    private func chain(_ count: Int) -> [[Int]] { (0..<count).map { $0 == 0 ? [] : [$0 - 1] } }

    // MARK: Releases

    // 0 - r - F - r - 4 - r - 6
    @Test("the shown release is the first of the fixed ones")
    func firstRelease() throws {
        let verdict = try evaluator(chain(7))
            .verdict(
                of: FixSet([.apply(2)]),
                on: LineTarget(tip: 6, releases: [1, 3, 5])
            )
        #expect(verdict == LineVerdict(status: .fixed, commits: [2], firstRelease: 1))
    }

    // F r - X r - F r - t
    @Test("a release without the fix breaks the run")
    func brokenRun() throws {
        let verdict = try evaluator(chain(4))
            .verdict(
                of: FixSet([.apply(0), .cancel(1), .apply(2)]),
                on: LineTarget(tip: 3, releases: [0, 1, 2])
            )
        #expect(verdict.status == .fixed)
        #expect(verdict.firstRelease == 2)
    }

    // 0 - r - F - t
    @Test("what no release holds is fixed on the branch, not yet released", arguments: [[], [1]])
    func unreleased(releases: [Int]) throws {
        let target = LineTarget(tip: 3, releases: releases)
        let evaluator = try evaluator(chain(4))
        let fix = FixSet([.apply(2)])
        let verdict = evaluator.verdict(of: fix, on: target)
        #expect(verdict == LineVerdict(status: .fixedUnreleased, commits: [2]))
        // The same by the long way, as one of two alternatives.
        let long = FixSet(steps: [FixStep(alternatives: [[.apply(2)], []])])
        #expect(evaluator.verdict(of: long, on: target) == verdict)
    }

    // 0 - r1 - F - t
    //  \- F r2 -/       r2 is merged, ranks above r1
    @Test("the order of releases is by rank, not by history")
    func mergedRelease() throws {
        let graph = [[], [0], [0], [1], [3, 2]]
        let fix = FixSet([.apply(3), .apply(2)])
        let ranked = LineTarget(tip: 4, releases: [1, 2])
        #expect(try evaluator(graph).verdict(of: fix, on: ranked).firstRelease == 1)
        let other = LineTarget(tip: 4, releases: [2, 1])
        #expect(try evaluator(graph).verdict(of: fix, on: other).status == .fixedUnreleased)
    }

    // r - F - t
    @Test("a version is its own release: it is never fixed but unreleased")
    func version() throws {
        let fix = FixSet([.apply(1)])
        let evaluator = try evaluator(chain(3))
        #expect(evaluator.verdict(of: fix, on: LineTarget(version: 2)).status == .fixed)
        #expect(evaluator.verdict(of: fix, on: LineTarget(version: 2)).firstRelease == 0)
        #expect(evaluator.verdict(of: fix, on: LineTarget(version: 0)).status == .missing)
    }

    // F r - X - t
    @Test("a fix that is released and reverted since is reverted")
    func revertedSince() throws {
        let verdict = try evaluator(chain(3))
            .verdict(
                of: FixSet([.apply(0), .cancel(1)]),
                on: LineTarget(tip: 2, releases: [0])
            )
        #expect(verdict == LineVerdict(status: .reverted, reverts: [1]))
    }

    // MARK: Absent history

    // ( - 0 - 1 - 2
    private let cut = [[Int(CommitIndexImage.ParentMark.cut)], [0], [1]]
    private let words = "the history is cut (shallow clone)"

    @Test("unknown is said only where the absent history matters")
    func cutHistory() throws {
        let evaluator = try evaluator(cut)
        let target = LineTarget(tip: 2, releases: [2])
        let absent = evaluator.verdict(of: FixSet([]), on: target)
        #expect(absent == LineVerdict(status: .unknown, reason: words))
        // Seen applied, seen reverted: what lies below changes nothing.
        #expect(evaluator.verdict(of: FixSet([.apply(1)]), on: target).status == .fixed)
        let reverted = FixSet([.cancel(1)])
        #expect(evaluator.verdict(of: reverted, on: target).status == .reverted)
        // One step is seen, the other may be below.
        let steps = FixSet(steps: [FixStep([.apply(1)]), FixStep([])])
        #expect(evaluator.verdict(of: steps, on: target).status == .unknown)
        // A part is seen; the rest may be below.
        let part = FixSet([.apply(1, isPartial: true)])
        #expect(evaluator.verdict(of: part, on: target).status == .unknown)
    }

    @Test("in a cut history, what came in where it is seen is not fixed below")
    func cutIntroducers() throws {
        let evaluator = try evaluator(cut)
        let target = LineTarget(tip: 2, releases: [2])
        let none = FixSet([])
        let seen = IntroducerSet([[.apply(1)]])
        #expect(evaluator.verdict(of: none, introducers: seen, on: target).status == .affected)
        let reverted = IntroducerSet([[.apply(0), .cancel(1)]])
        #expect(
            evaluator.verdict(of: none, introducers: reverted, on: target).status == .notAffected
        )
        let hidden = IntroducerSet([[]])
        #expect(evaluator.verdict(of: none, introducers: hidden, on: target).status == .unknown)
        let always = IntroducerSet([], sinceBeginning: true)
        #expect(evaluator.verdict(of: none, introducers: always, on: target).status == .unknown)
        // The fix is seen; whether it was needed is not.
        let fixed = FixSet([.apply(1)])
        #expect(evaluator.verdict(of: fixed, introducers: hidden, on: target).status == .fixed)
    }

    // ( - 0 r - F - t
    @Test("a release in cut history may hold an earlier copy of the fix")
    func cutRelease() throws {
        let verdict = try evaluator(cut)
            .verdict(
                of: FixSet([.apply(1)]),
                on: LineTarget(tip: 2, releases: [0])
            )
        #expect(verdict.status == .unknown)
        #expect(verdict.reason == words)
    }

    // ( - I - X r - I - F t
    @Test("a release that is not exposed may hold the fix below the cut all the same")
    func cutReleaseNotExposed() throws {
        let verdict = try evaluator(cut + [[2]])
            .verdict(
                of: FixSet([.apply(3)]),
                introducers: IntroducerSet([[.apply(0), .cancel(1), .apply(2)]]),
                on: LineTarget(tip: 3, releases: [1])
            )
        #expect(verdict.status == .unknown)
    }

    @Test("the reason is the caller's, where the caller knows better")
    func gapInWords() throws {
        let ancestry = Ancestry(try StatusGraph(chain(2)).index())
        let evaluator = StatusEvaluator(
            ancestry: ancestry,
            gap: { _ in "commit 1a2b3c4 is absent" }
        )
        let verdict = evaluator.verdict(of: FixSet([]), on: LineTarget(version: 1))
        #expect(verdict.reason == "commit 1a2b3c4 is absent")
        let absent = try self.evaluator([[Int(CommitIndexImage.ParentMark.absent)]])
        let reason = absent.verdict(of: FixSet([]), on: LineTarget(version: 0)).reason
        #expect(reason == "commits of the history are absent")
    }

    // MARK: The common case

    @Test("a plain fix asks only whether the tips hold its commits")
    func plainFix() throws {
        // The history is empty: any question about it would end the test.
        let evaluator = StatusEvaluator(
            ancestry: Ancestry(try StatusGraph().index()),
            contains: { row, tip in row == 70 && tip >= 80 }
        )
        let fix = FixSet([.apply(60), .apply(70)])
        let target = LineTarget(tip: 90, releases: [75, 80, 85])
        let verdict = evaluator.verdict(of: fix, on: target)
        #expect(verdict == LineVerdict(status: .fixed, commits: [70], firstRelease: 1))
        let empty = IntroducerSet([])
        #expect(evaluator.verdict(of: fix, introducers: empty, on: target) == verdict)
        #expect(evaluator.verdict(of: fix, on: LineTarget(version: 75)).status == .missing)
    }

    // MARK: Upgrades

    @Test("an upgrade that loses the fix is flagged")
    func upgradeRegression() {
        let flags = upgradeRegressions([
            LineStanding(.fixed),  // the mainline
            LineStanding(.missing, isSupported: false),
            LineStanding(.fixed),
            LineStanding(.reverted),
            LineStanding(.fixedUnreleased),
            LineStanding(.notAffected),
            LineStanding(.fixed, isSupported: false),
        ])
        #expect(flags == [false, false, false, false, true, false, true])
    }

    @Test("only a newer line that surely lacks the fix counts", arguments: LineStatus.allCases)
    func upgradeFrom(newer: LineStatus) {
        let lacks: Set<LineStatus> = [.affected, .partial, .reverted, .missing]
        let flags = upgradeRegressions([LineStanding(newer), LineStanding(.fixed)])
        #expect(flags == [false, lacks.contains(newer)])
        let older = upgradeRegressions([LineStanding(.fixed), LineStanding(newer)])
        #expect(older == [false, false])
    }
}
