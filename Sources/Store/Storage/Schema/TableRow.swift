import SQLDatabase

/// A value that is written and read as one whole row of a table of ours.
protocol TableRow: RowDecodable {
    /// The table.
    static var table: StoredTable { get }
    /// The values in the order of the table's columns.
    var values: [any SQLValue] { get }
}

extension TableRow {
    /// The columns of the table, in their order.
    package static var columns: Query { table.columnList }
}

extension StoredTable {
    /// The columns in their order.
    fileprivate var columnList: Query { "\(name: columns)" }

    /// The names of the columns as queries, in their order.
    fileprivate var columnQueries: [Query] {
        columnNames.map { "\(name: $0)" }
    }
}

extension Connection {
    /// Adds a row.
    func add(_ row: some TableRow) throws {
        try exec(insertion(of: row))
    }

    /// Adds a row, or puts it in place of the one of the same key.
    func put<Row: TableRow>(row: Row) throws {
        let table = Row.table
        let names = table.columnQueries
        let keys = Query.joined(Array(names.prefix(table.keyCount)), by: ", ")
        let changes = names.dropFirst(table.keyCount).map { "\($0) = excluded.\($0)" as Query }
        let change: Query =
            changes.isEmpty ? "NOTHING" : "UPDATE SET \(Query.joined(changes, by: ", "))"
        try exec("\(insertion(of: row)) ON CONFLICT (\(keys)) DO \(change)")
    }

    /// Returns the rows that `rest` picks: all that stands behind `FROM` and the table's name.
    func rows<Row: TableRow>(_ rest: Query, as type: Row.Type = Row.self) throws -> [Row] {
        try all("SELECT \(Row.columns) FROM \(name: Row.table.name) \(rest)")
    }

    /// Returns the first of such rows; `nil` if there is none.
    func row<Row: TableRow>(_ rest: Query, as type: Row.Type = Row.self) throws -> Row? {
        try rows(rest, as: type).first
    }

    private func insertion<Row: TableRow>(of row: Row) -> Query {
        let arguments = row.values.map { "\($0.sqlValue)" as Query }
        return """
            INSERT INTO \(name: Row.table.name) (\(Row.columns))
            VALUES (\(Query.joined(arguments, by: ", ")))
            """
    }
}
