import MainstayCore
import MainstayTesting

/// What the git command says about fixes, branches and releases, put together by the rules of the
/// status table; shares nothing with the program.
final class GitOracle {
    /// One cell of a matrix.
    struct Cell: Equatable {
        var status: LineStatus
        var release: String?
    }

    private struct Commit {
        var parents: [String]
        var names: String?
        var isRevert: Bool
        var paths: Set<String>
    }

    /// A commit that applies a fix or takes it back.
    private struct Event: Hashable {
        var id: String
        var applies: Bool
        var isPartial: Bool
    }

    private enum State: Int { case absent, cancelled, partial, applied }

    private let repo: FixtureRepository
    private var commits: [String: Commit] = [:]
    private var histories: [String: Set<String>] = [:]
    private var heldBy: [String: Set<String>] = [:]
    private var leaves: [String: [String: String]] = [:]
    private var tags: [String] = []

    /// Reads `repo` with one `git log`; with `walksRefs` git also lists what each ref holds.
    ///
    /// A process for each ref takes its time: elsewhere the parents that git names are followed.
    init(_ repo: FixtureRepository, walksRefs: Bool) throws {
        self.repo = repo
        try readCommits()
        for (ref, held) in heldBy where walksRefs {
            let ids = Set(try repo.git("rev-list", ref).split(separator: "\n").map(String.init))
            guard ids == held else { throw FixtureError("\(ref) holds other commits") }
        }
    }

    /// Reads parents, refs, messages and paths of all commits, parents first.
    private func readCommits() throws {
        let told = try repo.git(
            "log",
            "--all",
            "--topo-order",
            "--reverse",
            "--name-only",
            "--no-renames",
            "--decorate=full",
            "--format=%x01%H%x02%P%x02%B%x02%D%x02"
        )
        for text in told.split(separator: "\u{1}") {
            let fields = text.split(separator: "\u{2}", omittingEmptySubsequences: false)
            let id = String(fields[0])
            let parents = fields[1].split(separator: " ").map(String.init)
            let message = fields[2].split(separator: "\n").map(String.init)
            let picked = message.first { $0.hasPrefix("(cherry picked from commit ") }
                .map { String($0.dropFirst(27).dropLast()) }
            let reverted = message.first { $0.hasPrefix("This reverts commit ") }
                .map { String($0.dropFirst(20).dropLast()) }
            commits[id] = Commit(
                parents: parents,
                names: picked ?? reverted,
                isRevert: picked == nil && reverted != nil,
                paths: Set(fields[4].split(separator: "\n").map(String.init))
            )
            histories[id] = parents.reduce(into: [id]) { $0.formUnion(histories[$1] ?? []) }
            for name in fields[3].split(separator: " ").map({ $0.filter { $0 != "," } })
            where name.hasPrefix("refs/") {
                heldBy[name] = histories[id]
                if name.hasPrefix("refs/tags/") { tags.append(name) }
            }
        }
    }

    // MARK: - Answers

    /// The cell of a fix, all of whose steps are needed, one alternative each, on a branch.
    func cell(_ steps: [[String]], on branch: String) throws -> Cell {
        let ref = "refs/heads/\(branch)"
        let states = try states(steps, at: ref)
        if states.allSatisfy({ $0 == .applied }) {
            let releases = releases(of: ref)
            let isFixed = try releases.map { tag in
                try self.states(steps, at: tag).allSatisfy { $0 == .applied }
            }
            guard isFixed.last == true else { return Cell(status: .fixedUnreleased) }
            let first = isFixed.lastIndex(of: false).map { $0 + 1 } ?? 0
            return Cell(status: .fixed, release: String(releases[first].dropFirst(10)))
        }
        if states.contains(where: { $0 == .applied || $0 == .partial }) {
            return Cell(status: .partial)
        }
        return Cell(status: states.contains(.cancelled) ? .reverted : .missing)
    }

    /// The tags that the branch holds, each behind those that it holds.
    private func releases(of ref: String) -> [String] {
        let held = heldBy[ref] ?? []
        return tags.filter { held.isSuperset(of: heldBy[$0] ?? []) }
            .sorted { left, right in
                let counts = (heldBy[left]?.count ?? 0, heldBy[right]?.count ?? 0)
                return counts.0 != counts.1 ? counts.0 < counts.1 : left < right
            }
    }

    private func states(_ steps: [[String]], at ref: String) throws -> [State] {
        try steps.map { alternatives in
            try alternatives.map { try state(events(of: $0), at: ref) }
                .max { $0.rawValue < $1.rawValue } ?? .absent
        }
    }

    // MARK: - Events

    /// Follows the ids that messages name from every commit to `fix`.
    private func events(of fix: String) -> [Event] {
        let all = commits[fix]?.paths ?? []
        return commits.keys.sorted()
            .compactMap { id in
                var applies = true
                var current = id
                while current != fix {
                    guard let commit = commits[current], let next = commit.names else { return nil }
                    if commit.isRevert { applies.toggle() }
                    current = next
                }
                let paths = commits[id]?.paths ?? []
                let isPart = !all.isSubset(of: paths) && !all.isDisjoint(with: paths)
                return Event(id: id, applies: applies, isPartial: !applies && isPart)
            }
    }

    private func isBelow(_ left: Event, _ right: Event) -> Bool {
        left.id != right.id && histories[right.id]?.contains(left.id) == true
    }

    private func state(_ events: [Event], at ref: String) throws -> State {
        let held = heldBy[ref] ?? []
        return try state(events.filter { held.contains($0.id) }) { try content($0, at: ref) }
    }

    private func state(_ events: [Event], content: ([Event]) throws -> State) rethrows -> State {
        if events.isEmpty { return .absent }
        let last = events.filter { event in !events.contains { isBelow(event, $0) } }
        let effects = last.map { event in
            guard event.isPartial else { return event.applies ? State.applied : .cancelled }
            let below = events.filter { isBelow($0, event) }
            let before = state(below) { _ in .partial }
            return before == .absent || before == .cancelled ? .cancelled : .partial
        }
        switch (effects.contains(.applied), effects.contains(.cancelled)) {
        case (true, true): return try content(last)
        case (true, false): return effects.contains(.partial) ? .partial : .applied
        case (false, true): return .cancelled
        case (false, false): return .partial
        }
    }

    // MARK: - Content

    /// Whether the files of the applying commit with the smallest id are in `ref` as it left them.
    private func content(_ events: [Event], at ref: String) throws -> State {
        let ids = events.filter(\.applies).map(\.id).sorted()
        guard let id = ids.first, let paths = commits[id]?.paths else { return .absent }
        let (here, there) = (try leaves(of: ref), try leaves(of: id))
        return paths.allSatisfy { here[$0] == there[$0] } ? .applied : .cancelled
    }

    private func leaves(of revision: String) throws -> [String: String] {
        if let known = leaves[revision] { return known }
        var found: [String: String] = [:]
        for line in try repo.git("ls-tree", "-r", revision).split(separator: "\n") {
            let parts = line.split(separator: "\t")
            found[String(parts[1])] = String(parts[0])
        }
        leaves[revision] = found
        return found
    }
}
