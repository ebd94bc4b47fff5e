/// The row that an engine stands on: what it has in its columns, numbered from 0.
///
/// A column out of range and a column of another type throw ``SQLError`` with
/// ``SQLError/Code/decode``; so does null where a value is asked for.
@usableFromInline
package protocol RowSource: AnyObject {
    /// Whether a column is null.
    func isNull(_ column: Int) -> Bool
    /// The number in a column.
    func int(_ column: Int) throws -> Int64
    /// The text in a column.
    func text(_ column: Int) throws -> String
    /// Whatever is in a column.
    func value(_ column: Int) throws -> Value
}

/// Reads the columns of one row from left to right.
///
/// It is good only inside the closure that it was given to.
@usableFromInline
package struct RowReader: ~Copyable {
    @usableFromInline let source: any RowSource
    @usableFromInline var column = 0

    /// Creates a reader at the first column of the row that `source` stands on.
    package init(_ source: any RowSource) {
        self.source = source
    }

    /// Returns the next column.
    ///
    /// - Throws: ``SQLError`` with ``SQLError/Code/decode`` when the column holds no such value, or
    ///   null where the type has no place for it.
    @inlinable
    package mutating func next<V: SQLValue>(_ type: V.Type = V.self) throws -> V {
        defer { column += 1 }
        return try V.read(source, at: column)
    }
}

/// A type that is read from one row, column by column.
@usableFromInline
package protocol RowDecodable {
    /// The columns in the order in which ``init(_:)`` reads them, separated by commas.
    static var columns: Query { get }

    /// Reads one row.
    init(_ row: inout RowReader) throws
}
