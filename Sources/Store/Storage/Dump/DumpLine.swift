import MainstayCore
import SQLDatabase

/// A line of a dump: a table's name and the values of one row, `["ticket",1,"MST-1",null]`.
///
/// It is the JSON text that ``MainstayCore/JSONValue`` writes for such an array, and reading takes
/// nothing else: there is one line for a row. Both go without a `JSONValue`, for speed.
enum DumpLine {
    /// Appends the line of a row, with its line break.
    static func append(_ table: StoredTable, _ row: [Value], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        JSONValue.append(table.name.description, to: &bytes)
        for value in row {
            bytes.append(UInt8(ascii: ","))
            switch value {
            case .null: bytes.append(contentsOf: "null".utf8)
            case .int(let number): JSONValue.append(number, to: &bytes)
            case .text(let text): JSONValue.append(text, to: &bytes)
            }
        }
        bytes.append(contentsOf: "]\n".utf8)
    }

    /// Reads a line without its line break; `nil` for one that ``append(_:_:to:)`` would not write.
    ///
    /// The first value is the table's name.
    static func read(_ line: ArraySlice<UInt8>) -> [Value]? {
        guard line.first == UInt8(ascii: "["), line.last == UInt8(ascii: "]"), line.count > 2 else {
            return nil
        }
        var rest = line.dropFirst().dropLast()
        var values: [Value] = []
        while true {
            guard let value = value(&rest) else { return nil }
            values.append(value)
            guard let mark = rest.popFirst() else { return values }
            guard mark == UInt8(ascii: ",") else { return nil }
        }
    }

    private static func value(_ rest: inout ArraySlice<UInt8>) -> Value? {
        switch rest.first {
        case UInt8(ascii: "\""):
            rest.removeFirst()
            return text(&rest).map { .text($0) }
        case UInt8(ascii: "n"):
            guard rest.starts(with: "null".utf8) else { return nil }
            rest.removeFirst(4)
            return .null
        default: return number(&rest).map { .int($0) }
        }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        let digits = rest.prefix { $0 != UInt8(ascii: ",") }
        rest = rest.dropFirst(digits.count)
        guard let first = digits.first, first != UInt8(ascii: "+") else { return nil }
        let unsigned = first == UInt8(ascii: "-") ? digits.dropFirst() : digits
        guard unsigned.first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    /// Reads what follows the quotation mark, and the mark at the end.
    private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard
            let end = rest.firstIndex(where: {
                $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
            })
        else { return nil }
        if rest[end] == UInt8(ascii: "\"") {
            defer { rest = rest[(end + 1)...] }
            return String(validating: rest[..<end], as: UTF8.self)
        }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = escape(&rest) else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private static func escape(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        switch rest.popFirst() {
        case UInt8(ascii: "\""): return UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            let digits = rest.prefix(4)
            rest = rest.dropFirst(4)
            let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            return digits.count == 4 ? code.flatMap { (1..<0x20).contains($0) ? $0 : nil } : nil
        default: return nil
        }
    }
}
