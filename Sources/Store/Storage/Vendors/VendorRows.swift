import MainstayCore
package import SQLDatabase
package import SupportDesk

extension Vendor.Kind: SQLValue {}

extension Vendor: TableRow {
    static var table: StoredTable { .vendor }
    var values: [any SQLValue] { [id, name, kind, contact, policy.json, createdAt, closedAt] }

    /// Reads a row of `vendor`.
    package init(_ row: inout RowReader) throws {
        let (id, name): (Int64, String) = (try row.next(), try row.next())
        let (kind, contact): (Kind, String?) = (try row.next(), try row.next())
        let policy: JSONValue = try row.next()
        self.init(id: id, name: name, kind: kind, contact: contact, createdAt: try row.next())
        self.policy = try SharingPolicy(json: policy)
        closedAt = try row.next()
    }
}

extension Connection {
    /// Adds a vendor, or writes it as it stands now over its row.
    package func put(_ vendor: Vendor) throws { try put(row: vendor) }

    /// Returns a vendor by its number.
    package func vendor(_ id: Int64) throws -> Vendor? { try row("WHERE id = \(id)") }

    /// Returns a vendor by its short name.
    package func vendor(named name: String) throws -> Vendor? { try row("WHERE name = \(name)") }

    /// Returns all vendors, by name.
    package func vendors() throws -> [Vendor] { try rows("ORDER BY name") }

    /// Returns all our contracts with vendors, by ref.
    package func contractsWithVendors() throws -> [Contract] {
        try rows("WHERE vendor_id IS NOT NULL ORDER BY ref")
    }

    /// Returns our contracts with a vendor, by ref.
    package func contracts(withVendor vendor: Int64) throws -> [Contract] {
        try rows("WHERE vendor_id = \(vendor) ORDER BY ref")
    }

    /// Returns the numbers of the repositories in which a vendor's commits are looked for.
    package func repositories(ofVendor vendor: Int64) throws -> [Int64] {
        try values(
            """
            SELECT repository_id FROM vendor_repository WHERE vendor_id = \(vendor)
            ORDER BY repository_id
            """
        )
    }

    /// Says that a vendor's commits are looked for in a repository, or are not.
    ///
    /// - Returns: Whether that was otherwise before.
    package func setRepository(
        _ repository: Int64,
        ofVendor vendor: Int64,
        isOn: Bool
    ) throws -> Bool {
        let known = try repositories(ofVendor: vendor).contains(repository)
        if known == isOn { return false }
        if isOn {
            try exec("INSERT INTO vendor_repository VALUES (\(vendor), \(repository))")
        } else {
            try exec(
                """
                DELETE FROM vendor_repository
                WHERE vendor_id = \(vendor) AND repository_id = \(repository)
                """
            )
        }
        return true
    }
}
