package import LTSReleases
import MainstayCore
package import SQLDatabase

extension DecisionKind: SQLValue {}
extension Justification: SQLValue {}
extension ReleaseChoice: SQLValue {}
extension ReleaseCause: SQLValue {}

extension Decision: TableRow {
    static var table: StoredTable { .decision }
    var values: [any SQLValue] {
        [
            defectID, lineID, eventSeq, kind, justification, releaseID, until, decidedBy, decidedAt,
        ]
    }

    /// Reads a row of `decision`.
    package init(_ row: inout RowReader) throws {
        let place: (Int64, Int64) = (try row.next(), try row.next())
        let (seq, kind): (Int64, DecisionKind) = (try row.next(), try row.next())
        let justification: Justification? = try row.next()
        let wait: (Int64?, CalendarDay?) = (try row.next(), try row.next())
        try self.init(
            kind,
            because: justification,
            on: place,
            waitingFor: wait,
            by: (try row.next(), try row.next(), seq)
        )
    }
}

extension ReleaseDecision: TableRow {
    static var table: StoredTable { .releaseDecision }
    var values: [any SQLValue] {
        [defectID, lineID, eventSeq, choice, cause, releaseID, decidedBy, decidedAt]
    }

    /// Reads a row of `release_decision`.
    package init(_ row: inout RowReader) throws {
        let place: (Int64, Int64) = (try row.next(), try row.next())
        let (seq, choice): (Int64, ReleaseChoice) = (try row.next(), try row.next())
        let (cause, release): (ReleaseCause, Int64?) = (try row.next(), try row.next())
        self.init(
            choice,
            because: cause,
            on: place,
            in: release,
            by: (try row.next(), try row.next(), seq)
        )
    }
}

extension Connection {
    /// Adds a decision.
    package func insert(_ decision: Decision) throws { try add(decision) }

    /// Adds a decision on a release.
    package func insert(_ decision: ReleaseDecision) throws { try add(decision) }

    /// Returns the decisions about the defects of a product, the oldest first.
    package func decisions(ofDefectsOf product: Int64) throws -> [Decision] {
        try rows(
            """
            WHERE defect_id IN (SELECT id FROM defect WHERE product_id = \(product))
            ORDER BY defect_id, event_seq
            """
        )
    }

    /// Returns the decisions about a defect, the oldest first.
    package func decisions(about defect: Int64) throws -> [Decision] {
        try rows("WHERE defect_id = \(defect) ORDER BY event_seq")
    }

    /// Returns the decisions on releases for the defects of a product, the oldest first.
    package func releaseDecisions(ofDefectsOf product: Int64) throws -> [ReleaseDecision] {
        try rows(
            """
            WHERE defect_id IN (SELECT id FROM defect WHERE product_id = \(product))
            ORDER BY defect_id, event_seq
            """
        )
    }
}
