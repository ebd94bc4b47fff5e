import BackportAnalysis
package import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Desk {
    /// Returns the releases of a product, with their lines and how many defects they hold or shall
    /// hold that the account may see, by number.
    package func releases(
        of prefix: String
    ) async throws -> [(release: PlannedRelease, line: LineRecord, wanted: Int)] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "releases")
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            let lines = try connection.lines(of: product.id)
            let hidden = Set(try connection.hiddenDefects(of: product, from: acting).map(\.id))
            return try connection.releases(of: product.id)
                .compactMap { release in
                    guard let line = lines.first(where: { $0.id == release.lineID }) else {
                        return nil
                    }
                    let items = try connection.items(of: release.id)
                        .filter { $0.state != .dropped && !hidden.contains($0.defectID) }
                    return (release, line, items.count)
                }
        }
    }

    /// Returns a release with its contents, computed now.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func release(
        _ name: String,
        of prefix: String,
        _ tools: CodeTools
    ) async throws -> ReleaseView {
        let basis = try await releaseFile(name, of: prefix)
        let ledger = try instance.ledger(of: basis.code, tools)
        return try ledger.view(of: basis)
    }

    /// Everything that is kept about a release.
    ///
    /// - Parameters:
    ///   - name: The release.
    ///   - prefix: The product.
    ///   - use: What it is read for.
    ///   - seesAll: Whether defects are in it that the account may not see, for what must not depend
    ///     on who acts.
    /// - Returns: The release with all that is kept about it.
    /// - Throws: ``UseError``.
    func releaseFile(
        _ name: String,
        of prefix: String,
        for use: UseCase = .see,
        seesAll: Bool = false
    ) async throws -> ReleaseFile {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "releases")
            let product = try connection.knownProduct(prefix)
            try acting.require(use, product: product.id)
            let release = try connection.knownRelease(name, of: product)
            return ReleaseFile(
                code: try connection.code(of: product),
                release: release,
                files: try connection.defectFiles(of: product, for: seesAll ? nil : acting),
                items: try connection.items(of: release.id),
                tags: try connection.releaseTags(of: product.id),
                notes: try connection.publications(of: release.id).last { $0.kind == .notes }?
                    .bodySHA
            )
        }
    }
}

/// What is kept about a release.
struct ReleaseFile: Sendable {
    let code: ProductCode
    var release: PlannedRelease
    let files: [DefectFile]
    let items: [ReleaseItem]
    /// The tags of all releases of the product that are out.
    var tags: [ReleaseTagRow]
    /// The notes as they were published, as a blob.
    let notes: String?

    /// The tag of this one.
    var tag: (name: String, commit: CommitID)? {
        tags.first { $0.releaseID == release.id }.map { ($0.tag, $0.commit) }
    }
}

extension Ledger {
    /// A release with what it holds, what keeps it back and what it would change.
    func view(of file: ReleaseFile) throws -> ReleaseView {
        guard let line = code.lines.first(where: { $0.id == file.release.lineID }) else {
            throw UseError.unknown("line", "\(file.release.lineID)")
        }
        let phase = code.phase(of: line, on: day)
        let contents = try contents(of: file, on: line)
        var entries = contents.entries
        var risk = ReleaseRisk()
        risk.commitsOnBranch = commitsSince(contents.previous, on: line)
        let picks = file.release.state.isOpen ? try plan(&entries, on: line, &risk) : []
        return ReleaseView(
            release: file.release,
            line: line,
            phase: phase,
            previous: contents.previous,
            tag: file.tag,
            entries: entries,
            dropped: file.items.filter { $0.state == .dropped }
                .compactMap { item in
                    file.files.first { $0.defect.id == item.defectID }
                        .map { ($0.defect.ref, $0.defect.title) }
                },
            picks: picks,
            risk: risk,
            notShipped: contents.notShipped,
            unplanned: contents.unplanned,
            warnings: history.warnings + warnings(of: file)
        )
    }

    /// What a release holds: planned, and while it is open what is on the branch; once it is out,
    /// what its tag holds and the one before does not.
    private func contents(
        of file: ReleaseFile,
        on line: LineRecord
    ) throws -> (
        entries: [ReleaseEntry], previous: String?, notShipped: [String], unplanned: [String]
    ) {
        let items = Dictionary(
            file.items.filter { $0.state != .dropped }.map { ($0.defectID, $0) },
            uniquingKeysWith: { $1 }
        )
        let isOpen = file.release.state.isOpen
        let place = file.tag.flatMap { history.index.row(of: $0.commit) }
        let previous = release(before: file, on: line)
        var entries: [ReleaseEntry] = []
        var notShipped: [String] = []
        var unplanned: [String] = []
        for defect in file.files {
            let item = items[defect.defect.id]
            guard let cell = cell(of: defect, on: line) else { continue }
            var isIn = item != nil || isOpen && cell.facts.status == .fixedUnreleased
            if let place, !isOpen {
                let judge = DefectJudge(self, defect)
                let ships = judge.verdict(on: line, at: place).status == .fixed
                let before =
                    previous.map { judge.verdict(on: line, at: $0.row).status == .fixed }
                    ?? false
                if item != nil, !ships { notShipped.append(defect.defect.ref) }
                if item == nil, ships, !before { unplanned.append(defect.defect.ref) }
                isIn = ships && (!before || item != nil)
            }
            guard isIn else { continue }
            entries.append(entry(defect, cell, item, isOpen: isOpen))
        }
        entries.sort { left, right in
            let places = (left.item?.position ?? 0, right.item?.position ?? 0)
            return places.0 != places.1
                ? places.0 < places.1 : left.file.defect.id < right.file.defect.id
        }
        return (entries, previous?.tag, notShipped, unplanned)
    }

    private func entry(
        _ file: DefectFile,
        _ cell: LedgerCell,
        _ item: ReleaseItem?,
        isOpen: Bool
    ) -> ReleaseEntry {
        let decision = cell.releaseDecision?.choice
        let obstacles = code.policy.obstacles(
            cell.remaining,
            in: cell.phase,
            item: item?.state ?? .approved,
            decision: cell.decision?.kind,
            isDecided: item != nil || decision == .new || decision == .next
        )
        return ReleaseEntry(
            file: file,
            cell: cell,
            item: item,
            obstacles: isOpen
                ? obstacles
                    + file.cases.map { found in
                        .vendorCase(
                            found.vendorCase.ref,
                            vendor: found.vendor,
                            state: found.vendorCase.state.rawValue
                        )
                    } : [],
            pick: nil
        )
    }

    /// The release of a line that comes before one: before its tag, else before its name's version;
    /// where that says nothing, the newest.
    func release(before file: ReleaseFile, on line: LineRecord) -> Release? {
        guard let lane = lanes[line.id] else { return nil }
        let version = history.lines.all[lane].version
        let own = history.containment.releases(in: lane).map { history.lines.releases[$0] }
            .filter { release in
                let isOwn = version.map { release.version.numbers.starts(with: $0.numbers) }
                return !release.isPrerelease && (isOwn ?? true)
            }
            .sorted { $0.version < $1.version }
        if let place = own.firstIndex(where: { $0.tag == file.tag?.name }) {
            return place > 0 ? own[place - 1] : nil
        }
        let tagged = history.lines.releases.first { $0.tag == file.tag?.name }?.version
        guard let next = tagged ?? ReleaseVersion(file.release.name) else { return own.last }
        return own.last { $0.version < next }
    }

    /// How many commits of a line are in no release.
    private func commitsSince(_ tag: String?, on line: LineRecord) -> Int {
        guard let lane = lanes[line.id] else { return 0 }
        let tip = history.containment.ancestorCount(history.lines.all[lane].tip)
        let release = tag.flatMap { name in history.lines.releases.first { $0.tag == name } }
        return tip - (release.map { history.containment.ancestorCount($0.row) } ?? 0)
    }

    private func warnings(of file: ReleaseFile) -> [String] {
        guard let tag = file.tag else { return [] }
        let name = "refs/tags/\(tag.name)"
        guard let row = history.index.refs.first(where: { $0.name == name })?.row else {
            return ["Tag '\(tag.name)' of release \(file.release.name) is gone"]
        }
        guard history.index.id(row) != tag.commit else { return [] }
        return [
            "Tag '\(tag.name)' of release \(file.release.name) moved: it named \(tag.commit.short) "
                + "when that was published, now it names \(history.index.id(row).short)"
        ]
    }
}
