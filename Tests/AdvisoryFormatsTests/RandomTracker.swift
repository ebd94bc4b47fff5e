import AdvisoryFormats
import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting

/// A random project as a real repository, with random defects and decisions about them.
///
/// Lines leave the mainline one after the other, are merged into one another and into the mainline,
/// both ways at once too; some releases stand on a topic that no line took. Commits change nothing:
/// which of them fix a defect, revert the fix or bring the defect in is drawn, as is what the content
/// says where parallel branches disagree.
struct RandomTracker {
    /// One defect and what people decided about it, by lane.
    struct Defect {
        var fix: FixSet
        var introducers: IntroducerSet?
        var decisions: [Int: LineDecision]
    }

    let repo: FixtureRepository
    let index: CommitIndex
    let lines: ReleaseLines
    let containment: Containment
    let evaluator: StatusEvaluator
    private(set) var defects: [Defect] = []

    /// Makes `defectCount` defects over a history that depends on `seed` alone.
    init(seed: UInt64, defectCount: Int) throws {
        var random = SeededGenerator(seed: seed)
        repo = try FixtureRepository()
        let history = RandomHistory(&random)
        // One pack is quicker than a hundred files.
        let settings = ["-c", "fastimport.unpackLimit=1", "-c", "core.fsync=none"]
        let command = settings + ["fast-import", "--quiet", "--force"]
        try repo.gitBytes(command, input: history.stream())
        let folder = try RepositoryFolder(containing: repo.path, homeFolder: nil)
        let store = IndexStore(folder, cacheFolder: nil, options: .init())
        let index = try store.load(progress: SilentProgress()).index
        self.index = index
        let day = CalendarDay(secondsSince1970: 1_735_689_600)
        lines = try LineDetector.detect(in: index, today: day, isBare: true)
        containment = Containment(index: index, lines: lines)
        evaluator = StatusEvaluator(
            ancestry: Ancestry(index),
            content: { events, tip in
                let sum = events.reduce(index.id(tip).high) { $0 ^ index.id($1.row).middle }
                switch sum % 4 {
                case 0, 1: return .applied
                case 2: return .cancelled
                default: return .unknown("the content is in between")
                }
            }
        )
        defects = (0..<defectCount).map { _ in defect(&random) }
    }

    private func defect(_ random: inout SeededGenerator) -> Defect {
        let stepCount = random.chance(70) ? 1 : 2 + random.below(2)
        let fix = FixSet(
            steps: (0..<stepCount)
                .map { _ in
                    let count = random.chance(80) ? 1 : 2
                    return FixStep(alternatives: (0..<count).map { _ in events(&random, least: 1) })
                }
        )
        var introducers: IntroducerSet?
        if random.chance(65) {
            introducers = IntroducerSet(
                (0..<random.below(3))
                    .map { _ in events(&random, least: 0, limit: index.count / 2) },
                sinceBeginning: random.chance(20),
                requiresAll: random.chance(15)
            )
        }
        var decisions: [Int: LineDecision] = [:]
        if random.chance(40) {
            for lane in 0..<containment.laneCount where random.chance(35) {
                decisions[lane] = decision(&random)
            }
        }
        return Defect(fix: fix, introducers: introducers, decisions: decisions)
    }

    private func events(
        _ random: inout SeededGenerator,
        least: Int,
        limit: Int? = nil
    ) -> [FixEvent] {
        (0..<(least + random.below(4)))
            .map { number in
                FixEvent(
                    row: random.below(max(1, limit ?? index.count)),
                    kind: number > 0 && random.chance(35) ? .cancel : .apply,
                    isPartial: random.chance(8)
                )
            }
    }

    private func decision(_ random: inout SeededGenerator) -> LineDecision {
        switch random.below(6) {
        case 0: .affected
        case 1: .wontFix
        case 2: .deferred(until: "release 9.9")
        case 3: .underInvestigation
        default: .notApplicable(NotAffectedFlag.allCases[random.below(5)])
        }
    }
}

/// Commits, branches and tags before there is a repository.
private struct RandomHistory {
    private var parents: [[Int]] = []
    private var heads: [Int] = []
    private var tags: [(name: String, commit: Int)] = []
    private var counts: [Int] = []
    private var taken: Set<Int> = []

    init(_ random: inout SeededGenerator) {
        heads = [add([])]
        counts = [0]
        for _ in 0..<(2 + random.below(3)) {
            for _ in 0..<(1 + random.below(4)) { heads[0] = add([heads[0]]) }
            release(0)
            counts.append(0)
            heads.append(add([heads[0]]))
            if random.chance(60) { release(heads.count - 1) }
        }
        let size = parents.count + 20 + random.below(30)
        while parents.count < size { grow(&random) }
        for line in heads.indices { release(line) }
    }

    private mutating func add(_ parents: [Int]) -> Int {
        self.parents.append(parents)
        return self.parents.count - 1
    }

    private mutating func grow(_ random: inout SeededGenerator) {
        let line = random.below(heads.count)
        let other = random.below(heads.count)
        switch random.below(100) {
        case ..<12 where line != other: heads[line] = add([heads[line], heads[other]])
        case ..<18 where line != other:
            let (left, right) = (heads[line], heads[other])
            heads[line] = add([left, right])
            heads[other] = add([right, left])
        case ..<24:
            // A topic that leaves early and comes back.
            let topic = add([add([random.below(parents.count)])])
            heads[line] = add([heads[line], topic])
        case ..<26: heads[line] = add([heads[line], add([])])
        case ..<29: tag("v7.\(tags.count).0", add([random.below(parents.count)]))
        case ..<52: release(line)
        default: heads[line] = add([heads[line]])
        }
    }

    private mutating func release(_ line: Int) {
        counts[line] += 1
        // The mainline's releases are of a family that has no branch.
        tag(line == 0 ? "v0.\(counts[0]).0" : "v\(line).0.\(counts[line])", heads[line])
    }

    private mutating func tag(_ name: String, _ commit: Int) {
        if taken.insert(commit).inserted { tags.append((name, commit)) }
    }

    /// The history for `git fast-import`.
    func stream() -> [UInt8] {
        var stream = FixtureStream()
        let person = FixturePerson(name: "Ada Author", email: "ada@example.org")
        let work = "refs/heads/main"
        for (number, parents) in parents.enumerated() {
            stream.line("reset \(work)")
            stream.line("")
            stream.line("commit \(work)")
            stream.line("mark :\(number + 1)")
            // Equal times are for the order of events to settle.
            let time = 1_704_067_200 + Int64(number / 3) * 3_600
            stream.person("author", person, time: time)
            stream.person("committer", person, time: time)
            stream.data(Array("Change \(number)\n".utf8))
            for (place, parent) in parents.enumerated() {
                stream.line((place == 0 ? "from" : "merge") + " :\(parent + 1)")
            }
            stream.line("")
        }
        let branches = heads.enumerated()
            .map { ($0 == 0 ? work : "refs/heads/release/\($0).0", $1) }
        for (ref, commit) in branches + tags.map({ ("refs/tags/" + $0.name, $0.commit) }) {
            stream.line("reset \(ref)")
            stream.line("from :\(commit + 1)")
            stream.line("")
        }
        return stream.bytes
    }
}
