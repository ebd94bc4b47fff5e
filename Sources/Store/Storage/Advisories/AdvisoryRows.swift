package import LTSReleases
package import MainstayCore
package import SQLDatabase

extension AdvisoryState: SQLValue {}
extension PublicationKind: SQLValue {}
extension LineStatus: SQLValue {}

extension Advisory: TableRow {
    static var table: StoredTable { .advisory }
    var values: [any SQLValue] {
        [id, ref, productID, cveID, state, embargoUntil, title, body, updatedAt]
    }

    /// Reads a row of `advisory`.
    package init(_ row: inout RowReader) throws {
        let (id, ref, product): (Int64, String, Int64) =
            (try row.next(), try row.next(), try row.next())
        let (cve, state): (String?, AdvisoryState) = (try row.next(), try row.next())
        let until: Instant? = try row.next()
        self.init(
            id: id,
            ref: ref,
            productID: product,
            title: try row.next(),
            body: try row.next(),
            updatedAt: try row.next()
        )
        cveID = cve
        self.state = state
        embargoUntil = until
    }
}

/// A document with claims that was made available, byte for byte.
package struct Publication: Sendable, Hashable, TableRow {
    static var table: StoredTable { .publication }
    var values: [any SQLValue] {
        [
            id, subjectID, eventSeq, kind, revision, customerID, bodySHA, publishedBy, publishedAt,
            withdrawnAt,
        ]
    }

    /// Its number.
    package let id: Int64
    /// The advisory, release or ticket that it is about.
    package let subjectID: Int64
    /// The event on the chain of that.
    package let eventSeq: Int64
    /// In which form.
    package let kind: PublicationKind
    /// The how-manieth of this form about this subject, from 1.
    package let revision: Int64
    /// To whom; `nil`: to all.
    package let customerID: Int64?
    /// The bytes, as a blob.
    package let bodySHA: String
    /// Who published it.
    package let publishedBy: Int64
    /// When.
    package let publishedAt: Instant
    /// When it was withdrawn.
    package var withdrawnAt: Instant?

    /// Creates a publication to all.
    package init(
        id: Int64,
        of subject: (id: Int64, seq: Int64),
        _ kind: PublicationKind,
        revision: Int64,
        bodySHA: String,
        by signature: (account: Int64, at: Instant)
    ) {
        self.id = id
        (subjectID, eventSeq) = subject
        self.kind = kind
        self.revision = revision
        customerID = nil
        self.bodySHA = bodySHA
        (publishedBy, publishedAt) = signature
        withdrawnAt = nil
    }

    /// Reads a row of `publication`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        subjectID = try row.next()
        eventSeq = try row.next()
        kind = try row.next()
        revision = try row.next()
        customerID = try row.next()
        bodySHA = try row.next()
        publishedBy = try row.next()
        publishedAt = try row.next()
        withdrawnAt = try row.next()
    }
}

extension Claim: TableRow {
    static var table: StoredTable { .claim }
    var values: [any SQLValue] {
        [
            publicationID, defectID, lineID, publishedAt, status, decision, phase, evidence,
            releaseID,
        ]
    }

    /// Reads a row of `claim`.
    package init(_ row: inout RowReader) throws {
        self.init(
            in: (try row.next(), try row.next(), try row.next(), try row.next()),
            status: try row.next(),
            decision: try row.next(),
            phase: try row.next(),
            evidence: try row.next(),
            releaseID: try row.next()
        )
    }
}

extension Connection {
    /// Adds an advisory.
    package func insert(_ advisory: Advisory) throws { try add(advisory) }

    /// Writes an advisory as it stands now over its row.
    package func update(_ advisory: Advisory) throws { try put(row: advisory) }

    /// Returns an advisory by its own name or its CVE id.
    package func advisory(named name: String) throws -> Advisory? {
        let name = name.uppercased()
        return try row("WHERE ref = \(name) OR cve_id = \(name) ORDER BY id")
    }

    /// Returns the advisories of a product, the oldest first; `nil`: of all products.
    package func advisories(of product: Int64? = nil) throws -> [Advisory] {
        let filter: Query = product.map { "WHERE product_id = \($0)" } ?? ""
        return try rows("\(filter) ORDER BY id")
    }

    /// Says which defects an advisory covers.
    package func setDefects(_ defects: [Int64], of advisory: Int64) throws {
        try exec("DELETE FROM advisory_defect WHERE advisory_id = \(advisory)")
        for defect in Set(defects).sorted() {
            try exec(
                """
                INSERT INTO advisory_defect (advisory_id, defect_id)
                VALUES (\(advisory), \(defect))
                """
            )
        }
    }

    /// Returns the defects that an advisory covers, by number.
    package func defects(ofAdvisory advisory: Int64) throws -> [Defect] {
        try rows(
            """
            WHERE id IN (SELECT defect_id FROM advisory_defect WHERE advisory_id = \(advisory))
            ORDER BY id
            """
        )
    }

    /// Returns the advisories that cover a defect, the oldest first.
    package func advisories(covering defect: Int64) throws -> [Advisory] {
        try rows(
            """
            WHERE id IN (SELECT advisory_id FROM advisory_defect WHERE defect_id = \(defect))
            ORDER BY id
            """
        )
    }

    /// Returns the defects of a product that a published advisory covers, or one that was withdrawn.
    package func publishedDefects(of product: Int64) throws -> Set<Int64> {
        let states = AdvisoryState.allCases.filter { $0 == .published || $0 == .withdrawn }
        return Set(
            try values(
                """
                SELECT d.defect_id FROM advisory_defect d JOIN advisory a ON a.id = d.advisory_id
                WHERE a.product_id = \(product) AND a.state IN \(list: states)
                """
            )
        )
    }

    /// Adds a publication; its blob is noted already.
    package func insert(_ publication: Publication) throws { try add(publication) }

    /// Writes a publication as it stands now over its row.
    package func update(_ publication: Publication) throws { try put(row: publication) }

    /// Returns the publications about a subject, the oldest first.
    package func publications(of subject: Int64) throws -> [Publication] {
        try rows("WHERE subject_id = \(subject) ORDER BY id")
    }

    /// Returns all publications, the oldest first.
    package func publications() throws -> [Publication] { try rows("ORDER BY id") }

    /// Returns the defects of a product that something public tells of.
    package func toldDefects(of product: Int64) throws -> Set<Int64> {
        Set(
            try values(
                """
                SELECT DISTINCT c.defect_id FROM claim c
                  JOIN publication p ON p.id = c.publication_id
                  JOIN defect d ON d.id = c.defect_id
                WHERE d.product_id = \(product) AND p.withdrawn_at IS NULL
                  AND p.customer_id IS NULL
                """
            )
        )
    }

    /// Adds a claim.
    package func insert(_ claim: Claim) throws { try add(claim) }

    /// Returns all claims about the defects of a product, the oldest first; of publications that
    /// were withdrawn too.
    package func claims(of product: Int64) throws -> [Claim] {
        try rows(
            """
            WHERE defect_id IN (SELECT id FROM defect WHERE product_id = \(product))
            ORDER BY published_at, publication_id, defect_id, line_id
            """
        )
    }
}
