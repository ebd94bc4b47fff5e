package import LTSReleases
import MainstayCore
package import SQLDatabase

extension CommitRole: SQLValue {}
extension LinkSource: SQLValue {}
extension LinkState: SQLValue {}
extension RulingVerdict: SQLValue {}

extension DefectCommit: TableRow {
    static var table: StoredTable { .defectCommit }
    var values: [any SQLValue] {
        [defectID, repositoryID, commit, role, part, lineID, source, state, eventSeq]
    }

    /// Reads a row of `defect_commit`.
    package init(_ row: inout RowReader) throws {
        self.init(
            defectID: try row.next(),
            repositoryID: try row.next(),
            commit: try row.next(),
            role: try row.next(),
            part: try row.next(),
            lineID: try row.next(),
            source: try row.next(),
            state: try row.next(),
            eventSeq: try row.next()
        )
    }
}

extension CommitRuling: TableRow {
    static var table: StoredTable { .commitRuling }
    var values: [any SQLValue] {
        [repositoryID, commit, origin, verdict, eventSeq, ruledBy, ruledAt]
    }

    /// Reads a row of `commit_ruling`.
    package init(_ row: inout RowReader) throws {
        let repository: Int64 = try row.next()
        let (commit, origin): (CommitID, CommitID) = (try row.next(), try row.next())
        let (verdict, seq): (RulingVerdict, Int64) = (try row.next(), try row.next())
        self.init(
            in: repository,
            commit,
            verdict,
            origin,
            by: (try row.next(), try row.next(), seq)
        )
    }
}

extension Connection {
    /// Ties a commit to a defect, or puts the tie in place of that of the same commit and role.
    package func put(_ link: DefectCommit) throws { try put(row: link) }

    /// Unties a commit from a defect; returns whether it was tied.
    package func delete(_ link: DefectCommit) throws -> Bool {
        try exec(
            """
            DELETE FROM defect_commit WHERE defect_id = \(link.defectID)
              AND repository_id = \(link.repositoryID) AND commit_id = \(link.commit)
              AND role = \(link.role)
            """
        ) > 0
    }

    /// Returns the commits of a defect, by part and commit.
    package func commits(of defect: Int64) throws -> [DefectCommit] {
        try rows("WHERE defect_id = \(defect) ORDER BY part, role, commit_id")
    }

    /// Returns the commits of all defects of a product, by defect; in each by part and commit.
    package func commits(ofDefectsOf product: Int64) throws -> [Int64: [DefectCommit]] {
        let all: [DefectCommit] = try rows(
            """
            WHERE defect_id IN (SELECT id FROM defect WHERE product_id = \(product))
            ORDER BY defect_id, part, role, commit_id
            """
        )
        return Dictionary(grouping: all, by: \.defectID)
    }

    /// Keeps a person's word on whether a commit carries the change of another.
    package func put(_ ruling: CommitRuling) throws { try put(row: ruling) }

    /// Returns people's words on the commits of a repository.
    package func rulings(in repository: Int64) throws -> [CommitRuling] {
        try rows("WHERE repository_id = \(repository) ORDER BY commit_id, origin_commit_id")
    }
}
