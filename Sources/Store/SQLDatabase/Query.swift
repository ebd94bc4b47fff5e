/// The two engines that run Mainstay's SQL.
package enum Dialect: String, Sendable, Hashable, CaseIterable {
    /// SQLite 3.40 and later.
    case sqlite
    /// PostgreSQL 15 and later.
    case postgres
}

/// An SQL text with its arguments.
///
/// A query is written as a string literal. `\(value)` binds a value as an argument, and this is the
/// only way for a value to get in: the text itself is made of literals of the source, so an
/// injection cannot be written. `\(query)` splices another query, `\(list: ids)` writes `(…, …)`
/// for `IN`, `\(name: "ticket")` writes a name that stands in the source, and `\(postgres: " FOR
/// UPDATE")` or `\(sqlite: "…")` is left out on the other engine. The one way around is
/// ``init(script:)``.
@usableFromInline
package struct Query: Sendable {
    /// The text without its arguments.
    ///
    /// Two queries of one shape differ in the values of their arguments alone, so an engine can
    /// keep what it prepared by shape, without writing the text again.
    package struct Shape: Sendable {
        fileprivate enum Piece: Sendable, Hashable {
            case sql(SourceText)
            case argument
            case only(Dialect, SourceText)
        }

        fileprivate var pieces: [Piece] = []
    }

    /// The text without its arguments.
    package fileprivate(set) var shape = Shape()
    /// The arguments in the order of their placeholders.
    package fileprivate(set) var arguments: [Value] = []
    /// The text, where the program made it: then there is no shape and there are no arguments.
    package private(set) var script: String?

    /// Creates a query of a text that the program made itself, without arguments.
    ///
    /// It is for statements that change with the engine beyond what a literal can say, as those of
    /// a migration do, and never for a text with anything in it that came from outside.
    /// `Scripts/check` lets nobody else use it. It cannot be spliced into another query.
    package init(script: String) {
        self.script = script
    }

    /// Writes the text for an engine, with the placeholders `$1`, `$2`, … in ascending order.
    ///
    /// Each placeholder stands once: SQLite would take `$1` for a name and number it by its first
    /// appearance, which then is the same.
    /// - Throws: ``SQLError`` with ``SQLError/Code/constraint`` for a text with U+0000.
    package func render(for dialect: Dialect) throws -> (sql: String, arguments: [Value]) {
        for argument in arguments { try argument.refuseNUL() }
        return (script ?? shape.text(for: dialect), arguments)
    }
}

extension Query.Shape: Hashable {
    /// Hashes the lengths alone: literals of the source are told apart by them and by their count.
    package func hash(into hasher: inout Hasher) {
        var lengths = pieces.count
        for case .sql(let text) in pieces { lengths = lengths &* 31 &+ text.size }
        hasher.combine(lengths)
    }

    /// Writes the text for an engine, with the placeholders `$1`, `$2`, … in ascending order.
    package func text(for dialect: Dialect) -> String {
        var sql = ""
        var placeholders = 0
        for piece in pieces {
            switch piece {
            case .sql(let text): sql += text.description
            case .only(let owner, let text): if owner == dialect { sql += text.description }
            case .argument:
                placeholders += 1
                sql += "$\(placeholders)"
            }
        }
        return sql
    }
}

extension Query: ExpressibleByStringInterpolation {
    /// Creates a query without arguments.
    @usableFromInline
    package init(stringLiteral value: StaticString) {
        shape.pieces = [.sql(SourceText(value))]
    }

    /// Creates a query from a literal with interpolations.
    @usableFromInline
    package init(stringInterpolation: StringInterpolation) {
        shape.pieces = stringInterpolation.pieces
        arguments = stringInterpolation.arguments
    }

    /// The parts of a query as the compiler hands them over.
    @usableFromInline
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Shape.Piece] = []
        fileprivate var arguments: [Value] = []

        /// Prepares for a literal with so many interpolations.
        @usableFromInline
        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
            arguments.reserveCapacity(interpolationCount)
        }

        /// Adds SQL as it stands in the source.
        @usableFromInline
        package mutating func appendLiteral(_ literal: StaticString) {
            append(SourceText(literal))
        }

        private mutating func append(_ text: SourceText) {
            if !text.isEmpty { pieces.append(.sql(text)) }
        }

        /// Adds a value as an argument.
        @inlinable
        package mutating func appendInterpolation(_ value: some SQLValue) {
            append(value.sqlValue)
        }

        /// Adds a value or null as an argument.
        @inlinable
        package mutating func appendInterpolation(_ value: (some SQLValue)?) {
            append(value.sqlValue)
        }

        /// Adds an argument.
        @usableFromInline
        mutating func append(_ value: Value) {
            pieces.append(.argument)
            arguments.append(value)
        }

        /// Adds another query with its arguments.
        package mutating func appendInterpolation(_ query: Query) {
            precondition(query.script == nil, "A script stands alone")
            // Most have few pieces, for which this is quicker than to append them all at once.
            for piece in query.shape.pieces { pieces.append(piece) }
            for argument in query.arguments { arguments.append(argument) }
        }

        /// Adds values in parentheses, for `IN`; none at all match nothing, whatever their type.
        ///
        /// The last one is repeated up to a power of two, so that lists have few shapes.
        package mutating func appendInterpolation(list values: some Collection<some SQLValue>) {
            guard !values.isEmpty else { return appendLiteral("(NULL)") }
            let first = arguments.count
            for value in values {
                appendLiteral(arguments.count == first ? "(" : ", ")
                appendInterpolation(value)
            }
            while case let count = arguments.count - first, count < 1024, count & (count - 1) != 0 {
                appendLiteral(", ")
                append(arguments[arguments.count - 1])
            }
            appendLiteral(")")
        }

        /// Adds the name of a table or column, or another text that stands in the source.
        package mutating func appendInterpolation(name: StaticString) {
            append(SourceText(name))
        }

        /// Adds the name of a table or column, or another text that stands in the source.
        package mutating func appendInterpolation(name: SourceText) {
            append(name)
        }

        /// Adds a text for PostgreSQL alone.
        package mutating func appendInterpolation(postgres text: StaticString) {
            pieces.append(.only(.postgres, SourceText(text)))
        }

        /// Adds a text for SQLite alone.
        package mutating func appendInterpolation(sqlite text: StaticString) {
            pieces.append(.only(.sqlite, SourceText(text)))
        }
    }

    /// Joins queries with a separator that stands in the source; none at all give an empty query.
    package static func joined(_ queries: [Query], by separator: StaticString) -> Query {
        var joined: Query = ""
        joined.shape.pieces = []
        for (position, query) in queries.enumerated() {
            if position > 0 { joined.shape.pieces.append(.sql(SourceText(separator))) }
            joined.shape.pieces.append(contentsOf: query.shape.pieces)
            joined.arguments.append(contentsOf: query.arguments)
        }
        return joined
    }
}
