import AdvisoryFormats
import BackportAnalysis
import MainstayCore
import MainstayTesting

/// Makes advisories of the defects of a random tracker, with random words around them.
struct TrackerExport {
    let tracker: RandomTracker
    let homes: [Int?]
    private let ranges: ExportRanges

    static let publisher = AdvisoryPublisher(
        name: "Example Works",
        namespace: "https://example.org",
        contact: "security@example.org",
        folderURL: "https://example.org/advisories",
        registeredPrefix: "OSV"
    )

    init(_ tracker: RandomTracker) {
        self.tracker = tracker
        homes = tracker.containment.homeLanes()
        ranges = ExportRanges(tracker.containment, evaluator: tracker.evaluator, homes: homes)
    }

    /// The export of one defect.
    func export(_ defect: RandomTracker.Defect) -> DefectExport {
        ranges.export(
            of: defect.fix,
            introducers: defect.introducers,
            decisions: defect.decisions.mapValues(\.openState)
        )
    }

    /// The advisory on one defect; `number` makes its id.
    func document(
        _ defect: RandomTracker.Defect,
        number: Int,
        _ random: inout SeededGenerator
    ) throws -> AdvisoryDocument {
        let vulnerability = Vulnerability(
            ref: "SRV-D-\(number)",
            cve: random.chance(50) ? "CVE-2026-\(10_000 + number)" : nil,
            title: "Overflow in <parser> & \"log\" \(number)",
            description: random.chance(80) ? "A long line\nwrites past the end \u{1}\t\\." : " ",
            severity: try severity(&random),
            products: [product(defect)]
        )
        let start = Instant(milliseconds: 1_767_225_600_000)
        let first = start.advanced(by: Int64(random.below(9_999_999)) * 1_000)
        var revisions = [AdvisoryDocument.Revision(first, "First version")]
        for step in 0..<random.below(3) {
            let date = first.advanced(by: Int64(step) * 86_400_500)
            revisions.append(AdvisoryDocument.Revision(date, "Line \(step) was added"))
        }
        let prefix = ["SRV-SA", "OSV", "x_SRV"][random.below(3)]
        var document = AdvisoryDocument(
            id: "\(prefix)-2026-\(number)",
            title: vulnerability.title,
            details: "Update.\n\n*Stars* are not markup here. ünïcödé \u{1F600}",
            revisions: revisions,
            vulnerabilities: [vulnerability]
        )
        document.stage = random.chance(70) ? .final : .interim
        if random.chance(6) {
            document.withdrawn = revisions.last?.date.advanced(by: 1_000)
        }
        if random.chance(50) {
            document.aliases = ["GHSA-2345-6789-cfgh"]
            document.references = [
                .init(.report, "https://example.org/t/\(number)?a=1&b=%20", title: "Ticket"),
                .init(.fix, "https://example.org/c/\(number)", title: ""),
            ]
            document.credits = [
                .init("Grace <Finder>", .finder, contacts: ["mailto:grace@example.org"]),
                .init("Ada", .remediationDeveloper),
            ]
        }
        return document
    }

    private func severity(_ random: inout SeededGenerator) throws -> CVSSVector? {
        func pick(_ letters: String) -> Character {
            Array(letters)[random.below(letters.count)]
        }
        switch random.below(4) {
        case 0: return nil
        case 1:
            let parts = "VC VI VA SC SI SA".split(separator: " ").map { "\($0):\(pick("HLN"))" }
            let exploit = "AV:\(pick("NALP"))/AC:\(pick("LH"))/AT:\(pick("NP"))/PR:\(pick("NLH"))"
            return try CVSSVector(
                "CVSS:4.0/\(exploit)/UI:\(pick("NPA"))/\(parts.joined(separator: "/"))"
            )
        default:
            let exploit = "AV:\(pick("NALP"))/AC:\(pick("LH"))/PR:\(pick("NLH"))/UI:\(pick("NR"))"
            let impact = "S:\(pick("UC"))/C:\(pick("NLH"))/I:\(pick("NLH"))/A:\(pick("NLH"))"
            return try CVSSVector("CVSS:3.\(pick("01"))/\(exploit)/\(impact)")
        }
    }

    private func product(_ defect: RandomTracker.Defect) -> AffectedProduct {
        let export = export(defect)
        let lanes: [Int?] = (0..<tracker.containment.laneCount).map { $0 } + [nil]
        return AffectedProduct(
            vendor: "Example Works",
            name: "Server Suite",
            repository: "https://example.org/git/server.git",
            events: export.events,
            lines: lanes.compactMap { line($0, defect, export) }
        )
    }

    private func line(
        _ lane: Int?,
        _ defect: RandomTracker.Defect,
        _ export: DefectExport
    ) -> AffectedLine? {
        let own = export.releases.filter { $0.lane == lane }
        guard !own.isEmpty else { return nil }
        let releases = own.map { release in
            let known = tracker.lines.releases[release.rank]
            return AffectedRelease(
                tag: known.tag,
                version: known.version.description,
                status: release.status,
                state: release.state
            )
        }
        let detected = lane.map { tracker.lines.all[$0] }
        var line = AffectedLine(
            name: detected?.name ?? "beside all lines",
            phase: (lane ?? 0).isMultiple(of: 3) ? .eol : .maintenance,
            status: .missing,
            decision: lane.flatMap { defect.decisions[$0] },
            releases: releases
        )
        guard let lane, let detected else { return line }
        let target = LineTarget(
            tip: detected.tip,
            releases: tracker.containment.releases(in: lane)
                .map { tracker.lines.releases[$0].row }
        )
        let verdict = tracker.evaluator.verdict(
            of: defect.fix,
            introducers: defect.introducers,
            on: target
        )
        line.status = verdict.status
        line.firstFixed = verdict.firstRelease.map { place in
            let rank = tracker.containment.releases(in: lane)[place]
            return tracker.lines.releases[rank].version.description
        }
        return line
    }
}
