import Foundation
import MainstayCore
import MainstayTesting
import Testing

@Suite("Lines from names and from .mainstay.yml")
struct SettingsTests {
    // main  start -- two -- three
    // 8.4.x    \       \
    // 9.0.x             \
    private func repository(bare: Bool = true) throws -> FixtureRepository {
        let repo = try FixtureRepository(bare: bare)
        let start = try repo.commit("Start", files: ["a.c": source("a")])
        try repo.branch("8.4.x", at: start)
        try repo.tag("v8.4.0", at: start)
        let two = try repo.commit("Second", files: ["b.c": source("b")])
        try repo.branch("9.0.x", at: two)
        try repo.branch("support/experimental", at: two)
        try repo.tag("v9.0.0", at: two)
        _ = try repo.commit("Third", files: ["c.c": source("c")])
        return repo
    }

    private static let settings = """
        mainline: main
        lines:
          - name: "8.4 LTS"
            ref: "8.4.x"
            kind: long_term
            phases: { active: 2025-06-01, maintenance: 2025-12-01, eol: 2026-06-30 }
        ignore: ["support/exp*"]
        order: ["8.4 LTS", "9.0.x"]
        tags: { release: '^v(\\d+\\.\\d+\\.\\d+)$' }

        """

    private func names(
        _ repo: FixtureRepository,
        now: String = "2026-01-15"
    ) throws -> [String] {
        let run = try Mainstay.answer(
            "lines",
            repo.path,
            "--json",
            environment: ["MAINSTAY_NOW": now]
        )
        return try run.document(of: JSONLine.self).results
            .map { "\($0.name) \($0.phase)\($0.phaseInferred ? "~" : "")" }
    }

    @Test("without settings names and branches tell all")
    func plain() throws {
        let repo = try repository()
        #expect(
            try names(repo) == [
                "main development~", "9.0.x active~", "experimental maintenance~",
                "8.4.x maintenance~",
            ]
        )
        let all = try Mainstay.answer("lines", repo.path, "--all", "--format", "tsv")
        #expect(all.rows[1][1] == "refs/heads/9.0.x")
    }

    @Test("the file at the tip of a bare repository renames, ignores, orders and dates")
    func tip() throws {
        let repo = try repository()
        _ = try repo.commit("Describe", files: [".mainstay.yml": .text(Self.settings)])
        #expect(
            try names(repo) == ["main development~", "8.4 LTS maintenance", "9.0.x maintenance~"]
        )
        #expect(try names(repo, now: "2025-07-01")[1] == "8.4 LTS active")
        #expect(try names(repo, now: "2026-06-30")[1] == "8.4 LTS eol")
        #expect(try names(repo, now: "2020-01-01")[1] == "8.4 LTS development")
        let all = try Mainstay.answer("lines", repo.path, "--all", "--format", "tsv")
        #expect(
            all.rows.last?.suffix(1) == ["ignored by 'support/exp*' in .mainstay.yml"]
        )
    }

    @Test("the file in the work tree comes before the one at the tip")
    func workTree() throws {
        let repo = try repository(bare: false)
        _ = try repo.commit("Describe", files: [".mainstay.yml": .text(Self.settings)])
        #expect(try names(repo).contains("8.4 LTS maintenance"))
        let file = repo.path + "/.mainstay.yml"
        try "ignore: [\"8.4.x\"]\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(
            try names(repo) == ["main development~", "9.0.x active~", "experimental maintenance~"]
        )
    }

    @Test("a pattern for tags decides what is a release")
    func tagPattern() throws {
        let repo = try repository()
        try repo.tag("nightly-9.0.77", at: repo.commit(at: "9.0.x"))
        try repo.tag("rel_9.0.1", at: repo.commit(at: "9.0.x"))
        let text = "tags: { release: '^rel_(\\d+\\.\\d+\\.\\d+)$' }\n"
        _ = try repo.commit("Describe", files: [".mainstay.yml": .text(text)])
        let run = try Mainstay.answer("lines", repo.path, "--format", "tsv")
        #expect(run.rows.first { $0[0] == "9.0.x" }?[5] == "rel_9.0.1")
        #expect(run.rows.first { $0[0] == "8.4.x" }?[5] == "")
    }

    @Test(
        "mistakes are told with place, value and the name that was meant",
        arguments: [
            (
                "mainlin: main",
                """
                Error: Key 'mainlin' in main:.mainstay.yml, line 1, is unknown, expected \
                'mainline', 'lines', 'ignore', 'order', 'tags' or 'tagLines'
                Hint: Did you mean 'mainline'?

                """
            ),
            (
                "lines:\n  - name: \"8.4\"\n    phase: { eol: 2026-01-01 }",
                """
                Error: Key 'lines[0].phase' in main:.mainstay.yml, line 3, is unknown, expected \
                'name', 'ref', 'kind' or 'phases'
                Hint: Did you mean 'phases'?

                """
            ),
            (
                "lines:\n  - name: \"8.4\"\n    phases: { eol: 2026-02-30 }",
                """
                Error: Key 'lines[0].phases.eol' in main:.mainstay.yml, line 3, is '2026-02-30', \
                expected a day of the calendar such as '2026-03-01'

                """
            ),
            (
                "lines:\n  - name: \"8.4\"\n    ref: 8.5.x",
                """
                Error: Setting 'lines' in .mainstay.yml names '8.5.x', which is no branch or tag \
                here
                Hint: Did you mean '8.4.x'?

                """
            ),
            (
                "order: [\"9.1.x\"]",
                """
                Error: Setting 'order' in .mainstay.yml names '9.1.x', which is no line here
                Hint: Did you mean '9.0.x'?

                """
            ),
            (
                "mainline: mian",
                """
                Error: Setting 'mainline' in .mainstay.yml names 'mian', which is no branch or \
                tag here
                Hint: Did you mean 'main'?

                """
            ),
        ]
    )
    func mistakes(text: String, expected: String) throws {
        let repo = try repository()
        _ = try repo.commit("Describe", files: [".mainstay.yml": .text(text + "\n")])
        for verb in ["lines", "matrix", "backports"] {
            let run = try Mainstay.run(verb, repo.path)
            #expect(run.status == 1)
            #expect(run.output == "")
            #expect(run.errors == expected)
        }
    }

    @Test("lines that ended in a tag, and lines of which tags alone are left")
    func tagLines() throws {
        let repo = try repository()
        let start = try repo.commit(at: "8.4.x")
        for (tag, name) in [("v7.2.1", "a"), ("v7.2.2", "b")] {
            let tip = (try? repo.commit(at: "old")) ?? start
            try repo.branch("old", at: tip)
            let made = try repo.commit("Old \(name)", files: ["\(name).o": source(name)], on: "old")
            try repo.tag(tag, at: made)
        }
        let word = try repo.commit("Yoga", files: ["y.o": source("y")], parents: [start])
        try repo.tag("yoga-eol", at: word)
        try repo.git("update-ref", "-d", "refs/heads/old")
        try repo.git("update-ref", "-d", "refs/heads/support/experimental")
        try repo.git("update-ref", "refs/heads/main", "main~1")
        let seen = try names(repo)
        #expect(seen.contains("7.2 eol~"))
        #expect(seen.contains("yoga eol~"))
        let run = try Mainstay.answer("lines", repo.path, "--format", "tsv")
        #expect(run.rows.first { $0[0] == "7.2" }?[1] == "refs/tags/v7.2.2")
        #expect(run.rows.first { $0[0] == "yoga" }?[1] == "refs/tags/yoga-eol")
    }

    @Test("remote-tracking refs alone are enough")
    func remoteOnly() throws {
        let project = try ReleaseProject()
        let local = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        for name in ["main", "release/2.0", "release/1.0"] {
            try project.repo.ref(
                "refs/remotes/origin/" + name,
                at: project.repo.commit(at: "refs/heads/" + name)
            )
            try project.repo.git("update-ref", "-d", "refs/heads/" + name)
        }
        let remote = try Mainstay.answer("matrix", project.path, "--format", "tsv")
        #expect(remote.bytes == local.bytes)
        let lines = try Mainstay.answer("lines", project.path, "--format", "tsv")
        #expect(
            lines.rows.map { $0[1] } == [
                "refs/remotes/origin/main", "refs/remotes/origin/release/2.0",
                "refs/remotes/origin/release/1.0",
            ]
        )
        let fix = try Mainstay.answer(
            "matrix",
            project.path,
            "--fix",
            "origin/main",
            "--format",
            "tsv"
        )
        #expect(fix.rows[0][0] == project.id("late"))
    }
}
