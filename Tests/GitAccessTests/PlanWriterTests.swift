import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting
import Testing

@Suite("PlanWriter")
struct PlanWriterTests {
    @Test("writes what git cherry-pick -x writes: tree, message, author", arguments: [11, 12])
    func agreesWithGit(seed: UInt64) throws {
        let lab = PlanLab(try FixtureRepository())
        var generator = PlanGenerator(seed: seed)
        let picks = try generator.makePicks(150, in: lab.repo)
        let (repository, containment) = try lab.open()
        let index = containment.index
        let planner = PickPlanner(source: GitTreeSource(repository), containment: containment)
        let writer = PlanWriter(repository, committer: PlanLab.committer)
        var written = 0
        for (number, pick) in picks.enumerated() {
            let note: Comment = "seed \(seed), pick \(number): \(pick.fix) onto \(pick.line)"
            let rows = try #require(index.row(of: pick.fix))
            let plan = planner.plan([rows], onto: try #require(index.row(of: pick.line)))
            let head = try lab.pickByGit([pick.fix], onto: pick.line)
            #expect((head != nil) == (plan.steps[0].inPlan.verdict == .clean), note)
            guard let head, plan.steps[0].isTaken else { continue }
            let ref = "refs/heads/written/\(number)"
            let branch = try #require(writer.write(plan, to: ref).first)
            written += 1
            let ours = try lab.story(ref, since: pick.line, in: lab.repo.path)
            #expect(try lab.story(head, since: pick.line, in: lab.clone) == ours, note)
            #expect(branch.commits.map(\.original) == [pick.fix], note)
            #expect(try lab.repo.commit(at: ref) == branch.commits[0].commit, note)
        }
        print("Generated picks, seed \(seed): \(picks.count), \(written) written")
        #expect(written >= 100, "seed \(seed): too few clean picks")
        try lab.repo.git("fsck", "--strict", "--no-dangling")
    }
}
