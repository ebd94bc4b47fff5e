import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// Copies that lack a part of the history: what is seen stands, what is not is never `missing`.
@Suite("Shallow, partial and broken copies")
struct CloneTests {
    private let project: ReleaseProject

    init() throws {
        project = try ReleaseProject()
        try project.repo.git("config", "uploadpack.allowFilter", "true")
    }

    private func clone(_ options: String...) throws -> String {
        let target = project.repo.scratch + "/clone"
        let words = ["clone", "-q", "--no-local"] + options + ["file://" + project.path, target]
        _ = try GitCommand.output(words, in: project.repo.scratch)
        return target
    }

    private func cells(_ path: String) throws -> [String: [String]] {
        let run = try Mainstay.answer("matrix", path, "--format", "tsv")
        return run.rows.reduce(into: [:]) { $0["\($1[0]) \($1[1])"] = $1 }
    }

    @Test("a shallow clone says fixed where it sees the fix, and unknown where it may not see it")
    func shallow() throws {
        let path = try clone("--depth", "3", "--no-single-branch", "--no-tags")
        let whole = try cells(project.path)
        let cut = try cells(path)
        #expect(!cut.isEmpty)
        for (key, cell) in cut {
            let right = try #require(whole[key])
            if cell[2] == "unknown" {
                #expect(cell[8] == "the history is cut (shallow clone)")
            } else if right[2] == "fixed" {
                // Without tags nothing is released.
                #expect(cell[2] == "fixed-unreleased", "\(key)")
            } else {
                #expect(cell[2] == right[2], "\(key)")
            }
        }
        let late = project.id("late")
        #expect(cut["\(late) 2.0"]?[2] == "fixed-unreleased")
        let asked = try Mainstay.answer(
            "matrix",
            path,
            "--fix",
            project.id("two"),
            "--format",
            "tsv"
        )
        #expect(asked.rows.map { $0[2] } == ["fixed-unreleased", "unknown", "missing"])
        let affected = try Mainstay.answer(
            "affected",
            "release/2.0",
            "--repo",
            path,
            "--fixed",
            project.id("two")
        )
        #expect(
            affected.output.hasPrefix(
                "unknown: 'release/2.0' cannot be judged: the history is cut (shallow clone)\n"
            )
        )
    }

    @Test("a clone without blobs says unknown where content would decide")
    func withoutBlobs() throws {
        try checkPartial(try clone("--bare", "--filter=blob:none"))
    }

    @Test("a clone without trees says unknown where content would decide")
    func withoutTrees() throws {
        try checkPartial(try clone("--bare", "--filter=tree:0"))
    }

    private func checkPartial(_ path: String) throws {
        let before = try listing(of: path)
        let whole = try cells(project.path)
        let partial = try cells(path)
        for key in ["trailer", "hidden", "again", "late"] {
            #expect(partial["\(project.id(key)) 2.0"]?[2] == whole["\(project.id(key)) 2.0"]?[2])
        }
        for (key, cell) in partial where cell[2] != whole[key]?[2] {
            #expect(cell[2] == "unknown", "\(key)")
            #expect(cell[8].hasPrefix("objects are absent (partial clone)"), "\(cell[8])")
        }
        let asked = try Mainstay.answer(
            "matrix",
            path,
            "--fix",
            project.id("retitled"),
            "--format",
            "tsv"
        )
        #expect(["fixed", "unknown"].contains(asked.rows[1][2]))
        #expect(try listing(of: path) == before)
    }

    @Test("a commit that is absent makes unknown what lies below it")
    func missingCommit() throws {
        let path = try clone("--mirror")
        let packs = try FileManager.default.contentsOfDirectory(atPath: path + "/objects/pack")
        let pack = try #require(packs.first { $0.hasSuffix(".pack") })
        let moved = project.repo.scratch + "/all.pack"
        try FileManager.default.moveItem(
            atPath: path + "/objects/pack/" + pack,
            toPath: moved
        )
        for name in packs where name != pack {
            try FileManager.default.removeItem(atPath: path + "/objects/pack/" + name)
        }
        let unpacked = try Mainstay.shell("git -C '\(path)' unpack-objects -q < '\(moved)'")
        #expect(unpacked.status == 0)
        let gone = project.id("trailer@2.0")
        try FileManager.default.removeItem(
            atPath: "\(path)/objects/\(gone.prefix(2))/\(gone.dropFirst(2))"
        )
        let rows = try cells(path)
        #expect(rows["\(project.id("hidden")) 2.0"]?[2] == "fixed")
        // Whether a release below the gap holds another copy cannot be told.
        #expect(rows["\(project.id("late")) 2.0"]?[2] == "unknown")
        #expect(rows["\(project.id("late")) 2.0"]?[3] == project.id("late@2.0"))
        let asked = try Mainstay.answer(
            "matrix",
            path,
            "--fix",
            project.id("trailer"),
            "--format",
            "tsv"
        )
        #expect(asked.rows.map { $0[2] } == ["fixed-unreleased", "unknown", "fixed"])
        #expect(asked.rows[1][8] == "commits of the history are absent")
    }
}
