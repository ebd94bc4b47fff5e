import AdvisoryFormats
import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// What is published, held against the validators of those who made the formats.
@Suite(
    "Validators of OSV and CSAF",
    .enabled(if: python != nil, "Scripts/test installs them and sets MAINSTAY_TEST_VALIDATORS")
)
struct ValidatorTests {
    @Test("60 random trackers without a fault", .tags(.slow))
    func quick() throws {
        try validate(seeds: 5_001...5_060)
    }

    @Test(
        "1,000 random trackers without a fault",
        .tags(.slow),
        .enabled(if: isLong, "MAINSTAY_TEST_LONG asks for it; it takes minutes")
    )
    func long() throws {
        try validate(seeds: 10_001...11_000)
    }

    @Test("what is wrong is seen")
    func faults() throws {
        func spoil(_ path: String, _ old: String, _ new: String) throws -> [String: [UInt8]] {
            var files = try AdvisoryFolder.files(
                [AdvisoryWriter(SampleAdvisory.document(), by: SampleAdvisory.publisher).written()],
                by: SampleAdvisory.publisher,
                at: Instant(milliseconds: 0)
            )
            let text = String(decoding: try #require(files[path]), as: UTF8.self)
            #expect(text.contains(old))
            files[path] = Array(text.replacing(old, with: new).utf8)
            return files
        }
        let csaf = "csaf/2026/srv-sa-2026-1.json"
        let report = try report([
            "1": spoil("osv/x_SRV-SA-2026-1.json", "x_SRV", "SRV"),
            "2": spoil(csaf, "known_affected", "known_not_affected"),
            "3": spoil("csaf/changes.csv", "2026-01-01", "2026-01-02"),
            "4": spoil("feed.atom", "<id>", "<id/><id>"),
            "5": spoil(csaf, "9.8", "9.7"),
            "6": spoil("osv/x_SRV-SA-2026-1.json", "introduced", "limit"),
        ])
        let lines = report.split(separator: "\n")
        func count(_ word: String) -> Int { lines.count { $0.contains(word) } }
        #expect(count("/1/osv/") == 1 && count("/6/osv/") == 1, "\(report)")
        #expect(count("6.1.27") == 1 && count("6.1.9 ") == 1, "\(report)")
        #expect(count("/3/csaf: changes.csv") == 1 && count("/4/feed.atom") >= 1, "\(report)")
        #expect(report.hasPrefix("/") && !report.contains("faults 0"))
    }

    /// Publishes every tracker in a folder of its own.
    private func validate(seeds: ClosedRange<UInt64>) throws {
        var folders: [String: [String: [UInt8]]] = [:]
        var documents = 0
        for seed in seeds {
            let exporter = TrackerExport(try RandomTracker(seed: seed, defectCount: 3))
            var random = SeededGenerator(seed: seed)
            let made = try exporter.tracker.defects.enumerated()
                .map { try exporter.document($1, number: $0, &random) }
            let publisher = TrackerExport.publisher
            folders["\(seed)"] = try AdvisoryFolder.files(
                try made.map {
                    try AdvisoryWriter($0, by: publisher, allowsUnknown: true).written()
                },
                by: publisher,
                at: Instant(milliseconds: 0)
            )
            documents += made.count
        }
        let counts = "osv \(documents), csaf \(documents), feeds \(seeds.count), faults 0\n"
        #expect(try report(folders) == counts, "seeds \(seeds)")
    }

    /// What the validators say of published folders, all in one process.
    private func report(_ folders: [String: [String: [UInt8]]]) throws -> String {
        let scratch = try TemporaryFolder()
        for (name, files) in folders {
            for (path, bytes) in files {
                try TestFile.write("\(scratch.path)/all/\(name)/\(path)", bytes)
            }
        }
        let script = #filePath.replacing("ValidatorTests.swift", with: "validate_advisories.py")
        let report = scratch.path + "/report"
        try runProgram([try #require(python), script, scratch.path + "/all", report])
        return String(decoding: try TestFile.read(report), as: UTF8.self)
    }
}

/// The Python that has the validators.
private let python = ProcessInfo.processInfo.environment["MAINSTAY_TEST_VALIDATORS"]
