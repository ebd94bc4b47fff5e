import BackportAnalysis
import GitAccess
import Glibc
import MainstayCore
import MainstayTesting
import Testing

/// The index file grows with its repository and always says what a cold load says.
@Suite("Index file")
struct IndexFileTests {
    /// A random history with merges; returns the ids, parents first.
    static func randomHistory(
        _ repo: FixtureRepository,
        commits: Int,
        with generator: inout SeededGenerator
    ) throws -> [CommitID] {
        var stream = FixtureStream()
        let words = ["Fix", "Add", "Drop", "Merge \"x\"", "Revert \"y\"", "Change-Id:"]
        for number in 1...commits {
            stream.line("commit refs/heads/made")
            stream.line("mark :\(number)")
            let person = FixturePerson(name: "A", email: "a\(generator.next() % 7)@x")
            let time = Int64(1_600_000_000 + generator.next() % 1_000_000)
            stream.person("author", person, time: time)
            stream.person("committer", person, time: time + 60)
            let word = words[Int(generator.next() % 6)]
            let other = String(generator.next(), radix: 16)
            stream.data(Array("\(word) \(number % 40)\n\nFixes: \(other)\n(#\(number))\n".utf8))
            var parents: Set<UInt64> = []
            for _ in 0..<(number == 1 ? 0 : [1, 1, 1, 2, 2, 3][Int(generator.next() % 6)]) {
                parents.insert(UInt64(max(1, number - 1 - Int(generator.next() % 8))))
            }
            if generator.next() % 31 == 0 { parents = [] }
            for (order, parent) in parents.sorted().enumerated() {
                stream.line((order == 0 ? "from :" : "merge :") + "\(parent)")
            }
            if parents.isEmpty { stream.line("from \(String(repeating: "0", count: 40))") }
            stream.line("get-mark :\(number)")
        }
        let told = try repo.importStream(stream.bytes)
        return told.split(separator: "\n").compactMap { CommitID(hex: $0) }
    }

    @Test("any split of a history into updates gives what a cold load gives", .tags(.slow))
    func splits() throws {
        let repo = try FixtureRepository()
        var generator = SeededGenerator(seed: 7)
        let ids = try Self.randomHistory(repo, commits: 60, with: &generator)
        #expect(ids.count == 60)
        try repo.git("update-ref", "-d", "refs/heads/made")
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let cache = "\(repo.scratch)/\(seed)"
            let steps = Int(generator.next() % 5) + 2
            var last: CommitIndex?
            for step in 1...steps {
                // Refs only move on, so that no step leaves rows behind.
                let name = "refs/heads/b\(step)"
                let limit = step == steps ? ids.count : ids.count * step / steps
                let id = ids[Int(generator.next() % UInt64(limit))]
                try repo.writeGitFile(name, id.hex + "\n")
                last = try Load.index(repo.path, cache: cache, usesPrescan: seed % 2 == 0).index
            }
            let index = try #require(last)
            let cold = IndexContent(try Load.index(repo.path, usesPrescan: seed % 2 == 1).index)
            let found = IndexContent(index).difference(from: cold)
            #expect(found == nil, "seed \(seed)")
            for (id, commit) in cold.commits where commit.subject.isEmpty {
                Issue.record("\(id) has no title")
            }
            for step in 1...steps { _ = remove("\(repo.path)/refs/heads/b\(step)") }
        }
    }

    @Test("an index that fits is used as it stands, one that does not is replaced")
    func reuse() throws {
        let repo = try FixtureRepository()
        try repo.commit("One")
        let cache = repo.scratch + "/cache"
        let first = try Load.index(repo.path, cache: cache)
        let file = try #require(first.cacheFolder) + "/commits.idx"
        let written = try TestFile.listing(cache)
        #expect(try Load.index(repo.path, cache: cache).notes == [])
        #expect(try TestFile.listing(cache) == written)
        var bytes = try TestFile.read(file)
        bytes[8] += 1
        try TestFile.write(file, bytes)
        let older = try Load.index(repo.path, cache: cache)
        #expect(older.notes == [])
        bytes[8] -= 1
        #expect(try TestFile.read(file) == bytes)
    }

    @Test("the index of another repository is replaced, and said once")
    func foreignIdentity() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One")
        let other = try FixtureRepository()
        try other.commit("Other")
        let cache = repo.scratch + "/cache"
        let foreign = try #require(try Load.index(other.path, cache: cache).cacheFolder)
        let own = try #require(try Load.index(repo.path, cache: cache).cacheFolder)
        try TestFile.write(own + "/commits.idx", TestFile.read(foreign + "/commits.idx"))
        let loaded = try Load.index(repo.path, cache: cache)
        #expect(loaded.notes.count == 1)
        #expect(loaded.index.row(of: one) != nil)
        #expect(try Load.index(repo.path, cache: cache).notes == [])
    }

    // main  1--2--...--40     left behind: 1--x1--...--x10
    @Test("rows that no ref reaches any more stay, until they are a tenth")
    func unreachable() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One")
        for number in 2...40 { try repo.commit("Main \(number)") }
        for number in 1...4 {
            try repo.commit(
                "Side \(number)",
                on: "side",
                parents: number == 1 ? [one] : nil
            )
        }
        let cache = repo.scratch + "/cache"
        #expect(try Load.index(repo.path, cache: cache).index.count == 44)
        try repo.git("update-ref", "-d", "refs/heads/side")
        #expect(try Load.index(repo.path, cache: cache).index.count == 44)
        for number in 1...10 {
            try repo.commit(
                "Other \(number)",
                on: "side",
                parents: number == 1 ? [one] : nil
            )
        }
        #expect(try Load.index(repo.path, cache: cache).index.count == 54)
        try repo.git("update-ref", "-d", "refs/heads/side")
        let rebuilt = try Load.index(repo.path, cache: cache).index
        #expect(rebuilt.count == 40)
        #expect(rebuilt.unreachableShare == 0)
        try repo.git("reflog", "expire", "--expire=now", "--all")
        try repo.git("gc", "-q", "--prune=now")
        let cold = IndexContent(try Load.index(repo.path).index)
        #expect(
            IndexContent(try Load.index(repo.path, cache: cache).index, isReached: true) == cold
        )
    }

    @Test("objects that were pruned after the index was made are not asked for")
    func pruned() throws {
        let repo = try FixtureRepository()
        for number in 1...30 { try repo.commit("Main \(number)") }
        let lost = try repo.commit("Lost", on: "side", parents: [repo.commit(at: "main")])
        let cache = repo.scratch + "/cache"
        _ = try Load.index(repo.path, cache: cache)
        try repo.git("update-ref", "-d", "refs/heads/side")
        try repo.git("gc", "-q", "--prune=now")
        #expect(throws: FixtureError.self) { try repo.git("cat-file", "-e", lost.hex) }
        try repo.commit("More")
        let index = try Load.index(repo.path, cache: cache).index
        let cold = IndexContent(try Load.index(repo.path).index)
        #expect(IndexContent(index, isReached: true).difference(from: cold) == nil)
    }

    @Test("packed refs that were rewritten a moment ago are listed again")
    func sameSecond() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One")
        let two = try repo.commit("Two")
        try repo.branch("main", at: one)
        try repo.git("pack-refs", "--all")
        let cache = repo.scratch + "/cache"
        _ = try Load.index(repo.path, cache: cache)
        let path = repo.path + "/packed-refs"
        var info = stat()
        #expect(stat(path, &info) == 0)
        // The same place, size and time: nothing but the content differs.
        let text = String(decoding: try TestFile.read(path), as: UTF8.self)
        let lines = text.split(separator: "\n")
            .map {
                $0.hasSuffix(" refs/heads/main") ? "\(two.hex) refs/heads/main" : String($0)
            }
        let file = open(path, O_WRONLY)
        let changed = lines.joined(separator: "\n") + "\n"
        #expect(write(file, changed, changed.utf8.count) == changed.utf8.count)
        close(file)
        #expect(utimensat(AT_FDCWD, path, [info.st_atim, info.st_mtim], 0) == 0)
        let index = try Load.index(repo.path, cache: cache).index
        #expect(index.row(of: two) != nil)
    }

    @Test("a ref that moves while the walk runs is seen the next time")
    func movingRef() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One")
        let two = try repo.commit("Two")
        try repo.branch("main", at: one)
        let cache = repo.scratch + "/cache"
        let mover = RefMover(path: repo.path, id: two)
        let during = try Load.index(repo.path, cache: cache, progress: mover)
        #expect(during.index.row(of: two) == nil)
        let index = try Load.index(repo.path, cache: cache).index
        #expect(index.row(of: two) != nil)
    }

    @Test("one, two and four threads read the same", arguments: [0, 1, 2, 4])
    func threads(count: Int) throws {
        let repo = try FixtureRepository()
        var generator = SeededGenerator(seed: 3)
        _ = try Self.randomHistory(repo, commits: 1500, with: &generator)
        try repo.git("repack", "-adq")
        let expected = IndexContent(try Load.index(repo.path, usesPrescan: false).index)
        let index = try Load.index(repo.path, threads: count).index
        #expect(IndexContent(index, isReached: true).difference(from: expected) == nil)
    }
}

/// Moves a branch as soon as the walk reports for the first time.
private struct RefMover: ProgressSink {
    let path: String
    let id: CommitID

    func report(_ work: String, done: Int, total: Int) {
        try? TestFile.write(path + "/refs/heads/main", Array((id.hex + "\n").utf8))
    }
}

extension Tag {
    /// Takes more than a second.
    @Tag static var slow: Self
}
