import BackportAnalysis
import GitAccess
import Glibc
import MainstayCore
import MainstayTesting
import Testing

/// Every form in which git stores commits gives the history that git tells.
@Suite("Loader: storage")
struct LoaderStorageTests {
    // main   0--1--2--3--m--4--5   (m merges two other branches: an octopus)
    //         \--a1-----/
    //          \-b1----/
    @discardableResult
    static func history(_ repo: FixtureRepository, longMessages: Bool = false) throws -> CommitID {
        let filler =
            longMessages ? String(repeating: "The same long words again. ", count: 200) : ""
        let base = try repo.commit("Start\n\n\(filler)", files: ["a": "0\n"])
        let left = try repo.commit("Left\n\n\(filler)1", files: ["b": "1\n"], on: "left")
        let other = try repo.commit("Right", files: ["c": "1\n"], on: "right", parents: [base])
        for number in 1...3 {
            try repo.commit("Change \(number)\n\n\(filler)\(number)", files: ["a": "\(number)\n"])
        }
        let tip = try repo.commit(at: repo.mainline)
        let merge = try repo.commit("Merge three", parents: [tip, left, other])
        try repo.tag("v1.0", at: merge, message: "Release")
        for number in 4...5 {
            try repo.commit("Change \(number)\n\n\(filler)\(number)", files: ["a": "\(number)\n"])
        }
        let last = try repo.commit(at: repo.mainline)
        try repo.ref("refs/remotes/origin/next", at: last)
        try repo.commit("Hidden", on: "hidden")
        try repo.ref("refs/pull/1/head", at: repo.commit(at: "hidden"))
        try repo.git("update-ref", "-d", "refs/heads/hidden")
        return merge
    }

    @Test("loose objects")
    func looseObjects() throws {
        let repo = try FixtureRepository()
        try Self.history(repo)
        try explode(repo)
        #expect(try Load.difference(repo.path) == nil)
    }

    /// Unpacks every pack.
    private func explode(_ repo: FixtureRepository) throws {
        let folder = try repo.gitFolder()
        let packs = try TestFile.listing(folder + "/objects/pack").keys
            .filter {
                $0.hasSuffix(".pack")
            }
        for pack in packs {
            let bytes = try TestFile.read("\(folder)/objects/pack/\(pack)")
            for ending in ["pack", "idx", "rev"] {
                _ = remove("\(folder)/objects/pack/\(pack.dropLast(4))\(ending)")
            }
            try repo.gitBytes(["unpack-objects", "-q"], input: bytes)
        }
    }

    @Test("one pack, with and without a bitmap and a commit-graph")
    func onePack() throws {
        let repo = try FixtureRepository()
        try Self.history(repo)
        try repo.git("repack", "-adq")
        #expect(try Load.difference(repo.path) == nil)
        try repo.git("repack", "-adbq")
        try repo.git("commit-graph", "write", "--reachable")
        #expect(try Load.difference(repo.path) == nil)
    }

    @Test("several packs, some commits in two of them, and a multi-pack index")
    func severalPacks() throws {
        let repo = try FixtureRepository()
        try Self.history(repo)
        try repo.git("repack", "-dq")
        for number in 6...8 {
            try repo.commit("Change \(number)", files: ["a": "\(number)\n"])
            try repo.git("repack", "-dq")
        }
        try repo.git("repack", "-aq")
        #expect(try Load.difference(repo.path) == nil)
        try repo.git("multi-pack-index", "write")
        #expect(try Load.difference(repo.path) == nil)
    }

    @Test("commits stored as deltas")
    func deltas() throws {
        let repo = try FixtureRepository()
        try Self.history(repo, longMessages: true)
        try repo.git("repack", "-adfq", "--depth=50", "--window=50")
        let pack = try TestFile.listing(repo.gitFolder() + "/objects/pack").keys
            .first { $0.hasSuffix(".idx") }
        let listing = try repo.git(
            "verify-pack",
            "-v",
            "\(repo.gitFolder())/objects/pack/\(pack ?? "")"
        )
        let deltas = listing.split(separator: "\n")
            .filter {
                $0.contains(" commit ") && $0.split(separator: " ").count == 7
            }
        #expect(!deltas.isEmpty)
        #expect(try Load.difference(repo.path) == nil)
    }

    @Test("objects borrowed from another repository")
    func alternates() throws {
        let repo = try FixtureRepository()
        try Self.history(repo)
        let clone = repo.scratch + "/clone"
        try repo.git("clone", "-q", "--shared", repo.path, clone)
        _ = try GitCommand.output(["commit", "-q", "--allow-empty", "-m", "Own"], in: clone)
        #expect(try Load.difference(clone) == nil)
    }

    @Test(
        "a partial clone lacks blobs or trees and its history is whole",
        arguments: ["blob:none", "tree:0"]
    )
    func partialClone(filter: String) throws {
        let repo = try FixtureRepository()
        try Self.history(repo)
        try repo.git("config", "uploadpack.allowFilter", "true")
        let clone = repo.scratch + "/clone"
        try repo.git(
            "clone",
            "-q",
            "--no-checkout",
            "--filter=\(filter)",
            "file://\(repo.path)",
            clone
        )
        #expect(try Load.difference(clone) == nil)
    }

    @Test("a shallow clone ends where it is cut, and grows when it is deepened")
    func shallowClone() throws {
        let repo = try FixtureRepository()
        let merge = try Self.history(repo)
        let clone = repo.scratch + "/clone"
        let cache = repo.scratch + "/cache"
        try repo.git("clone", "-q", "--no-tags", "--depth=3", "file://\(repo.path)", clone)
        #expect(try Load.difference(clone) == nil)
        let shallow = try Load.index(clone, cache: cache).index
        let row = try #require(shallow.row(of: merge))
        #expect(shallow.gap(at: row) == -2)
        #expect(shallow.parents(of: row) == [])
        for depth in ["--deepen=1", "--unshallow", "--depth=2"] {
            _ = try GitCommand.output(["fetch", "-q", depth], in: clone)
            let cold = IndexContent(try Load.index(clone).index)
            let grown = IndexContent(try Load.index(clone, cache: cache).index, isReached: true)
            #expect(grown.difference(from: cold) == nil, "\(depth)")
            #expect(try Load.difference(clone) == nil, "\(depth)")
        }
    }

    @Test("a bare folder without a config file")
    func withoutConfig() throws {
        let repo = try FixtureRepository()
        try Self.history(repo)
        try repo.git("repack", "-adq")
        let expected = IndexContent(try Load.index(repo.path).index)
        #expect(remove(repo.path + "/config") == 0)
        let index = try Load.index(repo.path).index
        #expect(IndexContent(index).difference(from: expected) == nil)
        #expect(try Load.folder(repo.path).workTree == nil)
    }

    @Test("a missing commit is a gap, which closes when the object comes back")
    func missingCommit() throws {
        let repo = try FixtureRepository()
        let merge = try Self.history(repo)
        try explode(repo)
        let cache = repo.scratch + "/cache"
        let lost = try repo.commit(at: "main~3")
        let file = "\(repo.path)/objects/\(lost.hex.prefix(2))/\(lost.hex.dropFirst(2))"
        #expect(rename(file, repo.scratch + "/lost") == 0)
        let index = try Load.index(repo.path, cache: cache).index
        let row = try #require(index.row(of: merge))
        #expect(index.gap(at: row) == -3)
        #expect(index.row(of: lost) == nil)
        #expect(index.parents(of: row).count == 2)
        #expect(rename(repo.scratch + "/lost", file) == 0)
        let healed = try Load.index(repo.path, cache: cache).index
        #expect(
            IndexContent(healed).difference(from: IndexContent(try Load.index(repo.path).index))
                == nil
        )
    }
}
