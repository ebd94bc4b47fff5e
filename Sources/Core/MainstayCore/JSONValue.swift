/// A JSON value as Mainstay stores and hashes it: one text for each value.
///
/// Integers have 64 bits and never pass through floating point. In the text the keys of an object
/// are sorted by their bytes, there is no white space, and nothing is escaped but what must be:
/// the quotation mark, the backslash and the characters below U+0020 (`\n`, `\r`, `\t`, else
/// `\u00xx`). Facts of events hold 0 and 1 in place of true and false, as columns do.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case int(Int64)
    /// A finite number with a fraction, always written with a decimal: `9.8`, `180.0`. Nothing that
    /// is stored holds one, and reading refuses it unless asked to take it.
    case fraction(Double)
    /// A string.
    case text(String)
    /// An array.
    case list([JSONValue])
    /// An object.
    case object([String: JSONValue])
}

extension JSONValue {
    /// The one text of this value.
    public var json: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the text of this value, as UTF-8.
    package func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .int(let number): Self.append(number, to: &bytes)
        case .fraction(let number): bytes.append(contentsOf: number.description.utf8)
        case .text(let text): Self.append(text, to: &bytes)
        case .list(let values):
            bytes.append(UInt8(ascii: "["))
            for (position, value) in values.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (position, member) in Self.sorted(members).enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a number in decimal digits.
    package static func append(_ number: Int64, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Appends a string with its quotation marks and escapes.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: #"\u00"#.utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONValue {
    /// The text of this value for people to read: one member or element a line, two spaces a level,
    /// keys sorted as in ``json``, a newline at the end.
    package var indented: String {
        var bytes: [UInt8] = []
        append(to: &bytes, level: 0)
        bytes.append(UInt8(ascii: "\n"))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(to bytes: inout [UInt8], level: Int) {
        func startLine(_ level: Int) {
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
        }
        switch self {
        case .list(let values) where !values.isEmpty:
            bytes.append(UInt8(ascii: "["))
            for (position, value) in values.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                startLine(level + 1)
                value.append(to: &bytes, level: level + 1)
            }
            startLine(level)
            bytes.append(UInt8(ascii: "]"))
        case .object(let members) where !members.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for (position, member) in Self.sorted(members).enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                startLine(level + 1)
                Self.append(member.key, to: &bytes)
                bytes.append(contentsOf: ": ".utf8)
                member.value.append(to: &bytes, level: level + 1)
            }
            startLine(level)
            bytes.append(UInt8(ascii: "}"))
        default: append(to: &bytes)
        }
    }

    private static func sorted(
        _ members: [String: JSONValue]
    ) -> [(key: String, value: JSONValue)] {
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension JSONValue {
    /// The member of an object; `nil` for a missing one and for any other kind of value.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// The number, if this is one.
    public var int: Int64? {
        guard case .int(let number) = self else { return nil }
        return number
    }

    /// The number, whole or not, if this is one.
    public var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .fraction(let number): number
        default: nil
        }
    }

    /// The string, if this is one.
    public var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The members, if this is an object.
    public var members: [String: JSONValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The elements, if this is an array.
    public var list: [JSONValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }
}

extension JSONValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// A number written in the source.
    public init(integerLiteral value: Int64) {
        self = .int(value)
    }

    /// A string written in the source.
    public init(stringLiteral value: String) {
        self = .text(value)
    }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// An array written in the source.
    public init(arrayLiteral elements: JSONValue...) {
        self = .list(elements)
    }

    /// An object written in the source; its keys must differ.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
}

extension JSONValue {
    /// A text, or null.
    package static func text(_ text: String?) -> JSONValue {
        text.map { .text($0) } ?? .null
    }

    /// A moment as `2026-03-01T09:30:00Z`, or null.
    package static func time(_ moment: Instant?) -> JSONValue {
        text(moment?.description)
    }

    /// A list of texts.
    package static func texts(_ texts: [String]) -> JSONValue {
        .list(texts.map(JSONValue.text))
    }
}
