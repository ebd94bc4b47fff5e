import Foundation
import MainstayCore
import MainstayTesting
import Testing

@Suite("Ways to name a repository, and ways to be wrong")
struct PathTests {
    @Test("odd paths to the same repository")
    func paths() throws {
        let project = try ReleaseProject(bare: false)
        let folder = URL(fileURLWithPath: project.path).deletingLastPathComponent().path
        let odd = folder + "/it's a \"test\" \u{00E9}\u{00F6}  x"
        try FileManager.default.moveItem(atPath: project.path, toPath: odd)
        try FileManager.default.createDirectory(
            atPath: odd + "/src/deep",
            withIntermediateDirectories: true
        )
        try "x".write(toFile: odd + "/src/file.c", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/link",
            withDestinationPath: odd
        )
        let plain = try Mainstay.answer("matrix", odd, "--json")
        #expect(try plain.document(of: JSONCell.self).repository == odd)
        for path in [
            odd + "/", odd + "//", odd + "/.git", odd + "/.git/refs", odd + "/src",
            odd + "/src/deep/", odd + "/src/file.c", odd + "/src/../src", folder + "/link",
        ] {
            #expect(try Mainstay.answer("matrix", path, "--json").bytes == plain.bytes, "\(path)")
        }
        for (path, here) in [(".", odd), ("..", odd + "/src"), ("../link", odd), ("", "")]
        where path != "" {
            let run = try Mainstay.answer("matrix", path, "--json", in: here)
            #expect(run.bytes == plain.bytes, "\(path)")
        }
        let below = try Mainstay.answer("matrix", "--json", in: odd + "/src/deep")
        #expect(below.bytes == plain.bytes)
        let fix = try Mainstay.answer(
            "fix",
            project.id("half"),
            "--repo",
            "src",
            "--json",
            in: odd
        )
        #expect(try fix.document(of: JSONFix.self).repository == odd)
    }

    @Test("a linked work tree is its repository")
    func linkedWorkTree() throws {
        let project = try ReleaseProject()
        let plain = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        let tree = project.repo.scratch + "/tree"
        try project.repo.git("worktree", "add", "-q", tree, "release/2.0")
        let run = try Mainstay.answer("matrix", tree, "--format", "tsv")
        #expect(run.bytes == plain.bytes)
    }

    @Test(
        "a wrong command line is status 64, told in one line, with how it is used",
        arguments: [
            (
                ["matrix", "--since", "2026-02-30"],
                "--since is '2026-02-30', expected a day such as 2026-11-30"
            ),
            (
                ["matrix", "--since", "yesterday"],
                "--since is 'yesterday', expected a day such as 2026-11-30"
            ),
            (
                ["matrix", "--since", "2026-1-1"],
                "--since is '2026-1-1', expected a day such as 2026-11-30"
            ),
            (["backports", "--min-confidence", "2"], "--min-confidence is 2.0, expected 0 to 1"),
            (["backports", "--min-confidence", "nan"], "--min-confidence is nan, expected 0 to 1"),
            (["backports", "--min-confidence=-0.1"], "--min-confidence is -0.1, expected 0 to 1"),
            (
                ["backports", "--min-confidence", "x"],
                "The value 'x' is invalid for '--min-confidence <x>'"
            ),
            (["lines", "--threads", "0"], "--threads is 0, expected 1 to 256"),
            (["lines", "--json", "--format", "tsv"], "--json contradicts --format tsv"),
            (
                ["lines", "--format", "html"],
                "The value 'html' is invalid for '--format <form>'. "
                    + "Please provide one of 'table', 'tsv' or 'json'."
            ),
            (["lines", "--al"], "Unknown option '--al'. Did you mean '--all'?"),
            (["lines", "one", "two"], "Unexpected argument 'two'"),
            (["fix"], "Missing expected argument '<sha>'"),
            (["pick", "main", "--dry-run"], "Missing expected argument '--onto <line>'"),
            (
                ["affected", "1.0"],
                "Give --introduced, --fixed or both, so that there is a defect; or --product"
            ),
        ]
    )
    func wrongOptions(arguments: [String], expected: String) throws {
        let folder = try TemporaryFolder()
        let run = try Mainstay.run(
            program: Mainstay.products + "/mainstay",
            arguments,
            environment: [:],
            in: folder.path
        )
        #expect(run.status == 64)
        #expect(run.output == "")
        let lines = run.errors.split(separator: "\n")
        #expect(lines.first.map(String.init) == "Error: " + expected)
        #expect(lines.dropFirst().contains { $0.hasPrefix("Usage: mainstay \(arguments[0]) ") })
    }

    @Test("a misspelt verb names the one that was meant")
    func misspelt() throws {
        let run = try Mainstay.run("matirx")
        #expect(run.status == 64)
        #expect(
            run.errors
                == """
                Error: 'matirx' is not a verb of mainstay
                Hint: Did you mean 'mainstay matrix'?

                """
        )
        #expect(
            try Mainstay.run("frobnicate").errors
                == """
                Error: 'frobnicate' is not a verb of mainstay
                Hint: 'mainstay --help' lists the verbs

                """
        )
    }

    @Test("fixes that are no fixes", arguments: ["a++b", "", "main,", "+main", "main+,main"])
    func emptyFix(text: String) throws {
        let project = try ReleaseProject()
        let run = try Mainstay.run("matrix", project.path, "--fix", text)
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(
            run.errors
                == """
                Error: The fix '\(text)' has a place without a commit
                Hint: Join commits that belong together with '+' and alternatives with ','

                """
        )
    }

    @Test("a clock that is no time")
    func clock() throws {
        let run = try Mainstay.run("lines", environment: ["MAINSTAY_NOW": "tomorrow"])
        #expect(run.status == 1)
        #expect(
            run.errors
                == """
                Error: MAINSTAY_NOW is 'tomorrow', not a time
                Hint: Give seconds since 1970 or a time such as 2026-11-30T10:00:00Z, or unset it

                """
        )
    }
}
