import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// The same history gives the same bytes, however it is stored and read.
@Suite("The same bytes out")
struct DeterminismTests {
    private let project: ReleaseProject

    init() throws {
        project = try ReleaseProject()
    }

    /// Every question in every form, as one text.
    private func everything(
        _ path: String,
        _ options: [String] = [],
        environment: [String: String] = [:]
    ) throws -> [String] {
        let half = project.id("half")
        var questions: [[String]] = []
        for format in ["table", "tsv", "json"] {
            questions.append(["lines", ".", "--all", "--format", format])
            questions.append(["matrix", ".", "--format", format])
            questions.append(
                ["backports", ".", "--all-roots", "--min-confidence", "0", "--format", format])
        }
        questions.append(["matrix", ".", "--format", "html"])
        for format in ["table", "json"] {
            questions.append(["fix", half, "--format", format])
            questions.append(
                ["affected", "2.0.1", "--introduced", "0", "--fixed", half, "--format", format])
            questions.append(["pick", half, "--onto", "1.0", "--dry-run", "--format", format])
        }
        return try questions.map { question in
            let run = try Mainstay.run(
                program: Mainstay.products + "/mainstay",
                question + options,
                environment: environment,
                in: path
            )
            #expect(run.status == 0, "\(question): \(run.errors)")
            return question.joined(separator: " ") + "\n" + run.errors
                + run.output.replacing(path, with: "PATH")
        }
    }

    private func expectEqual(
        _ left: [String],
        _ right: [String],
        location: SourceLocation = #_sourceLocation
    ) {
        for (first, second) in zip(left, right) {
            #expect(first == second, sourceLocation: location)
        }
    }

    @Test("threads, prescan, caches, clocks and languages change nothing")
    func reading() throws {
        // A pack for the prescan to look at.
        try project.repo.git("gc", "-q")
        let cache = project.repo.scratch + "/cache"
        let plain = try everything(project.path, ["--no-cache"])
        expectEqual(plain, try everything(project.path, ["--no-cache", "--threads", "1"]))
        expectEqual(plain, try everything(project.path, ["--no-cache", "--threads", "4"]))
        expectEqual(plain, try everything(project.path, ["--no-prescan"]))
        for _ in 0..<2 {
            let surroundings = [
                "MAINSTAY_CACHE": cache, "TZ": "Pacific/Chatham", "LANG": "tr_TR.UTF-8",
                "LC_ALL": "tr_TR.UTF-8",
            ]
            expectEqual(plain, try everything(project.path, environment: surroundings))
        }
    }

    @Test("packs, packed refs and clones change nothing")
    func storage() throws {
        let loose = try everything(project.path, ["--no-cache"])
        try project.repo.git("pack-refs", "--all")
        expectEqual(loose, try everything(project.path, ["--no-cache"]))
        try project.repo.git("gc", "-q", "--aggressive", "--prune=now")
        expectEqual(loose, try everything(project.path, ["--no-cache"]))
        let clone = project.repo.scratch + "/clone/repo.git"
        try project.repo.git("clone", "-q", "--mirror", "--no-local", project.path, clone)
        expectEqual(loose, try everything(clone, ["--no-cache"]))
    }

    @Test("an index that grew with the history gives what a new one gives")
    func grown() throws {
        let repo = project.repo
        let cache = repo.scratch + "/cache"
        let tips = try ["main", "release/2.0", "release/1.0"].map { ($0, try repo.commit(at: $0)) }
        let whole = try everything(project.path, ["--no-cache"])
        for back in [6, 4, 2, 1] {
            for (name, tip) in tips {
                let older = (try? repo.commit(at: "\(tip)~\(back)")) ?? tip
                try repo.branch(name, at: older)
            }
            let run = try Mainstay.run(
                "matrix",
                project.path,
                environment: ["MAINSTAY_CACHE": cache]
            )
            #expect(run.status == 0)
        }
        for (name, tip) in tips { try repo.branch(name, at: tip) }
        expectEqual(
            whole,
            try everything(project.path, environment: ["MAINSTAY_CACHE": cache])
        )
    }
}
