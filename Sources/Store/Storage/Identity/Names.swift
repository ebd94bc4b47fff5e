package import SQLDatabase

extension Connection {
    /// Returns what rows are called, by their numbers, such as accounts by login.
    ///
    /// - Parameters:
    ///   - column: The column that holds the name.
    ///   - table: The table, whose numbers stand in its column `id`.
    ///   - key: The column that chooses rows: `id`, or that of what they belong to.
    ///   - values: Which rows to choose.
    /// - Returns: A name for each row that was found.
    /// - Throws: ``SQLError``.
    package func names(
        _ column: StaticString,
        of table: StaticString,
        where key: StaticString = "id",
        isIn values: Set<Int64>
    ) throws -> [Int64: String] {
        var names: [Int64: String] = [:]
        if values.isEmpty { return names }
        try run(
            """
            SELECT id, \(name: column) FROM \(name: table)
            WHERE \(name: key) IN \(list: values.sorted())
            """
        ) { names[try $0.next()] = try $0.next() }
        return names
    }
}
