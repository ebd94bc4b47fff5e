import MainstayCore
import MainstayTesting

/// A project of many fixes on many lines, of which it is known by construction what each line holds.
///
/// Every part of a fix changes a file of its own; a line that has it not from before it left the mainline
/// gets it by a pick before its release `.1`, before `.2` or after all, or not at all; some picks are
/// taken back before `.2`, and of fixes in two parts a line may have one.
final class ClaimsProject {
    struct Fix {
        let parts: [Int]
        let introducer: Int?
    }

    /// What a line holds of a fix.
    struct Cell {
        var status: LineStatus
        /// The commits of the line that are picks, by part.
        var picks: [Int: CommitID] = [:]
        /// Whether they came after release `.1`.
        var isLate = false
    }

    /// Work on a line that waits for its round: a pick of a part, or the revert of one.
    private enum Work {
        case pick(fix: Int, part: Int)
        case revert(fix: Int, part: Int)
    }

    static let lineNames = (1...6).map { "\($0).0" }

    let repo: FixtureRepository
    private(set) var fixes: [Fix] = []
    /// By fix and line.
    private(set) var cells: [[Cell]] = []
    private var random: SeededGenerator
    private var mainline: [CommitID] = []
    /// Where each line leaves the mainline, by position.
    private var branchPoints: [Int] = []
    private var clock: Int64 = 1_704_067_200

    init(seed: UInt64, fixCount: Int) throws {
        repo = try FixtureRepository()
        random = SeededGenerator(seed: seed)
        try tellMainline(fixCount)
        var rounds = [[[Work]]](repeating: Self.lineNames.map { _ in [] }, count: 3)
        for fix in fixes.indices {
            cells.append(Self.lineNames.indices.map { fate(of: fix, on: $0, &rounds) })
        }
        for (line, point) in branchPoints.enumerated() {
            let name = Self.lineNames[line]
            try repo.branch("release/\(name)", at: mainline[point])
            try repo.tag("v\(name).0", at: mainline[point])
        }
        for (round, works) in rounds.enumerated() {
            for line in works.indices { try carryOut(works[line], on: line) }
            guard round < 2 else { break }
            for name in Self.lineNames {
                try repo.tag("v\(name).\(round + 1)", at: repo.commit(at: "release/\(name)"))
            }
        }
    }

    /// The commits of a fix on the mainline, by part, and what brought its defect in.
    func commits(of fix: Int) -> (parts: [CommitID], introducer: CommitID?) {
        (fixes[fix].parts.map { mainline[$0] }, fixes[fix].introducer.map { mainline[$0] })
    }

    /// Takes a pick back on its line, long after its release.
    func revert(_ fix: Int, on line: Int) throws {
        let part = cells[fix][line].picks.keys.min() ?? 0
        try carryOut([.revert(fix: fix, part: part)], on: line)
    }

    // MARK: - The mainline

    private func tellMainline(_ fixCount: Int) throws {
        var stream = FixtureStream()
        var changes: [[String: FixtureChange]] = [[:]]
        var messages = ["Import all modules"]
        for fix in 0..<fixCount {
            for part in 0..<2 { changes[0][Self.file(fix, part)] = Self.content(fix, part) }
            var introducer: Int?
            if random.chance(60) {
                introducer = messages.count
                messages.append("Rework module \(fix) for speed")
                changes.append([Self.file(fix, 0): Self.content(fix, 0, isBroken: true)])
            }
            let isBroken = introducer != nil
            let parts = (0..<(random.chance(50) ? 2 : 1))
                .map { part in
                    messages.append("Mend module \(fix) where step \(part) goes wrong")
                    let text = Self.content(
                        fix,
                        part,
                        isBroken: isBroken && part == 0,
                        isMended: true
                    )
                    changes.append([Self.file(fix, part): text])
                    return messages.count - 1
                }
            fixes.append(Fix(parts: parts, introducer: introducer))
        }
        for (place, message) in messages.enumerated() {
            write(
                message,
                changes[place],
                on: "main",
                parent: place == 0 ? nil : ":\(place)",
                place,
                &stream
            )
        }
        for place in messages.indices { stream.line("get-mark :\(place + 1)") }
        mainline = try run(stream)
        branchPoints = Self.lineNames.indices.map {
            ($0 + 1) * messages.count / (Self.lineNames.count + 1)
        }
    }

    private static func file(_ fix: Int, _ part: Int) -> String { "module\(fix)-\(part).c" }

    private static func content(
        _ fix: Int,
        _ part: Int,
        isBroken: Bool = false,
        isMended: Bool = false
    ) -> FixtureChange {
        var lines = (0..<12).map { "module \(fix) step \(part) line \($0);" }
        if isBroken { lines[1] = "module \(fix) step \(part), quicker;" }
        if isMended { lines[8] = "module \(fix) step \(part), right;" }
        return .text(lines.joined(separator: "\n") + "\n")
    }

    // MARK: - The lines

    private func fate(of fix: Int, on line: Int, _ rounds: inout [[[Work]]]) -> Cell {
        let (point, known) = (branchPoints[line], fixes[fix])
        if let introducer = known.introducer, introducer > point {
            return Cell(status: .notAffected)
        }
        let lacking = known.parts.indices.filter { known.parts[$0] > point }
        if lacking.isEmpty { return Cell(status: .fixed) }
        let works = lacking.map { Work.pick(fix: fix, part: $0) }
        switch random.below(100) {
        case ..<25:
            let has = lacking.count < known.parts.count
            let open: LineStatus = known.introducer == nil ? .missing : .affected
            return Cell(status: has ? .partial : open)
        case ..<45:
            rounds[0][line] += works
            return Cell(status: .fixed)
        case ..<62:
            rounds[1][line] += works
            return Cell(status: .fixed, isLate: true)
        case ..<78:
            rounds[2][line] += works
            return Cell(status: .fixedUnreleased, isLate: true)
        case ..<88 where known.parts.count == 1:
            rounds[0][line] += works
            rounds[1][line].append(.revert(fix: fix, part: 0))
            return Cell(status: .reverted)
        default:
            rounds[0][line].append(works[0])
            return Cell(status: known.parts.count == 1 || lacking.count == 1 ? .fixed : .partial)
        }
    }

    private func carryOut(_ works: [Work], on line: Int) throws {
        guard !works.isEmpty else { return }
        let branch = "release/\(Self.lineNames[line])"
        var stream = FixtureStream()
        for (place, work) in works.enumerated() {
            let parent = place == 0 ? "refs/heads/\(branch)^0" : ":\(place)"
            let (message, fix, part, isMended) = words(of: work, on: line)
            let isBroken = fixes[fix].introducer != nil && part == 0
            let text = Self.content(fix, part, isBroken: isBroken, isMended: isMended)
            write(message, [Self.file(fix, part): text], on: branch, parent: parent, place, &stream)
        }
        for place in works.indices { stream.line("get-mark :\(place + 1)") }
        for (work, id) in zip(works, try run(stream)) {
            if case .pick(let fix, let part) = work { cells[fix][line].picks[part] = id }
        }
    }

    private func words(
        of work: Work,
        on line: Int
    ) -> (message: String, fix: Int, part: Int, isMended: Bool) {
        switch work {
        case .pick(let fix, let part):
            let title = "Mend module \(fix) where step \(part) goes wrong"
            let origin = mainline[fixes[fix].parts[part]].hex
            return ("\(title)\n\n(cherry picked from commit \(origin))", fix, part, true)
        case .revert(let fix, let part):
            let title = "Mend module \(fix) where step \(part) goes wrong"
            let pick = cells[fix][line].picks[part]?.hex ?? ""
            return ("Revert \"\(title)\"\n\nThis reverts commit \(pick).", fix, part, false)
        }
    }

    private func write(
        _ message: String,
        _ changes: [String: FixtureChange],
        on branch: String,
        parent: String?,
        _ place: Int,
        _ stream: inout FixtureStream
    ) {
        clock += 3_600
        stream.line("commit refs/heads/\(branch)")
        stream.line("mark :\(place + 1)")
        stream.person("author", repo.author, time: clock)
        stream.person("committer", repo.committer, time: clock)
        stream.data(Array((message + "\n").utf8))
        if let parent { stream.line("from \(parent)") }
        for path in changes.keys.sorted() {
            if let change = changes[path] { stream.change(path, change) }
        }
        stream.line("")
    }

    private func run(_ stream: FixtureStream) throws -> [CommitID] {
        // One pack a round is quicker than thousands of files.
        let command = ["-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--force"]
        let told = String(decoding: try repo.gitBytes(command, input: stream.bytes), as: UTF8.self)
        return told.split(separator: "\n").compactMap { CommitID(hex: $0) }
    }
}
