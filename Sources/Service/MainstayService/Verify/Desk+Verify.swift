import BackportAnalysis
import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage

extension Desk {
    /// Proves every claim about the defects of a product against git: what documents say that were
    /// published last, what the ledger told last, and what is planned.
    ///
    /// - Parameters:
    ///   - prefix: The product.
    ///   - tools: The day, and who is told of progress.
    /// - Returns: What does not hold, as far as the account may see the defects.
    /// - Throws: ``UseError``; what the mirror throws.
    package func verify(_ prefix: String, _ tools: CodeTools) async throws -> VerifyReport {
        let basis = try await verifyBasis(prefix)
        let ledger = try instance.ledger(of: basis.code, tools)
        var proof = ClaimProof(ledger, basis)
        proof.run(tools.progress)
        var report = proof.report
        report.warnings += ledger.history.warnings
        return report
    }

    /// Returns what was claimed on a day: the last claim of each defect and line that was published
    /// by its end and not withdrawn by then, by defect and line.
    package func claims(of prefix: String, asOf moment: Instant) async throws -> [PastClaim] {
        let basis = try await verifyBasis(prefix)
        let publications = Dictionary(
            basis.publications.map { ($0.id, $0) },
            uniquingKeysWith: { $1 }
        )
        var last: [[Int64]: Claim] = [:]
        for claim in basis.claims where claim.publishedAt <= moment {
            let withdrawn = publications[claim.publicationID]?.withdrawnAt
            if let withdrawn, withdrawn <= moment { continue }
            last[[claim.defectID, claim.lineID]] = claim
        }
        return basis.files.flatMap { file in
            basis.code.lines.compactMap { line in
                last[[file.defect.id, line.id]].map { claim in
                    PastClaim(
                        defect: file.defect.ref,
                        line: line.name,
                        status: claim.status,
                        release: claim.evidence["tag"]?.text ?? claim.evidence["release"]?.text,
                        document: basis.name(of: claim),
                        publishedAt: claim.publishedAt
                    )
                }
            }
        }
    }

    private func verifyBasis(_ prefix: String) async throws -> VerifyBasis {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "claims")
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            let releases = try connection.releases(of: product.id)
            let advisories = try connection.advisories(of: product.id)
            var names: [Int64: String] = [:]
            for release in releases { names[release.id] = "release \(release.name)" }
            for advisory in advisories { names[advisory.id] = "advisory \(advisory.ref)" }
            let files = try connection.defectFiles(of: product, for: acting)
            return VerifyBasis(
                code: try connection.code(of: product),
                files: files,
                claims: try connection.claims(of: product.id),
                publications: try connection.publications(),
                told: try connection.lastLineFacts(of: files.map(\.defect.id)),
                items: try Dictionary(
                    uniqueKeysWithValues: releases.map { ($0.id, try connection.items(of: $0.id)) }
                ),
                tags: try connection.releaseTags(of: product.id),
                subjects: names
            )
        }
    }
}

/// Everything that claims something.
struct VerifyBasis: Sendable {
    let code: ProductCode
    let files: [DefectFile]
    let claims: [Claim]
    let publications: [Publication]
    let told: [Int64: [Int64: JSONValue]]
    let items: [Int64: [ReleaseItem]]
    let tags: [ReleaseTagRow]
    let subjects: [Int64: String]

    /// The document that a claim stands in, for people.
    func name(of claim: Claim) -> String {
        guard let publication = publications.first(where: { $0.id == claim.publicationID }) else {
            return "a publication"
        }
        let subject = subjects[publication.subjectID] ?? "\(publication.subjectID)"
        return "\(subject), \(publication.kind.rawValue) \(publication.revision)"
    }

    /// The publications whose claims stand today: the last of each subject and form.
    var standing: Set<Int64> {
        var last: [String: Publication] = [:]
        for publication in publications where publication.withdrawnAt == nil {
            last["\(publication.subjectID) \(publication.kind.rawValue)"] = publication
        }
        return Set(last.values.map(\.id))
    }
}
