import BackportAnalysis
import MainstayCore
import Testing

/// What messages say about other commits, shape by shape.
@Suite("Messages: conventions")
struct MessageConventionTests {
    static let id = "0123456789abcdef0123456789abcdef01234567"
    static let other = "fedcba9876543210fedcba9876543210fedcba98"

    /// A message and the commits, changes and requests that it names, tickets left out.
    struct Example: Sendable, CustomTestStringConvertible {
        var message: String
        var expected: [String]

        init(_ message: String, _ expected: String...) {
            self.message = message
            self.expected = expected
        }

        var testDescription: String { message }
    }

    static func records(_ message: String) -> [CommitRecord] {
        let header = "tree \(id)\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 2 +0000\n\n"
        var records: [UInt8] = []
        Array((header + message).utf8)
            .withUnsafeBytes {
                _ = ScannedCommit($0, records: &records)
            }
        return CommitRecord.readAll(records)
    }

    /// Kind and digits of each record but tickets and parts.
    static func told(_ message: String) -> [String] {
        records(message)
            .compactMap { record in
                switch record {
                case .origin(let prefix): "origin \(text(prefix))"
                case .reverts(let prefix): "reverts \(text(prefix))"
                case .introducer(let prefix): "introducer \(text(prefix))"
                case .prerequisiteOf(let prefix): "prerequisite \(text(prefix))"
                case .changeID(let id): "change \(id.hex)"
                case .request(let number): "request \(number)"
                case .ticket, .part: nil
                }
            }
    }

    private static func text(_ prefix: CommitPrefix) -> Substring {
        prefix.padded.hex.prefix(Int(prefix.digits))
    }

    private static let short = "0123456789ab"

    static let origins: [Example] = [
        Example("T\n\n(cherry picked from commit \(id))", "origin \(id)"),
        Example("T\n\n  (cherry picked from commit \(id))  ", "origin \(id)"),
        Example("T\r\n\r\n(cherry picked from commit \(id))\r\n", "origin \(id)"),
        Example("T\n\n(Cherry-picked from commit \(id))", "origin \(id)"),
        Example("T\n\n[cherry picked from \(short)]", "origin \(short)"),
        Example("T\n\ncherry picked from commit: \(short)", "origin \(short)"),
        Example("T\n\n(cherry picked from commit 012345)"),
        Example("T\n\n(cherry picked from commit 0123456)", "origin 0123456"),
        Example("T\n\n(cherry picked from commit \(id)0)"),
        Example("T\n\n(cherry picked from commit \(id)z)"),
        Example("T\n\n(cherry picked from pull request 17)"),
        Example(
            "T\n\n(cherry picked from commit \(id))\n(cherry picked from commit \(other))",
            "origin \(id)",
            "origin \(other)"
        ),
        Example("T\n\n> (cherry picked from commit \(id))"),
        Example("T\n\nThis was cherry picked from commit \(id)"),
        Example("T\n\n```\n(cherry picked from commit \(id))\n```\n"),
        Example("T\n\n~~~ text\ncommit \(id) upstream.\n~~~\nMore"),
        Example("T\n\n```\n(cherry picked from commit \(id))", "origin \(id)"),
        Example(
            "T\n\n```\nlog\n```\n(cherry picked from commit \(id))\n```\nx\n```\n",
            "origin \(id)"
        ),
        Example("T\n\n```x``` is code\n(cherry picked from commit \(id))", "origin \(id)"),
        Example("T\n\ncommit \(id) upstream.\n\nText", "origin \(id)"),
        Example("T\n\nText\n\ncommit \(id) upstream."),
        Example("T\n\n[ Upstream commit \(id) ]", "origin \(id)"),
        Example("T\n\n[Upstream commit \(id)]", "origin \(id)"),
        Example("T\n\n[ Upstream commit \(short) ]"),
        Example("T\n\njira VULN-1\ncve CVE-2024-1\ncommit \(id)\n", "origin \(id)"),
        Example("T\n\nSee\ncommit \(id)\nfor more"),
        Example("[stable/4.2.x] T\n\nBackport of \(id) from main.", "origin \(id)"),
        Example("T\n\nBackport-of: \(id)", "origin \(id)"),
        Example("T\n\nBackported from commit \(id)", "origin \(id)"),
        Example("Backport \(id)", "origin \(id)"),
        Example("Backport JDK-1234567"),
        Example("[PR #12/01234567 backport][3.10] T", "origin 01234567"),
        Example("[PR #12/0123 backport][3.10] T"),
        Example("Merge branch 'patchback/backports/3.9/\(id)/pr-4'", "origin \(id)"),
        Example("T\n\nGithub-Pull: #12\nRebased-From: \(id)", "request 12", "origin \(id)"),
    ]

    static let others: [Example] = [
        Example("T\n\nChange-Id: I\(id)", "change \(id)"),
        Example("T\n\nchange-id: i\(id)", "change \(id)"),
        Example("T\n\nChange-Id: I\(short)"),
        Example("T\n\nPR-URL: https://example.org/a/1/pull/123", "request 123"),
        Example("Revert \"T\"\n\nThis reverts commit \(id).", "reverts \(id)"),
        Example(
            "Revert \"T\"\n\nThis reverts commit \(id), reversing\nchanges made to \(other).",
            "reverts \(id)"
        ),
        Example("T\n\n> This reverts commit \(id)."),
        Example(
            "Revert \"T\"\n\nThis reverts commit \(id).\n\n> T\n> \n> (cherry picked from commit \(other))",
            "reverts \(id)"
        ),
        Example("T\n\nFixes: \(short) (\"Title\")", "introducer \(short)"),
        Example("T\n\nFixes: commit \(id)", "introducer \(id)"),
        Example("T\n\nFixes: 1a2b3c (\"Title\")", "introducer 1a2b3c"),
        Example("T\n\nFixes: 1a2b3"),
        Example("T\n\nFixes #12"),
        Example("T\n\nFixes: #12345678"),
        Example("T\n\nFixes: 1234567"),
        Example("T\n\nFixes: 1234567890", "introducer 1234567890"),
        Example("T\n\nFixes: decade of pain"),
        Example("T\n\nfixed effaced text"),
        Example("T\n\n> Fixes: \(short)"),
        Example("T\n\nStable-dep-of: \(short) (\"Title\")", "prerequisite \(short)"),
        Example("T\n\nbreak-fix: \(id) \(other)", "introducer \(id)"),
        Example("T\n\nbreak-fix: - \(other)"),
    ]

    @Test("origins", arguments: origins)
    func origin(example: Example) {
        #expect(Self.told(example.message) == example.expected)
    }

    @Test("other links, reverts and introducers", arguments: others)
    func link(example: Example) {
        #expect(Self.told(example.message) == example.expected)
    }

    @Test("tickets are one and the same in every shape, and a commit is none")
    func tickets() {
        func tickets(_ message: String) -> Set<UInt64> {
            var found: Set<UInt64> = []
            for case .ticket(let hash) in Self.records(message) { found.insert(hash) }
            return found
        }
        let number = tickets("T (#1234)")
        #expect(number.count == 1)
        for text in [
            "T\n\nFixes #1234", "T\n\nFixes: #1234", "[BZ #1234] T", "T\n\nBug: 1234",
            "T\n\nCloses: #1234", "T\n\nResolves: #1234", "gh-1234: T", "bug 1234: T",
            "T\n\nFixes: 1234",
        ] {
            #expect(tickets(text) == number, "\(text)")
        }
        #expect(tickets("T\n\nCVE: CVE-2024-1234") == tickets("Fix CVE-2024-1234"))
        #expect(tickets("Fix CVE-2024-1234") != tickets("Fix CVE-2023-1234"))
        #expect(tickets("T\n\nFixes: \(Self.short)") == [])
    }

    @Test("flags tell reverts, re-applies, frames and cut titles")
    func flags() throws {
        let cases: [(String, CommitFlags)] = [
            ("Revert \"T\"", [.reverts, .quotedRevert]),
            ("Revert \"Revert \"T\"\"", [.reverts, .reapplies, .quotedRevert]),
            ("Reapply \"T\"", [.reapplies]), ("Merge \"T\"", [.quotedMerge]),
            ("A long title tha...", [.cutSubject]), ("A long title\u{2026}", [.cutSubject]),
            ("Revertible things", [.reverts]), ("T", []),
        ]
        var history = HistoryFixture()
        for (message, _) in cases { history.commit(message) }
        let index = try history.index()
        for (row, entry) in cases.enumerated() where entry.0 != "Revertible things" {
            #expect(index.flags(row) == entry.1, "\(entry.0)")
            #expect(index.subject(row) == entry.0)
        }
    }
}
