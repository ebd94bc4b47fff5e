import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// Text of the repository that would steer a terminal, reorder a line or fill the memory.
@Suite("Hostile text in a repository")
struct UnsafeTextTests {
    private static let evil =
        "\u{1B}]0;owned\u{07}\u{1B}[2J\u{9B}31m\u{202E}dne\u{2066}\u{200F}\u{7F}<b onload=x>'\"&`"

    /// No control character but line ends and tabulators, no control of text direction.
    private func check(_ run: Mainstay.Run, location: SourceLocation = #_sourceLocation) {
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        #expect(String(validating: run.bytes, as: UTF8.self) != nil, sourceLocation: location)
        for text in [run.output, run.errors] {
            let bad = text.unicodeScalars.filter { scalar in
                switch scalar.value {
                case 9, 10: false
                case 0...31, 0x7F...0x9F, 0x061C, 0x200B, 0x200E, 0x200F: true
                case 0x202A...0x202E, 0x2028, 0x2029, 0x2060...0x2069, 0xFEFF: true
                default: false
                }
            }
            #expect(bad.isEmpty, "\(bad)", sourceLocation: location)
        }
    }

    private func checkAll(_ repo: FixtureRepository, fix: CommitID) throws {
        for format in ["table", "tsv", "json", "html"] {
            check(try Mainstay.run("matrix", repo.path, "--format", format))
            check(
                try Mainstay.run(
                    "matrix",
                    repo.path,
                    "--format",
                    format,
                    environment: ["COLUMNS": "200"]
                )
            )
            guard format != "html" else { continue }
            check(try Mainstay.run("backports", repo.path, "--format", format))
            check(try Mainstay.run("lines", repo.path, "--all", "--format", format))
            guard format != "tsv" else { continue }
            check(try Mainstay.run("fix", fix.hex, "--repo", repo.path, "--format", format))
            check(
                try Mainstay.run(
                    "affected",
                    "1.0",
                    "--fixed",
                    fix.hex,
                    "--repo",
                    repo.path,
                    "--format",
                    format
                )
            )
        }
    }

    private func repository(message: [UInt8]) throws -> (repo: FixtureRepository, fix: CommitID) {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": source("a")])
        try repo.branch("release/1.0", at: start)
        try repo.tag("v1.0.0", at: start)
        let fix = try repo.commit(
            "",
            files: ["a.c": source("a", [4: "b();"])],
            details: FixtureDetails(rawMessage: message)
        )
        _ = try repo.cherryPick(fix, onto: "release/1.0", message: "Picked")
        return (repo, fix)
    }

    @Test("escapes in titles and in names come out in no form")
    func escapes() throws {
        let (repo, fix) = try repository(message: Array("Fix \(Self.evil)\n\nBody".utf8))
        try repo.branch("release/\u{202E}1.1", at: fix)
        try repo.tag("v1.0.1\u{202E}", at: fix)
        try checkAll(repo, fix: fix)
        let page = try Mainstay.run("matrix", repo.path, "--format", "html")
        #expect(!page.output.contains("<b onload"))
        let json = try Mainstay.run("fix", fix.hex, "--repo", repo.path, "--json")
        #expect(try json.document(of: JSONFix.self).results[0].title.contains("<b onload=x>'\"&`"))
    }

    @Test("messages that are no UTF-8 are shown, with marks where letters are lost")
    func notUTF8() throws {
        let latin: [UInt8] = Array("Gr\u{00FC}".utf8.prefix(2)) + [0xFC, 0xDF, 0xE9, 0x80, 0xFF]
        let (repo, fix) = try repository(message: latin + Array(" und mehr davon\n".utf8))
        try checkAll(repo, fix: fix)
        let run = try Mainstay.answer("fix", fix.hex, "--repo", repo.path, "--json")
        #expect(try run.document(of: JSONFix.self).results[0].title.hasSuffix(" und mehr davon"))
    }

    @Test("a message of ten megabytes, with one line or with many")
    func long() throws {
        let word = Array("overflow ".utf8)
        let one = Array((0..<1_100_000).map { _ in word }.joined())
        let (repo, fix) = try repository(message: one)
        check(try Mainstay.run("matrix", repo.path))
        check(try Mainstay.run("fix", fix.hex, "--repo", repo.path))
        let (other, second) = try repository(
            message: Array("Fix it\n\n".utf8) + one.map { $0 == 32 ? 10 : $0 }
        )
        let run = try Mainstay.run("fix", second.hex, "--repo", other.path)
        check(run)
        #expect(run.bytes.count < 2_000)
    }

    @Test("words of the command line are made safe too")
    func commandLine() throws {
        let (repo, _) = try repository(message: Array("Fix".utf8))
        for arguments in [
            ["matrix", "/no\u{1B}[2J\u{202E}/such"], ["fix", Self.evil, "--repo", repo.path],
            ["matrix", repo.path, "--fix", Self.evil], ["\u{1B}[2J"],
            ["matrix", repo.path, "--since", Self.evil], ["demo", "--keep", "/x\u{1B}[2J/y"],
            ["affected", Self.evil, "--repo", repo.path, "--fixed", "main"],
            ["lines", "--format", "\u{1B}[2J"], ["lines", "--all\u{1B}[2J"],
        ] {
            var run = try Mainstay.run(
                program: Mainstay.products + "/mainstay",
                arguments,
                environment: [:],
                in: "/"
            )
            #expect(run.status != 0)
            run.status = 0
            check(run)
        }
    }
}
