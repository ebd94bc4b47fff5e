import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// Folders that cannot be read: the whole text of every error, its exit status, nothing written.
@Suite("Folders that are no readable repository")
struct BadRepositoryTests {
    private static let notHere =
        "\nHint: Give the folder of a Git repository, or run the command inside one\n"

    private func refusal(
        _ arguments: String...,
        in folder: String = "/",
        location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let run = try Mainstay.run(
            program: Mainstay.products + "/mainstay",
            arguments,
            environment: [:],
            in: folder
        )
        #expect(run.status == 1, sourceLocation: location)
        #expect(run.bytes.isEmpty, sourceLocation: location)
        return run.errors
    }

    @Test(
        "every command refuses a folder without a repository",
        arguments: [
            ["lines", "."], ["matrix", "."], ["backports", "."], ["fix", "1234567"],
            ["affected", "1.0", "--fixed", "1234567"],
            ["pick", "1234567", "--onto", "1.0", "--dry-run"],
        ]
    )
    func noRepository(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let run = try Mainstay.run(
            program: Mainstay.products + "/mainstay",
            arguments,
            environment: [:],
            in: folder.path
        )
        #expect(run.status == 1)
        #expect(
            run.errors
                == "Error: '.' is not a Git repository, nor is any folder above it" + Self.notHere
        )
        #expect(try listing(of: folder.path).isEmpty)
    }

    @Test("a path where nothing stands")
    func noSuchPath() throws {
        #expect(
            try refusal("matrix", "/no/such/folder")
                == "Error: No such file or folder: '/no/such/folder'" + Self.notHere
        )
        #expect(
            try refusal("matrix", "") == "Error: No such file or folder: ''" + Self.notHere
        )
    }

    @Test("a repository without commits")
    func empty() throws {
        let repo = try FixtureRepository()
        #expect(
            try refusal("lines", repo.path)
                == """
                Error: The repository '\(repo.path)' has no commits yet
                Hint: Make a first commit, or fetch the history

                """
        )
    }

    @Test("no branch is named like a line: the names seen, and how to name lines by hand")
    func noLines() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": source("a")])
        try repo.branch("feature/x", at: start)
        try repo.ref("refs/remotes/origin/topic", at: start)
        let expected = """
            Error: No branch or tag is named like a release line, names seen: 'feature/x', 'topic'
            Hint: Name the lines in .mainstay.yml at the top of the repository:
              lines:
                - name: "1.0"
                  ref: "feature/x"

            """
        #expect(try refusal("lines", repo.path) == expected)
        #expect(try refusal("matrix", repo.path) == expected)
        #expect(try refusal("backports", repo.path) == expected)
        #expect(try refusal("fix", "main", "--repo", repo.path) == expected)
    }

    @Test("the text of the hint is a file that works")
    func hintWorks() throws {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": source("a")])
        try repo.branch("feature/x", at: start)
        let told = try refusal("lines", repo.path).split(separator: "\n")
        let file = told.drop { !$0.hasSuffix("lines:") }.map { $0.dropFirst(2) }
        _ = try repo.commit(
            "Name the lines",
            files: [".mainstay.yml": .text(file.joined(separator: "\n") + "\n")]
        )
        let run = try Mainstay.answer("lines", repo.path, "--format", "tsv")
        #expect(run.rows.map { $0[0] } == ["main", "1.0"])
    }

    @Test("one branch alone", arguments: ["main", "release/1.0"])
    func onlyMainline(name: String) throws {
        let repo = try FixtureRepository(mainline: name)
        try repo.tag("v1.0.0", at: repo.commit("Start", files: ["a.c": source("a")]))
        #expect(
            try refusal("matrix", repo.path)
                == """
                Error: There is no release line: '\(name)' is the mainline and the only branch
                Hint: Fetch the branches of the releases, or name lines in .mainstay.yml at the \
                top of the repository:
                  lines:
                    - name: "1.0"
                      ref: "my-branch-1.0"

                """
        )
    }

    @Test("ids of 64 digits")
    func sha256() throws {
        let folder = try TemporaryFolder()
        _ = try GitCommand.output(["init", "-q", "--object-format=sha256"], in: folder.path)
        #expect(
            try refusal("lines", folder.path)
                == """
                Error: The repository '\(folder.path)' uses extensions.objectFormat = sha256, \
                which cannot be read yet
                Hint: Only repositories with SHA-1 ids and refs in files can be read; a mirror \
                made with 'git clone --mirror --ref-format=files' can be, if its ids are SHA-1

                """
        )
    }

    @Test("an owner who is somebody else, unless the folder is trusted", .enabled(if: isRoot))
    func foreignOwner() throws {
        let project = try ReleaseProject()
        chown(project.path, 65_534, 65_534)
        #expect(
            try refusal("lines", project.path)
                == """
                Error: The repository '\(project.path)' belongs to user 65534, not to the user \
                who runs this
                Hint: If you trust it: git config --global --add safe.directory '\(project.path)'

                """
        )
        let home = project.repo.scratch
        let settings = "[safe]\n\tdirectory = \(project.path)\n"
        try settings.write(toFile: home + "/.gitconfig", atomically: true, encoding: .utf8)
        let run = try Mainstay.answer("lines", project.path, environment: ["HOME": home])
        #expect(run.output.contains("refs/heads/release/2.0"))
    }

    @Test("a folder that may not be read", .enabled(if: isRoot))
    func unreadable() throws {
        let project = try ReleaseProject()
        chmod(project.path, 0o700)
        let above = URL(fileURLWithPath: project.path).deletingLastPathComponent().path
        chmod(above, 0o755)
        // The built program may stand in a folder that others cannot reach.
        let program = above + "/mainstay"
        _ = try Mainstay.shell("cp '\(Mainstay.products)/mainstay' '\(program)'")
        let run = try Mainstay.run(
            program: "/usr/bin/setpriv",
            ["--reuid=65534", "--clear-groups", program, "lines", project.path],
            environment: [:],
            in: "/"
        )
        #expect(run.status == 1)
        #expect(
            run.errors
                == """
                Error: Cannot read '\(project.path)': Permission denied
                Hint: Make the folder readable for the user who runs this

                """
        )
    }

    @Test("a bare folder without its config file")
    func noConfig() throws {
        let project = try ReleaseProject()
        let whole = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        try FileManager.default.removeItem(atPath: project.path + "/config")
        let bare = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        #expect(bare.bytes == whole.bytes)
    }

    @Test("a HEAD that names no branch")
    func detachedHead() throws {
        let project = try ReleaseProject()
        let whole = try Mainstay.answer("lines", project.path, "--format", "tsv")
        try project.repo.git("update-ref", "--no-deref", "HEAD", project.id("parser"))
        let detached = try Mainstay.answer("lines", project.path, "--format", "tsv")
        #expect(detached.bytes == whole.bytes)
    }

    @Test("a HEAD that is a line is said, once, and the mainline found by its name")
    func headIsLine() throws {
        let project = try ReleaseProject()
        let whole = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        try project.repo.git("symbolic-ref", "HEAD", "refs/heads/release/2.0")
        let run = try Mainstay.run("matrix", project.path, "--format", "tsv")
        #expect(run.bytes == whole.bytes)
        #expect(
            run.errors
                == """
                Warning: HEAD names the line 'release/2.0', so 'main' is taken for the mainline

                """
        )
    }

    static let isRoot = getuid() == 0
}
