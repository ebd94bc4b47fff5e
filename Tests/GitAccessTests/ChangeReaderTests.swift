import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting
import Testing

/// What commits change, against the git command.
@Suite("Changes")
struct ChangeReaderTests {
    private static func reader(
        _ path: String,
        threads: Int = 1
    ) throws -> (CommitIndex, ChangeReader) {
        let index = try Load.index(path).index
        let reader = try ChangeReader(
            Load.folder(path),
            index: index,
            pathSets: PathSetTable(count: index.count),
            threads: threads,
            progress: SilentProgress()
        )
        return (index, reader)
    }

    private static func pathHash(_ path: Substring) -> UInt64 {
        path.utf8.split(separator: 47)
            .reduce(1) { seed, name in
                Array(name).withUnsafeBytes { hashBytes($0, seed: seed) }
            }
    }

    /// The paths that git says each commit changes against its first parent.
    private static func toldPaths(_ repo: FixtureRepository) throws -> [CommitID: [UInt64]] {
        let ids = try repo.git("rev-list", "--all")
        let told = try repo.git(
            "diff-tree",
            "--stdin",
            "-r",
            "--root",
            "-m",
            "--first-parent",
            "--name-only",
            "--no-renames",
            "-z",
            "--format=%x01%H",
            input: ids + "\n"
        )
        var paths: [CommitID: [UInt64]] = [:]
        for part in told.split(separator: "\u{1}") {
            let fields = part.split(separator: "\0").map { $0.drop { $0 == "\n" } }
            guard let first = fields.first, let id = CommitID(hex: first) else { continue }
            // A merge is told once for each parent, the first parent first.
            guard paths[id] == nil else { continue }
            paths[id] = fields.dropFirst().filter { !$0.isEmpty }.map(pathHash).sorted()
        }
        return paths
    }

    @Test("paths are those of git diff-tree: swaps of files and folders, odd names, submodules")
    func paths() throws {
        let repo = try FixtureRepository()
        try ChangeFixture.make(repo, commits: 500, seed: 1)
        let tip = try repo.commit(at: "main")
        let other = try repo.commit("Other root", files: ["other": "1"], on: "other", parents: [])
        try repo.merge(other, message: "Merge roots", files: ["a0": "merged\n"])
        _ = try repo.commit("Back", on: "back", parents: [tip])
        let told = try Self.toldPaths(repo)
        let (index, reader) = try Self.reader(repo.path)
        #expect(told.count >= 480)
        for row in 0..<index.count {
            let id = index.id(row)
            #expect(reader.paths(of: row) == told[id] ?? [], "\(id)")
        }
        let rows = Array(0..<index.count)
        let sets = reader.pathSets(of: rows)
        let (_, parallel) = try Self.reader(repo.path, threads: 3)
        #expect(parallel.pathSets(of: rows) == sets)
        for row in rows where told[index.id(row)]?.isEmpty ?? true { #expect(sets[row] == 0) }
    }

    @Test("modes that git does not tell apart are no change")
    func oddModes() throws {
        let repo = try FixtureRepository()
        let first = try repo.commit("One", files: ["a": "1", "b": "1"])
        let blob = try repo.git("rev-parse", "\(first.hex):a")
        let tree = try repo.git("mktree", input: "100664 blob \(blob)\ta\n100755 blob \(blob)\tb\n")
        let told = try repo.git("commit-tree", tree, "-p", first.hex, "-m", "Two")
        let second = try #require(CommitID(hex: told))
        try repo.branch("main", at: second)
        let (index, reader) = try Self.reader(repo.path)
        let row = try #require(index.row(of: second))
        #expect(reader.paths(of: row) == (try Self.toldPaths(repo))[second])
        #expect(reader.paths(of: row) == [Self.pathHash("b")])
    }

    @Test("patch-ids equal those of git patch-id --stable")
    func patchIDs() throws {
        let repo = try FixtureRepository()
        try ChangeFixture.make(repo, commits: 600, seed: 2)
        try repo.commit("Empty")
        let ids = try repo.git("rev-list", "--all", "--no-merges")
        let patches = try repo.gitBytes(
            ["diff-tree", "--stdin", "-p", "--full-index", "--root"],
            input: Array((ids + "\n").utf8)
        )
        let told = String(
            decoding: try repo.gitBytes(["patch-id", "--stable"], input: patches),
            as: UTF8.self
        )
        var expected: [CommitID: CommitID] = [:]
        for line in told.split(separator: "\n") {
            let words = line.split(separator: " ").compactMap { CommitID(hex: $0) }
            if words.count == 2 { expected[words[1]] = words[0] }
        }
        // Versions of git differ on binary and on empty files.
        let odd = try repo.git(
            "log",
            "--all",
            "--format=%x01%H",
            "--numstat",
            "--raw",
            "--no-renames",
            "--no-abbrev"
        )
        var plain: Set<CommitID> = []
        let empty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
        for part in odd.split(separator: "\u{1}") {
            guard let id = CommitID(hex: part.prefix(40)) else { continue }
            if !part.contains("\n-\t-\t"), !part.contains(empty) { plain.insert(id) }
        }
        let (index, reader) = try Self.reader(repo.path)
        #expect(plain.count > 350)
        for row in 0..<index.count where plain.contains(index.id(row)) {
            #expect(reader.patchID(of: row) == expected[index.id(row)], "\(index.id(row))")
        }
    }

    @Test("patch-ids tell changes of one binary file apart and know the same change again")
    func binaryPatchIDs() throws {
        let repo = try FixtureRepository()
        let base = try repo.commit("Base", files: ["a": .bytes([0, 1]), "b": "1\n", "c": "1\n"])
        var ids: [CommitID] = []
        for (number, value) in [UInt8(2), 3, 2].enumerated() {
            let other = try repo.commit(
                "Elsewhere",
                files: ["c": .text("\(number)\n")],
                on: "b\(number)",
                parents: [base]
            )
            ids.append(
                try repo.commit(
                    "Picture",
                    files: ["a": .bytes([0, value]), "b": "2\n"],
                    on: "b\(number)",
                    parents: [other]
                )
            )
        }
        let (index, reader) = try Self.reader(repo.path)
        let found = try ids.map { reader.patchID(of: try #require(index.row(of: $0))) }
        #expect(found[0] != nil)
        #expect(found[0] != found[1])
        #expect(found[0] == found[2])
    }

    @Test("a commit at the border of a shallow clone changes nothing that could be told")
    func shallowBorder() throws {
        let repo = try FixtureRepository()
        for number in 1...5 {
            try repo.commit("Change \(number)", files: ["a": .text("\(number)\n")])
        }
        let clone = repo.scratch + "/clone"
        try repo.git("clone", "-q", "--bare", "--depth=2", "file://\(repo.path)", clone)
        let (index, reader) = try Self.reader(clone)
        let border = try #require(index.row(of: repo.commit(at: "main~1")))
        #expect(reader.paths(of: border) == nil)
        #expect(reader.lines(of: border) == nil)
        #expect(reader.patchID(of: border) == nil)
        #expect(reader.pathSets(of: [border]) == [0])
        let tip = try #require(index.row(of: repo.commit(at: "main")))
        #expect(reader.paths(of: tip)?.count == 1)
    }

    @Test(
        "a partial clone answers what it can and crashes on nothing",
        arguments: ["blob:none", "tree:0"]
    )
    func partialClone(filter: String) throws {
        let repo = try FixtureRepository()
        for number in 1...5 {
            try repo.commit("Change \(number)", files: ["a/b": .text("\(number)\n")])
        }
        try repo.git("config", "uploadpack.allowFilter", "true")
        let clone = repo.scratch + "/clone"
        try repo.git("clone", "-q", "--bare", "--filter=\(filter)", "file://\(repo.path)", clone)
        let (index, reader) = try Self.reader(clone)
        for row in 0..<index.count {
            #expect((reader.paths(of: row) == nil) == (filter == "tree:0"))
            #expect(reader.lines(of: row) == nil)
            #expect(reader.patchID(of: row) == nil)
        }
    }

    @Test("lines are those added and removed, without blanks, braces and repeats of the file")
    func lines() throws {
        let repo = try FixtureRepository()
        let text = (1...9).map { "line \($0)\n" }.joined()
        try repo.commit(
            "One",
            files: ["a": .text(text), "b": "same line\n", "c": .bytes([0, 10])]
        )
        let two = try repo.commit(
            "Two",
            files: [
                "a": .text(text.replacing("line 4", with: "  line   4 changed") + "}\n\nline 1"),
                "c": .bytes([0, 11]), "d": .submodule(CommitID(high: 1, middle: 1, low: 1)),
            ]
        )
        let three = try repo.commit("Three", files: ["b": nil, "a": .text(text)])
        let (index, reader) = try Self.reader(repo.path)
        let rows = try [two, three].map { try #require(index.row(of: $0)) }
        let second = try #require(reader.lines(of: rows[0]))
        #expect(second.added.count == 2)
        #expect(second.removed.count == 1)
        let third = try #require(reader.lines(of: rows[1]))
        #expect(third.added == second.removed)
        #expect(Set(second.added).isSubset(of: third.removed))
        #expect(third.removed.count == 3)
    }

    @Test("reading a repository changes no file of it")
    func nothingIsWritten() throws {
        let repo = try FixtureRepository(bare: false)
        try ChangeFixture.make(repo, commits: 40, seed: 3)
        try repo.git("reset", "-q", "--hard")
        try repo.git("pack-refs", "--all")
        let one = try repo.commit("More", files: ["a0": "more\n"])
        try repo.tag("v1", at: one, message: "One")
        let before = try TestFile.listing(repo.path)
        let cache = repo.scratch + "/cache"
        for _ in 0..<2 {
            let loaded = try Load.index(repo.path, cache: cache)
            let index = loaded.index
            let reader = try ChangeReader(
                Load.folder(repo.path),
                index: index,
                pathSets: PathSetTable(count: index.count),
                threads: 2,
                progress: SilentProgress()
            )
            _ = reader.authorKeys()
            _ = reader.pathSets(of: Array(0..<index.count))
            for row in 0..<index.count {
                _ = reader.patchID(of: row)
                _ = reader.lines(of: row)
            }
            let folder = try Load.folder(repo.path)
            _ = folder.workTreeFile(named: "a0")
            _ = try Repository(folder).file(named: "a0", in: one)
        }
        let after = try TestFile.listing(repo.path)
        #expect(before == after)
        #expect(!before.isEmpty)
    }
}
