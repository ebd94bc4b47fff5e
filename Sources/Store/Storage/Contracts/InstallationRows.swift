package import SQLDatabase
package import SupportDesk

extension Installation: TableRow {
    static var table: StoredTable { .installation }
    var values: [any SQLValue] {
        [id, customerID, eventSeq, productID, version, sinceDay, untilDay]
    }

    /// Reads a row of `installation`.
    package init(_ row: inout RowReader) throws {
        try self.init(
            id: try row.next(),
            of: try row.next(),
            seq: try row.next(),
            product: try row.next(),
            version: try row.next(),
            since: try row.next()
        )
        untilDay = try row.next()
    }
}

extension Connection {
    /// Adds an installation, or puts it in place of the one of its number.
    package func put(_ installation: Installation) throws { try put(row: installation) }

    /// Returns what a customer runs and ran, oldest first.
    package func installations(of customer: Int64) throws -> [Installation] {
        try rows("WHERE customer_id = \(customer) ORDER BY since_day, id")
    }
}
