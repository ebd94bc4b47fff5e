import AdvisoryFormats
import MainstayCore
import Testing

@Suite("Folder of advisories")
struct FolderTests {
    private func document(_ id: String, day: Int64) throws -> AdvisoryDocument {
        var document = try SampleAdvisory.document()
        document.id = id
        let date = Instant(milliseconds: 1_767_225_600_000 + day * 86_400_000)
        document.revisions = [.init(date, "First version")]
        return document
    }

    private func files(_ documents: [AdvisoryDocument]) throws -> [String: [UInt8]] {
        try AdvisoryFolder.files(
            documents.map { try AdvisoryWriter($0, by: SampleAdvisory.publisher).written() },
            by: SampleAdvisory.publisher,
            at: Instant(milliseconds: 0)
        )
    }

    private func text(_ files: [String: [UInt8]], _ path: String) -> String {
        String(decoding: files[path] ?? [], as: UTF8.self)
    }

    @Test("every public advisory in every format, and lists of them")
    func everything() throws {
        var draft = try document("SRV-4", day: 3)
        draft.stage = .draft
        let documents = try [
            document("SRV-1", day: 0), document("SRV-2", day: -1), document("SRV-3", day: 0), draft,
        ]
        let files = try files(documents)
        #expect(try self.files(documents.reversed()) == files)
        #expect(
            files.keys.sorted() == [
                "csaf/2025/srv-2.json", "csaf/2026/srv-1.json", "csaf/2026/srv-3.json",
                "csaf/changes.csv", "csaf/index.txt", "csaf/provider-metadata.json", "feed.atom",
                "osv/x_SRV-1.json", "osv/x_SRV-2.json", "osv/x_SRV-3.json",
            ]
        )
        let index = "2025/srv-2.json\n2026/srv-1.json\n2026/srv-3.json\n"
        #expect(text(files, "csaf/index.txt") == index)
        let changes = """
            "2026/srv-1.json","2026-01-01T00:00:00Z"
            "2026/srv-3.json","2026-01-01T00:00:00Z"
            "2025/srv-2.json","2025-12-31T00:00:00Z"

            """
        #expect(text(files, "csaf/changes.csv") == changes)
        let provider = try JSONValue(json: text(files, "csaf/provider-metadata.json"))
        #expect(provider["last_updated"] == "2026-01-01T00:00:00Z")
        #expect(
            provider["canonical_url"]
                == "https://example.org/advisories/csaf/provider-metadata.json"
        )
    }

    @Test("without advisories the lists are empty, and dated by the caller")
    func nothing() throws {
        let files = try files([])
        #expect(text(files, "csaf/index.txt") == "" && text(files, "csaf/changes.csv") == "")
        #expect(text(files, "feed.atom").contains("<updated>1970-01-01T00:00:00Z</updated>"))
    }

    @Test("two advisories are never written to one file")
    func collision() throws {
        let documents = try [document("SRV.1", day: 0), document("srv_1", day: 0)]
        let error = #expect(throws: AdvisoryError.self) { try files(documents) }
        #expect(
            error?.message
                == "Advisory 'srv_1' would be written to csaf/2026/srv_1.json, as another one is"
        )
    }
}
