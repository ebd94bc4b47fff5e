import BackportAnalysis
import MainstayCore

/// The table of statuses by brute force: sets of ancestors, and every possible world one by one.
///
/// Shares nothing with the evaluator but its input and output.
struct StatusOracle {
    let parents: [[Int]]
    let histories: [Set<Int>]
    let content: @Sendable (Set<FixEvent>, Int) -> ContentFinding

    private enum State: Int { case absent, cancelled, partial, applied }

    /// What one possible world shows at a tip.
    private struct World: Hashable {
        var isRecorded: Bool
        var isExposed: Bool
        var states: [Int]
        var commits: Set<Int>
        var introducers: Set<Int>

        var isAllApplied: Bool { !states.isEmpty && states.allSatisfy { $0 == 3 } }
    }

    func verdict(_ fix: FixSet, _ introducers: IntroducerSet?, _ target: LineTarget) -> LineVerdict
    {
        var isMixed = false
        let worlds = worlds(fix, introducers, target.tip, &isMixed)
        var statuses: Set<LineStatus> = []
        for world in worlds {
            if world.isRecorded, !world.isExposed {
                statuses.insert(.notAffected)
            } else if world.isAllApplied {
                statuses.formUnion(released(fix, introducers, target))
            } else if world.states.contains(where: { $0 >= 2 }) {
                statuses.insert(.partial)
            } else if world.states.contains(1) {
                statuses.insert(.reverted)
            } else {
                statuses.insert(world.isRecorded ? .affected : .missing)
            }
        }
        if statuses == [.notAffected, .fixed] { statuses = [.fixed] }
        if statuses == [.notAffected, .fixedUnreleased] { statuses = [.fixedUnreleased] }
        var verdict = LineVerdict(status: .unknown)
        if statuses.count == 1, let only = statuses.first { verdict.status = only }
        verdict.commits = worlds.reduce(into: Set()) { $0.formUnion($1.commits) }.sorted()
        verdict.introducers = worlds.reduce(into: Set()) { $0.formUnion($1.introducers) }.sorted()
        verdict.isMixed = isMixed
        if verdict.status == .fixed { verdict.firstRelease = run(fix, introducers, target) }
        return verdict
    }

    private func released(
        _ fix: FixSet,
        _ introducers: IntroducerSet?,
        _ target: LineTarget
    ) -> Set<LineStatus> {
        guard let newest = target.newestRelease else { return [.fixedUnreleased] }
        if newest == target.tip { return [.fixed] }
        let fixed = releaseAnswers(fix, introducers, newest)
        return Set(fixed.map { $0 ? .fixed : .fixedUnreleased })
    }

    private func releaseAnswers(
        _ fix: FixSet,
        _ introducers: IntroducerSet?,
        _ release: Int
    ) -> Set<Bool> {
        var ignored = false
        return Set(worlds(fix, introducers, release, &ignored).map(\.isAllApplied))
    }

    /// First release of the run that ends in the newest one.
    private func run(_ fix: FixSet, _ introducers: IntroducerSet?, _ target: LineTarget) -> Int? {
        var first: Int?
        var hasStarted = !target.releases.contains { $0 == target.newestRelease }
        for (place, release) in target.releases.enumerated().reversed() {
            hasStarted = hasStarted || release == target.newestRelease
            guard hasStarted else { continue }
            guard releaseAnswers(fix, introducers, release) == [true] else { return first }
            first = place
        }
        return first
    }

    // MARK: Worlds

    /// Takes every combination of choices that `body` asks for.
    private func worlds(
        _ fix: FixSet,
        _ introducers: IntroducerSet?,
        _ tip: Int,
        _ isMixed: inout Bool
    ) -> Set<World> {
        var found: Set<World> = []
        var choices = Choices()
        repeat {
            choices.rewind()
            found.insert(world(fix, introducers, tip, &choices, &isMixed))
        } while choices.advance()
        return found
    }

    private func world(
        _ fix: FixSet,
        _ introducers: IntroducerSet?,
        _ tip: Int,
        _ choices: inout Choices,
        _ isMixed: inout Bool
    ) -> World {
        let isCut = histories[tip].contains { parents[$0].contains { $0 < -1 } }
        let isRecorded = introducers.map { !$0.introducers.isEmpty || $0.sinceBeginning } ?? false
        var applied: [Set<Int>] = []
        var ignored = false
        let classes = introducers?.introducers ?? []
        for events in classes {
            let seen = Set(events).filter { histories[tip].contains($0.row) }
            let state = state(seen, tip, isCut, &choices, &ignored)
            if state == .applied || state == .partial { applied.append(rows(seen)) }
        }
        let sinceBeginning = introducers?.sinceBeginning ?? false
        let present = applied.count + (sinceBeginning ? 1 : 0)
        let isExposed =
            introducers?.requiresAll == true
            ? applied.count == classes.count && present > 0 : present > 0
        // Where the commit that brought the defect in is not seen, no fix is seen to precede it.
        let mayCountAll = sinceBeginning || applied.isEmpty || applied.contains([])
        var commits: Set<Int> = []
        let states = fix.steps.map { step in
            step.alternatives
                .map { events in
                    let counting = Set(events)
                        .filter { event in
                            histories[tip].contains(event.row)
                                && (mayCountAll
                                    || !applied.joined().allSatisfy { isBelow(event.row, $0) })
                        }
                    commits.formUnion(rows(counting))
                    return state(counting, tip, isCut && mayCountAll, &choices, &isMixed).rawValue
                }
                .max() ?? 0
        }
        return World(
            isRecorded: isRecorded,
            isExposed: isExposed,
            states: states,
            commits: commits,
            introducers: applied.reduce(into: []) { $0.formUnion($1) }
        )
    }

    // MARK: Events

    private func isBelow(_ row: Int, _ other: Int) -> Bool {
        row != other && histories[other].contains(row)
    }

    private func last(_ events: Set<FixEvent>) -> Set<FixEvent> {
        events.filter { event in !events.contains { isBelow(event.row, $0.row) } }
    }

    private func rows(_ events: Set<FixEvent>) -> Set<Int> {
        let whole = events.filter { !($0.kind == .cancel && $0.isPartial) }
        return Set(last(whole).filter { $0.kind == .apply }.map(\.row))
    }

    private func state(
        _ events: Set<FixEvent>,
        _ tip: Int?,
        _ isCut: Bool,
        _ choices: inout Choices,
        _ isMixed: inout Bool
    ) -> State {
        if events.isEmpty {
            return isCut ? State(rawValue: choices.next(of: 4)) ?? .absent : .absent
        }
        var there = false
        var gone = false
        var added = false
        var taken = false
        let last = last(events)
        for event in last.sorted(by: Self.order) {
            guard event.isPartial else {
                if event.kind == .apply { there = true } else { gone = true }
                continue
            }
            var ignored = false
            let before = state(
                events.filter { isBelow($0.row, event.row) },
                nil,
                isCut,
                &choices,
                &ignored
            )
            switch (event.kind, before) {
            case (.apply, .applied): there = true
            case (.apply, _): added = true
            case (.cancel, .absent), (.cancel, .cancelled): gone = true
            case (.cancel, _): taken = true
            }
        }
        if gone, there || added { return decide(last, tip, &choices, &isMixed) }
        if gone { return .cancelled }
        return there && !taken ? .applied : .partial
    }

    private func decide(
        _ events: Set<FixEvent>,
        _ tip: Int?,
        _ choices: inout Choices,
        _ isMixed: inout Bool
    ) -> State {
        guard let tip else { return .partial }
        isMixed = true
        switch content(events, tip) {
        case .applied: return .applied
        case .cancelled: return .cancelled
        case .unknown: return choices.next(of: 2) == 0 ? .applied : .cancelled
        }
    }

    private static func order(_ left: FixEvent, _ right: FixEvent) -> Bool {
        if left.row != right.row { return left.row < right.row }
        if left.kind != right.kind { return left.kind == .apply }
        return left.isPartial && !right.isPartial
    }
}

/// Counts through all sequences of choices.
private struct Choices {
    private var taken: [(choice: Int, size: Int)] = []
    private var place = 0

    mutating func rewind() { place = 0 }

    mutating func next(of size: Int) -> Int {
        if place == taken.count { taken.append((0, size)) }
        defer { place += 1 }
        return taken[place].choice
    }

    /// Moves to the next sequence; false after the last one.
    mutating func advance() -> Bool {
        taken.removeSubrange(place...)
        while let (choice, size) = taken.popLast() {
            if choice + 1 < size {
                taken.append((choice + 1, size))
                return true
            }
        }
        return false
    }
}
