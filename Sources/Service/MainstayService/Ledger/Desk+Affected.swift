import BackportAnalysis
import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage

/// What a version or commit is to the known defects of a product.
package struct AffectedByDefects: Sendable {
    /// What it is to one defect.
    package struct Item: Sendable {
        /// What people call the defect.
        package let ref: String
        /// Its other names, such as CVE ids.
        package let aliases: [String]
        /// What it is.
        package let title: String
        /// How bad it is.
        package let severity: Int64
        /// What git says of the version.
        package let status: LineStatus
        /// Why, in one sentence.
        package let reason: String
        /// The decision in force on the line of the version.
        package let decision: String?
        /// The release of the same line that holds the fix.
        package let fixedIn: String?
    }

    /// What was asked for.
    package let target: String
    /// Its commit.
    package let commit: CommitID
    /// The line it is of; `nil` where no line holds it.
    package let line: String?
    /// The defects, affected ones first, the worst first.
    package let items: [Item]
    /// Whole sentences about what was taken for granted.
    package let warnings: [String]
}

extension Desk {
    /// Tells by which known defects a version or commit of a product is affected.
    ///
    /// Staff are told of all that they may see; a customer of what was published and of what his own
    /// tickets suffer from.
    ///
    /// - Throws: ``UseError``; what names no commit.
    package func affected(
        _ target: String,
        of prefix: String,
        _ tools: CodeTools
    ) async throws -> AffectedByDefects {
        let (code, files) = try await read { connection, acting in
            try acting.requireAnyRole()
            let product = try connection.knownProduct(prefix)
            return (
                try connection.code(of: product),
                try connection.shownDefects(of: product, to: acting)
            )
        }
        let ledger = try instance.ledger(of: code, tools)
        let place = try ledger.history.place(named: target)
        let home = ledger.home(of: place.row)
        let items = files.compactMap { file -> AffectedByDefects.Item? in
            guard file.concernsCode, let line = home ?? code.lines.first else { return nil }
            let judge = DefectJudge(ledger, file)
            let verdict = judge.verdict(on: line, at: place.row)
            let cell = home.flatMap { judge.cell(on: $0.id) }
            return AffectedByDefects.Item(
                ref: file.defect.ref,
                aliases: file.aliases,
                title: file.defect.title,
                severity: file.defect.severity.rawValue,
                status: verdict.status,
                reason: ledger.history.reason(
                    for: verdict,
                    target: target,
                    hasFix: file.demand.hasFix
                ),
                decision: cell?.decision?.kind.rawValue,
                fixedIn: verdict.status == .fixed ? nil : cell?.facts.release
            )
        }
        return AffectedByDefects(
            target: target,
            commit: ledger.history.index.id(place.row),
            line: home?.name,
            items: items.sorted { ($0.rank, $0.severity, $0.ref) < ($1.rank, $1.severity, $1.ref) },
            warnings: ledger.history.warnings
        )
    }
}

extension AffectedByDefects.Item {
    /// Affected before unknown before fixed.
    fileprivate var rank: Int {
        switch status {
        case .affected, .missing, .partial, .reverted, .fixedUnreleased: 0
        case .unknown: 1
        case .fixed: 2
        case .notAffected: 3
        }
    }
}

extension Ledger {
    /// The line that a commit is of: that whose version its release begins with, else the oldest that
    /// holds it.
    func home(of row: CommitRow) -> LineRecord? {
        let homes = history.containment.homeLanes()
        let rank = history.lines.releases.firstIndex { $0.row == row }
        let lane = rank.flatMap { homes[$0] } ?? history.containment.lanes(of: row).last
        return lane.flatMap { lane in code.lines.first { lanes[$0.id] == lane } }
    }
}

extension Connection {
    /// The defects of a product that may be shown to an account.
    fileprivate func shownDefects(
        of product: Product,
        to acting: ActingAccount
    ) throws -> [DefectFile] {
        guard acting.isCustomer else {
            try acting.require(.see, product: product.id)
            return try defectFiles(of: product, for: acting)
        }
        let told = try toldDefects(of: product.id)
        return try defectFiles(of: product, for: nil)
            .filter { file in
                if file.isUnderEmbargo { return false }
                if told.contains(file.defect.id) { return true }
                return try tickets(of: file.defect.id)
                    .contains { id in
                        try ticket(id).map { try isVisible($0, to: acting) } ?? false
                    }
            }
    }
}
