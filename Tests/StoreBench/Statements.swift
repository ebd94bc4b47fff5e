import MainstayCore
import SQLDatabase
import Storage

/// A connection that also notes what it is asked.
private final class NotingConnection: Connection {
    private let inner: any Connection
    private(set) var noted = ""

    init(_ inner: any Connection) { self.inner = inner }

    var dialect: Dialect { inner.dialect }
    var clock: Query { inner.clock }
    func now() throws -> Instant { try inner.now() }

    @discardableResult
    func run(_ query: Query, _ each: (inout RowReader) throws -> Void) throws -> Int {
        let (sql, arguments) = try query.render(for: dialect)
        noted += sql.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n"
        noted += "\(arguments.count)\n"
        for argument in arguments {
            switch argument {
            case .null: noted += "n\n"
            case .int(let number): noted += "i\(number)\n"
            case .text(let text): noted += "t\(text)\n"
            }
        }
        return try inner.run(query, each)
    }

    func bulk(
        _ table: StaticString,
        _ columns: StaticString,
        _ rows: () throws -> [Value]?
    ) throws {
        try inner.bulk(table, columns, rows)
    }
}

extension StoreBench {
    /// Prints what a page asks (a count of 1), or what 200 searches ask, for `floor.c` to ask the same.
    func writeStatements() async throws {
        try await engine.read { connection in
            let noting = NotingConnection(connection)
            if count == 1 {
                _ = try noting.page()
            } else {
                for round in 0..<count { try noting.look(round) }
            }
            print(noting.noted, terminator: "")
        }
    }
}
