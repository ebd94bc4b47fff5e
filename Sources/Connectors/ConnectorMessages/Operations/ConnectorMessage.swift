public import MainstayCore

/// A message that is one JSON object, of which members that are not known are ignored.
package protocol ConnectorMessage: Sendable, Hashable {
    /// Reads the members that are known.
    ///
    /// - Throws: ``MessageFault`` when one that is required is missing, or one is of another kind.
    init(_ members: MessageMembers) throws(MessageFault)
    /// The message as it is sent; members that are `nil` are left out.
    var json: JSONValue { get }
}

extension ConnectorMessage {
    /// Reads a message from JSON.
    ///
    /// - Parameters:
    ///   - bytes: The JSON.
    ///   - place: What the message is, for errors: `The reply to open_case`.
    /// - Throws: ``MessageFault``.
    package init(json bytes: [UInt8], of place: String) throws(MessageFault) {
        let value: JSONValue
        do {
            value = try JSONValue(json: bytes, takesFractions: true)
        } catch {
            throw MessageFault("\(place) is no JSON: \(error.seen) at byte \(error.offset)")
        }
        try self.init(MessageMembers(value, of: place))
    }
}

/// Why a message cannot be read.
package struct MessageFault: ExplainedError, Hashable {
    /// Which member of which message, what was seen, what was expected.
    package let message: String
    /// Nothing that a user could do: the connector's author has to mend it.
    package var hint: String? { nil }

    /// Creates a fault.
    package init(_ message: String) {
        self.message = message
    }
}

/// The members of one message, each read by what it must be; `null` counts as missing.
package struct MessageMembers {
    private let members: [String: JSONValue]
    private let place: String

    /// Takes the members of an object.
    ///
    /// - Throws: ``MessageFault`` when the value is none.
    package init(_ value: JSONValue, of place: String) throws(MessageFault) {
        guard let members = value.members else {
            throw MessageFault("\(place) is \(Self.kind(of: value)), expected an object")
        }
        self.members = members.filter { $0.value != .null }
        self.place = place
    }

    func text(_ key: String) throws(MessageFault) -> String {
        try required(key, "a string") { $0.text }
    }

    func optionalText(_ key: String) throws(MessageFault) -> String? {
        try optional(key, "a string") { $0.text }
    }

    func int(_ key: String) throws(MessageFault) -> Int64 {
        try required(key, "a whole number") { $0.int }
    }

    func optionalInt(_ key: String) throws(MessageFault) -> Int64? {
        try optional(key, "a whole number") { $0.int }
    }

    func flag(_ key: String) throws(MessageFault) -> Bool {
        try required(key, "true or false") { value in
            guard case .bool(let flag) = value else { return nil }
            return flag
        }
    }

    func time(_ key: String) throws(MessageFault) -> Instant {
        try required(key, "a time as 2026-03-01T09:30:00Z", Self.time)
    }

    func optionalTime(_ key: String) throws(MessageFault) -> Instant? {
        try optional(key, "a time as 2026-03-01T09:30:00Z", Self.time)
    }

    func list(_ key: String) throws(MessageFault) -> [JSONValue] {
        try required(key, "a list") { $0.list }
    }

    func optionalTexts(_ key: String) throws(MessageFault) -> [String]? {
        try optional(key, "a list of strings") { value in
            let texts = value.list?.compactMap(\.text)
            return texts?.count == value.list?.count ? texts : nil
        }
    }

    /// An object whose keys are not ours.
    func optionalObject(_ key: String) throws(MessageFault) -> [String: JSONValue]? {
        try optional(key, "an object") { $0.members }
    }

    func optionalTexts(of key: String) throws(MessageFault) -> [String: String]? {
        try optional(key, "an object of strings") { value in
            let texts = value.members?.compactMapValues(\.text)
            return texts?.count == value.members?.count ? texts : nil
        }
    }

    func message<Message: ConnectorMessage>(
        _ key: String,
        as type: Message.Type = Message.self
    ) throws(MessageFault) -> Message {
        guard let value = members[key] else { throw missing(key, "an object") }
        return try Message(MessageMembers(value, of: "\(key) of \(place)"))
    }

    func fault(_ key: String, _ seen: String, expected: String) -> MessageFault {
        MessageFault("\(place) has \(seen) as '\(key)', expected \(expected)")
    }

    private func required<Value>(
        _ key: String,
        _ expected: String,
        _ read: (JSONValue) -> Value?
    ) throws(MessageFault) -> Value {
        guard let value = try optional(key, expected, read) else { throw missing(key, expected) }
        return value
    }

    private func optional<Value>(
        _ key: String,
        _ expected: String,
        _ read: (JSONValue) -> Value?
    ) throws(MessageFault) -> Value? {
        guard let value = members[key] else { return nil }
        guard let read = read(value) else {
            throw fault(key, Self.kind(of: value), expected: expected)
        }
        return read
    }

    private func missing(_ key: String, _ expected: String) -> MessageFault {
        MessageFault("\(place) has no '\(key)', expected \(expected)")
    }

    private static func time(_ value: JSONValue) -> Instant? {
        value.text.flatMap { Instant(vendorTime: $0) }
    }

    private static func kind(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "true or false"
        case .int, .fraction: "a number"
        case .text(let text): "'\(text.prefix(40))'"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

extension Instant {
    /// Reads a time as vendors write it, such as `2026-03-01T09:30:00.123456Z` or with an offset.
    ///
    /// What is beyond milliseconds is cut off; `nil` for what is no moment.
    public init?(vendorTime text: String) {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else {
            self.init(text)
            return
        }
        let digits = text[dot...].dropFirst().prefix { $0.isASCII && $0.isNumber }
        self.init(text[..<dot] + "." + digits.prefix(3) + text[digits.endIndex...])
    }
}

extension JSONValue {
    /// An object without the members that are `nil`.
    static func message(_ members: [String: JSONValue?]) -> JSONValue {
        .object(members.compactMapValues { $0 })
    }
}
