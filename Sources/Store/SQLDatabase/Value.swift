import Glibc
package import MainstayCore

/// What a column holds or an argument carries.
@usableFromInline
package enum Value: Sendable, Hashable {
    /// No value.
    case null
    /// A 64-bit integer.
    case int(Int64)
    /// A text without U+0000.
    case text(String)

    /// Refuses a text with U+0000, which PostgreSQL cannot hold and SQLite cuts short.
    ///
    /// - Throws: ``SQLError`` with ``SQLError/Code/constraint``.
    package func refuseNUL() throws {
        guard case .text(var text) = self else { return }
        let place = text.withUTF8 { utf8 in
            utf8.baseAddress.flatMap { memchr($0, 0, utf8.count) }
        }
        if place == nil { return }
        throw SQLError(
            .constraint,
            "A text of \(text.utf8.count) bytes holds the character U+0000, which no column can hold",
            hint: "Leave the character out"
        )
    }
}

/// A type whose values stand in a column.
@usableFromInline
package protocol SQLValue: Sendable {
    /// The value as the column holds it.
    var sqlValue: Value { get }

    /// Reads the value of a column.
    ///
    /// - Throws: ``SQLError`` with ``SQLError/Code/decode`` when the column holds no such value.
    static func read(_ source: any RowSource, at column: Int) throws -> Self
}

extension Value: SQLValue {
    /// The value itself.
    @inlinable
    package var sqlValue: Value { self }

    /// Reads a column whose type is known by what it holds.
    @inlinable
    package static func read(_ source: any RowSource, at column: Int) throws -> Value {
        try source.value(column)
    }
}

extension Int64: SQLValue {
    /// The number.
    @inlinable
    package var sqlValue: Value { .int(self) }

    /// Reads a number.
    @inlinable
    package static func read(_ source: any RowSource, at column: Int) throws -> Int64 {
        try source.int(column)
    }
}

extension Int: SQLValue {
    /// The number.
    @inlinable
    package var sqlValue: Value { .int(Int64(self)) }

    /// Reads a number.
    @inlinable
    package static func read(_ source: any RowSource, at column: Int) throws -> Int {
        Int(try source.int(column))
    }
}

extension Bool: SQLValue {
    /// 1 or 0.
    @inlinable
    package var sqlValue: Value { .int(self ? 1 : 0) }

    /// Reads 1 or 0.
    @inlinable
    package static func read(_ source: any RowSource, at column: Int) throws -> Bool {
        let number = try source.int(column)
        guard number == 0 || number == 1 else {
            throw unknownWord(String(number), type: Bool.self)
        }
        return number == 1
    }
}

extension String: SQLValue {
    /// The text.
    @inlinable
    package var sqlValue: Value { .text(self) }

    /// Reads a text.
    @inlinable
    package static func read(_ source: any RowSource, at column: Int) throws -> String {
        try source.text(column)
    }
}

extension Instant: SQLValue {
    /// Milliseconds since 1970-01-01 UTC.
    package var sqlValue: Value { .int(milliseconds) }

    /// Reads milliseconds since 1970-01-01 UTC.
    package static func read(_ source: any RowSource, at column: Int) throws -> Instant {
        Instant(milliseconds: try source.int(column))
    }
}

extension CalendarDay: SQLValue {
    /// The day as `2027-03-31`.
    package var sqlValue: Value { .text(description) }

    /// Reads a day written as `2027-03-31`.
    package static func read(_ source: any RowSource, at column: Int) throws -> CalendarDay {
        let text = try source.text(column)
        guard let day = CalendarDay(text) else {
            throw unknownWord(text, type: CalendarDay.self)
        }
        return day
    }
}

extension JSONValue: SQLValue {
    /// The one text of the value.
    package var sqlValue: SQLDatabase.Value { .text(json) }

    /// Reads a JSON text.
    package static func read(_ source: any RowSource, at column: Int) throws -> JSONValue {
        let text = try source.text(column)
        do { return try JSONValue(json: text) } catch {
            throw SQLError(.decode, "Byte \(error.offset) of a JSON text is \(error.seen)")
        }
    }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    /// The value, or null.
    @inlinable
    package var sqlValue: Value { self?.sqlValue ?? .null }

    /// Reads a value, or null.
    @inlinable
    package static func read(_ source: any RowSource, at column: Int) throws -> Wrapped? {
        source.isNull(column) ? nil : try Wrapped.read(source, at: column)
    }
}

/// A closed set of words stands in its column by raw value, and an unknown word throws on reading.
extension SQLValue where Self: RawRepresentable, RawValue: SQLValue {
    /// The raw value.
    @inlinable
    package var sqlValue: Value { rawValue.sqlValue }

    /// Reads a raw value of the set.
    @inlinable
    package static func read(_ source: any RowSource, at column: Int) throws -> Self {
        let raw = try RawValue.read(source, at: column)
        guard let value = Self(rawValue: raw) else {
            throw unknownWord("\(raw)", type: Self.self)
        }
        return value
    }
}

/// The error for a column whose type has no such value.
@usableFromInline
func unknownWord(_ word: String, type: Any.Type) -> any Error {
    SQLError(.decode, "A column of \(type) holds '\(word)', which is none of its values")
}
