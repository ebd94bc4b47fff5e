package import MainstayCore

/// A connection inside a transaction, as the body of a read or write sees it.
///
/// It is not `Sendable`, so the compiler keeps it inside its body.
package protocol Connection: AnyObject {
    /// The engine's dialect.
    var dialect: Dialect { get }

    /// The database's clock as an SQL expression, in milliseconds since 1970-01-01 UTC.
    var clock: Query { get }

    /// Returns what the database's clock says, the same for the whole body.
    func now() throws -> Instant

    /// Runs a query and hands each row of its answer to `each`, in the order of the answer.
    ///
    /// - Returns: How many rows the statement inserted, changed or deleted; 0 for a question.
    @discardableResult
    func run(_ query: Query, _ each: ((inout RowReader) throws -> Void)?) throws -> Int

    /// Runs a statement whose count nobody needs, now or together with what comes next.
    ///
    /// If it fails, this throws, or a later statement does, or the end of the body. It saves PostgreSQL
    /// the way to the server and back; SQLite runs it at once.
    func send(_ query: Query) throws

    /// Inserts rows until `rows` returns `nil`, by a prepared INSERT or by COPY.
    ///
    /// - Parameters:
    ///   - table: The table's name.
    ///   - columns: Its columns, separated by commas, in the order of the values.
    ///   - rows: Makes the next row.
    /// - Throws: ``SQLError``, and what `rows` throws.
    func bulk(
        _ table: StaticString,
        _ columns: StaticString,
        _ rows: () throws -> [Value]?
    ) throws
}

extension Connection {
    /// Runs the statement at once.
    package func send(_ query: Query) throws {
        try run(query, nil)
    }

    /// Runs a statement without an answer; returns how many rows it inserted, changed or deleted.
    @discardableResult
    package func exec(_ query: Query) throws -> Int {
        try run(query, nil)
    }

    /// Returns all rows of an answer, in its order.
    package func all<Row: RowDecodable>(
        _ query: Query,
        as type: Row.Type = Row.self
    ) throws -> [Row] {
        var rows: [Row] = []
        try run(query) { rows.append(try Row(&$0)) }
        return rows
    }

    /// Returns the first row of an answer; `nil` if there is none.
    package func one<Row: RowDecodable>(_ query: Query, as type: Row.Type = Row.self) throws -> Row?
    {
        var first: Row?
        try run(query) { if first == nil { first = try Row(&$0) } }
        return first
    }

    /// Returns the first column of the first row of an answer; `nil` if it is null or there is no row.
    package func value<V: SQLValue>(_ query: Query, as type: V.Type = V.self) throws -> V? {
        var first: V?
        try run(query) { if first == nil { first = try $0.next(V.self) } }
        return first
    }

    /// Returns the first column of all rows of an answer, in its order.
    package func values<V: SQLValue>(_ query: Query, as type: V.Type = V.self) throws -> [V] {
        var values: [V] = []
        try run(query) { values.append(try $0.next()) }
        return values
    }
}
