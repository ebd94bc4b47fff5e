import AdvisoryFormats
import MainstayCore
import MainstayTesting
import Testing

@Suite("Advisories")
struct AdvisoryTests {
    private func writer(_ document: AdvisoryDocument) throws -> AdvisoryWriter {
        try AdvisoryWriter(document, by: SampleAdvisory.publisher)
    }

    @Test("the OSV record and the CSAF document of a small advisory")
    func snapshots() throws {
        let writer = try writer(SampleAdvisory.document())
        #expect(try Snapshot.difference(writer.osv.indented, "osv.json") == nil)
        #expect(try Snapshot.difference(writer.csaf.indented, "csaf.json") == nil)
        let feed = AtomFeed([try writer.written()], by: SampleAdvisory.publisher)
        let text = feed.text(at: Instant(milliseconds: 0))
        #expect(try Snapshot.difference(text, "feed.atom") == nil)
    }

    // MARK: - Ids

    @Test(
        "ids of OSV records begin with what the schema knows",
        arguments: [
            ("SRV-SA-2026-1", nil, "x_SRV-SA-2026-1"), ("x_SRV-1", nil, "x_SRV-1"),
            ("CURL-2026-1", "CURL", "CURL-2026-1"), ("CURLY-1", "CURL", "x_CURLY-1"),
            // A product may be called as a database is.
            ("GO-2026-1", nil, "x_GO-2026-1"),
        ] as [(String, String?, String)]
    )
    func osvIDs(id: String, prefix: String?, record: String) throws {
        var document = try SampleAdvisory.document()
        document.id = id
        var publisher = SampleAdvisory.publisher
        publisher.registeredPrefix = prefix
        #expect(try AdvisoryWriter(document, by: publisher).osvID == record)
    }

    @Test(
        "CSAF documents are named as section 5.1 says",
        arguments: [
            ("SRV-SA-2026-1", "2026/srv-sa-2026-1.json"), ("A.._B", "2026/a_b.json"),
            ("a+B-c", "2026/a+b-c.json"), ("x._.", "2026/x_.json"),
        ]
    )
    func fileNames(id: String, path: String) throws {
        var document = try SampleAdvisory.document()
        document.id = id
        #expect(try writer(document).written().csafPath == path)
    }

    // MARK: - What is done

    @Test(
        "what is done about an affected release",
        arguments: [
            (
                .affected, .active, nil, nil,
                "none_available: There is no fix for line 1.x of Server yet"
            ),
            (.missing, .eol, nil, nil, "no_fix_planned: The life of line 1.x of Server has ended"),
            (
                .fixedUnreleased, .active, nil, nil,
                "none_available: The fix is on line 1.x of Server and waits for the next release"
            ),
            (
                .fixed, .eol, nil, "1.4",
                "vendor_fix: Update to Server 1.4 or a later release of the line"
            ),
            (
                .partial, .security, .wontFix, nil,
                "no_fix_planned: No fix is planned for line 1.x of Server"
            ),
            (
                .reverted, .active, .deferred(until: "release 1.5"), nil,
                "none_available: The fix for line 1.x of Server waits for release 1.5"
            ),
            (
                .affected, .eol, .deferred(until: "release 1.5"), nil,
                "no_fix_planned: The life of line 1.x of Server has ended"
            ),
            (
                .affected, .active, .affected, nil,
                "none_available: There is no fix for line 1.x of Server yet"
            ),
            (.fixed, .active, nil, nil, "vendor_fix: Update to the newest release of the line"),
        ] as [(LineStatus, LifecyclePhase, LineDecision?, String?, String)]
    )
    func remedies(
        status: LineStatus,
        phase: LifecyclePhase,
        decision: LineDecision?,
        firstFixed: String?,
        remedy: String
    ) throws {
        let line = AffectedLine(
            name: "1.x",
            phase: phase,
            status: status,
            decision: decision,
            firstFixed: firstFixed,
            releases: [SampleAdvisory.release("1.0", .affected, .affected)]
        )
        let csaf = try writer(SampleAdvisory.document([line])).csaf
        let told = csaf["vulnerabilities"]?.list?.first?["remediations"]?.list ?? []
        let words = told.map { "\($0["category"]?.text ?? ""): \($0["details"]?.text ?? "")" }
        #expect(words == [remedy])
    }

    @Test("an advisory that is taken back claims nothing any more")
    func withdrawn() throws {
        var document = try SampleAdvisory.document()
        document.withdrawn = Instant(milliseconds: 1_767_312_000_000)
        let writer = try writer(document)
        #expect(writer.osv["withdrawn"] == "2026-01-02T00:00:00Z")
        #expect(writer.osv["modified"] == "2026-01-02T00:00:00Z")
        #expect(writer.csaf["vulnerabilities"] == nil && writer.csaf["product_tree"] == nil)
        let header = try #require(writer.csaf["document"])
        #expect(header["category"] == "csaf_base")
        #expect(header["title"] == "Withdrawn: Overflow in the parser")
        #expect(header["tracking"]?["version"] == "2")
    }

    @Test("releases of which nobody can say anything are refused, or named")
    func unknown() throws {
        let line = AffectedLine(
            name: "1.x",
            phase: .active,
            status: .unknown,
            releases: [
                SampleAdvisory.release("1.0", .unknown, .unknown),
                SampleAdvisory.release("1.1", .fixed, .fixed),
            ]
        )
        let document = try SampleAdvisory.document([line])
        let error = #expect(throws: AdvisoryError.self) { try writer(document) }
        #expect(error?.code == .unknown)
        #expect(error?.message == "Advisory 'SRV-SA-2026-1' cannot say whether v1.0 are affected")
        let allowed = try AdvisoryWriter(
            document,
            by: SampleAdvisory.publisher,
            allowsUnknown: true
        )
        let entry = allowed.osv["affected"]?.list?.first
        #expect(entry?["versions"] == [])
        #expect(entry?["database_specific"]?["unknown_versions"] == ["v1.0"])
    }

    @Test("a defect in two repositories is two ranges; two defects have a severity each")
    func several() throws {
        var document = try SampleAdvisory.document()
        var second = document.vulnerabilities[0]
        second.ref = "SRV-D-2"
        second.cve = nil
        second.severity = try CVSSVector(
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N"
        )
        var library = second.products[0]
        library.name = "Library"
        library.repository = "https://example.org/library.git"
        second.products.append(library)
        document.vulnerabilities.append(second)
        let writer = try writer(document)
        let affected = writer.osv["affected"]?.list ?? []
        let types = affected.map { $0["severity"]?.list?.first?["type"]?.text }
        #expect(types == ["CVSS_V3", "CVSS_V4", "CVSS_V4"])
        #expect(writer.osv["severity"] == nil)
        let tree = writer.csaf["product_tree"]?["branches"]?.list ?? []
        #expect(tree.count == 1 && tree[0]["branches"]?.list?.count == 2)
        #expect(writer.csaf["vulnerabilities"]?.list?.count == 2)
    }

    // MARK: - Errors

    @Test("what cannot be published is refused in words")
    func errors() throws {
        func message(_ change: (inout AdvisoryDocument) -> Void) throws -> String? {
            var document = try SampleAdvisory.document()
            change(&document)
            let error = #expect(throws: AdvisoryError.self) { try writer(document) }
            return error?.message
        }
        #expect(
            try message { $0.id = "../x" } == "Advisory '../x' cannot be named so in files"
        )
        #expect(
            try message { $0.title = " " } == "Advisory 'SRV-SA-2026-1' has no title"
        )
        #expect(
            try message { $0.vulnerabilities[0].cve = "CVE-26-1" }
                == "Advisory 'SRV-SA-2026-1' names 'CVE-26-1', which is no CVE id"
        )
        #expect(
            try message { $0.revisions = [] } == "Advisory 'SRV-SA-2026-1' has no revision"
        )
        #expect(
            try message { $0.references[0].url = "example.org/ x" }
                == "Advisory 'SRV-SA-2026-1' refers to 'example.org/ x', which is no URL"
        )
        #expect(
            try message { $0.vulnerabilities[0].products[0].repository = "/srv/server.git" }
                == "Repository '/srv/server.git' of 'Server' is no URL that others can clone"
        )
        #expect(
            try message { document in
                let lines = document.vulnerabilities[0].products[0].lines
                document.vulnerabilities[0].products[0].lines += lines
            } == "Release 'v2.0' of 'Server' stands on two lines"
        )
        #expect(
            try message { $0.vulnerabilities[0].products[0].lines = [] }
                == "'Server' has no release that an advisory could speak of"
        )
    }
}

@Suite("CVSS vectors")
struct CVSSVectorTests {
    @Test(
        "base scores of the examples of FIRST",
        arguments: [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31),
            ("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 42),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 99),
            ("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 68),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:P", 100),
        ] as [(String, Int64)]
    )
    func scores(vector: String, tenths: Int64) throws {
        #expect(try CVSSVector(vector).baseScoreTenths == tenths)
    }

    @Test(
        "what is no vector is refused",
        arguments: [
            "", "9.8", "CVSS:2.0/AV:N", "CVSS:3.1/AV:N", "CVSS:3.1",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
        ]
    )
    func refusals(text: String) {
        let error = #expect(throws: AdvisoryError.self) { try CVSSVector(text) }
        #expect(error?.code == .severity)
        #expect(error?.message.hasPrefix("Severity '\(text)' ") == true)
    }
}
