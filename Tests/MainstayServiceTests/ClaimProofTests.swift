import Foundation
import LTSReleases
import MainstayCore
import MainstayService
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("Proof of claims")
struct ClaimProofTests {
    @Test("40 false claims of five kinds among true ones are found and named, no other")
    func short() async throws {
        try await prove(seed: 11, fixCount: 80, each: 8)
    }

    @Test(
        "500 false claims of five kinds among thousands of true ones",
        .tags(.slow),
        .enabled(if: isLong, "MAINSTAY_TEST_LONG asks for it; it takes a minute")
    )
    func long() async throws {
        try await prove(seed: 12, fixCount: 800, each: 100)
    }

    private func prove(seed: UInt64, fixCount: Int, each: Int) async throws {
        let project = try ClaimsProject(seed: seed, fixCount: fixCount)
        try await TestDesk.with(project.repo.path) { place in
            let planting = try await Planting(project, place, seed: seed)
            try await planting.publish()
            let before = try await place.desk.verify("MST", place.tools)
            #expect(before.findings.isEmpty, "seed \(seed): \(before.findings.prefix(3))")
            #expect(before.claims > 12 * fixCount, "\(before.claims)")
            let planted = try await planting.plant(each)
            let after = try await place.desk.verify("MST", place.tools)
            let found = Set(
                after.findings.map { "\($0.kind.rawValue) \($0.defect) \($0.line ?? "-")" }
            )
            #expect(planted.count == 5 * each, "seed \(seed)")
            #expect(found.subtracting(planted).isEmpty, "seed \(seed): false alarms")
            #expect(planted.subtracting(found).isEmpty, "seed \(seed): not found")
            #expect(after.findings.count == planted.count, "seed \(seed)")
            #expect(after.findings.allSatisfy { !$0.claim.isEmpty && !$0.counterEvidence.isEmpty })
            #expect(after.warnings.isEmpty)
        }
    }
}

/// The claims of an installation on a project, true ones first, then false ones among them.
private struct Planting {
    private struct Place: Hashable {
        let fix: Int
        let line: Int
    }

    private let project: ClaimsProject
    private let place: TestDesk
    private let seed: UInt64
    private let refs: [(ref: String, id: Int64)]
    private let lines: [String: Int64]

    /// Enters every defect, scans, and checks what the ledger says against the construction.
    init(_ project: ClaimsProject, _ place: TestDesk, seed: UInt64) async throws {
        (self.project, self.place, self.seed) = (project, place, seed)
        var refs: [(ref: String, id: Int64)] = []
        for fix in project.fixes.indices {
            let (parts, introducer) = project.commits(of: fix)
            let introducers = introducer.map { [$0] } ?? []
            refs.append(
                try await place.enter(
                    "Fix \(fix)",
                    parts: parts.map { [$0] },
                    introducers: introducers
                )
            )
        }
        self.refs = refs
        try await place.scan()
        lines = try await place.lines()
        let answer = try await place.desk.ledger(of: "MST", place.tools)
        for (fix, row) in answer.rows.enumerated() {
            for (line, name) in ClaimsProject.lineNames.enumerated() {
                let seen = row.cells.first { $0.line.name == name }?.facts.status
                #expect(
                    seen == project.cells[fix][line].status,
                    "seed \(seed): \(row.file.defect.ref) \(name)"
                )
            }
        }
    }

    /// Publishes advisories on all defects and the notes of the release `.2` of each line, and plans
    /// the next ones of all lines but the oldest three.
    func publish() async throws {
        for first in stride(from: 0, to: refs.count, by: 50) {
            var words = AdvisoryWords()
            words.defects = refs[first..<min(first + 50, refs.count)].map(\.ref)
            let ref = try await place.desk.makeAdvisory(of: "MST", words)
            try await place.desk.publish(
                advisory: ref,
                summary: nil,
                allowsUnknown: false,
                endsEmbargo: false,
                place.tools
            )
        }
        for (line, name) in ClaimsProject.lineNames.enumerated() {
            for release in [2, 3] where release == 2 || line >= 3 {
                _ = try await place.desk.planRelease(
                    of: "MST",
                    on: name,
                    name: "\(name).\(release)",
                    day: nil,
                    isEmpty: release == 2,
                    place.tools
                )
            }
            _ = try await place.desk.publish(release: "\(name).2", of: "MST", tag: nil, place.tools)
        }
    }

    /// Makes `each` claims of each kind false; returns them as kind, defect and line.
    func plant(_ each: Int) async throws -> Set<String> {
        var random = SeededGenerator(seed: seed)
        var free = Set(
            project.fixes.indices.flatMap { fix in
                ClaimsProject.lineNames.indices.map { Place(fix: fix, line: $0) }
            }
        )
        func take(_ isFit: (ClaimsProject.Cell, Place) -> Bool) -> [Place] {
            let fit = free.filter { isFit(project.cells[$0.fix][$0.line], $0) }
                .sorted { ($0.fix, $0.line) < ($1.fix, $1.line) }
            let taken = Array(fit.shuffled(using: &random).prefix(each))
            free.subtract(taken)
            return taken
        }
        let half = take { cell, _ in cell.status == .partial }
        let late = take { cell, _ in cell.isLate }
        let promised = take { cell, place in
            place.line < 3 && [.missing, .affected, .reverted, .partial].contains(cell.status)
        }
        let reverted = take { cell, place in
            cell.status == .fixed && !cell.isLate && !cell.picks.isEmpty
                && project.fixes[place.fix].parts.count == 1
        }
        let wrong = take { cell, _ in cell.status == .fixed && !cell.picks.isEmpty }
        try await edit(half) { claim, place in
            (.fixed, Array(project.cells[place.fix][place.line].picks.values), release(place, 2))
        }
        try await edit(late) { claim, place in (.fixed, claim, release(place, 1)) }
        try await edit(wrong) { claim, place in
            (.fixed, [impostor(of: place, &random)], release(place, 2))
        }
        for place in reverted { try project.revert(place.fix, on: place.line) }
        try await place.scan()
        try await promise(promised)
        return names("partial", half).union(names("not-in-release", late))
            .union(names("wrong-commit", wrong)).union(names("reverted", reverted))
            .union(names("promised-on-ended-line", promised))
    }

    private func release(_ place: Place, _ number: Int) -> String {
        "v\(ClaimsProject.lineNames[place.line]).\(number)"
    }

    private func names(_ kind: String, _ places: [Place]) -> Set<String> {
        Set(places.map { "\(kind) \(refs[$0.fix].ref) \(ClaimsProject.lineNames[$0.line])" })
    }

    /// A commit that is not the fix on that line: another fix there, the same elsewhere, or none at all.
    private func impostor(of place: Place, _ random: inout SeededGenerator) -> CommitID {
        let others = project.fixes.indices.filter { $0 != place.fix }
            .compactMap { project.cells[$0][place.line].picks.values.first }
        let elsewhere = ClaimsProject.lineNames.indices.filter { $0 != place.line }
            .compactMap { project.cells[place.fix][$0].picks.values.first }
        switch random.below(3) {
        case 0: return others[random.below(others.count)]
        case 1 where !elsewhere.isEmpty: return elsewhere[random.below(elsewhere.count)]
        default:
            let digits = (0..<40).map { _ in Array("0123456789abcdef")[random.below(16)] }
            return CommitID(hex: String(digits)) ?? .zero
        }
    }

    /// Writes other claims over those that advisories made: status, commits and first release.
    private func edit(
        _ places: [Place],
        _ change: ([CommitID], Place) -> (LineStatus, [CommitID], String)
    ) async throws {
        let product = try await place.engine.read { try $0.product(prefix: "MST")?.id ?? 0 }
        let claims = try await place.engine.read { try $0.claims(of: product) }
        for place in places {
            let line = lines[ClaimsProject.lineNames[place.line]]
            let claim = try #require(
                claims.first {
                    $0.defectID == refs[place.fix].id && $0.lineID == line
                        && $0.evidence["tag"] == nil
                }
            )
            let known = (claim.evidence["commits"]?.list ?? [])
                .compactMap { $0.text.flatMap { CommitID(hex: $0) } }
            let (status, commits, release) = change(known, place)
            let evidence: JSONValue = [
                "tip": claim.evidence["tip"] ?? .null, "release": .text(release),
                "commits": .texts(commits.map(\.hex)),
            ]
            try await self.place.engine.write { connection in
                try connection.exec(
                    """
                    UPDATE claim SET status = \(status), evidence_json = \(evidence)
                    WHERE publication_id = \(claim.publicationID) AND defect_id = \(claim.defectID)
                      AND line_id = \(claim.lineID)
                    """
                )
            }
        }
    }

    /// Promises releases on the three oldest lines, which have ended.
    private func promise(_ places: [Place]) async throws {
        for place in places {
            let name = ClaimsProject.lineNames[place.line]
            let decision = NewReleaseDecision(.next, on: name, because: .promise)
            _ = try await self.place.desk.decideRelease(
                refs[place.fix].ref,
                decision,
                self.place.tools
            )
        }
        for name in ClaimsProject.lineNames.prefix(3) {
            let end = CalendarDay("2026-01-10")
            let phases = LifecyclePhase.allCases.filter { $0 != .eol }
                .map { PhaseChange($0, from: nil) }
            let first = PhaseChange(.maintenance, from: CalendarDay("2024-01-01"))
            try await place.desk.setPhases(
                of: name,
                of: "MST",
                phases.filter { $0.phase != .maintenance } + [first, PhaseChange(.eol, from: end)]
            )
        }
        try await place.scan()
    }
}
