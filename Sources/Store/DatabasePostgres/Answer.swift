import CLibPQ
import Glibc
import SQLDatabase

/// What the server answered to one statement, and the row of it that is read.
final class Answer: RowSource {
    private let handle: OpaquePointer
    /// The row that the columns are read from, from 0.
    var row: CInt = 0

    /// Takes over a result of libpq.
    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { PQclear(handle) }

    /// What became of the statement.
    var status: ExecStatusType { PQresultStatus(handle) }

    /// How many rows there are to read.
    var rows: CInt { PQntuples(handle) }

    /// The server's word for what it did, such as `INSERT 0 1`.
    var tag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    /// How many rows were inserted, changed or deleted; 0 for a question.
    var changed: Int {
        // libpq counts the rows of a SELECT too.
        guard let tag = PQcmdStatus(handle), tag[0] != CChar(UInt8(ascii: "S")) else { return 0 }
        return Int(atol(PQcmdTuples(handle)))
    }

    /// A field of an error, such as `mst_pq_sqlstate`; `nil` if the server sent none.
    func errorField(_ field: CInt) -> String? {
        PQresultErrorField(handle, field).map { String(cString: $0) }
    }

    func isNull(_ column: Int) -> Bool {
        // libpq calls a column that is not there null; here reading it throws.
        column < Int(PQnfields(handle)) && PQgetisnull(handle, row, CInt(column)) == 1
    }

    func int(_ column: Int) throws -> Int64 {
        let cell = try cell(column)
        switch type(of: column) {
        case .number: return Self.number(cell)
        case .truth: return cell.first == UInt8(ascii: "t") ? 1 : 0
        case .text: throw unexpected(column, "a text", wanted: "number")
        }
    }

    func text(_ column: Int) throws -> String {
        let cell = try cell(column)
        guard type(of: column) == .text else {
            throw unexpected(column, "a number", wanted: "text")
        }
        return String(decoding: cell, as: UTF8.self)
    }

    func value(_ column: Int) throws -> Value {
        if isNull(column) { return .null }
        return type(of: column) == .text ? .text(try text(column)) : .int(try int(column))
    }

    // MARK: Cells

    private enum CellType {
        case number
        case truth
        case text
    }

    /// Integers and truth values are numbers; whatever else there is is text as the server writes
    /// it.
    private func type(of column: Int) -> CellType {
        // The numbers stand in the catalogue `pg_type`: int8, int2, int4, bool.
        switch PQftype(handle, CInt(column)) {
        case 20, 21, 23: .number
        case 16: .truth
        default: .text
        }
    }

    /// The bytes of a column, good as long as this answer.
    private func cell(_ column: Int) throws -> UnsafeRawBufferPointer {
        guard column < Int(PQnfields(handle)) else {
            let count = PQnfields(handle)
            throw SQLError(.decode, "Column \(column + 1) is read of a row of \(count)")
        }
        if isNull(column) { throw unexpected(column, "null", wanted: "value") }
        let start = PQgetvalue(handle, row, CInt(column))
        return UnsafeRawBufferPointer(
            start: start,
            count: Int(PQgetlength(handle, row, CInt(column)))
        )
    }

    private func unexpected(_ column: Int, _ seen: String, wanted: String) -> SQLError {
        let name = PQfname(handle, CInt(column)).map { String(cString: $0) } ?? ""
        return SQLError(.decode, "Column '\(name)' holds \(seen) where a \(wanted) is expected")
    }

    /// Reads digits below zero, where there is one number more.
    private static func number(_ digits: UnsafeRawBufferPointer) -> Int64 {
        let isNegative = digits.first == UInt8(ascii: "-")
        var number: Int64 = 0
        for digit in digits.dropFirst(isNegative ? 1 : 0) {
            number = number &* 10 &- Int64(digit &- UInt8(ascii: "0"))
        }
        return isNegative ? number : 0 &- number
    }
}
