package import MainstayCore

/// What runs a query: that part of ``Connection`` which is inlined into other modules.
///
/// `@inlinable` and `@usableFromInline` stand in this module where a type of row or value is a
/// parameter, so that the compiler makes the code anew for each: this halves what reading costs.
@usableFromInline
package protocol QueryRunner: AnyObject {
    /// Runs a query and hands each row of its answer to `each`, in the order of the answer.
    ///
    /// - Returns: How many rows the statement inserted, changed or deleted; 0 for a question.
    @discardableResult
    func run(_ query: Query, _ each: (inout RowReader) throws -> Void) throws -> Int
}

/// A connection inside a transaction, as the body of a read or write sees it.
///
/// It is not `Sendable`, so the compiler keeps it inside its body.
package protocol Connection: QueryRunner {
    /// The engine's dialect.
    var dialect: Dialect { get }

    /// The database's clock as an SQL expression, in milliseconds since 1970-01-01 UTC.
    var clock: Query { get }

    /// Returns what the database's clock says, the same for the whole body.
    func now() throws -> Instant

    /// Runs a statement whose count nobody needs, now or together with what comes next.
    ///
    /// If it fails, this throws, or a later statement does, or the end of the body. It saves
    /// PostgreSQL the way to the server and back; SQLite runs it at once.
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
        try exec(query)
    }
}

extension QueryRunner {
    /// Runs a statement without an answer; returns how many rows it inserted, changed or deleted.
    @discardableResult
    package func exec(_ query: Query) throws -> Int {
        try run(query) { _ in }
    }

    /// Returns all rows of an answer, in its order.
    @inlinable
    @inline(__always)
    package func all<Row: RowDecodable>(
        _ query: Query,
        as type: Row.Type = Row.self
    ) throws -> [Row] {
        try Row.all(query, on: self)
    }

    /// Returns the first row of an answer; `nil` if there is none.
    @inlinable
    @inline(__always)
    package func one<Row: RowDecodable>(_ query: Query, as type: Row.Type = Row.self) throws -> Row?
    {
        try Row.first(query, on: self)
    }

    /// Returns the first column of the first row of an answer; `nil` if it is null or there is no
    /// row.
    @inlinable
    @inline(__always)
    package func value<V: SQLValue>(_ query: Query, as type: V.Type = V.self) throws -> V? {
        try V.first(query, on: self)
    }

    /// Returns the first column of all rows of an answer, in its order.
    @inlinable
    @inline(__always)
    package func values<V: SQLValue>(_ query: Query, as type: V.Type = V.self) throws -> [V] {
        try V.all(query, on: self)
    }
}

// These depend on the type of a row alone, not on that of the connection, which only shows while
// the program runs and would keep the compiler from making them for each row.

extension RowDecodable {
    @inlinable
    static func all(_ query: Query, on connection: any QueryRunner) throws -> [Self] {
        var rows: [Self] = []
        try connection.run(query) { rows.append(try Self(&$0)) }
        return rows
    }

    @inlinable
    static func first(_ query: Query, on connection: any QueryRunner) throws -> Self? {
        var first: Self?
        try connection.run(query) { if first == nil { first = try Self(&$0) } }
        return first
    }
}

extension SQLValue {
    @inlinable
    static func all(_ query: Query, on connection: any QueryRunner) throws -> [Self] {
        var values: [Self] = []
        try connection.run(query) { values.append(try $0.next()) }
        return values
    }

    @inlinable
    static func first(_ query: Query, on connection: any QueryRunner) throws -> Self? {
        var first: Self?
        try connection.run(query) { if first == nil { first = try $0.next(Self.self) } }
        return first
    }
}
