package import SQLDatabase

/// Reads the rows of a table one by one in the order of its key, however many there are.
///
/// It asks for a piece at a time, so memory holds no more than that: an engine may hold a whole
/// answer. Texts are ordered by their bytes, because the databases have no other order.
package struct TableCursor {
    private let connection: any Connection
    private let table: StoredTable
    private let names: [SourceText]
    private let pieceRows: Int
    private var piece: ArraySlice<[Value]> = []
    private var last: [Value] = []
    private var isAtEnd = false

    /// Begins before the first row that a dump holds.
    package init(_ table: StoredTable, _ connection: any Connection, pieceRows: Int = 500) {
        self.table = table
        self.connection = connection
        self.pieceRows = pieceRows
        names = table.columnNames
    }

    /// Returns the next row: the values of all columns in their order.
    package mutating func next() throws -> [Value]? {
        if piece.isEmpty && !isAtEnd { try readPiece() }
        return piece.popFirst()
    }

    private mutating func readPiece() throws {
        var rows: [[Value]] = []
        rows.reserveCapacity(pieceRows)
        let count = names.count
        try connection.run(query) { row in
            var values: [Value] = []
            values.reserveCapacity(count)
            for _ in 0..<count { values.append(try row.next()) }
            rows.append(values)
        }
        isAtEnd = rows.count < pieceRows
        if let end = rows.last { last = Array(end.prefix(table.keyCount)) }
        piece = rows[...]
    }

    private var query: Query {
        let key = Query.joined(names.prefix(table.keyCount).map { "\(name: $0)" }, by: ", ")
        var conditions: [Query] = []
        if table.dumped.utf8CodeUnitCount > 0 { conditions.append("\(name: table.dumped)") }
        if !last.isEmpty {
            let place = Query.joined(last.map { "\($0)" }, by: ", ")
            conditions.append("(\(key)) > (\(place))")
        }
        let filter: Query =
            conditions.isEmpty ? "" : " WHERE \(Query.joined(conditions, by: " AND "))"
        return """
            SELECT \(name: table.columns) FROM \(name: table.name)\(filter)
            ORDER BY \(key) LIMIT \(pieceRows)
            """
    }
}
