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

    /// Returns what was claimed at a moment, by defect and line: what the documents say that were
    /// published last by then and not withdrawn; of several documents, the last.
    package func claims(of prefix: String, asOf moment: Instant) async throws -> [PastClaim] {
        let basis = try await verifyBasis(prefix)
        var last: [[Int64]: Claim] = [:]
        for claim in basis.claims(at: moment) { last[[claim.defectID, claim.lineID]] = claim }
        return basis.files.flatMap { file in
            basis.code.lines.compactMap { line in
                last[[file.defect.id, line.id]]
                    .map { claim in
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
                allClaims: try connection.claims(of: product.id),
                publications: Dictionary(
                    uniqueKeysWithValues: try connection.publications().map { ($0.id, $0) }
                ),
                told: try connection.lastLineFacts(of: files.map(\.defect.id)),
                relinked: try connection.relinkedDefects(of: product.id),
                items: try Dictionary(
                    uniqueKeysWithValues: releases.map { release in
                        let items = try connection.items(of: release.id)
                        return (
                            release.id, Set(items.filter { $0.state != .dropped }.map(\.defectID))
                        )
                    }
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
    let allClaims: [Claim]
    let publications: [Int64: Publication]
    /// What the last scan told of lines, by defect and line.
    let told: [Int64: [Int64: JSONValue]]
    /// Defects whose commits people changed since then.
    let relinked: Set<Int64>
    /// The defects that releases shall hold.
    let items: [Int64: Set<Int64>]
    let tags: [ReleaseTagRow]
    /// The names of releases and advisories.
    let subjects: [Int64: String]

    /// The document that a claim stands in, for people.
    func name(of claim: Claim) -> String {
        guard let publication = publications[claim.publicationID] else { return "a publication" }
        let subject = subjects[publication.subjectID] ?? "\(publication.subjectID)"
        return "\(subject), \(publication.kind.rawValue) \(publication.revision)"
    }

    /// The claims that stood at a moment, `nil`: that stand today, the oldest first: those of the last
    /// document of each subject and form, unless it was withdrawn.
    func claims(at moment: Instant?) -> [Claim] {
        var last: [String: Publication] = [:]
        for publication in publications.values {
            if let moment, publication.publishedAt > moment { continue }
            let key = "\(publication.subjectID) \(publication.kind.rawValue)"
            if let known = last[key], known.revision > publication.revision { continue }
            last[key] = publication
        }
        let standing = last.values.filter { publication in
            guard let withdrawn = publication.withdrawnAt else { return true }
            return moment.map { withdrawn > $0 } ?? false
        }
        let ids = Set(standing.map(\.id))
        return allClaims.filter { ids.contains($0.publicationID) }
    }
}
