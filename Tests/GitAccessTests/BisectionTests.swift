import GitAccess
import Glibc
import MainstayCore
import MainstayTesting
import Testing

@Suite("Bisection")
struct BisectionTests {
    /// Leaves with 125 where there is a file `broken`, with 1 where there is a file `defect`.
    private let command = ["sh", "-c", "test ! -e broken || exit 125; test ! -e defect"]

    /// What a search must leave behind: no work tree, no folder, no ref.
    private func expectClean(_ lab: MirrorLab, location: SourceLocation = #_sourceLocation) throws {
        let folder = lab.mirror.folder
        let trees = try GitCommand.output(["worktree", "list", "--porcelain"], in: folder)
        #expect(trees == "worktree \(folder)\nbare\n", sourceLocation: location)
        let left = try TestFile.listing(lab.origin.scratch).keys
            .filter { $0.hasPrefix("mainstay-bisect") }
        #expect(left.isEmpty, sourceLocation: location)
    }

    @Test(
        "finds the culprit in random histories, with merges and skipped commits",
        arguments: 1...4
    )
    func findsCulprit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let lab = try MirrorLab()
        let origin = lab.origin
        let good = try origin.commit("Start", files: ["a": "0\n"])
        try origin.branch("side", at: good)
        let culpritNumber = 2 + random.below(16)
        var culprit: CommitID?
        var broken: Set<CommitID> = []
        for number in 1...20 {
            let isSide = random.chance(30) && number < 19
            let branch = isSide ? "side" : "main"
            var files: [String: FixtureChange] = ["f\(number)": "\(number)\n"]
            let isBroken = random.chance(15) && number > 1 && number < 20
            files["broken"] = isBroken ? .text("\(number)\n") : .removal
            if number == culpritNumber { files["defect"] = "x\n" }
            let made = try origin.commit("Change \(number)", files: files, on: branch)
            if number == culpritNumber { culprit = made }
            if isBroken { broken.insert(made) }
            if random.chance(20) {
                let side = try origin.commit(at: "side")
                _ = try? origin.merge(side, into: "main", files: ["broken": .removal])
            }
        }
        _ = try? origin.merge(origin.commit(at: "side"), into: "main", files: ["broken": .removal])
        let bad = try origin.commit("End", files: ["broken": .removal])
        _ = try lab.mirror.fetch(progress: SilentProgress())
        let found = try lab.mirror.bisect(
            Bisection(good: good, bad: bad, command: command),
            scratch: origin.scratch,
            progress: SilentProgress()
        )
        let note: Comment = "seed \(seed): \(found)"
        #expect(found.firstBad.contains(try #require(culprit)), note)
        if found.firstBad.count > 1 {
            let judged = Set(found.firstBad).subtracting(broken)
            #expect(judged.count <= 1, note)
        }
        #expect(found.steps.count <= 12 + broken.count, note)
        try expectClean(lab)
    }

    // main   first - second (defect) - third
    private func line() throws -> (lab: MirrorLab, commits: [CommitID]) {
        let lab = try MirrorLab()
        let commits = [
            try lab.origin.commit("First", files: ["a": "1\n"]),
            try lab.origin.commit("Second", files: ["a": "2\n", "defect": "x\n"]),
            try lab.origin.commit("Third", files: ["a": "3\n"]),
        ]
        _ = try lab.mirror.fetch(progress: SilentProgress())
        return (lab, commits)
    }

    @Test("bounds are tried first, and each run is told")
    func bounds() throws {
        let (lab, commits) = try line()
        let progress = ProgressRecord()
        let found = try lab.mirror.bisect(
            Bisection(good: commits[0], bad: commits[2], command: command),
            scratch: lab.origin.scratch,
            progress: progress
        )
        #expect(found.firstBad == [commits[1]])
        #expect(found.steps.map(\.commit) == [commits[0], commits[2], commits[1]])
        #expect(found.steps.map(\.verdict) == [.good, .bad, .bad])
        #expect(
            progress.all == [
                "Trying \(commits[0].short) 0/0", "Trying \(commits[2].short) 1/0",
                "Trying \(commits[1].short) 2/3",
            ]
        )
    }

    private func failure(
        _ lab: MirrorLab,
        _ good: CommitID,
        _ bad: CommitID,
        _ command: [String]? = nil,
        git: GitProgram? = nil
    ) throws -> MirrorError {
        let mirror = Mirror(
            of: lab.mirror.url,
            in: lab.mirror.folder,
            git: git ?? MirrorLab.git(lab.origin)
        )
        return try #require(throws: MirrorError.self) {
            _ = try mirror.bisect(
                Bisection(good: good, bad: bad, command: command ?? self.command),
                scratch: lab.origin.scratch,
                progress: SilentProgress()
            )
        }
    }

    @Test("bounds that are not as said")
    func badBounds() throws {
        let (lab, commits) = try line()
        let swapped = try failure(lab, commits[2], commits[0])
        #expect(swapped.code == .badBounds)
        #expect(
            swapped.message == """
                Commit \(commits[2].short) was given as good, but the command finds it bad
                """
        )
        let good = try failure(lab, commits[0], commits[0])
        #expect(
            good.message == """
                Commit \(commits[0].short) was given as bad, but the command finds it good
                """
        )
        try expectClean(lab)
    }

    @Test("good is no ancestor of bad: what they have in common must be good")
    func fork() throws {
        let (lab, commits) = try line()
        let mended = try lab.origin.commit(
            "Mended",
            files: ["defect": .removal],
            parents: [commits[1]]
        )
        let other = try lab.origin.commit(
            "Other",
            files: ["b": "1\n"],
            on: "b",
            parents: [commits[1]]
        )
        let clean = try lab.origin.commit(
            "Clean",
            files: ["c": "1\n"],
            on: "c",
            parents: [commits[0]]
        )
        _ = try lab.mirror.fetch(progress: SilentProgress())
        let error = try failure(lab, mended, other)
        #expect(error.code == .badBounds)
        #expect(error.message.contains("Commit \(commits[1].short), from which both descend"))
        let found = try lab.mirror.bisect(
            Bisection(good: clean, bad: other, command: command),
            scratch: lab.origin.scratch,
            progress: SilentProgress()
        )
        #expect(found.firstBad == [commits[1]])
    }

    @Test("a command that does not exist, and one that gives up")
    func commands() throws {
        let (lab, commits) = try line()
        let missing = try failure(lab, commits[0], commits[2], ["./no-such-test"])
        #expect(missing.code == .commandMissing)
        #expect(missing.message.hasPrefix("'./no-such-test' cannot be run: "))
        let killed = try failure(lab, commits[0], commits[2], ["sh", "-c", "echo why; kill -9 $$"])
        #expect(killed.code == .commandFailed)
        #expect(
            killed.message == "The command gave up on commit \(commits[0].short): signal 9, why"
        )
        try expectClean(lab)
    }

    @Test("a cancelled search ends the command and what it started, and cleans up")
    func cancelled() throws {
        let (lab, commits) = try line()
        let mark = lab.origin.scratch + "/started"
        let git = MirrorLab.git(lab.origin) { access(mark, F_OK) == 0 }
        let script = "sleep 600 & echo $! > \(mark).new; mv \(mark).new \(mark); chmod a-w .; wait"
        let error = try failure(lab, commits[0], commits[2], ["sh", "-c", script], git: git)
        #expect(error.code == .cancelled)
        #expect(error.message == "The search was ended before it was done")
        let text = String(decoding: try TestFile.read(mark), as: UTF8.self)
        let sleeper = try #require(pid_t(text.prefix { $0.isNumber }))
        // It may be a zombie until its new parent looks, but it runs no more.
        let state = (try? TestFile.read("/proc/\(sleeper)/stat"))
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(state == nil || state?.contains(") Z") == true)
        try expectClean(lab)
    }

    @Test("the leftovers of a killed search do not stop the next")
    func leftovers() throws {
        let (lab, commits) = try line()
        let lost = lab.origin.scratch + "/lost"
        _ = try GitCommand.output(
            ["worktree", "add", "--detach", lost, "main"],
            in: lab.mirror.folder
        )
        try runProgram(["rm", "-r", lost])
        let found = try lab.mirror.bisect(
            Bisection(good: commits[0], bad: commits[2], command: command),
            scratch: lab.origin.scratch,
            progress: SilentProgress()
        )
        #expect(found.firstBad == [commits[1]])
        try expectClean(lab)
    }
}
