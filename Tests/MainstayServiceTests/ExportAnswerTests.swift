import Foundation
import LTSReleases
import MainstayCore
import MainstayService
import MainstayTesting
import Testing

/// What an installation exports of its defects, read as the formats say, beside what it answers when asked.
@Suite("Exports of an installation")
struct ExportAnswerTests {
    @Test("OSV and CSAF say of every release what the tracker answers", arguments: [1, 2, 3, 4])
    func short(_ seed: UInt64) async throws { try await compare(seed: seed) }

    @Test(
        "the same for 36 more projects",
        .tags(.slow),
        .enabled(if: isLong, "MAINSTAY_TEST_LONG asks for it; it takes a minute")
    )
    func long() async throws {
        for seed in UInt64(5)...40 { try await compare(seed: seed) }
    }

    private enum Answer { case affected, fine, unknown }

    private func compare(seed: UInt64) async throws {
        let project = try RandomProject(seed: seed)
        let tags = try project.repo.git("tag").split(separator: "\n").map(String.init)
        let histories = try tags.reduce(into: [String: Set<String>]()) { histories, tag in
            let told = try project.repo.git("rev-list", tag).split(separator: "\n").map(String.init)
            histories[tag] = Set(told)
        }
        var random = SeededGenerator(seed: seed)
        try await TestDesk.with(project.repo.path) { place in
            let refs = try await enter(project, place, &random)
            var answers: [String: [String: AffectedByDefects.Item]] = [:]
            for tag in tags {
                let told = try await place.desk.affected(tag, of: "MST", place.tools)
                for item in told.items { answers[item.ref, default: [:]][tag] = item }
            }
            for ref in refs {
                var words = AdvisoryWords()
                words.defects = [ref]
                let name = try await place.desk.makeAdvisory(of: "MST", words)
                func export(_ format: AdvisoryFormat) async throws -> [String: Any] {
                    let text = try await place.desk.export(
                        name,
                        as: format,
                        allowsUnknown: true,
                        place.tools
                    )
                    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
                    return try #require(object as? [String: Any])
                }
                let osv = try OSVRecord(await export(.osv), project.repo)
                let csaf = CSAFRecord(try await export(.csaf))
                for tag in tags {
                    let item = try #require(answers[ref]?[tag])
                    let wanted = answer(item)
                    let place: Comment = "seed \(seed), \(ref) at \(tag): \(item.status.rawValue)"
                    #expect(osv.answer(tag, histories[tag] ?? []) == wanted, place)
                    #expect(csaf.answer(tag) == wanted, place)
                }
            }
        }
    }

    /// Enters each fix as a defect, some with an introducer, and some decisions; returns their names.
    private func enter(
        _ project: RandomProject,
        _ place: TestDesk,
        _ random: inout SeededGenerator
    ) async throws -> [String] {
        let main = try project.repo.git("rev-list", "--first-parent", "--no-merges", "main")
            .split(separator: "\n").compactMap { CommitID(hex: $0) }
        var refs: [String] = []
        for (number, fix) in project.fixes.enumerated() {
            let introducer = main[random.below(main.count)]
            let isKnown = random.chance(50) && introducer != fix
            let defect = try await place.enter(
                "Fix \(number)",
                parts: [[fix]],
                introducers: isKnown ? [introducer] : []
            )
            refs.append(defect.ref)
        }
        try await place.scan()
        for ref in refs where random.chance(40) {
            for line in try await place.lines().keys.sorted() where random.chance(40) {
                let kinds: [DecisionKind] = [
                    .affected, .wontFix, .notApplicable, .underInvestigation,
                ]
                var decision = NewDecision(kinds[random.below(4)], words: "So it is")
                decision.lines = [line]
                if decision.kind == .wontFix { decision.justification = .risk }
                if decision.kind == .notApplicable { decision.justification = .componentNotPresent }
                try await place.desk.decide(ref, decision)
            }
        }
        return refs
    }

    /// What the tracker's answer amounts to: the decision where the status is open, else the status.
    private func answer(_ item: AffectedByDefects.Item) -> Answer {
        switch (item.status, item.decision.flatMap(DecisionKind.init)) {
        case (.fixed, _), (.notAffected, _), (_, .notApplicable): .fine
        case (_, .underInvestigation), (.unknown, nil): .unknown
        default: .affected
        }
    }

    /// An OSV record as its specification says to read it.
    private struct OSVRecord {
        private let versions: Set<String>
        private let unknown: Set<String>
        /// In an order in which ancestors come first.
        private let events: [(commit: String, introduces: Bool)]

        init(_ record: [String: Any], _ repo: FixtureRepository) throws {
            let affected = try #require(record["affected"] as? [[String: Any]])
            versions = Set(affected.flatMap { $0["versions"] as? [String] ?? [] })
            let own = affected.compactMap { $0["database_specific"] as? [String: Any] }
            unknown = Set(own.flatMap { $0["unknown_versions"] as? [String] ?? [] })
            let found = affected.flatMap { $0["ranges"] as? [[String: Any]] ?? [] }
                .flatMap { $0["events"] as? [[String: String]] ?? [] }
                .flatMap { event in event.map { (commit: $1, introduces: $0 == "introduced") } }
            let sizes = try found.reduce(into: ["0": 0]) { sizes, event in
                guard event.commit != "0" else { return }
                sizes[event.commit] = Int(try repo.git("rev-list", "--count", event.commit))
            }
            events = found.sorted {
                (sizes[$0.commit] ?? 0, $0.commit) < (sizes[$1.commit] ?? 0, $1.commit)
            }
        }

        func answer(_ tag: String, _ history: Set<String>) -> Answer {
            if unknown.contains(tag) { return .unknown }
            var isInRange = false
            for event in events where event.commit == "0" || history.contains(event.commit) {
                isInRange = event.introduces
            }
            return isInRange || versions.contains(tag) ? .affected : .fine
        }
    }

    /// A CSAF document as its specification says to read it.
    private struct CSAFRecord {
        private var answers: [String: Set<Answer>] = [:]

        init(_ document: [String: Any]) {
            let vulnerabilities = document["vulnerabilities"] as? [[String: Any]] ?? []
            let groups = vulnerabilities.first?["product_status"] as? [String: [String]] ?? [:]
            let words: [String: Answer] = [
                "known_affected": .affected, "fixed": .fine, "first_fixed": .fine,
                "known_not_affected": .fine, "under_investigation": .unknown,
            ]
            for (group, products) in groups {
                for product in products {
                    let tag = product.split(separator: "#").last.map(String.init) ?? product
                    if let answer = words[group] { answers[tag, default: []].insert(answer) }
                }
            }
        }

        func answer(_ tag: String) -> Answer? {
            answers[tag]?.count == 1 ? answers[tag]?.first : nil
        }
    }
}
