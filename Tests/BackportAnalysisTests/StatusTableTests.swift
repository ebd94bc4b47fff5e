import BackportAnalysis
import MainstayCore
import Testing

/// Each sentence about the status of a fix, on a small graph.
///
/// Rows are numbered from 0 along the drawing; `F` applies the fix, `X` reverts it, `I` brings the
/// defect in, `t` is the tip and `r` a release.
@Suite("Status table")
struct StatusTableTests {
    private func verdict(
        _ parents: [[Int]],
        _ fix: FixSet,
        _ introducers: IntroducerSet? = nil,
        on target: LineTarget,
        content: ContentFinding = .unknown("the content is in between")
    ) throws -> LineVerdict {
        let ancestry = Ancestry(try StatusGraph(parents).index())
        let evaluator = StatusEvaluator(ancestry: ancestry, content: { _, _ in content })
        return evaluator.verdict(of: fix, introducers: introducers, on: target)
    }

    // 0 - 1 - 2 - ... - `count - 1`.
    private func chain(_ count: Int) -> [[Int]] { (0..<count).map { $0 == 0 ? [] : [$0 - 1] } }

    // 0 - 1 - 3
    //  \- 2 -/      3 is the tip.
    private let diamond = [[], [0], [0], [1, 2]]

    private func line(_ tip: Int) -> LineTarget { LineTarget(tip: tip, releases: [tip]) }

    // MARK: Steps and alternatives

    // F - G - t
    @Test("every step is required")
    func steps() throws {
        let both = FixSet(steps: [FixStep([.apply(0)]), FixStep([.apply(1)])])
        #expect(try verdict(chain(3), both, on: line(2)).status == .fixed)
        let half = try verdict(chain(3), both, on: line(0))
        #expect(half.status == .partial)
        #expect(half.reason == "1 of 2 steps applied")
        #expect(half.commits == [0])
    }

    // 0 - F - t
    //  \- G - u
    @Test("a different commit may fix one line")
    func alternatives() throws {
        let graph = [[], [0], [1], [0], [3]]
        let fix = FixSet(steps: [FixStep(alternatives: [[.apply(1)], [.apply(3)]])])
        #expect(try verdict(graph, fix, on: line(2)).commits == [1])
        #expect(try verdict(graph, fix, on: line(4)).commits == [3])
        #expect(try verdict(graph, fix, on: line(4)).status == .fixed)
        #expect(try verdict(graph, fix, on: line(0)).status == .missing)
    }

    @Test("a defect without a known fix is never fixed")
    func noSteps() throws {
        let none = FixSet(steps: [])
        #expect(try verdict(chain(2), none, on: line(1)).status == .missing)
        let introducers = IntroducerSet([[.apply(1)]])
        #expect(try verdict(chain(2), none, introducers, on: line(1)).status == .affected)
        #expect(try verdict(chain(2), none, introducers, on: line(0)).status == .notAffected)
    }

    // MARK: Events

    // F - X - F - X
    @Test(
        "on a linear line the last event wins",
        arguments: [
            (0, LineStatus.fixed), (1, .reverted), (2, .fixed), (3, .reverted),
        ]
    )
    func lastEventWins(tip: Int, status: LineStatus) throws {
        let fix = FixSet([.apply(0), .cancel(1), .apply(2), .cancel(3)])
        let verdict = try verdict(chain(4), fix, on: line(tip))
        #expect(verdict.status == status)
        #expect(verdict.commits == (status == .fixed ? [tip] : []))
        #expect(verdict.reverts == (status == .fixed ? [] : [tip]))
    }

    // 0 - F - X     mainline
    //      \- t     the line branched before the revert
    @Test("a revert elsewhere changes nothing here")
    func revertElsewhere() throws {
        let fix = FixSet([.apply(1), .cancel(2)])
        #expect(try verdict([[], [0], [1], [1]], fix, on: line(3)).status == .fixed)
    }

    // 0 - F - t
    //  \- X -/
    @Test(
        "where parallel branches disagree the content decides",
        arguments: [
            (ContentFinding.applied, LineStatus.fixed),
            (.cancelled, .reverted),
            (.unknown("blob 1a2b3c4 is absent"), .unknown),
        ]
    )
    func mixed(content: ContentFinding, status: LineStatus) throws {
        let fix = FixSet([.apply(1), .cancel(2)])
        let verdict = try verdict(diamond, fix, on: line(3), content: content)
        #expect(verdict.status == status)
        #expect(verdict.isMixed)
        #expect(verdict.reason == (status == .unknown ? "blob 1a2b3c4 is absent" : nil))
    }

    // 0 - F - t
    //  \- F -/
    @Test("parallel events that agree need no content")
    func parallelAgreement() throws {
        let applied = try verdict(diamond, FixSet([.apply(1), .apply(2)]), on: line(3))
        #expect(applied.status == .fixed)
        #expect(applied.commits == [1, 2])
        #expect(!applied.isMixed)
        let cancelled = FixSet([.apply(0), .cancel(1), .cancel(2)])
        #expect(try verdict(diamond, cancelled, on: line(3)).status == .reverted)
    }

    // F - x - t     x reverts some of the paths
    @Test("a revert of some paths makes the step partial")
    func partialRevert() throws {
        let events: [FixEvent] = [.apply(0), .cancel(1, isPartial: true)]
        let partial = try verdict(chain(4), FixSet(events), on: line(2))
        #expect(partial.status == .partial)
        #expect(partial.reason == "reverted in part")
        #expect(partial.commits == [0])
        #expect(partial.reverts == [1])
        let again = FixSet(events + [.apply(2)])
        #expect(try verdict(chain(4), again, on: line(3)).status == .fixed)
        let gone = FixSet(events + [.cancel(2)])
        #expect(try verdict(chain(4), gone, on: line(3)).status == .reverted)
        let steps = FixSet(steps: [FixStep(events), FixStep([.apply(2)])])
        let reason = try verdict(chain(4), steps, on: line(3)).reason
        #expect(reason == "1 of 2 steps applied, another one in part")
    }

    // F - t
    @Test("a pick of some paths is partial, but takes nothing from a whole one")
    func partialApply() throws {
        let some = FixSet([.apply(0, isPartial: true)])
        #expect(try verdict(chain(2), some, on: line(1)).status == .partial)
        #expect(try verdict(chain(2), some, on: line(1)).reason == "applied in part")
        let more = FixSet([.apply(0), .apply(1, isPartial: true)])
        #expect(try verdict(chain(2), more, on: line(1)).status == .fixed)
    }

    // p - q - t     S is elsewhere
    @Test("a change picked in parts is partial until all parts are there")
    func parts() throws {
        let graph = chain(3) + [[]]
        let fix = FixSet(
            steps: [0, 1].map { FixStep(alternatives: [[.apply(3)], [.apply($0)]]) }
        )
        #expect(try verdict(graph, fix, on: line(0)).status == .partial)
        #expect(try verdict(graph, fix, on: line(2)).status == .fixed)
        #expect(try verdict(graph, fix, on: line(3)).status == .fixed)
    }

    // MARK: Introducers

    // 0 - I - F     mainline
    //  \- i - t     the line has its own backport of the introducer
    //  \- u
    @Test("a line is affected by its own backport of the introducer")
    func introducerBackport() throws {
        let graph = [[], [0], [1], [0], [3], [0]]
        let fix = FixSet([.apply(2)])
        let introducers = IntroducerSet([[.apply(1), .apply(3)]])
        let affected = try verdict(graph, fix, introducers, on: line(4))
        #expect(affected.status == .affected)
        #expect(affected.introducers == [3])
        #expect(try verdict(graph, fix, introducers, on: line(5)).status == .notAffected)
        #expect(try verdict(graph, fix, introducers, on: line(2)).status == .fixed)
    }

    // I - X - t
    @Test("a line whose introducer was reverted is not affected")
    func introducerReverted() throws {
        let introducers = IntroducerSet([[.apply(0), .cancel(1)]])
        let fix = FixSet([.apply(3)])
        #expect(try verdict(chain(4), fix, introducers, on: line(2)).status == .notAffected)
        #expect(try verdict(chain(4), fix, introducers, on: line(0)).status == .affected)
    }

    // I - J - t
    @Test(
        "any introducer exposes a line, unless all are needed",
        arguments: [
            (0, false, LineStatus.affected), (0, true, .notAffected), (2, true, .affected),
        ]
    )
    func requiresAll(tip: Int, requiresAll: Bool, status: LineStatus) throws {
        let introducers = IntroducerSet([[.apply(0)], [.apply(1)]], requiresAll: requiresAll)
        let verdict = try verdict(chain(3), FixSet([]), introducers, on: line(tip))
        #expect(verdict.status == status)
        let isHalf = tip == 0 && requiresAll
        #expect(verdict.reason == (isHalf ? "not every introducing commit is applied" : nil))
    }

    @Test("a defect may be there since the beginning")
    func sinceBeginning() throws {
        let introducers = IntroducerSet([], sinceBeginning: true)
        let affected = try verdict(chain(3), FixSet([.apply(2)]), introducers, on: line(1))
        #expect(affected.status == .affected)
        #expect(affected.reason == "there since the beginning")
        #expect(
            try verdict(chain(3), FixSet([.apply(2)]), introducers, on: line(2)).status == .fixed
        )
    }

    // F - I - t
    @Test("a fix below every applied introducer does not close the line")
    func fixBeforeIntroducer() throws {
        let fix = FixSet([.apply(0)])
        let early = try verdict(chain(3), fix, IntroducerSet([[.apply(1)]]), on: line(2))
        #expect(early.status == .affected)
        #expect(early.reason == "the fix came before the introducing commit")
        #expect(early.commits == [])
        // A second introducer, not above the fix, was applied: the fix is for that one.
        let two = IntroducerSet([[.apply(1)], [.apply(0)]])
        #expect(try verdict(chain(3), fix, two, on: line(2)).status == .fixed)
        let always = IntroducerSet([[.apply(1)]], sinceBeginning: true)
        #expect(try verdict(chain(3), fix, always, on: line(2)).status == .fixed)
        // F - X - I: what was reverted before the defect came in was no fix of it either.
        let reverted = FixSet([.apply(0), .cancel(1)])
        let later = IntroducerSet([[.apply(2)]])
        #expect(try verdict(chain(3), reverted, later, on: line(2)).status == .affected)
    }

    @Test("one commit that brings the defect in together with its fix is fixed")
    func squashOfBoth() throws {
        let verdict = try verdict(
            chain(2),
            FixSet([.apply(1)]),
            IntroducerSet([[.apply(1)]]),
            on: line(1)
        )
        #expect(verdict.status == .fixed)
    }

    // MARK: Order of the table

    // I - F - X - t
    @Test("reverted stands above affected, partial above reverted")
    func order() throws {
        let introducers = IntroducerSet([[.apply(0)]])
        let first = FixStep([.apply(1), .cancel(2)])
        #expect(
            try verdict(chain(4), FixSet(steps: [first]), introducers, on: line(3)).status
                == .reverted
        )
        let two = FixSet(steps: [first, FixStep([.apply(3)])])
        #expect(try verdict(chain(4), two, introducers, on: line(3)).status == .partial)
        #expect(try verdict(chain(4), two, introducers, on: line(2)).status == .reverted)
        #expect(try verdict(chain(4), two, introducers, on: line(0)).status == .affected)
        #expect(try verdict(chain(4), two, on: line(0)).status == .missing)
        // Not exposed: whatever became of the fix.
        let other = IntroducerSet([[]])
        #expect(try verdict(chain(4), two, other, on: line(3)).status == .notAffected)
    }
}
