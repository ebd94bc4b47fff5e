package import LTSReleases
package import MainstayCore
package import SQLDatabase

extension LineKind: SQLValue {}
extension LifecyclePhase: SQLValue {}

extension CommitID: SQLValue {
    /// The 40 hex digits.
    package var sqlValue: Value { .text(hex) }

    /// Reads 40 hex digits.
    package static func read(_ source: any RowSource, at column: Int) throws -> CommitID {
        let text = try source.text(column)
        guard let id = CommitID(hex: text) else {
            throw SQLError(.decode, "Column \(column) holds '\(text)', which is no commit id")
        }
        return id
    }
}

extension LineRecord: TableRow {
    static var table: StoredTable { .releaseLine }
    var values: [any SQLValue] { [id, productID, name, kind, position] }

    /// Reads a row of `release_line`.
    package init(_ row: inout RowReader) throws {
        self.init(
            id: try row.next(),
            productID: try row.next(),
            name: try row.next(),
            kind: try row.next(),
            position: try row.next()
        )
    }
}

/// A change of a line's phase as it was announced.
package struct PhaseRow: Sendable, Hashable, TableRow {
    static var table: StoredTable { .linePhase }
    var values: [any SQLValue] { [lineID, eventSeq, change.phase, change.from, announcedAt] }

    /// The line.
    package let lineID: Int64
    /// The event of the line that tells of it.
    package let eventSeq: Int64
    /// The change.
    package let change: PhaseChange
    /// When it was announced.
    package let announcedAt: Instant

    /// Creates a row.
    package init(lineID: Int64, eventSeq: Int64, change: PhaseChange, announcedAt: Instant) {
        self.lineID = lineID
        self.eventSeq = eventSeq
        self.change = change
        self.announcedAt = announcedAt
    }

    /// Reads a row of `line_phase`.
    package init(_ row: inout RowReader) throws {
        lineID = try row.next()
        eventSeq = try row.next()
        change = PhaseChange(try row.next(), from: try row.next())
        announcedAt = try row.next()
    }
}

extension Connection {
    /// Adds a line.
    package func insert(_ line: LineRecord) throws { try add(line) }

    /// Puts a line in place of the one of its number.
    package func update(_ line: LineRecord) throws { try put(row: line) }

    /// Returns the lines of a product, newest first.
    package func lines(of product: Int64) throws -> [LineRecord] {
        try rows("WHERE product_id = \(product) ORDER BY position DESC, id")
    }

    /// Returns a line by its number.
    package func line(_ id: Int64) throws -> LineRecord? {
        try row("WHERE id = \(id)")
    }

    /// Adds a change of phase.
    package func insert(_ phase: PhaseRow) throws { try add(phase) }

    /// Returns the changes of phase of the lines of a product, in the order in which they were
    /// announced, by line.
    package func phases(of product: Int64) throws -> [Int64: [PhaseRow]] {
        let all: [PhaseRow] = try rows(
            """
            WHERE line_id IN (SELECT id FROM release_line WHERE product_id = \(product))
            ORDER BY line_id, event_seq
            """
        )
        return Dictionary(grouping: all, by: \.lineID)
    }

    /// Says by which ref a line ends in a repository.
    package func setRef(of line: Int64, in repository: Int64, to ref: String) throws {
        try exec(
            """
            INSERT INTO line_ref (line_id, repository_id, ref_name)
            VALUES (\(line), \(repository), \(ref))
            ON CONFLICT (line_id, repository_id) DO UPDATE SET ref_name = excluded.ref_name
            """
        )
    }

    /// Returns the ref in which each line ends in a repository.
    package func lineRefs(in repository: Int64) throws -> [Int64: String] {
        var refs: [Int64: String] = [:]
        try run("SELECT line_id, ref_name FROM line_ref WHERE repository_id = \(repository)") {
            refs[try $0.next()] = try $0.next()
        }
        return refs
    }

    /// Returns the policy of a product that is in force at a moment.
    ///
    /// - Throws: ``LTSReleases/ReleaseError`` when the stored one cannot be read.
    package func policy(of product: Int64, at moment: Instant) throws -> ReleasePolicy {
        let json: String? = try value(
            """
            SELECT rules_json FROM release_policy
            WHERE product_id = \(product) AND valid_from_at <= \(moment)
            ORDER BY valid_from_at DESC LIMIT 1
            """
        )
        guard let json else { return .usual }
        return try ReleasePolicy(try JSONValue(json: json))
    }

    /// Brings a policy into force; one of the same instant is replaced.
    package func setPolicy(
        of product: Int64,
        _ policy: ReleasePolicy,
        from moment: Instant
    ) throws {
        try exec(
            """
            INSERT INTO release_policy (product_id, valid_from_at, created_at, rules_json)
            VALUES (\(product), \(moment), \(try now()), \(policy.json))
            ON CONFLICT (product_id, valid_from_at)
              DO UPDATE SET rules_json = excluded.rules_json, created_at = excluded.created_at
            """
        )
    }
}
