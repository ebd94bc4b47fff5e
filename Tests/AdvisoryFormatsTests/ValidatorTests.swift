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

    @Test("1,000 random trackers without a fault", .tags(.slow), .enabled(if: isLong))
    func long() throws {
        try validate(seeds: 10_001...11_000)
    }

    /// Publishes every tracker in a folder of its own and validates all of them in one process.
    private func validate(seeds: ClosedRange<UInt64>) throws {
        let folder = try TemporaryFolder()
        var documents = 0
        for seed in seeds {
            let exporter = TrackerExport(try RandomTracker(seed: seed, defectCount: 3))
            var random = SeededGenerator(seed: seed)
            let made = try exporter.tracker.defects.enumerated()
                .map { try exporter.document($1, number: $0, &random) }
            let publisher = TrackerExport.publisher
            let files = try AdvisoryFolder.files(
                try made.map {
                    try AdvisoryWriter($0, by: publisher, allowsUnknown: true).written()
                },
                by: publisher,
                at: Instant(milliseconds: 0)
            )
            for (path, bytes) in files {
                try TestFile.write("\(folder.path)/all/\(seed)/\(path)", bytes)
            }
            documents += made.count
        }
        let script = #filePath.replacing("ValidatorTests.swift", with: "validate_advisories.py")
        let report = folder.path + "/report"
        try runProgram([try #require(python), script, folder.path + "/all", report])
        let told = String(decoding: try TestFile.read(report), as: UTF8.self)
        let counts = "osv \(documents), csaf \(documents), feeds \(seeds.count), faults 0\n"
        #expect(told == counts, "seeds \(seeds)")
    }
}

/// The Python that has the validators.
private let python = ProcessInfo.processInfo.environment["MAINSTAY_TEST_VALIDATORS"]
