import AdvisoryFormats
import BackportAnalysis
import LTSReleases
import MainstayCore
import Storage

/// Makes the documents of advisories from one state of a ledger.
final class AdvisoryComposer {
    private let ledger: Ledger
    private let ranges: ExportRanges
    private let homes: [Int?]
    /// The releases of each lane by rank order.
    private let lineOfLane: [Int: LineRecord]

    /// Looks at what lines and releases contain; see ``ExportRanges``.
    init(_ ledger: Ledger) {
        self.ledger = ledger
        homes = ledger.history.containment.homeLanes()
        ranges = ExportRanges(
            ledger.history.containment,
            evaluator: ledger.table.evaluator,
            homes: homes
        )
        var lines: [Int: LineRecord] = [:]
        for line in ledger.code.lines {
            if let lane = ledger.lanes[line.id] { lines[lane] = line }
        }
        lineOfLane = lines
    }

    /// The document of an advisory on defects.
    func document(
        _ advisory: Advisory,
        on files: [DefectFile],
        revisions: [AdvisoryDocument.Revision],
        vendor: String,
        withdrawn: Instant?
    ) throws -> AdvisoryDocument {
        let names = files.count == 1 ? advisory.cveID.map { [$0] } : nil
        var document = AdvisoryDocument(
            id: advisory.ref,
            title: advisory.title,
            details: advisory.body.isEmpty ? advisory.title : advisory.body,
            revisions: revisions,
            vulnerabilities: try files.map {
                try vulnerability($0, cve: names?.first, vendor: vendor)
            }
        )
        document.withdrawn = withdrawn
        document.stage = advisory.isPublic ? .final : .draft
        return document
    }

    private func vulnerability(
        _ file: DefectFile,
        cve: String?,
        vendor: String
    ) throws -> Vulnerability {
        let own = file.aliases.first { $0.hasPrefix("CVE-") }
        let defect = file.defect
        return Vulnerability(
            ref: defect.ref,
            cve: cve ?? own,
            title: defect.title,
            description: defect.body.isEmpty ? defect.title : defect.body,
            severity: try defect.cvssVector.map { try CVSSVector($0) },
            products: [product(file, vendor: vendor)]
        )
    }

    private func product(_ file: DefectFile, vendor: String) -> AffectedProduct {
        let row = ledger.row(of: file)
        let decisions = row.cells.reduce(into: [Int: LineDecision]()) { decisions, cell in
            guard let lane = ledger.lanes[cell.line.id] else { return }
            decisions[lane] = cell.decision.flatMap { self.decision($0) }
        }
        let question = ledger.question(file.commits.filter(\.counts), on: nil)
        let export = ranges.export(
            of: ledger.table.fixSet(question.steps) { _ in true },
            introducers: ledger.table.introducers(of: question),
            decisions: decisions.mapValues(\.openState)
        )
        let releases = ledger.history.lines.releases
        var byLane: [Int: [AffectedRelease]] = [:]
        for told in export.releases where !releases[told.rank].isPrerelease {
            let release = releases[told.rank]
            byLane[told.lane ?? 0, default: []]
                .append(
                    AffectedRelease(
                        tag: release.tag,
                        version: "\(release.version)",
                        status: told.status,
                        state: told.state
                    )
                )
        }
        let lines = row.cells.compactMap { cell -> AffectedLine? in
            guard let lane = ledger.lanes[cell.line.id] else { return nil }
            let fixed = cell.facts.release.flatMap { tag in releases.first { $0.tag == tag } }
            return AffectedLine(
                name: cell.line.name,
                phase: cell.phase,
                status: cell.facts.status,
                decision: decisions[lane],
                firstFixed: fixed.map { "\($0.version)" },
                releases: byLane[lane] ?? []
            )
        }
        return AffectedProduct(
            vendor: vendor,
            name: ledger.code.product.name,
            repository: ledger.code.repository.publicURL ?? ledger.code.repository.url,
            events: export.events,
            lines: lines
        )
    }

    private func decision(_ decision: Decision) -> LineDecision? {
        switch decision.kind {
        case .affected: return .affected
        case .notApplicable:
            let flag = decision.justification.flatMap { NotAffectedFlag(rawValue: $0.rawValue) }
            return .notApplicable(flag ?? .componentNotPresent)
        case .wontFix: return .wontFix
        case .deferred:
            let release = ledger.code.releases.first { $0.id == decision.releaseID }
            let day = decision.until.map { "\($0)" }
            return .deferred(until: release.map { "release \($0.name)" } ?? day ?? "later")
        case .underInvestigation: return .underInvestigation
        case .withdrawn: return nil
        }
    }

    /// What a document on these defects claims.
    func claims(on files: [DefectFile]) -> [NewClaim] {
        files.flatMap { file in
            ledger.row(of: file).cells
                .compactMap { cell -> NewClaim? in
                    guard let lane = ledger.lanes[cell.line.id] else { return nil }
                    let tip = ledger.history.lines.all[lane].tip
                    return NewClaim(
                        defectID: file.defect.id,
                        lineID: cell.line.id,
                        status: cell.facts.status,
                        decision: cell.decision?.kind,
                        phase: cell.phase,
                        evidence: [
                            "tip": .text(ledger.history.index.id(tip).hex),
                            "commits": .texts(cell.facts.commits.map(\.hex)),
                            "release": .text(cell.facts.release),
                        ],
                        releaseID: cell.decision?.releaseID
                    )
                }
        }
    }
}

extension FixTable {
    /// The introducers of a question; `nil` where none are recorded.
    func introducers(of question: FixQuestion) -> IntroducerSet? {
        let set = IntroducerSet(
            question.introducers.map { events(of: $0) },
            sinceBeginning: question.sinceBeginning
        )
        return set.isEmpty ? nil : set
    }
}
