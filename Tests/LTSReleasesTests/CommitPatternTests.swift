import LTSReleases
import Testing

@Suite("Patterns of commit messages") struct CommitPatternTests {
    private let usual = CommitPattern.usual(prefix: "MST")

    @Test(
        "a message names what it fixes, in every usual shape",
        arguments: [
            ("[BZ #30843] Fix a leak", ["BZ #30843"]),
            ("Fix a leak [bz   #30843]", ["BZ #30843"]),
            ("Fix a leak\n\nCloses #12 and Fixes: #13", ["#12", "#13"]),
            ("Fix it (CVE-2023-6246, CVE-2023-6779)", ["CVE-2023-6246", "CVE-2023-6779"]),
            ("mst-12: fix it\n\nResolves: #9", ["MST-12", "#9"]),
            ("Fix MST-D7", ["MST-D7"]),
            ("Fix XMST-12, MST-12a and MST-x", []),
            ("Fix it\n\n> Closes #12\nSee also: #13\nRefs: MST-4", []),
            ("Revert \"Fix MST-12\"\n\nThis reverts commit 0123.", []),
        ]
    )
    func usualShapes(message: String, expected: [String]) {
        let found = DefectMentions(Array(message.utf8), usual).identifiers
        #expect(found.sorted() == expected.sorted())
    }

    @Test("a message names what brought the defect in, and a ticket is no commit")
    func introducers() {
        let message = """
            x86: fix it

            Fixes: 0123456789ab ("x86: break it")
            Fixes: #12
            Fixes: 1234567
            Vulnerable-Commit: 00112233445566778899aabbccddeeff00112233 (2.36)
            """
        #expect(
            DefectMentions(Array(message.utf8), usual).introducers == [
                "0123456789ab", "00112233445566778899aabbccddeeff00112233",
            ]
        )
    }

    @Test(
        "a pattern without one identifier is refused",
        arguments: ["Closes #<n>", "{a}{b}", "}<n>{", "{}", "{BZ}", ""]
    )
    func refused(text: String) {
        let error = #expect(throws: ReleaseError.self) { try CommitPattern(text) }
        #expect(error?.code == .pattern)
    }
}
