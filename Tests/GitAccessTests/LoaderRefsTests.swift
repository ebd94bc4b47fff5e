import BackportAnalysis
import GitAccess
import Glibc
import MainstayCore
import MainstayTesting
import Testing

/// Refs in every form, and the work trees that share them.
@Suite("Loader: refs")
struct LoaderRefsTests {
    private static func rows(_ index: CommitIndex) -> [String: String] {
        var rows: [String: String] = [:]
        for ref in index.refs {
            rows[ref.name] = ref.target ?? ref.row.map { index.id($0).hex } ?? "none"
        }
        return rows
    }

    @Test("tags of tags, of trees and of blobs, packed and loose")
    func tags() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One", files: ["a": "1"])
        let two = try repo.commit("Two", files: ["a": "2"])
        try repo.branch("main", at: one)
        try repo.tag("plain", at: one)
        try repo.tag("t0", at: two, message: "Tag")
        for number in 1...5 { try repo.git("tag", "-m", "Tag", "t\(number)", "t\(number - 1)") }
        try repo.git("tag", "tree", "\(two.hex)^{tree}")
        try repo.git("tag", "-m", "Tag", "treetag", "\(two.hex)^{tree}")
        try repo.git("tag", "-m", "Tag", "blobtag", "\(two.hex):a")
        let check = {
            let rows = Self.rows(try Load.index(repo.path).index)
            for number in 0...5 { #expect(rows["refs/tags/t\(number)"] == two.hex) }
            #expect(rows["refs/tags/plain"] == one.hex)
            for name in ["tree", "treetag", "blobtag"] {
                #expect(rows["refs/tags/\(name)"] == "none")
            }
        }
        try check()
        try repo.git("pack-refs", "--all")
        try check()
        #expect(try Load.difference(repo.path) == nil)
        // Written by old versions of git: no line tells what a tag peels to.
        let packed = String(decoding: try TestFile.read(repo.path + "/packed-refs"), as: UTF8.self)
        let lines = packed.split(separator: "\n")
            .filter { !$0.hasPrefix("^") && !$0.hasPrefix("#") }
        try repo.writeGitFile("packed-refs", lines.joined(separator: "\n") + "\n")
        try check()
        #expect(try Load.difference(repo.path) == nil)
    }

    @Test("broken and dangling refs do not hide the others")
    func brokenRefs() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One")
        try repo.writeGitFile("refs/heads/a-broken", "what is this\n")
        try repo.writeGitFile("refs/heads/b-empty", "")
        try repo.writeGitFile("refs/heads/c-absent", String(repeating: "1", count: 40) + "\n")
        try repo.writeGitFile("refs/heads/d-cut", one.hex.prefix(20) + "\n")
        try repo.writeGitFile("refs/heads/e-nowhere", "ref: refs/heads/nothing\n")
        try repo.writeGitFile("refs/heads/f-circle", "ref: refs/heads/f-circle\n")
        try repo.writeGitFile("refs/heads/z-good", one.hex + "\n")
        let rows = Self.rows(try Load.index(repo.path).index)
        #expect(rows["refs/heads/z-good"] == one.hex)
        #expect(rows["refs/heads/main"] == one.hex)
        #expect(rows["refs/heads/c-absent"] == "none")
        #expect(rows["refs/heads/e-nowhere"] == "refs/heads/nothing")
        #expect(rows["refs/heads/a-broken"] == nil)
    }

    @Test("a symbolic ref leads to its commit even where its target is left out")
    func symbolicRefs() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One")
        let two = try repo.commit("Two", on: "other")
        try repo.git("update-ref", "refs/custom/x", two.hex)
        try repo.git("update-ref", "-d", "refs/heads/other")
        try repo.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
        try repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main")
        try repo.git("symbolic-ref", "refs/heads/outside", "refs/custom/x")
        let index = try Load.index(repo.path).index
        let rows = Self.rows(index)
        #expect(rows["refs/heads/main"] == one.hex)
        #expect(rows["refs/heads/alias"] == "refs/heads/main")
        #expect(rows["refs/remotes/origin/HEAD"] == "refs/heads/main")
        #expect(rows["refs/heads/outside"] == two.hex)
        #expect(rows["HEAD"] == "refs/heads/main")
        #expect(try Load.difference(repo.path) == nil)
    }

    @Test("a detached HEAD counts, an unborn one names its branch")
    func head() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One")
        let two = try repo.commit("Two")
        try repo.branch("main", at: one)
        try repo.git("update-ref", "--no-deref", "HEAD", two.hex)
        #expect(Self.rows(try Load.index(repo.path).index)["HEAD"] == two.hex)
        #expect(try Load.difference(repo.path) == nil)
        try repo.git("symbolic-ref", "HEAD", "refs/heads/unborn")
        #expect(Self.rows(try Load.index(repo.path).index)["HEAD"] == "refs/heads/unborn")
        #expect(try Load.difference(repo.path, hasHead: false) == nil)
    }

    @Test("work trees share commits and refs, each with a HEAD of its own")
    func workTrees() throws {
        let repo = try FixtureRepository(bare: false)
        let one = try repo.commit("One", files: ["a": "1"])
        try repo.git("worktree", "add", "-q", "--detach", repo.scratch + "/tree", one.hex)
        let tree = repo.scratch + "/tree"
        _ = try GitCommand.output(["commit", "-q", "--allow-empty", "-m", "There"], in: tree)
        let two = try GitCommand.output(["rev-parse", "HEAD"], in: tree)
        let folder = try Load.folder(tree)
        #expect(folder.workTree == tree)
        #expect(folder.commonFolder == repo.path + "/.git")
        let cache = repo.scratch + "/cache"
        for _ in 0..<2 {
            #expect(Self.rows(try Load.index(tree, cache: cache).index)["HEAD"] == two)
            let main = Self.rows(try Load.index(repo.path, cache: cache).index)
            #expect(main["HEAD"] == "refs/heads/main")
        }
        #expect(try Load.difference(tree) == nil)
        #expect(try Load.difference(repo.path) == nil)
        #expect(try Load.folder(repo.path + "/.git").workTree == repo.path)
    }

    @Test("the .git file of a submodule leads to its repository; a dead one to an error")
    func submodule() throws {
        let repo = try FixtureRepository(bare: false)
        try repo.commit("One", files: ["a": "1"])
        let inner = try FixtureRepository()
        try inner.commit("Inner", files: ["b": "1"])
        try repo.git("init", "-q", "--bare", repo.path + "/.git/modules/other")
        try repo.git(
            "clone",
            "-q",
            "--separate-git-dir",
            repo.path + "/.git/modules/sub",
            inner.path,
            repo.path + "/sub"
        )
        try TestFile.write(repo.path + "/sub/.git", Array("gitdir: ../.git/modules/sub\n".utf8))
        let folder = try Load.folder(repo.path + "/sub")
        #expect(folder.gitFolder == repo.path + "/.git/modules/sub")
        #expect(folder.shown == repo.path + "/sub")
        #expect(try Load.difference(repo.path + "/sub") == nil)
        try TestFile.write(repo.path + "/sub/.git", Array("gitdir: ../.git/modules/gone\n".utf8))
        #expect(Load.failure(repo.path + "/sub")?.code == .notARepository)
    }

    @Test("names that are not UTF-8 are followed too")
    func rawNames() throws {
        let repo = try FixtureRepository()
        let one = try repo.commit("One")
        let two = try repo.commit("Two")
        try repo.branch("main", at: one)
        try repo.git("pack-refs", "--all")
        // Old enough to be trusted.
        try Clock.age(repo.path + "/packed-refs", bySeconds: 60)
        let cache = repo.scratch + "/cache"
        for id in [one, two] {
            let path = Array((repo.path + "/refs/heads/caf").utf8CString.dropLast()) + [-23, 0]
            let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            #expect(write(file, id.hex + "\n", 41) == 41)
            close(file)
            let index = try Load.index(repo.path, cache: cache).index
            #expect(index.row(of: id) != nil)
        }
    }
}

/// Times of files.
enum Clock {
    /// Sets the time of the last change of the file at `path` back.
    static func age(_ path: String, bySeconds seconds: Int) throws {
        var info = stat()
        guard stat(path, &info) == 0 else { throw FixtureError("No file \(path)") }
        info.st_mtim.tv_sec -= seconds
        let times = [info.st_atim, info.st_mtim]
        guard utimensat(AT_FDCWD, path, times, 0) == 0 else {
            throw FixtureError("Cannot set the time of \(path)")
        }
    }
}
