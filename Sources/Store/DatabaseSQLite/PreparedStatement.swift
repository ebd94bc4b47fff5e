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
    private var texts = TextBuffer()

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
        // `sqlite3_changes64` keeps the count of an earlier statement when this one changed
        // nothing, and the total counts what FTS5 does to its own tables: only both together are
        // right.
        guard writes, sqlite3_total_changes64(database) != before else { return 0 }
        return Int(sqlite3_changes64(database))
    }

    private func bind(_ arguments: [Value]) throws {
        guard arguments.count == parameters else {
            throw SQLError(.other, "'\(sql.start)' has not \(arguments.count) placeholders")
        }
        texts.clear(for: arguments)
        for (position, value) in arguments.enumerated() {
            let code = try bind(value, at: CInt(position + 1))
            guard code == SQLITE_OK else { throw SQLError(code, of: database, running: sql) }
        }
    }

    private func bind(_ value: Value, at position: CInt) throws -> CInt {
        switch value {
        case .null: return sqlite3_bind_null(handle, position)
        case .int(let number): return sqlite3_bind_int64(handle, position, number)
        case .text(let text):
            let bytes = texts.append(text)
            guard memchr(bytes.start, 0, bytes.count) == nil else {
                try value.refuseNUL()
                return SQLITE_MISUSE
            }
            // Without a destructor SQLite reads the bytes where they are.
            return sqlite3_bind_text64(
                handle,
                position,
                bytes.start,
                UInt64(bytes.count),
                nil,
                UInt8(SQLITE_UTF8)
            )
        }
    }

    // MARK: The row

    /// Whether a column is null.
    func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(handle, CInt(truncatingIfNeeded: column)) == SQLITE_NULL
            && column < columns
    }

    // A column is asked for once and its value then for the rest: each question to a column also
    // looks for errors of the statement. The value is of use because no other thread has the
    // connection. The page is https://sqlite.org/c3ref/value.html

    /// The number in a column.
    func int(_ column: Int) throws -> Int64 {
        let value = sqlite3_column_value(handle, CInt(truncatingIfNeeded: column))
        guard sqlite3_value_type(value) == SQLITE_INTEGER else {
            throw unreadable(column, as: "an integer")
        }
        return sqlite3_value_int64(value)
    }

    /// The text in a column.
    func text(_ column: Int) throws -> String {
        let value = sqlite3_column_value(handle, CInt(truncatingIfNeeded: column))
        guard sqlite3_value_type(value) == SQLITE_TEXT, let start = sqlite3_value_text(value) else {
            throw unreadable(column, as: "a text")
        }
        let count = Int(sqlite3_value_bytes(value))
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

/// The texts of the arguments of a statement, in one piece of memory that is kept for the next run.
private struct TextBuffer: ~Copyable {
    private var room = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    private var capacity = 1
    private var used = 0

    private static let longestKept = 1 << 16

    deinit { room.deallocate() }

    /// Makes room for all texts among the arguments; what was in it is gone.
    mutating func clear(for arguments: [Value]) {
        used = 0
        var size = 0
        for case .text(let text) in arguments { size += text.utf8.count }
        if size <= capacity && capacity <= max(size, Self.longestKept) { return }
        room.deallocate()
        capacity = max(size, 256)
        room = .allocate(capacity: capacity)
    }

    /// Copies a text in; its bytes stay where they are until the next ``clear(for:)``.
    mutating func append(_ text: String) -> (start: UnsafePointer<CChar>, count: Int) {
        let start = room + used
        let rest = UnsafeMutableBufferPointer(start: start, count: capacity - used)
        var text = text
        let count = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { rest.update(fromContentsOf: $0) }
        }
        used += count
        return (UnsafePointer(start), count)
    }
}

extension String {
    /// The first 80 characters of a statement, for a message.
    var start: String {
        count <= 80 ? self : prefix(79) + "…"
    }
}
