import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// What the demonstration says about itself is held against the engine's answer.
@Suite("mainstay demo, from the words to the truth")
struct DemoTests {
    private struct Demo {
        let run: Mainstay.Run
        let folder: TemporaryFolder
        var path: String { folder.path + "/quay d" }
        /// What is said about each fix, by its id.
        var remarks: [String: String] = [:]
        /// Status by fix and line.
        var statuses: [String: [String: String]] = [:]
    }

    private func demo() throws -> Demo {
        let folder = try TemporaryFolder()
        let run = try Mainstay.answer(
            "demo",
            "--keep",
            "quay d",
            environment: ["COLUMNS": "200"],
            in: folder.path
        )
        var demo = Demo(run: run, folder: folder)
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "What to look for"))
        for line in lines[(start + 1)...].prefix(while: { !$0.isEmpty }) {
            let id = line.dropFirst(2).prefix(12)
            demo.remarks[String(id)] = String(line.dropFirst(16))
        }
        let matrix = try Mainstay.answer("matrix", demo.path, "--format", "tsv")
        for row in matrix.rows {
            demo.statuses[String(row[0].prefix(12)), default: [:]][row[1]] = row[2]
        }
        return demo
    }

    @Test("every remark is true in the engine's answer")
    func remarks() throws {
        let demo = try demo()
        #expect(demo.remarks.count == 10)
        #expect(demo.statuses.count == 14)
        let expected: [(words: String, statuses: [String: String])] = [
            ("was picked to 1.2 and 1.0", ["2.0": "fixed", "1.2": "fixed", "1.0": "fixed"]),
            ("has another title on 2.0", ["2.0": "fixed", "1.2": "fixed", "1.0": "missing"]),
            ("was written anew for 1.0", ["1.0": "fixed", "1.2": "missing", "2.0": "fixed"]),
            ("was picked to 2.0 by someone else", ["2.0": "fixed"]),
            ("is missing on 1.2, where it would apply", ["1.2": "missing", "2.0": "fixed"]),
            ("was taken back and applied again on 2.0", ["2.0": "fixed", "1.2": "reverted"]),
            ("was taken back in part on 2.0", ["2.0": "partial"]),
            ("is missing on 1.2 and conflicts there", ["1.2": "missing"]),
            ("mends a file that only main and 2.2 have", ["2.2": "fixed-unreleased"]),
            (
                "is on the branch of 2.0, in no release yet, and was forgotten on the newer 2.2",
                ["2.0": "fixed-unreleased", "2.2": "missing"]
            ),
        ]
        for (words, statuses) in expected {
            let ids = demo.remarks.filter { $0.value.hasPrefix(words) }.map(\.key)
            #expect(ids.count == 1, "\(words)")
            let seen = demo.statuses[ids.first ?? ""] ?? [:]
            for (line, status) in statuses { #expect(seen[line] == status, "\(words): \(line)") }
        }
    }

    @Test("titles, people and files are as the remarks say")
    func facts() throws {
        let demo = try demo()
        func git(_ arguments: String...) throws -> String {
            try GitCommand.output(arguments, in: demo.path)
        }
        func id(_ words: String) throws -> String {
            try #require(demo.remarks.first { $0.value.hasPrefix(words) }?.key)
        }
        func copies(_ words: String) throws -> [JSONFix.Member] {
            let run = try Mainstay.answer("fix", try id(words), "--repo", demo.path, "--json")
            return try #require(try run.document(of: JSONFix.self).results.first).members
        }
        let retitled = try copies("has another title").first { $0.line == "2.0" }
        #expect(retitled?.evidence.first?.kind == "patch-id")
        let redone = try #require(
            copies("was picked to 2.0 by someone else").first { $0.line == "2.0" }
        )
        let original = try id("was picked to 2.0 by someone else")
        #expect(
            try git("log", "-1", "--format=%an", redone.commit)
                != git("log", "-1", "--format=%an", original)
        )
        #expect(!(try git("log", "-1", "--format=%B", redone.commit).contains("cherry")))
        let file = try git("show", "--format=", "--name-only", try id("mends a file"))
        let lines = try ["main", "release/2.2", "release/2.0", "release/1.2", "release/1.0"]
            .filter { try git("ls-tree", "--name-only", $0, file) == file }
        #expect(lines == ["main", "release/2.2"])
    }

    @Test("the commands that are printed work as printed")
    func commands() throws {
        let demo = try demo()
        let lines = demo.run.output.split(separator: "\n")
        let start = try #require(lines.firstIndex(of: "Try next"))
        let commands = lines[(start + 1)...].map { $0.dropFirst(2) }
        #expect(commands.count == 8)
        #expect(commands[0] == "cd '\(demo.path)'")
        for command in commands.dropFirst() where !command.contains("pick") {
            let run = try Mainstay.shell("\(commands[0])\n\(command)")
            #expect(run.status == 0, "\(command): \(run.errors)")
            #expect(run.errors == "", "\(command)")
        }
        let affected = try #require(commands.first { $0.contains(" affected ") })
        #expect(
            try Mainstay.shell("\(commands[0])\n\(affected)").output.hasPrefix("not-affected: ")
        )
        let page = try String(contentsOfFile: demo.path + "/matrix.html", encoding: .utf8)
        #expect(page.hasPrefix("<!doctype html>"))
    }

    @Test("nothing stays unless it is kept")
    func leavesNothing() throws {
        let folder = try TemporaryFolder()
        let home = try TemporaryFolder()
        let run = try Mainstay.answer(
            "demo",
            environment: [
                "TMPDIR": folder.path, "HOME": home.path, "MAINSTAY_CACHE": home.path + "/cache",
            ],
            in: folder.path
        )
        #expect(run.output.contains("is removed now"))
        #expect(try listing(of: folder.path).isEmpty)
        #expect(try listing(of: home.path).isEmpty)
    }

    @Test("a folder with something in it is not touched")
    func notEmpty() throws {
        let folder = try TemporaryFolder()
        try "mine".write(toFile: folder.path + "/file", atomically: true, encoding: .utf8)
        let before = try listing(of: folder.path)
        let run = try Mainstay.run("demo", "--keep", folder.path)
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(
            run.errors
                == """
                Error: \(folder.path) exists and is not an empty folder
                Hint: Give --keep a folder that does not exist yet

                """
        )
        #expect(try listing(of: folder.path) == before)
    }
}
