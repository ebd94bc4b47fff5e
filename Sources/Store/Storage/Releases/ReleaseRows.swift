package import LTSReleases
package import MainstayCore
package import SQLDatabase

extension ReleaseState: SQLValue {}
extension ReleaseItemState: SQLValue {}

extension PlannedRelease: TableRow {
    static var table: StoredTable { .productRelease }
    var values: [any SQLValue] { [id, lineID, name, state, plannedDay, publishedAt] }

    /// Reads a row of `product_release`.
    package init(_ row: inout RowReader) throws {
        self.init(id: try row.next(), lineID: try row.next(), name: try row.next())
        state = try row.next()
        plannedDay = try row.next()
        publishedAt = try row.next()
    }
}

extension ReleaseItem: TableRow {
    static var table: StoredTable { .releaseItem }
    var values: [any SQLValue] { [releaseID, defectID, position, state, eventSeq] }

    /// Reads a row of `release_item`.
    package init(_ row: inout RowReader) throws {
        self.init(
            releaseID: try row.next(),
            defectID: try row.next(),
            position: try row.next(),
            state: try row.next(),
            eventSeq: try row.next()
        )
    }
}

/// The tag of a published release.
package struct ReleaseTagRow: Sendable, Hashable, TableRow {
    static var table: StoredTable { .releaseTag }
    var values: [any SQLValue] { [releaseID, repositoryID, tag, commit] }

    /// The release.
    package let releaseID: Int64
    /// The repository that the tag is in.
    package let repositoryID: Int64
    /// The tag's name, without `refs/tags/`.
    package let tag: String
    /// The commit that it named when the release was published.
    package let commit: CommitID

    /// Creates a row.
    package init(releaseID: Int64, repositoryID: Int64, tag: String, commit: CommitID) {
        self.releaseID = releaseID
        self.repositoryID = repositoryID
        self.tag = tag
        self.commit = commit
    }

    /// Reads a row of `release_tag`.
    package init(_ row: inout RowReader) throws {
        releaseID = try row.next()
        repositoryID = try row.next()
        tag = try row.next()
        commit = try row.next()
    }
}

extension Connection {
    /// Adds a release.
    package func insert(_ release: PlannedRelease) throws { try add(release) }

    /// Writes a release as it stands now over its row.
    package func update(_ release: PlannedRelease) throws { try put(row: release) }

    /// Returns a release by its number.
    package func release(_ id: Int64) throws -> PlannedRelease? {
        try row("WHERE id = \(id)")
    }

    /// Returns the releases of the lines of a product, by number.
    package func releases(of product: Int64) throws -> [PlannedRelease] {
        try rows(
            """
            WHERE line_id IN (SELECT id FROM release_line WHERE product_id = \(product)) ORDER BY id
            """
        )
    }

    /// Returns the releases to come for which a defect is approved, by number.
    package func releasesToCome(with defect: Int64) throws -> [PlannedRelease] {
        try rows(
            """
            WHERE state IN (\(ReleaseState.planned), \(ReleaseState.frozen)) AND id IN
              (SELECT release_id FROM release_item
               WHERE defect_id = \(defect) AND state = \(ReleaseItemState.approved)) ORDER BY id
            """
        )
    }

    /// Puts a defect into a release, or changes how it stands there.
    package func put(_ item: ReleaseItem) throws { try put(row: item) }

    /// Returns what a release shall hold, in order, dropped ones too.
    package func items(of release: Int64) throws -> [ReleaseItem] {
        try rows("WHERE release_id = \(release) ORDER BY position, defect_id")
    }

    /// Notes the tag of a release.
    package func put(_ tag: ReleaseTagRow) throws { try put(row: tag) }

    /// Returns the tags of the published releases of a product.
    package func releaseTags(of product: Int64) throws -> [ReleaseTagRow] {
        try rows(
            """
            WHERE release_id IN (SELECT r.id FROM product_release r
              JOIN release_line l ON l.id = r.line_id WHERE l.product_id = \(product))
            ORDER BY release_id
            """
        )
    }
}
