import BackportAnalysis
import GitAccess
import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Everything that a scan compares with.
struct ScanBasis: Sendable {
    let code: ProductCode
    /// All defects, whoever may see them.
    let files: [DefectFile]
    /// What those defects are called that whoever scans may see.
    let visible: Set<String>
    let patterns: [CommitPattern]
}

extension Desk {
    /// Fetches the repository of a product and computes its ledger again.
    ///
    /// At the first scan the lines that names tell of become the product's. Messages of new commits
    /// link defects; statuses that changed become events of the defects and of their tickets. A scan
    /// that is interrupted is finished by the next one: nothing is told twice, nothing is left out.
    ///
    /// - Parameters:
    ///   - prefix: The product.
    ///   - isFetching: Whether the other side is asked; otherwise the mirror is taken as it is.
    ///   - tools: git, the day, and who is told of progress.
    /// - Returns: What was found, as far as the account may see it.
    /// - Throws: ``UseError``, or what the mirror throws; then statuses are as before.
    package func scan(
        _ prefix: String,
        fetching isFetching: Bool,
        _ tools: CodeTools
    ) async throws -> ScanReport {
        var report = ScanReport()
        let repository = try await read { connection, acting in
            let product = try connection.knownProduct(prefix)
            try acting.require(.scan, product: product.id)
            guard let repository = try connection.repository(of: product.id) else {
                throw UseError.noRepository(product.prefix)
            }
            return repository
        }
        if isFetching { report.changedRefs = try instance.fetch(repository, tools) }
        var basis = try await scanBasis(prefix)
        if basis.code.lines.isEmpty {
            report.newLines = try await adoptLines(of: basis.code, tools)
            basis = try await scanBasis(prefix)
        }
        let ledger = try instance.ledger(of: basis.code, tools)
        report.warnings = ledger.warnings
        report.proposals = ledger.proposals()
        report.refNews = ledger.refNews()
        let found = try ledger.foundLinks(for: basis.files, basis.patterns)
        if !found.isEmpty {
            report.links = try await keep(found, in: basis.code)
            basis = try await scanBasis(prefix)
        }
        try await tellChanges(ledger, basis, tools, &report)
        try await keepRefs(ledger)
        return report.keeping(basis.visible)
    }

    private func scanBasis(_ prefix: String) async throws -> ScanBasis {
        try await read { connection, acting in
            let product = try connection.knownProduct(prefix)
            let files = try connection.defectFiles(of: product, for: nil)
            let visible = try files.filter {
                try connection.isVisible(
                    $0.defect,
                    isUnderEmbargo: $0.isUnderEmbargo,
                    to: acting
                )
            }
            return ScanBasis(
                code: try connection.code(of: product),
                files: files,
                visible: Set(visible.map(\.defect.ref)),
                patterns: try connection.patterns(of: product)
            )
        }
    }

    private func keepRefs(_ ledger: Ledger) async throws {
        let (changed, gone) = ledger.movedRefs()
        guard !changed.isEmpty || !gone.isEmpty else { return }
        let repository = ledger.code.repository.id
        try await write { connection, _, _ in
            try connection.setRefsSeen(in: repository, changed: changed, gone: gone)
            return .null
        }
    }
}

extension Instance {
    /// Brings a mirror up to date; returns how many refs changed.
    nonisolated func fetch(_ repository: RepositoryRow, _ tools: CodeTools) throws -> Int {
        let mirror = Mirror(
            of: try MirrorURL(repository.url),
            in: location.mirror(of: repository.id),
            git: tools.git
        )
        return try mirror.fetch(progress: tools.progress).count
    }
}

extension UseError {
    /// The product has no repository.
    static func noRepository(_ prefix: String) -> UseError {
        UseError(
            .refused,
            "Product \(prefix) has no repository",
            hint: "Name one with 'mainstay product repository \(prefix) URL'"
        )
    }
}

// MARK: - Refs

extension Ledger {
    /// Branches and tags that moved since the last scan, and those that are gone.
    ///
    /// The ref of a line that is gone is kept: it tells where the line stood.
    func movedRefs() -> (changed: [String: CommitID], gone: [String]) {
        var now: [String: CommitID] = [:]
        for ref in history.index.refs {
            if let row = ref.row { now[ref.name] = history.index.id(row) }
        }
        let kept = Set(gone.values)
        return (
            now.filter { code.seen[$0.key] != $0.value },
            code.seen.keys.filter { now[$0] == nil && !kept.contains($0) }.sorted()
        )
    }

    /// Refs that did not just move on.
    func refNews() -> [(ref: String, news: ScanReport.RefNews)] {
        let (changed, gone) = movedRefs()
        let lineRefs = Set(code.refs.values)
        let ancestry = Ancestry(history.index)
        var news: [(ref: String, news: ScanReport.RefNews)] = []
        for (name, commit) in changed {
            guard let old = code.seen[name] else { continue }
            if name.hasPrefix("refs/tags/") {
                news.append((name, .tagMoved))
            } else if lineRefs.contains(name) {
                let rows = (history.index.row(of: old), history.index.row(of: commit))
                guard let before = rows.0, let after = rows.1,
                    ancestry.isAncestor(before, after)
                else {
                    news.append((name, .lineRewritten))
                    continue
                }
            }
        }
        news += gone.filter { $0.hasPrefix("refs/tags/") }.map { ($0, .tagGone) }
        news += self.gone.values.map { ($0, .lineGone) }
        return news.sorted { $0.ref < $1.ref }
    }

    /// Lines that names tell of and that are none of the product's.
    func proposals() -> [(name: String, ref: String)] {
        let known = Set(code.refs.values)
        return detected.all.filter { !known.contains($0.ref) }.map { ($0.name, $0.ref) }
    }
}
