import MainstayCore
package import SQLDatabase
package import SupportDesk

extension Agreement: TableRow {
    static var table: StoredTable { .agreement }
    var values: [any SQLValue] {
        [
            id, customerID, eventSeq, ticketID, contractID, vendorID, scopeWords, agreedBy,
            agreedAt, untilDay, withdrawnAt,
        ]
    }

    /// Reads a row of `agreement`.
    package init(_ row: inout RowReader) throws {
        let (id, customer, seq): (Int64, Int64, Int64) =
            (try row.next(), try row.next(), try row.next())
        let subject: (Int64?, Int64?) = (try row.next(), try row.next())
        let (vendor, scope): (Int64?, String) = (try row.next(), try row.next())
        let words = scope.split(separator: " ").map { AgreementScope(rawValue: String($0)) }
        guard !words.contains(nil) else {
            throw SQLError(.decode, "Agreement \(id) has the scope '\(scope)'")
        }
        let (account, moment): (Int64, Instant) = (try row.next(), try row.next())
        self.init(
            id: id,
            of: customer,
            for: (subject.0, subject.1),
            vendor: vendor,
            scope: Set(words.compactMap(\.self)),
            by: account,
            at: moment,
            until: try row.next()
        )
        eventSeq = seq
        withdrawnAt = try row.next()
    }
}

extension Connection {
    /// Adds an agreement, or writes it as it stands now over its row.
    package func put(_ agreement: Agreement) throws { try put(row: agreement) }

    /// Returns an agreement by its number.
    package func agreement(_ id: Int64) throws -> Agreement? { try row("WHERE id = \(id)") }

    /// Returns the agreements of a customer, withdrawn ones too, by number.
    package func agreements(of customer: Int64) throws -> [Agreement] {
        try rows("WHERE customer_id = \(customer) ORDER BY id")
    }
}
