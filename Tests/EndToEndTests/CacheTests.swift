import Foundation
import MainstayCore
import MainstayTesting
import Testing

@Suite("Index files: kept, damaged, and where there is no room for them")
struct CacheTests {
    private let project: ReleaseProject
    private let cache: String

    init() throws {
        project = try ReleaseProject()
        cache = project.repo.scratch + "/cache"
    }

    private func run(_ cache: String? = nil) throws -> Mainstay.Run {
        let run = try Mainstay.run(
            "matrix",
            project.path,
            "--format",
            "tsv",
            environment: ["MAINSTAY_CACHE": cache ?? self.cache]
        )
        #expect(run.status == 0, "\(run.errors)")
        return run
    }

    private func file(_ name: String) throws -> String {
        let folder = try #require(
            FileManager.default.contentsOfDirectory(atPath: cache).first
        )
        return "\(cache)/\(folder)/\(name)"
    }

    @Test("reading writes to the cache alone, and to nothing with --no-cache")
    func writesNothing() throws {
        let before = try listing(of: project.path)
        let files = project.repo.scratch
        for arguments in [
            ["lines", project.path], ["matrix", project.path], ["backports", project.path],
            ["fix", project.id("half"), "--repo", project.path],
            ["affected", "main", "--fixed", project.id("half"), "--repo", project.path],
        ] {
            let run = try Mainstay.run(
                program: Mainstay.products + "/mainstay",
                arguments + ["--no-cache"],
                environment: ["MAINSTAY_CACHE": cache, "HOME": files],
                in: files
            )
            #expect(run.status == 0, "\(run.errors)")
        }
        #expect(try listing(of: files).isEmpty)
        _ = try run()
        #expect(try listing(of: project.path) == before)
        #expect(FileManager.default.fileExists(atPath: try file("commits.idx")))
    }

    @Test("a damaged index is made anew and said once", arguments: [0, 1, 11, 100, 700])
    func damaged(length: Int) throws {
        let sound = try run()
        let path = try file("commits.idx")
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: UInt64(length))
        try handle.close()
        let mended = try run()
        #expect(mended.bytes == sound.bytes)
        #expect(
            mended.errors
                == """
                Warning: The index of commits in \(path) was damaged and has been made anew

                """
        )
        let after = try run()
        #expect(after.errors == "")
        #expect(after.bytes == sound.bytes)
    }

    @Test("foreign bytes in any file of the cache change no answer")
    func foreign() throws {
        let sound = try run()
        for name in ["commits.idx", "matches-full.idx", "paths.idx"] {
            let path = try file(name)
            try Data("Not an index of Mainstay at all\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try run().bytes == sound.bytes, "\(name)")
            #expect(try run().errors == "")
            try Data(repeating: 0xFF, count: 5_000).write(to: URL(fileURLWithPath: path))
            #expect(try run().bytes == sound.bytes, "\(name)")
        }
    }

    @Test("another repository at the same path is not mistaken for the old one")
    func otherRepository() throws {
        _ = try run()
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": source("a")])
        try repo.branch("release/9.0", at: start)
        let files = FileManager.default
        try files.removeItem(atPath: project.path)
        try files.moveItem(atPath: repo.path, toPath: project.path)
        let lines = try Mainstay.answer(
            "lines",
            project.path,
            "--format",
            "tsv",
            environment: ["MAINSTAY_CACHE": cache]
        )
        #expect(lines.rows.map { $0[0] } == ["main", "9.0"])
    }

    @Test("a cache that cannot be written costs a warning, not the answer")
    func noRoom() throws {
        let sound = try run()
        let file = project.repo.scratch + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        for cache in ["/dev/full", file, "/proc/none"] {
            let run = try run(cache)
            #expect(run.bytes == sound.bytes)
            let lines = run.errors.split(separator: "\n")
            #expect(lines.count == 1)
            let start = "Warning: The index of commits could not be kept in \(cache)/"
            #expect(lines[0].hasPrefix(start), "\(lines[0])")
            let cause = cache == "/proc/none" ? "No such file or directory" : "Not a directory"
            #expect(lines[0].hasSuffix("/commits.idx: \(cause)"), "\(lines[0])")
        }
    }

    @Test("a disk that is full", .enabled(if: BadRepositoryTests.isRoot))
    func fullDisk() throws {
        let sound = try run()
        let disk = project.repo.scratch + "/disk"
        try FileManager.default.createDirectory(
            atPath: disk,
            withIntermediateDirectories: false
        )
        let mounted = try Mainstay.shell("mount -t tmpfs -o size=4k tmpfs '\(disk)'")
        guard mounted.status == 0 else { return }
        defer { _ = try? Mainstay.shell("umount --lazy '\(disk)'") }
        try Data(count: 4_096).write(to: URL(fileURLWithPath: disk + "/filler"))
        let run = try run(disk)
        #expect(run.bytes == sound.bytes)
        #expect(run.errors.hasPrefix("Warning: The index of commits could not be kept in \(disk)/"))
        #expect(run.errors.hasSuffix("/commits.idx: No space left on device\n"))
        #expect(try listing(of: disk).allSatisfy { !$0.contains(".idx") })
    }

    @Test("a warm cache sees new commits, moved and removed refs")
    func refreshed() throws {
        _ = try run()
        let repo = project.repo
        try repo.cherryPick(
            repo.commit(at: project.id("late")),
            onto: "release/1.0",
            files: ["bravo.c": source("bravo", [9: "flush_journal(before_rename);"])]
        )
        let picked = try run()
        #expect(
            picked.rows.first { $0[0] == project.id("late") && $0[1] == "1.0" }?[2]
                == "fixed-unreleased"
        )
        try repo.tag("v1.0.2", at: repo.commit(at: "release/1.0"))
        #expect(
            try run().rows.first { $0[0] == project.id("late") && $0[1] == "1.0" }?[2]
                == "fixed"
        )
        try repo.git("tag", "-d", "v1.0.2")
        try repo.git("update-ref", "refs/heads/release/1.0", "release/1.0~1")
        try repo.git("branch", "-D", "release/2.0")
        let less = try run()
        #expect(less.rows.first { $0[0] == project.id("late") }?[2] == nil)
        #expect(Set(less.rows.map { $0[1] }) == ["main", "1.0"])
    }
}
