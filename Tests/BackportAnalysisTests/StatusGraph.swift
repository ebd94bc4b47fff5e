import BackportAnalysis
import MainstayCore

/// A history of bare commits: the parents of each row, or marks of `CommitIndexImage.ParentMark`.
struct StatusGraph {
    private(set) var parents: [[Int]] = []

    init(_ parents: [[Int]] = []) { self.parents = parents }

    var count: Int { parents.count }

    @discardableResult
    mutating func add(_ parents: [Int]) -> Int {
        self.parents.append(parents)
        return count - 1
    }

    /// Rows of the history of each row, itself among them: plain sets, for oracles.
    var histories: [Set<Int>] {
        var histories: [Set<Int>] = []
        for (row, parents) in parents.enumerated() {
            histories.append(
                parents.filter { $0 >= 0 }.reduce(into: [row]) { $0.formUnion(histories[$1]) }
            )
        }
        return histories
    }

    /// The same history with its commits in another order, parents first; and the row of each.
    func renumbered(_ random: inout SeededGenerator) -> (graph: StatusGraph, rows: [Int]) {
        var rows = [Int](repeating: -1, count: count)
        var graph = StatusGraph()
        while graph.count < count {
            let ready = (0..<count)
                .filter { row in
                    rows[row] < 0 && parents[row].allSatisfy { $0 < 0 || rows[$0] >= 0 }
                }
            let next = ready[random.below(ready.count)]
            rows[next] = graph.add(parents[next].map { $0 < 0 ? $0 : rows[$0] })
        }
        return (graph, rows)
    }

    /// The index of the history; the ids of its rows are always the same, unless `ids` gives them.
    func index(ids: [CommitID]? = nil) throws -> CommitIndex {
        var builder = CommitIndexBuilder(capacity: 0)
        let text = """
            tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
            author A <a@example.org> 1600000000 +0000
            committer A <a@example.org> 1600000000 +0000

            Change

            """
        var bytes = Array(text.utf8)
        try bytes.withUnsafeMutableBytes { buffer in
            let raw = UnsafeRawBufferPointer(buffer)
            var records: [UInt8] = []
            guard let scanned = ScannedCommit(raw, records: &records) else {
                throw HistoryFixture.UnsoundIndex()
            }
            let none = UnsafeRawBufferPointer(start: nil, count: 0)
            for (row, parents) in parents.enumerated() {
                parents.map { Int32($0) }
                    .withUnsafeBufferPointer {
                        _ = builder.add(
                            ids?[row] ?? HistoryFixture.id(row),
                            parents: $0,
                            commit: scanned,
                            text: raw,
                            records: none
                        )
                    }
            }
        }
        let image = builder.finish(identity: 1, refs: [], fingerprint: [])
        guard let index = image.index else { throw HistoryFixture.UnsoundIndex() }
        return index
    }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// Whether an event of `percent` in a hundred happens.
    mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

/// A random history and lines in it.
struct RandomStatusHistory {
    private(set) var graph = StatusGraph()
    /// Tips: the mainline first.
    private(set) var heads: [Int]
    let isCut: Bool

    init(_ random: inout SeededGenerator) {
        isCut = random.chance(15)
        heads = []
        heads.append(graph.add(isCut && random.chance(60) ? [-2] : []))
        let size = 8 + random.below(24)
        while graph.count < size { grow(&random) }
        if heads.count > 2, random.chance(30) {
            heads[0] = graph.add(Array(Set(heads)).sorted())
        }
    }

    private mutating func grow(_ random: inout SeededGenerator) {
        let line = random.below(heads.count)
        switch random.below(100) {
        case ..<6: heads.append(graph.add(isCut && random.chance(50) ? [-3] : []))
        case ..<16: heads.append(graph.add([random.below(graph.count)]))
        case ..<32:
            let other = heads[random.below(heads.count)]
            if other != heads[line] { heads[line] = graph.add([heads[line], other]) }
        case ..<36:
            let others = Set(heads + [random.below(graph.count)]).subtracting([heads[line]])
            heads[line] = graph.add([heads[line]] + others.sorted())
        case ..<42:
            let other = random.below(heads.count)
            let (left, right) = (heads[line], heads[other])
            guard left != right else { return }
            heads[line] = graph.add([left, right])
            heads[other] = graph.add([right, left])
        case ..<46 where isCut: heads[line] = graph.add([heads[line], -2])
        default: heads[line] = graph.add([heads[line]])
        }
    }

    /// Events of one class, anywhere in the history, each once.
    func events(_ random: inout SeededGenerator, isPlain: Bool) -> [FixEvent] {
        var events: [FixEvent] = []
        for number in 0..<random.below(6) {
            let isCancel = !isPlain && random.chance(number == 0 ? 5 : 45)
            let event = FixEvent(
                row: random.below(graph.count),
                kind: isCancel ? .cancel : .apply,
                isPartial: !isPlain && random.chance(18)
            )
            if !events.contains(event) { events.append(event) }
        }
        return events
    }

    func fix(_ random: inout SeededGenerator) -> FixSet {
        if random.chance(25) { return FixSet(events(&random, isPlain: true)) }
        if random.chance(2) { return FixSet(steps: []) }
        let steps = random.chance(60) ? 1 : 2 + (isCut ? 0 : random.below(2))
        return FixSet(
            steps: (0..<steps)
                .map { _ in
                    let alternatives = isCut && steps > 1 || random.chance(60) ? 1 : 2
                    return FixStep(
                        alternatives: (0..<alternatives)
                            .map { _ in events(&random, isPlain: false) }
                    )
                }
        )
    }

    func introducers(_ random: inout SeededGenerator) -> IntroducerSet? {
        if random.chance(40) { return nil }
        return IntroducerSet(
            (0..<random.below(isCut ? 3 : 4)).map { _ in events(&random, isPlain: false) },
            sinceBeginning: random.chance(15),
            requiresAll: random.chance(25)
        )
    }

    func target(_ random: inout SeededGenerator, histories: [Set<Int>]) -> LineTarget {
        let tip = random.chance(75) ? heads[random.below(heads.count)] : random.below(graph.count)
        if random.chance(15) { return LineTarget(version: tip) }
        let history = histories[tip].sorted()
        var releases = history.filter { _ in random.chance(35) }
        if random.chance(20) { releases.shuffle(using: &random) }
        if random.chance(10) {
            return LineTarget(
                tip: tip,
                releases: releases,
                newestRelease: history[random.below(history.count)]
            )
        }
        return LineTarget(tip: tip, releases: releases)
    }
}
