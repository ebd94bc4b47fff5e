import AdvisoryFormats
import BackportAnalysis
import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// What is published, read by those who know nothing but the formats and git, says what the tracker
/// says.
@Suite("Published advisories")
struct RoundTripTests {
    @Test("every release of every line of 120 random trackers")
    func quick() throws {
        try compare(seeds: 1...120, leastChecks: 10_000)
    }

    @Test(
        "every release of every line of 1,200 random trackers",
        .tags(.slow),
        .enabled(if: isLong, "MAINSTAY_TEST_LONG asks for it; it takes minutes")
    )
    func long() throws {
        try compare(seeds: 1...1_200, leastChecks: 100_000)
    }

    private func compare(seeds: ClosedRange<UInt64>, leastChecks: Int) throws {
        var counts: [String: Int] = [:]
        var checks = 0
        for seed in seeds {
            let tracker = try RandomTracker(seed: seed, defectCount: 6)
            let history = try GitHistory(tracker.repo)
            let exporter = TrackerExport(tracker)
            var random = SeededGenerator(seed: seed &* 31)
            for (number, defect) in tracker.defects.enumerated() {
                var document = try exporter.document(defect, number: number, &random)
                document.withdrawn = nil
                let writer = try AdvisoryWriter(
                    document,
                    by: TrackerExport.publisher,
                    allowsUnknown: true
                )
                let osv = try OSVReading(Array(writer.osv.json.utf8))
                let csaf = try CSAFReading(Array(writer.csaf.indented.utf8))
                let place = "seed \(seed), defect \(number)"
                #expect(osv.faults == [], "\(place)")
                let wanted = wanted(exporter, defect)
                #expect(Set(csaf.groups.keys) == Set(wanted.keys), "\(place)")
                for (tag, state) in wanted.sorted(by: { $0.key < $1.key }) {
                    let seen = try seen(tag, osv, csaf, history, &random)
                    guard seen == state else {
                        Issue.record("\(place), \(tag): published \(seen), known \(state)")
                        return
                    }
                    checks += 1
                    counts[state.state.rawValue, default: 0] += 1
                }
            }
        }
        print("\(checks) releases of defects:", counts.sorted { $0.key < $1.key })
        #expect(checks >= leastChecks)
        for state in VersionState.allCases { #expect(counts[state.rawValue] ?? 0 > 100) }
    }

    /// What is known of a release, and what its readers make of it.
    private struct Answer: Equatable, CustomStringConvertible {
        var state: VersionState
        var isInRange: Bool
        var remedy: String?
        var flag: String?

        var description: String {
            "\(state), in range: \(isInRange), \(remedy ?? "no remedy"), \(flag ?? "no flag")"
        }
    }

    // MARK: - Readers

    private func seen(
        _ tag: String,
        _ osv: OSVReading,
        _ csaf: CSAFReading,
        _ history: GitHistory,
        _ random: inout SeededGenerator
    ) throws -> Answer {
        let commit = try #require(history.tags[tag])
        let groups = csaf.groups[tag] ?? []
        let words: [String: VersionState] = [
            "known_affected": .affected, "known_not_affected": .notAffected, "fixed": .fixed,
            "under_investigation": .unknown,
        ]
        let state = try #require(groups.count == 1 ? groups.first.flatMap { words[$0] } : nil)
        let isInRange = osv.isInRange(commit, history, &random)
        for _ in 0..<4 {
            #expect(osv.isInRange(commit, history, &random) == isInRange, "\(tag): another order")
        }
        #expect(osv.unknownVersions.contains(tag) == (state == .unknown))
        if state != .unknown {
            let isAffected = osv.isAffected(version: tag, commit: commit, history, &random)
            #expect(isAffected == (state == .affected), "\(tag)")
        }
        #expect(csaf.remedies[tag]?.count ?? 0 < 2 && csaf.flags[tag]?.count ?? 0 < 2)
        return Answer(
            state: state,
            isInRange: isInRange,
            remedy: csaf.remedies[tag]?.first,
            flag: csaf.flags[tag]?.first
        )
    }

    // MARK: - The tracker

    /// By tag: what the status at the tag and the decision about its line amount to.
    private func wanted(
        _ exporter: TrackerExport,
        _ defect: RandomTracker.Defect
    ) -> [String: Answer] {
        let tracker = exporter.tracker
        var answers: [String: Answer] = [:]
        for (rank, release) in tracker.lines.releases.enumerated() {
            let status = tracker.evaluator
                .verdict(
                    of: defect.fix,
                    introducers: defect.introducers,
                    on: LineTarget(version: release.row)
                )
                .status
            let decision = exporter.homes[rank].flatMap { defect.decisions[$0] }
            answers[release.tag] = answer(
                status,
                decision,
                fixedLater: isFixedLater(exporter, defect, rank),
                phase: (exporter.homes[rank] ?? 0).isMultiple(of: 3) ? .eol : .maintenance
            )
        }
        return answers
    }

    /// Whether the newest release of the line that a release is of is fixed, and its tip is.
    private func isFixedLater(
        _ exporter: TrackerExport,
        _ defect: RandomTracker.Defect,
        _ rank: Int
    ) -> Bool {
        let tracker = exporter.tracker
        guard let lane = exporter.homes[rank] else { return false }
        let rows = tracker.containment.releases(in: lane).map { tracker.lines.releases[$0].row }
        let target = LineTarget(tip: tracker.lines.all[lane].tip, releases: rows)
        return tracker.evaluator
            .verdict(of: defect.fix, introducers: defect.introducers, on: target)
            .status == .fixed
    }

    /// The table of statuses and exports.
    private func answer(
        _ status: LineStatus,
        _ decision: LineDecision?,
        fixedLater: Bool,
        phase: LifecyclePhase
    ) -> Answer {
        switch status {
        case .fixed: return Answer(state: .fixed, isInRange: false)
        case .notAffected:
            return Answer(
                state: .notAffected,
                isInRange: false,
                flag: "vulnerable_code_not_present"
            )
        default: break
        }
        switch decision {
        case .notApplicable(let flag)?:
            return Answer(state: .notAffected, isInRange: false, flag: flag.rawValue)
        case .underInvestigation?:
            return Answer(state: .unknown, isInRange: true, remedy: "none_available")
        case nil where status == .unknown:
            return Answer(state: .unknown, isInRange: true, remedy: "none_available")
        default: break
        }
        let isLeft = decision == .wontFix || phase == .eol
        let remedy = fixedLater ? "vendor_fix" : isLeft ? "no_fix_planned" : "none_available"
        return Answer(state: .affected, isInRange: true, remedy: remedy)
    }
}

/// Whether the environment asks for the long forms, which take minutes.
let isLong = ProcessInfo.processInfo.environment["MAINSTAY_TEST_LONG"] != nil

extension Tag {
    /// Takes more than a second.
    @Tag static var slow: Self
}
