import GitAccess
import Glibc
package import LTSReleases
import MainstayCore
import SQLDatabase
import Storage

extension Desk {
    /// Returns the rows of the ledger of a product, by defect, and the names of its lines.
    ///
    /// - Parameters:
    ///   - prefix: The product.
    ///   - tools: The day, and who is told of progress.
    ///   - isWanted: Which defects; those that the account may not see are left out before.
    /// - Returns: The rows, and the lines that they are judged on.
    /// - Throws: ``UseError``; ``ExplainedError``s of the mirror.
    package func ledger(
        of prefix: String,
        _ tools: CodeTools,
        where isWanted: @escaping @Sendable (Defect) -> Bool = { _ in true }
    ) async throws -> LedgerAnswer {
        let (code, files) = try await read { connection, acting in
            try acting.requireStaff(toSee: "defects")
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            let files = try connection.defectFiles(of: product, for: acting)
            return (try connection.code(of: product), files.filter { isWanted($0.defect) })
        }
        let ledger = try instance.ledger(of: code, tools)
        return LedgerAnswer(
            lines: code.lines.map(\.name),
            rows: files.map(ledger.row(of:)),
            lineRows: ledger.history.lineRows,
            warnings: ledger.warnings
        )
    }
}

/// The ledger of a product.
package struct LedgerAnswer: Sendable {
    /// The names of the lines, newest first.
    package let lines: [String]
    /// One row for each defect, by number.
    package let rows: [LedgerRow]
    /// The lines as they are shown.
    let lineRows: [LineRow]
    /// Whole sentences about what was taken for granted.
    package let warnings: [String]

    /// The same lines with some of the rows.
    func keeping(_ rows: [LedgerRow]) -> LedgerAnswer {
        LedgerAnswer(lines: lines, rows: rows, lineRows: lineRows, warnings: warnings)
    }

    /// The rows as a matrix; defects that do not concern code are left out.
    package var matrix: Matrix {
        let kept = rows.filter { !$0.cells.isEmpty }
        let fixes = kept.map { row in
            let fixes = row.file.commits.filter { $0.role == .fixes && $0.counts }
            var fix = MatrixFix(
                fix: row.file.defect.ref,
                root: fixes.first?.commit ?? .zero,
                title: row.file.defect.title,
                commitTime: row.file.defect.openedAt.milliseconds / 1000,
                cells: row.cells.map(\.facts)
            )
            fix.label = row.file.defect.ref
            return fix
        }
        return Matrix(lines: lineRows, fixes: fixes, isQuick: false)
    }
}

extension Instance {
    /// Computes the ledger of a product from its mirror as it is.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` before the first scan.
    nonisolated func ledger(of code: ProductCode, _ tools: CodeTools) throws -> Ledger {
        guard !code.lines.isEmpty else { throw UseError.notScanned(code.product.prefix) }
        let mirror = location.mirror(of: code.repository.id)
        guard access(mirror, F_OK) == 0 else { throw UseError.noMirror(code.product.prefix) }
        return try Ledger(
            code,
            mirror: mirror,
            cache: location.cache,
            day: tools.day,
            progress: tools.progress
        )
    }
}

extension UseError {
    /// The mirror of the product's repository is not there any more.
    static func noMirror(_ prefix: String) -> UseError {
        UseError(
            .refused,
            "The mirror of the repository of \(prefix) is missing",
            hint: "Fetch it again with 'mainstay product scan \(prefix)'"
        )
    }

    /// The product's repository was never fetched.
    static func notScanned(_ prefix: String) -> UseError {
        UseError(
            .refused,
            "The repository of \(prefix) was never scanned",
            hint: "Fetch it with 'mainstay product scan \(prefix)'"
        )
    }
}
