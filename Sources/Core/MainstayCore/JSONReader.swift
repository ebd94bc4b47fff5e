/// Why a text is no ``JSONValue``: at which byte, and what stands there.
package struct JSONFault: Error, Hashable {
    /// Offset of the first byte that does not fit, from 0.
    package let offset: Int
    /// What is wrong there, for example `a fraction` or `the end of the text`.
    package let seen: String

    /// Creates the fault at a byte.
    package init(offset: Int, seen: String) {
        self.offset = offset
        self.seen = seen
    }
}

extension JSONValue {
    /// Reads a whole JSON text of objects, arrays, strings, whole numbers, `true`, `false`
    /// and `null`.
    ///
    /// White space between the parts and every escape of JSON are understood, so that texts of
    /// other writers can be read. Arrays and objects may stand 64 deep.
    /// - Parameters:
    ///   - bytes: The text.
    ///   - takesFractions: Whether a number may have a fraction or an exponent.
    /// - Throws: ``JSONFault`` for anything else: fractions, a number beyond 64 bits, a key
    ///   that comes twice, bytes that are not UTF-8, text after the value.
    package init(
        json bytes: some Collection<UInt8>,
        takesFractions: Bool = false
    ) throws(JSONFault) {
        var reader = JSONReader(bytes: Array(bytes), takesFractions: takesFractions)
        self = try reader.value(depth: 0)
        try reader.end()
    }

    /// Reads a whole JSON text, as ``init(json:takesFractions:)`` does.
    package init(json text: String) throws(JSONFault) {
        try self.init(json: text.utf8)
    }
}

/// A position in a JSON text, moving left to right.
private struct JSONReader {
    let bytes: [UInt8]
    let takesFractions: Bool
    var offset = 0

    mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        if depth > 64 { throw fault("an array or object more than 64 deep") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            return try number()
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        default: throw fault()
        }
    }

    private mutating func word(
        _ word: StaticString,
        _ value: JSONValue
    ) throws(JSONFault) -> JSONValue {
        let bytes = Array(word.description.utf8)
        guard self.bytes[offset...].starts(with: bytes) else { throw fault() }
        offset += bytes.count
        return value
    }

    mutating func end() throws(JSONFault) {
        skipSpace()
        if offset < bytes.count { throw fault("text after the value") }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSONValue {
        var members: [String: JSONValue] = [:]
        offset += 1
        if try closes(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            let start = offset
            guard peek == UInt8(ascii: "\"") else { throw fault() }
            let key = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
                throw JSONFault(offset: start, seen: "the key '\(key)' for the second time")
            }
        } while try continues(until: UInt8(ascii: "}"))
        return .object(members)
    }

    private mutating func list(depth: Int) throws(JSONFault) -> JSONValue {
        var values: [JSONValue] = []
        offset += 1
        if try closes(UInt8(ascii: "]")) { return .list(values) }
        repeat {
            values.append(try value(depth: depth + 1))
        } while try continues(until: UInt8(ascii: "]"))
        return .list(values)
    }

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = offset
        if peek == UInt8(ascii: "-") { offset += 1 }
        let digits = offset
        _ = skipDigits()
        if let byte = peek,
            [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(byte)
        {
            guard takesFractions else { throw fault("a fraction") }
            return .fraction(try fraction(from: start))
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard offset > digits, offset == digits + 1 || bytes[digits] != UInt8(ascii: "0"),
            let number = Int64(text)
        else { throw JSONFault(offset: start, seen: "the number \(text)") }
        return .int(number)
    }

    /// Reads what follows the digits before the point or the exponent.
    private mutating func fraction(from start: Int) throws(JSONFault) -> Double {
        let first = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
        let count = offset - first
        var isNumber = count == 1 || count > 1 && bytes[first] != UInt8(ascii: "0")
        if peek == UInt8(ascii: ".") {
            offset += 1
            isNumber = skipDigits() > 0 && isNumber
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            offset += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
            isNumber = skipDigits() > 0 && isNumber
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard isNumber, let number = Double(text), number.isFinite else {
            throw JSONFault(offset: start, seen: "the number \(text)")
        }
        return number
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            offset += 1
        }
        return offset - start
    }

    private mutating func string() throws(JSONFault) -> String {
        let start = offset
        offset += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw JSONFault(offset: start, seen: "a string that is not UTF-8")
                }
                return valid
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fault("a control character in a string")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw fault()
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
        offset += 1
        guard let byte = peek else { throw fault() }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): try text.append(contentsOf: String(scalar()).utf8)
        default: throw JSONFault(offset: offset - 2, seen: "an unknown escape")
        }
    }

    /// Reads the digits after `\u`, and the second half of a surrogate pair.
    private mutating func scalar() throws(JSONFault) -> Unicode.Scalar {
        let start = offset - 2
        let first = try unit()
        var value = UInt32(first)
        if UTF16.isLeadSurrogate(first), bytes[offset...].starts(with: #"\u"#.utf8) {
            offset += 2
            let second = try unit()
            if UTF16.isTrailSurrogate(second) {
                value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            }
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw JSONFault(offset: start, seen: "half of a surrogate pair")
        }
        return scalar
    }

    private mutating func unit() throws(JSONFault) -> UInt16 {
        let digits = bytes[offset...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("an escape without four hex digits") }
        offset += 4
        return value
    }

    private mutating func closes(_ mark: UInt8) throws(JSONFault) -> Bool {
        skipSpace()
        guard peek == mark else { return false }
        offset += 1
        return true
    }

    private mutating func continues(until mark: UInt8) throws(JSONFault) -> Bool {
        if try closes(mark) { return false }
        try expect(UInt8(ascii: ","))
        return true
    }

    private mutating func expect(_ mark: UInt8) throws(JSONFault) {
        guard peek == mark else { throw fault() }
        offset += 1
    }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { offset += 1 }
    }

    private var peek: UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    private func fault(_ seen: String? = nil) -> JSONFault {
        let found = peek.map { "the byte \($0)" } ?? "the end of the text"
        return JSONFault(offset: offset, seen: seen ?? found)
    }
}
