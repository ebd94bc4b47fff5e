import CLibPQ
import SQLDatabase

extension Session {
    /// Copies rows into a table until `rows` returns `nil`.
    ///
    /// Everything written before must have been collected.
    /// - Throws: ``SQLError``, and what `rows` throws; the transaction is void then.
    func copy(_ statement: String, _ rows: () throws -> [Value]?) throws {
        // COPY is not for pipeline mode.
        guard PQexitPipelineMode(handle) == 1 else { throw lose(.lost) }
        var failure: (any Error)?
        if let start = PQexec(handle, statement).map(Answer.init), start.status != PGRES_COPY_IN {
            failure = SQLError.refused(start, statement: statement)
        } else {
            failure = try put(rows)
            let said = try end(statement)
            failure = failure ?? said
        }
        guard PQenterPipelineMode(handle) == 1 else { throw lose(.lost) }
        if let failure { throw failure }
    }

    /// Sends all rows and the end; returns what `rows` threw.
    private func put(_ rows: () throws -> [Value]?) throws -> (any Error)? {
        var text = CopyText()
        do {
            while let row = try rows() {
                try text.append(row)
                if text.bytes.count > 1 << 16 { try put(&text) }
            }
        } catch let error as SQLError where isLost {
            throw error
        } catch {
            guard PQputCopyEnd(handle, "stopped") == 1 else { throw lose(.lost) }
            return error
        }
        try put(&text)
        guard PQputCopyEnd(handle, nil) == 1 else { throw lose(.lost) }
        return nil
    }

    private func put(_ text: inout CopyText) throws {
        let sent = text.bytes.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                PQputCopyData(handle, $0.baseAddress, CInt($0.count))
            }
        }
        guard sent == 1 else { throw lose(.lost) }
        text.bytes.removeAll(keepingCapacity: true)
    }

    /// Reads what became of the copy; `nil` if all is well.
    private func end(_ statement: String) throws -> SQLError? {
        var failure: SQLError?
        while let answer = PQgetResult(handle).map(Answer.init) {
            guard answer.status == PGRES_FATAL_ERROR else { continue }
            failure = failure ?? SQLError.refused(answer, statement: statement)
        }
        if let failure, failure.code == .connection { throw lose(failure) }
        return failure
    }
}

/// Rows in the text format of COPY.
///
/// The page is https://www.postgresql.org/docs/15/sql-copy.html
struct CopyText {
    /// What was written so far.
    var bytes: [UInt8] = []

    /// Writes one row.
    ///
    /// - Throws: ``SQLError`` with ``SQLError/Code/constraint`` for a text with U+0000.
    mutating func append(_ row: [Value]) throws {
        for (column, value) in row.enumerated() {
            if column > 0 { bytes.append(UInt8(ascii: "\t")) }
            switch value {
            case .null: bytes.append(contentsOf: "\\N".utf8)
            case .int(let number): bytes.append(contentsOf: String(number).utf8)
            case .text(let text):
                try value.refuseNUL()
                append(text)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            if Self.isPlain(utf8) { return bytes.append(contentsOf: utf8) }
            var start = 0
            for (place, byte) in utf8.enumerated() {
                guard let mark = Self.mark(of: byte) else { continue }
                bytes.append(contentsOf: utf8[start..<place])
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(UInt8(ascii: mark))
                start = place + 1
            }
            bytes.append(contentsOf: utf8[start...])
        }
    }

    /// Whether a text certainly stands for itself: it has no backslash and no byte below a space.
    private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        // Without a branch for each byte, so that the compiler compares many at a time.
        var special: UInt8 = 0
        for byte in utf8 {
            special |= byte < UInt8(ascii: " ") ? 1 : 0
            special |= byte == UInt8(ascii: "\\") ? 1 : 0
        }
        return special == 0
    }

    /// What stands for a byte behind a backslash; `nil` for one that stands for itself.
    private static func mark(of byte: UInt8) -> Unicode.Scalar? {
        switch byte {
        case UInt8(ascii: "\\"): "\\"
        case UInt8(ascii: "\n"): "n"
        case UInt8(ascii: "\r"): "r"
        case UInt8(ascii: "\t"): "t"
        default: nil
        }
    }
}
