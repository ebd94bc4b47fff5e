import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What there is to do on a line: what a release manager asks first.
package struct LineOverview: Sendable {
    /// The line.
    package let line: LineView
    /// Defects whose fix is to be picked onto it, the worst first.
    package let toPick: [LedgerRow]
    /// Defects whose fix waits for newer lines.
    package let toPickLater: [LedgerRow]
    /// Defects whose fix is on the branch and in no release.
    package let unreleased: [LedgerRow]
    /// Defects without a fix that the line would take.
    package let unfixed: [LedgerRow]
    /// Defects about which somebody has to find out.
    package let undecided: [LedgerRow]
    /// Defects that are fixed on an older line and not here: an upgrade loses the fix.
    package let lostByUpgrade: [LedgerRow]
    /// Whole sentences about what was taken for granted.
    package let warnings: [String]
}

extension Desk {
    /// Returns what there is to do on a line about the open defects that the account may see.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func overview(
        of name: String,
        of prefix: String,
        _ tools: CodeTools
    ) async throws -> LineOverview {
        let lines = try await lines(of: prefix, on: tools.day)
        guard let line = lines.first(where: { $0.line.name == name || $0.ref == name }) else {
            throw UseError.unknown(
                "line of \(prefix)",
                name,
                among: lines.map(\.line.name),
                list: "line list \(prefix)"
            )
        }
        let answer = try await ledger(of: prefix, tools) { $0.status.isOpen }
        let rows = answer.rows.sorted {
            ($0.file.defect.severity.rawValue, $0.file.defect.id)
                < ($1.file.defect.severity.rawValue, $1.file.defect.id)
        }
        func rowsHere(_ isMeant: (LedgerCell) -> Bool) -> [LedgerRow] {
            rows.filter { $0.cells.first { $0.line.id == line.line.id }.map(isMeant) ?? false }
        }
        return LineOverview(
            line: line,
            toPick: rowsHere { $0.remaining == .pick },
            toPickLater: rowsHere { $0.remaining.word == Remaining.pickAfter(lines: []).word },
            unreleased: rowsHere { $0.remaining == .release },
            unfixed: rowsHere { $0.remaining == .fix },
            undecided: rowsHere { $0.remaining.word == Remaining.investigate("").word },
            lostByUpgrade: rows.filter { $0.isLost(on: line.line) },
            warnings: answer.warnings
        )
    }
}

extension LedgerRow {
    /// Whether an older line has the fix and this one lacks it.
    fileprivate func isLost(on line: LineRecord) -> Bool {
        guard let place = cells.firstIndex(where: { $0.line.id == line.id }),
            cells[place].facts.status.lacksFix
        else { return false }
        return cells[(place + 1)...].contains { $0.facts.flags.contains("upgrade-regression") }
    }
}
