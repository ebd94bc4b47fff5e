import AdvisoryFormats
import MainstayCore

/// A small advisory with one of everything.
enum SampleAdvisory {
    static let commits = ["1", "2", "3"]
        .compactMap { digit in
            CommitID(hex: String(repeating: digit, count: 40))
        }

    static let publisher = AdvisoryPublisher(
        name: "Example Works",
        namespace: "https://example.org",
        folderURL: "https://example.org/advisories"
    )

    static func release(
        _ version: String,
        _ status: LineStatus,
        _ state: VersionState
    ) -> AffectedRelease {
        AffectedRelease(tag: "v" + version, version: version, status: status, state: state)
    }

    static func document(_ lines: [AffectedLine]? = nil) throws -> AdvisoryDocument {
        let product = AffectedProduct(
            vendor: "Example Works",
            name: "Server",
            repository: "https://example.org/server.git",
            events: [.introduced(commits[0]), .fixed(commits[1]), .fixed(commits[2])],
            lines: lines ?? [
                AffectedLine(
                    name: "2.x",
                    phase: .active,
                    status: .fixed,
                    firstFixed: "2.1",
                    releases: [
                        release("2.0", .affected, .affected), release("2.1", .fixed, .fixed),
                    ]
                )
            ]
        )
        var document = AdvisoryDocument(
            id: "SRV-SA-2026-1",
            title: "Overflow in the parser",
            details: "A long line writes past the end of a buffer.",
            revisions: [.init(Instant(milliseconds: 1_767_225_600_000), "First version")],
            vulnerabilities: [
                Vulnerability(
                    ref: "SRV-D-1",
                    cve: "CVE-2026-10001",
                    title: "Overflow in the parser",
                    description: "A long line writes past the end of a buffer.",
                    severity: try CVSSVector("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
                    products: [product]
                )
            ]
        )
        document.references = [.init(.report, "https://example.org/t/1", title: "Ticket 1")]
        document.credits = [.init("Grace", .finder, contacts: ["mailto:grace@example.org"])]
        return document
    }
}
