import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting
import Testing

/// A mainline of small changes to three files, and a line that took some of them.
private struct ManyChanges {
    let repo: FixtureRepository
    private(set) var mainline: [CommitID] = []
    private(set) var line: CommitID

    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        repo = try FixtureRepository()
        var files: [String: [String]] = [:]
        for name in ["a.c", "b.c"] { files[name] = (0..<12).map { "\(name) \($0)" } }
        func tree() -> [String: FixtureChange] {
            files.mapValues { .text($0.joined(separator: "\n") + "\n") }
        }
        line = try repo.commit("Start", files: tree())
        try repo.branch("release/1.0", at: line)
        for number in 0..<9 {
            let name =
                random.chance(10)
                ? "new\(number).c" : files.keys.sorted()[random.below(files.count)]
            var lines = files[name] ?? ["first", "second", "third"]
            for _ in 0...random.below(2) {
                let place = random.below(lines.count)
                switch random.below(4) {
                case 0: lines.insert("new \(number) \(random.below(100))", at: place)
                case 1 where lines.count > 4: lines.remove(at: place)
                default: lines[place] = "changed \(number) \(random.below(100))"
                }
            }
            files[name] = lines
            mainline.append(try repo.commit("Change \(number)", files: tree()))
        }
        for commit in mainline.prefix(5) where random.chance(25) {
            if let pick = try? repo.cherryPick(commit, onto: "release/1.0") { line = pick }
        }
    }
}

@Suite("Prerequisites")
struct PrerequisiteTests {
    @Test("a found set is clean and minimal by git, and none is missed", arguments: 1...6)
    func provenByGit(seed: UInt64) throws {
        let history = try ManyChanges(seed: seed)
        let lab = PlanLab(history.repo)
        let (repository, containment) = try lab.open()
        let (index, source) = (containment.index, GitTreeSource(repository))
        let planner = PickPlanner(source: source, containment: containment)
        let tip = try #require(index.row(of: history.line))
        var (conflicts, found) = (0, 0)
        for (place, fix) in history.mainline.enumerated() {
            let note: Comment = "seed \(seed), fix \(place): \(fix)"
            let row = try #require(index.row(of: fix))
            let plan = planner.plan([row], onto: tip, prerequisites: .named)
            guard plan.steps[0].inPlan.verdict == .conflict else { continue }
            conflicts += 1
            let set = plan.steps[0].prerequisites
            let earlier = Array(history.mainline[..<place])
            let smallest = try bruteForce(earlier, fix, onto: history.line, source)
            #expect(set.isEmpty == (smallest == nil), note)
            guard !set.isEmpty else { continue }
            found += 1
            if let smallest { #expect(set.count == smallest, note) }
            #expect(try lab.pickByGit(set + [fix], onto: history.line) != nil, note)
            for member in set {
                let fewer = set.filter { $0 != member }
                #expect(try lab.pickByGit(fewer + [fix], onto: history.line) == nil, note)
            }
        }
        print("Prerequisites, seed \(seed): \(found) of \(conflicts) conflicts")
    }

    /// The size of the smallest of all sets of `earlier` that turn the pick of `fix` clean.
    private func bruteForce(
        _ earlier: [CommitID],
        _ fix: CommitID,
        onto line: CommitID,
        _ source: GitTreeSource
    ) throws -> Int? {
        let predictor = PickPredictor(source: source)
        let start = try predictor.objects.commit(line).tree
        var smallest: Int?
        for choice in 1..<(1 << earlier.count) where choice.nonzeroBitCount < smallest ?? .max {
            let set = earlier.indices.filter { choice >> $0 & 1 == 1 }.map { earlier[$0] }
            var tree: CommitID? = start
            for commit in set + [fix] {
                guard let target = tree else { break }
                let step = predictor.predict(
                    fix: commit,
                    ontoTree: target,
                    isKeepingObjects: true
                )
                predictor.adopt(step)
                tree = step.verdict == .clean ? step.tree : nil
            }
            if tree != nil { smallest = set.count }
        }
        return smallest
    }
}
