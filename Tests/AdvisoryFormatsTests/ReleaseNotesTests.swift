import AdvisoryFormats
import MainstayCore
import MainstayTesting
import Testing

@Suite("Release notes")
struct ReleaseNotesTests {
    private func id(_ digit: String) throws -> CommitID {
        try #require(CommitID(hex: String(repeating: digit, count: 40)))
    }

    @Test("an original and its backport are one entry; security fixes come first")
    func notes() throws {
        let notes = ReleaseNotes(
            product: "Server_Suite",
            line: "2.x",
            version: "2.4",
            previous: "2.3",
            day: CalendarDay("2026-11-30"),
            landed: [
                .init(commit: try id("1"), title: "Say <why> *log* fails\nat once", author: "Ada"),
                .init(
                    commit: try id("2"),
                    original: try id("a"),
                    title: "Check the length of a line",
                    author: "Grace",
                    tickets: ["SRV-12"],
                    cves: ["CVE-2026-10001"]
                ),
                .init(commit: try id("3"), original: try id("1"), title: "Say why", author: "Ada"),
                // The line was merged: it holds the original, too.
                .init(
                    commit: try id("a"),
                    title: "Check the length of a line",
                    author: "Grace",
                    tickets: ["SRV-12", "SRV-D-1"]
                ),
                .init(commit: try id("4"), original: try id("b"), title: "Close it", author: "Bob"),
            ]
        )
        #expect(try Snapshot.difference(notes.markdown, "notes.md") == nil)
    }

    @Test("a release that brings nothing says so")
    func nothing() {
        let notes = ReleaseNotes(product: "Server", line: "2.x", version: "2.4", landed: [])
        #expect(notes.markdown == "# Server 2.4\n\nNot released yet, line 2.x.\n\nNo changes.\n")
    }
}
