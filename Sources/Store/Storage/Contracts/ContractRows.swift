import MainstayCore
package import SQLDatabase
package import SupportDesk

extension ContractModel: SQLValue {}
extension SupportTier: SQLValue {}
extension ClockName: SQLValue {}

extension Contract: TableRow {
    static var table: StoredTable { .contract }
    var values: [any SQLValue] { [id, ref, customerID, vendorID, model, startsDay, endsDay] }

    /// Reads a row of `contract`.
    package init(_ row: inout RowReader) throws {
        try self.init(
            id: try row.next(),
            ref: try row.next(),
            party: (try row.next(), try row.next()),
            model: try row.next(),
            period: (try row.next(), try row.next())
        )
    }
}

extension CoveredService: TableRow {
    static var table: StoredTable { .contractService }
    var values: [any SQLValue] { [id, contractID, productID, name, fromDay, toDay] }

    /// Reads a row of `contract_service`.
    package init(_ row: inout RowReader) throws {
        try self.init(
            id: try row.next(),
            contract: try row.next(),
            product: try row.next(),
            name: try row.next(),
            period: (try row.next(), try row.next())
        )
    }
}

extension HourBlock: TableRow {
    static var table: StoredTable { .hourBlock }
    var values: [any SQLValue] { [id, contractID, boughtMinutes, boughtDay, expiresDay] }

    /// Reads a row of `hour_block`.
    package init(_ row: inout RowReader) throws {
        try self.init(
            id: try row.next(),
            contract: try row.next(),
            minutes: try row.next(),
            bought: try row.next(),
            expires: try row.next()
        )
    }
}

extension Connection {
    /// Adds a contract.
    package func insert(_ contract: Contract) throws { try add(contract) }

    /// Writes a contract as it stands now over its row.
    package func update(_ contract: Contract) throws { try put(row: contract) }

    /// Returns a contract by its number.
    package func contract(_ id: Int64) throws -> Contract? { try row("WHERE id = \(id)") }

    /// Returns a contract by what people call it.
    package func contract(ref: String) throws -> Contract? { try row("WHERE ref = \(ref)") }

    /// Returns all contracts with customers, by ref.
    package func contracts() throws -> [Contract] {
        try rows("WHERE customer_id IS NOT NULL ORDER BY ref")
    }

    /// Returns the contracts of a customer with all their terms.
    package func contractBook(of customer: Int64) throws -> ContractBook {
        let contracts: [Contract] = try rows("WHERE customer_id = \(customer) ORDER BY ref")
        let terms = try contracts.map { ($0.id, try self.terms(of: $0.id)) }
        return ContractBook(contracts, terms: Dictionary(uniqueKeysWithValues: terms))
    }

    /// Adds a service, or puts it in place of the one of its number.
    package func put(_ service: CoveredService) throws { try put(row: service) }

    /// Returns the services that a contract covers, by number.
    package func services(of contract: Int64) throws -> [CoveredService] {
        try rows("WHERE contract_id = \(contract) ORDER BY id")
    }

    /// Adds a block of hours.
    package func insert(_ block: HourBlock) throws { try add(block) }

    /// Takes a block of hours away.
    package func deleteBlock(_ id: Int64) throws {
        try exec("DELETE FROM hour_block WHERE id = \(id)")
    }

    /// Returns the blocks of hours of a contract, by number.
    package func blocks(of contract: Int64) throws -> [HourBlock] {
        try rows("WHERE contract_id = \(contract) ORDER BY id")
    }
}
