import CSQLite
import Glibc
import SQLDatabase

/// A compiled statement of one connection, and the row on which it stands.
///
/// A class, because it owns a `sqlite3_stmt`. It is used by one thread at a time.
final class PreparedStatement: RowSource {
    /// The statement as it was written, without arguments.
    let sql: String
    /// Whether a run of it is under way, so that a run inside needs a statement of its own.
    private(set) var isRunning = false

    private let handle: OpaquePointer
    private let database: OpaquePointer
    private let writes: Bool
    private let columns: Int
    private let parameters: Int

    /// Compiles a statement.
    ///
    /// - Throws: ``SQLError``; a text with more than one statement is refused.
    init(_ sql: String, on database: OpaquePointer) throws {
        var sql = sql
        var handle: OpaquePointer?
        let (code, hasTail) = sql.withUTF8 { text in
            var tail: UnsafePointer<CChar>?
            let code = text.withMemoryRebound(to: CChar.self) { text in
                let code = sqlite3_prepare_v3(
                    database,
                    text.baseAddress,
                    CInt(text.count),
                    CUnsignedInt(SQLITE_PREPARE_PERSISTENT),
                    &handle,
                    &tail
                )
                let rest = text[(tail.map { $0 - (text.baseAddress ?? $0) } ?? 0)...]
                return (code, rest.contains { $0 > 32 && $0 != CChar(UInt8(ascii: ";")) })
            }
            return code
        }
        guard code == SQLITE_OK else { throw SQLError(code, of: database, preparing: sql) }
        guard let handle, !hasTail else {
            sqlite3_finalize(handle)
            throw SQLError(.other, "'\(sql.start)' is not one statement")
        }
        self.sql = sql
        self.handle = handle
        self.database = database
        writes = sqlite3_stmt_readonly(handle) == 0
        columns = Int(sqlite3_column_count(handle))
        parameters = Int(sqlite3_bind_parameter_count(handle))
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Binds arguments, steps through the answer, and returns how many rows were changed.
    func run(
        _ arguments: [Value],
        _ each: (inout RowReader) throws -> Void
    ) throws -> Int {
        isRunning = true
        defer {
            sqlite3_reset(handle)
            isRunning = false
        }
        try bind(arguments)
        let before = writes ? sqlite3_total_changes64(database) : 0
        var code = sqlite3_step(handle)
        while code == SQLITE_ROW {
            var reader = RowReader(self)
            try each(&reader)
            code = sqlite3_step(handle)
        }
        guard code == SQLITE_DONE else { throw SQLError(code, of: database, running: sql) }
        // `sqlite3_changes64` keeps the count of an earlier statement when this one changed nothing,
        // and the total counts what FTS5 does to its own tables: only both together are right.
        guard writes, sqlite3_total_changes64(database) != before else { return 0 }
        return Int(sqlite3_changes64(database))
    }

    private func bind(_ arguments: [Value]) throws {
        guard arguments.count == parameters else {
            throw SQLError(.other, "'\(sql.start)' has not \(arguments.count) placeholders")
        }
        for (position, value) in arguments.enumerated() {
            let code = try bind(value, at: CInt(position + 1))
            guard code == SQLITE_OK else { throw SQLError(code, of: database, running: sql) }
        }
    }

    private func bind(_ value: Value, at position: CInt) throws -> CInt {
        switch value {
        case .null: return sqlite3_bind_null(handle, position)
        case .int(let number): return sqlite3_bind_int64(handle, position, number)
        case .text(var text):
            let code: CInt? = text.withUTF8 { bytes in
                guard let start = bytes.baseAddress, memchr(start, 0, bytes.count) == nil else {
                    return bytes.isEmpty ? sqlite3_bind_text(handle, position, "", 0, nil) : nil
                }
                return bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text64(
                        handle,
                        position,
                        $0.baseAddress,
                        UInt64($0.count),
                        Self.copies,
                        UInt8(SQLITE_UTF8)
                    )
                }
            }
            guard let code else {
                try value.refuseNUL()
                return SQLITE_MISUSE
            }
            return code
        }
    }

    // Sound: SQLite defines SQLITE_TRANSIENT as this number and never calls it.
    private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    // MARK: The row

    /// Whether a column is null.
    func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(handle, CInt(truncatingIfNeeded: column)) == SQLITE_NULL
            && column < columns
    }

    /// The number in a column.
    func int(_ column: Int) throws -> Int64 {
        let index = CInt(truncatingIfNeeded: column)
        guard sqlite3_column_type(handle, index) == SQLITE_INTEGER else {
            throw unreadable(column, as: "an integer")
        }
        return sqlite3_column_int64(handle, index)
    }

    /// The text in a column.
    func text(_ column: Int) throws -> String {
        let index = CInt(truncatingIfNeeded: column)
        guard sqlite3_column_type(handle, index) == SQLITE_TEXT,
            let start = sqlite3_column_text(handle, index)
        else { throw unreadable(column, as: "a text") }
        let count = Int(sqlite3_column_bytes(handle, index))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Whatever is in a column.
    func value(_ column: Int) throws -> Value {
        switch sqlite3_column_type(handle, CInt(truncatingIfNeeded: column)) {
        case SQLITE_INTEGER: .int(try int(column))
        case SQLITE_TEXT: .text(try text(column))
        case SQLITE_NULL where column < columns: .null
        default: throw unreadable(column, as: "an integer, a text or null")
        }
    }

    private func unreadable(_ column: Int, as wanted: String) -> SQLError {
        guard column < columns else {
            return SQLError(
                .decode,
                "'\(sql.start)' has \(columns) columns, and column \(column) was read"
            )
        }
        let kinds = [
            SQLITE_INTEGER: "an integer", SQLITE_TEXT: "a text", SQLITE_NULL: "null",
            SQLITE_FLOAT: "a floating-point number", SQLITE_BLOB: "bytes",
        ]
        let kind = kinds[sqlite3_column_type(handle, CInt(column))] ?? "something else"
        return SQLError(.decode, "Column \(column) of '\(sql.start)' is \(kind), not \(wanted)")
    }
}

extension String {
    /// The first 80 characters of a statement, for a message.
    var start: String {
        count <= 80 ? self : prefix(79) + "…"
    }
}
