import BackportAnalysis
import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Desk {
    /// Records that a release is out: its tag, what it holds, its notes, and what it claims.
    ///
    /// - Parameters:
    ///   - name: The release, planned or frozen.
    ///   - prefix: The product.
    ///   - tag: The tag; `nil`: the one whose version is the release's name.
    ///   - tools: The day, and who is told of progress.
    /// - Returns: The release as it was published.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where the tag is not there, or is not on
    ///   the line.
    package func publish(
        release name: String,
        of prefix: String,
        tag: String?,
        _ tools: CodeTools
    ) async throws -> ReleaseView {
        let file = try await releaseFile(name, of: prefix, for: .keepReleases, seesAll: true)
        guard file.release.state.isOpen else {
            throw UseError(
                .refused,
                "Release \(file.release.name) is \(file.release.state.rawValue) already"
            )
        }
        let ledger = try instance.ledger(of: file.code, tools)
        let found = try ledger.tag(of: file, named: tag)
        let row = ReleaseTagRow(
            releaseID: file.release.id,
            repositoryID: file.code.repository.id,
            tag: found.tag,
            commit: ledger.history.index.id(found.row)
        )
        var published = file
        published.release.state = .published
        published.tags.append(row)
        let view = try ledger.view(of: published)
        let notes = Array(try ledger.notes(of: published, view).utf8)
        let claims = view.entries.map { entry in ledger.claim(entry, at: found) }
        let kept = try instance.blobs.keep(notes)
        try await write(ids: 8) { connection, acting, provision in
            try acting.require(.keepReleases, product: file.code.product.id)
            let release = try connection.knownRelease(name, of: file.code.product)
            guard release.state.isOpen else {
                throw UseError(.refused, "Release \(release.name) is \(release.state.rawValue)")
            }
            let now = try connection.now()
            try connection.change(release, by: acting, &provision) { state in
                try state.move(to: .published, words: nil, at: now)
                try connection.put(row)
                let facts: JSONValue = ["tag_commit": .text(row.commit.hex)]
                let event = try state.record("notes_published", facts, found.tag)
                try connection.publish(
                    .notes,
                    kept,
                    of: (release.id, event),
                    claims.map { $0(release.id) },
                    by: acting,
                    id: try state.provision.id()
                )
            }
            return .null
        }
        return try await self.release(name, of: prefix, tools)
    }

    /// Returns the notes of a release: as they were published, else as they would be now.
    package func notes(
        of name: String,
        of prefix: String,
        _ tools: CodeTools
    ) async throws -> String {
        let file = try await releaseFile(name, of: prefix)
        if let kept = file.notes {
            return String(decoding: try instance.blobs.read(kept), as: UTF8.self)
        }
        let ledger = try instance.ledger(of: file.code, tools)
        return try ledger.notes(of: file, try ledger.view(of: file))
    }
}

extension Connection {
    /// Keeps a document that was made available, with what it claims; its bytes are in place.
    func publish(
        _ kind: PublicationKind,
        _ file: BlobFolder.Kept,
        of subject: (id: Int64, event: Event),
        _ claims: [NewClaim],
        by acting: ActingAccount,
        id: Int64
    ) throws {
        let type = kind == .notes ? "text/markdown" : "application/json"
        try note(file, mediaType: type)
        let known = try publications(of: subject.id).filter { $0.kind == kind }
        let at = subject.event.recordedAt
        let publication = Publication(
            id: id,
            of: (subject.id, subject.event.seq),
            kind,
            revision: Int64(known.count) + 1,
            bodySHA: file.sha,
            by: (acting.account.id, at)
        )
        try insert(publication)
        for claim in claims {
            try insert(
                Claim(
                    in: (id, claim.defectID, claim.lineID, at),
                    status: claim.status,
                    decision: claim.decision,
                    phase: claim.phase,
                    evidence: claim.evidence,
                    releaseID: claim.releaseID
                )
            )
        }
    }
}

/// A claim before it is published.
struct NewClaim: Sendable {
    let defectID: Int64
    let lineID: Int64
    let status: LineStatus
    let decision: DecisionKind?
    let phase: LifecyclePhase
    let evidence: JSONValue
    let releaseID: Int64?
}

extension Ledger {
    /// The tag of a release: on its line, and of no other release or line.
    fileprivate func tag(of file: ReleaseFile, named name: String?) throws -> Release {
        let (release, releases) = (file.release, history.lines.releases)
        let found =
            name.map { name in releases.filter { $0.tag == name } }
            ?? history.lines.releases(named: release.name).map { releases[$0] }
        guard let tag = found.first, let rank = releases.firstIndex(where: { $0.tag == tag.tag })
        else {
            throw UseError(
                .refused,
                "The repository has no tag \(name.map { "'\($0)'" } ?? "of version \(release.name)")",
                hint:
                    "Tag and push the release, then 'mainstay product scan \(code.product.prefix)'; "
                    + "or name the tag with --tag"
            )
        }
        let lane = lanes[release.lineID]
        let home = history.containment.homeLanes()[rank]
        guard let lane, history.containment.contains(tag.row, lane: lane), home ?? lane == lane
        else {
            throw UseError(
                .refused,
                "Tag '\(tag.tag)' is not on line \(code.lineName(release.lineID))"
            )
        }
        if let other = file.tags.first(where: { $0.tag == tag.tag && $0.releaseID != release.id }) {
            let taken = code.releases.first { $0.id == other.releaseID }?.name ?? "another one"
            throw UseError(.refused, "Tag '\(tag.tag)' is that of release \(taken)")
        }
        return tag
    }

    /// What a release says about a defect that it holds.
    fileprivate func claim(_ entry: ReleaseEntry, at tag: Release) -> @Sendable (Int64) -> NewClaim
    {
        let verdict = DefectJudge(self, entry.file).verdict(on: entry.cell.line, at: tag.row)
        let evidence: JSONValue = [
            "tag": .text(tag.tag), "tip": .text(history.index.id(tag.row).hex),
            "commits": .list(verdict.commits.map { .text(history.index.id($0).hex) }),
        ]
        let (defect, line, phase) = (entry.file.defect.id, entry.cell.line.id, entry.cell.phase)
        return { release in
            NewClaim(
                defectID: defect,
                lineID: line,
                status: .fixed,
                decision: nil,
                phase: phase,
                evidence: evidence,
                releaseID: release
            )
        }
    }
}
