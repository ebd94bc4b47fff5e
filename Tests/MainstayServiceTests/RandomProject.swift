import MainstayCore
import MainstayTesting

/// A random project as a real repository: a mainline, three lines, releases on them.
///
/// Fixes reach the mainline directly or by a merge of one commit; they are picked, picked again
/// from a line, reverted whole or in part and applied again, on any branch; branches are merged
/// into one another, both ways at once too. Every fix has two files of its own.
struct RandomProject {
    static let branches = ["main", "release/1.0", "release/2.0", "release/3.0"]
    private static let mostFixes = 20

    /// One commit, by its place in the order of making.
    private struct Made {
        var id: CommitID?
        /// What it holds beside itself.
        var history: Set<Int>
        /// The fix that it applies or takes back.
        var fix: Int?
        var applies = true
        var files: [String] = []
        var subject: String
        var time: Int64
    }

    let repo: FixtureRepository
    /// The mainline commits of the fixes.
    private(set) var fixes: [CommitID] = []
    private var random: SeededGenerator
    private var made: [Made] = []
    private var stream = FixtureStream()
    private var tips: [Int] = []
    /// By branch: the files in which the fix stands.
    private var fixed: [Set<String>] = []
    private var releases: [Int]
    private var tagged: Set<Int> = []
    private var fixCount = 0
    /// How many commits have an id that messages may name.
    private var known = 0

    init(seed: UInt64) throws {
        repo = try FixtureRepository()
        random = SeededGenerator(seed: seed)
        releases = Self.branches.map { _ in 0 }
        start()
        try finishRound()
        for _ in 0..<3 {
            for _ in 0..<(6 + random.below(10)) { act() }
            try finishRound()
        }
        fixes = made.filter { $0.fix != nil && $0.subject.hasPrefix("Mend") && $0.applies }
            .reduce(into: [Int: CommitID]()) { found, commit in
                if let fix = commit.fix, found[fix] == nil { found[fix] = commit.id }
            }
            .sorted { $0.key < $1.key }.map(\.value)
    }

    // MARK: - Rounds

    /// Ids are known at the end of a round: messages name commits of earlier rounds.
    private mutating func finishRound() throws {
        for number in known..<made.count { stream.line("get-mark :\(number + 1)") }
        // One pack a round is quicker than hundreds of files.
        let command = ["-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--force"]
        let bytes = try repo.gitBytes(command, input: stream.bytes)
        let told = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        for (number, text) in zip(known..<made.count, told) {
            made[number].id = CommitID(hex: text)
        }
        known = made.count
        stream = FixtureStream()
    }

    private mutating func start() {
        let files = (0..<Self.mostFixes).flatMap(Self.files)
        let faults = files.reduce(into: [:]) { $0[$1] = Self.content($1, isFixed: false) }
        let first = write("Start", on: 0, parents: [], changes: faults)
        tips = Self.branches.map { _ in first }
        fixed = Self.branches.map { _ in [] }
        for branch in 1..<Self.branches.count {
            commitFix()
            tips[branch] = tips[0]
            fixed[branch] = fixed[0]
            // A line has a commit of its own, or it is the mainline still.
            commitOther(on: branch)
            if random.chance(70) { release(branch) }
        }
    }

    private mutating func act() {
        let branch = random.below(Self.branches.count)
        switch random.below(100) {
        case ..<22: commitFix()
        case ..<46: pick(onto: branch)
        case ..<62: revert(on: branch)
        case ..<70: merge(into: branch, random.below(Self.branches.count))
        case ..<75: crissCross(branch, random.below(Self.branches.count))
        case ..<88: if branch > 0 { release(branch) }
        default: commitOther(on: branch)
        }
    }

    // MARK: - Commits

    private func name(_ commit: Int) -> String { made[commit].id?.hex ?? ":\(commit + 1)" }

    private static func files(of fix: Int) -> [String] { ["fix\(fix)a.c", "fix\(fix)b.c"] }

    private static func content(_ file: String, isFixed: Bool) -> FixtureChange {
        let lines = (1...7).map { $0 == 4 && isFixed ? "\(file) mended" : "\(file) line \($0)" }
        return .text(lines.joined(separator: "\n") + "\n")
    }

    /// Writes a commit without moving the branch.
    private mutating func write(
        _ message: String,
        on branch: Int,
        parents: [Int],
        changes: [String: FixtureChange],
        authorTime: Int64? = nil
    ) -> Int {
        let number = made.count
        let time = 1_704_067_200 + Int64(number) * 3_600
        stream.line("commit refs/heads/\(Self.branches[branch])")
        stream.line("mark :\(number + 1)")
        stream.person("author", repo.author, time: authorTime ?? time)
        stream.person("committer", repo.committer, time: time)
        stream.data(Array((message + "\n").utf8))
        for (place, parent) in parents.enumerated() {
            stream.line((place == 0 ? "from " : "merge ") + name(parent))
        }
        for path in changes.keys.sorted() {
            if let change = changes[path] { stream.change(path, change) }
        }
        let history = parents.reduce(into: Set([number])) { $0.formUnion(made[$1].history) }
        let subject = String(message.prefix { $0 != "\n" })
        let author = authorTime ?? time
        made.append(Made(history: history, subject: subject, time: author))
        return number
    }

    private mutating func commitOther(on branch: Int) {
        let text = FixtureChange.text("\(made.count)\n")
        tips[branch] = write(
            "Work on other things, day \(made.count)",
            on: branch,
            parents: [tips[branch]],
            changes: ["other\(made.count).c": text]
        )
    }

    private mutating func commitFix() {
        guard fixCount < Self.mostFixes else { return }
        let files = Self.files(of: fixCount)
        let after = files.reduce(into: [:]) { $0[$1] = Self.content($1, isFixed: true) }
        let below = tips[0]
        let fix = write(
            "Mend number \(fixCount) of the faults",
            on: 0,
            parents: [below],
            changes: after
        )
        made[fix].fix = fixCount
        made[fix].files = files
        fixed[0].formUnion(files)
        fixCount += 1
        guard random.chance(30) else {
            tips[0] = fix
            return
        }
        let other = write(
            "Work beside the request, day \(made.count)",
            on: 0,
            parents: [below],
            changes: ["beside\(made.count).c": "beside\n"]
        )
        tips[0] = write(
            "Merge request \(fixCount)",
            on: 0,
            parents: [other, fix],
            changes: after
        )
    }

    /// Does on `branch` what `commit` did or the opposite, unless nothing would change.
    private mutating func repeatChange(
        of commit: Int,
        on branch: Int,
        files: [String],
        applies: Bool,
        message: String,
        authorTime: Int64?
    ) {
        let changed = files.filter { fixed[branch].contains($0) != applies }
        guard !changed.isEmpty else { return }
        let changes = changed.reduce(into: [:]) { $0[$1] = Self.content($1, isFixed: applies) }
        let row = write(
            message,
            on: branch,
            parents: [tips[branch]],
            changes: changes,
            authorTime: authorTime
        )
        made[row].fix = made[commit].fix
        made[row].applies = applies
        made[row].files = files
        tips[branch] = row
        if applies { fixed[branch].formUnion(changed) } else { fixed[branch].subtract(changed) }
    }

    private mutating func pick(onto branch: Int) {
        let choices = (0..<known).filter { made[$0].fix != nil }
        guard branch > 0, !choices.isEmpty else { return }
        let commit = choices[random.below(choices.count)]
        let original = made[commit]
        guard let id = original.id else { return }
        repeatChange(
            of: commit,
            on: branch,
            files: original.files,
            applies: original.applies,
            message: original.subject + "\n\n(cherry picked from commit \(id.hex))",
            authorTime: original.time
        )
    }

    private mutating func revert(on branch: Int) {
        let held = made[tips[branch]].history
        let choices = (0..<known).filter { made[$0].fix != nil && held.contains($0) }
        guard !choices.isEmpty else { return }
        let commit = choices[random.below(choices.count)]
        let original = made[commit]
        guard let id = original.id else { return }
        let isPartial = original.applies && original.files.count > 1 && random.chance(25)
        repeatChange(
            of: commit,
            on: branch,
            files: isPartial ? [original.files[random.below(2)]] : original.files,
            applies: !original.applies,
            message: "Revert \"\(original.subject)\"\n\nThis reverts commit \(id.hex).",
            authorTime: nil
        )
    }

    // MARK: - Merges and releases

    private mutating func merge(into branch: Int, _ other: Int) {
        guard let merged = mergeCommit(branch, tips[other], fixed[other]) else { return }
        tips[branch] = merged.commit
        fixed[branch] = merged.fixed
    }

    private mutating func crissCross(_ left: Int, _ right: Int) {
        let (leftTip, leftFixed) = (tips[left], fixed[left])
        guard left != right, let first = mergeCommit(left, tips[right], fixed[right]) else {
            return
        }
        let second = mergeCommit(right, leftTip, leftFixed)
        tips[left] = first.commit
        fixed[left] = first.fixed
        guard let second else { return }
        tips[right] = second.commit
        fixed[right] = second.fixed
    }

    /// Merges `other` into the branch; where the two differ either side may win.
    private mutating func mergeCommit(
        _ branch: Int,
        _ other: Int,
        _ otherFixed: Set<String>
    ) -> (commit: Int, fixed: Set<String>)? {
        let held = made[tips[branch]].history
        guard !held.contains(other) else { return nil }
        var result = fixed[branch]
        for file in result.symmetricDifference(otherFixed).sorted() where random.chance(60) {
            if otherFixed.contains(file) { result.insert(file) } else { result.remove(file) }
        }
        let files = (0..<Self.mostFixes).flatMap(Self.files)
        let changes = files.reduce(into: [:]) {
            $0[$1] = Self.content($1, isFixed: result.contains($1))
        }
        let commit = write(
            "Merge other work, day \(made.count)",
            on: branch,
            parents: [tips[branch], other],
            changes: changes
        )
        return (commit, result)
    }

    private mutating func release(_ branch: Int) {
        guard tagged.insert(tips[branch]).inserted else { return }
        let number = Self.branches[branch].dropFirst("release/".count)
        stream.line("reset refs/tags/v\(number).\(releases[branch])")
        stream.line("from \(name(tips[branch]))")
        stream.line("")
        releases[branch] += 1
    }
}
