import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting
import Testing

@Suite("PickPlan")
struct PlanTests {
    private func file(_ changes: [Int: String] = [:]) -> FixtureChange {
        .text((1...20).map { changes[$0] ?? "line \($0)" }.joined(separator: "\n") + "\n")
    }

    // main  start - one - two - three - four
    // line      \ own
    //
    // `two` changes the line next to `one`; `three` another file; `four` what `own` changed.
    private func history() throws -> (lab: PlanLab, fixes: [CommitID], tip: CommitID) {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": file(), "b.c": file()])
        try repo.branch("release/1.0", at: start)
        let fixes = [
            try repo.commit("One", files: ["a.c": file([3: "one"])]),
            try repo.commit("Two", files: ["a.c": file([3: "one", 4: "two"])]),
            try repo.commit("Three", files: ["b.c": file([9: "three"])]),
            try repo.commit("Four", files: ["b.c": file([9: "three", 18: "four"])]),
        ]
        let own = try repo.commit("Own", files: ["b.c": file([18: "own"])], on: "release/1.0")
        return (PlanLab(repo), fixes, own)
    }

    private func words(_ plan: PickPlan) -> [String] {
        plan.steps.map { "\($0.alone.verdict.word) \($0.inPlan.verdict.word)" }
    }

    @Test("steps stand in mainline order, and each tells its verdict alone and in the plan")
    func order() throws {
        let (lab, fixes, tip) = try history()
        let plan = try lab.plan([fixes[3], fixes[1], fixes[0], fixes[2], fixes[1]], onto: tip)
        #expect(plan.steps.map(\.commit) == fixes)
        #expect(
            words(plan) == ["clean clean", "conflict clean", "clean clean", "conflict conflict"]
        )
        #expect(plan.tip == tip)
        #expect(!plan.isClean)
        #expect(plan.steps.map(\.stoppedBy) == [nil, nil, nil, nil])
    }

    @Test("a failed step is left out, and the rest is what git makes of it")
    func leftOut() throws {
        let (lab, fixes, tip) = try history()
        let plan = try lab.plan(fixes, onto: tip)
        let head = try #require(try lab.pickByGit(Array(fixes[..<3]), onto: tip))
        #expect(
            try GitCommand.output(["rev-parse", "\(head)^{tree}"], in: lab.clone) == plan.tree?.hex
        )
        let branches = try lab.writer().write(plan, to: "refs/heads/x", choice: .clean)
        #expect(branches.map(\.ref) == ["refs/heads/x"])
        #expect(branches[0].commits.map(\.original) == Array(fixes[..<3]))
        #expect(
            try lab.story("x", since: tip, in: lab.repo.path)
                == lab.story(head, since: tip, in: lab.clone)
        )
    }

    @Test("a step that fails only in the plan names the step that is in its way")
    func culprit() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": file(), "b.c": file()])
        try repo.branch("release/1.0", at: start)
        let first = try repo.commit("First", files: ["a.c": file([3: "first"])])
        let other = try repo.commit("Other", files: ["b.c": file([3: "other"])])
        let taken = try repo.commit("Taken back", files: ["a.c": file()])
        let last = try repo.commit("Last", files: ["a.c": file([3: "last"])])
        let plan = try PlanLab(repo).plan([first, other, last], onto: start)
        #expect(words(plan) == ["clean clean", "clean clean", "clean conflict"])
        #expect(plan.steps[2].stoppedBy == first)
        let all = try PlanLab(repo).plan([first, other, taken, last], onto: start)
        #expect(all.isClean)
        // What is in the way of the last is undone by a commit that was not asked for.
        let mended = try PlanLab(repo).plan([first, last], onto: start, prerequisites: .planned)
        #expect(mended.steps.map(\.commit) == [first, taken, last])
        #expect(mended.steps.map(\.neededBy) == [[], [last], []])
        #expect(mended.isClean)
    }

    @Test("what several fixes need is planned once; what serves no fix is left out")
    func shared() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": file()])
        let line = try repo.commit(
            "Own",
            files: ["b.c": file([9: "own"])],
            on: "release/1.0",
            parents: [start]
        )
        let base = try repo.commit("Base", files: ["a.c": file([9: "base", 12: "base"])])
        let one = try repo.commit("One", files: ["a.c": file([9: "one", 12: "base"])])
        let two = try repo.commit("Two", files: ["a.c": file([9: "one", 12: "two"])])
        let lone = try repo.commit("Lone", files: ["b.c": file([9: "lone"])])
        let plan = try PlanLab(repo).plan([two, one, lone], onto: line, prerequisites: .planned)
        #expect(plan.steps.map(\.commit) == [base, one, two, lone])
        #expect(plan.steps.map(\.neededBy) == [[one], [], [], []])
        #expect(plan.steps.map(\.prerequisites) == [[], [base], [], []])
        #expect(plan.steps.map(\.isFailed) == [false, false, false, true])
        let named = try PlanLab(repo).plan([two, one], onto: line, prerequisites: .named)
        #expect(named.steps.map(\.prerequisites) == [[base], [base]])
        #expect(named.steps.map(\.isFailed) == [true, true])
    }

    @Test("a prerequisite that a merge brings in is the commit itself, not the merge")
    func merged() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": file()])
        try repo.branch("release/1.0", at: start)
        let side = try repo.commit(
            "Side",
            files: ["a.c": file([9: "side"])],
            on: "topic",
            parents: [start]
        )
        let other = try repo.commit("Other side", files: ["c.c": file()], on: "topic")
        try repo.merge(other)
        let fix = try repo.commit("Fix", files: ["a.c": file([9: "fix"])])
        let plan = try PlanLab(repo).plan([fix], onto: start, prerequisites: .named)
        #expect(plan.steps[0].prerequisites == [side])
    }

    @Test("a file that the line lacks comes with the commit that made it, moved or not")
    func missingFile() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": "x\n"])
        try repo.branch("release/1.0", at: start)
        let made = try repo.commit("Make", files: ["old.c": file()])
        try repo.commit("Elsewhere", files: ["a.c": "y\n"])
        let moved = try repo.commit("Move", files: ["old.c": nil, "new/name.c": file()])
        let fix = try repo.commit("Fix", files: ["new/name.c": file([9: "fix"])])
        let plan = try PlanLab(repo).plan([fix], onto: start, prerequisites: .named)
        // Git applies the fix to the file under its old name, so the move is not needed.
        #expect(plan.steps[0].prerequisites == [made])
        #expect(try PlanLab(repo).pickByGit([made, fix], onto: start) != nil)
        #expect(moved != made)
    }

    @Test("a tip whose tree is absent makes every step unknown")
    func absent() throws {
        let (lab, fixes, _) = try history()
        let opened = try lab.open()
        let index = opened.containment.index
        let planner = PickPlanner(source: NoObjects(), containment: opened.containment)
        let row = try #require(index.row(of: fixes[0]))
        let plan = planner.plan([row], onto: row, prerequisites: .planned, isDrafting: true)
        #expect(plan.steps.map(\.inPlan.verdict.word) == ["unknown"])
        #expect(plan.tree == nil)
        #expect(plan.drafts.isEmpty)
    }
}

/// A source that holds nothing.
private final class NoObjects: TreeSource {
    func readObject(_ id: CommitID, kind: ObjectKind) throws(ObjectFault) -> [UInt8] {
        throw ObjectFault(id, kind: kind, reason: .absent)
    }
    func blobSize(_ id: CommitID) throws(ObjectFault) -> Int {
        throw ObjectFault(id, kind: .blob, reason: .absent)
    }
    func objectID(of bytes: [UInt8], kind: ObjectKind) throws(ObjectFault) -> CommitID {
        CommitID(high: 0, middle: 0, low: 0)
    }
    func mergeTexts(
        base: [UInt8],
        line: [UInt8],
        fix: [UInt8]
    ) throws(ObjectFault) -> [UInt8]? { nil }
    func markedText(
        base: [UInt8],
        line: [UInt8],
        fix: [UInt8],
        labels: (line: String, fix: String)
    ) throws(ObjectFault) -> [UInt8] { [] }
}
