/// What an administrator has set for one instance of a connector.
public struct ConnectorOptions: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    private let members: [String: JSONValue]

    /// Takes options as they stand in the source of a test.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = Dictionary(uniqueKeysWithValues: elements)
    }

    /// Reads what Mainstay sent.
    ///
    /// - Throws: ``ConnectorError`` when it is no JSON object.
    init(json bytes: [UInt8]) throws(ConnectorError) {
        guard let value = try? JSONValue(json: bytes, takesFractions: true),
            let members = value.members
        else { throw ConnectorError(.invalid, code: "option", "The options are no JSON object") }
        self.members = members.filter { $0.value != .null }
    }

    /// The text of an option that must be there.
    ///
    /// - Throws: ``ConnectorError`` when it is missing, empty or no text.
    public func required(_ key: String) throws -> String {
        guard let text = try optional(key), !text.isEmpty else {
            throw ConnectorError(.invalid, code: "option", "Option '\(key)' is missing")
        }
        return text
    }

    /// The text of an option that may be there.
    ///
    /// - Throws: ``ConnectorError`` when it is no text.
    public func optional(_ key: String) throws -> String? {
        guard let value = members[key] else { return nil }
        guard let text = value.text else {
            let seen = value.json.prefix(40)
            throw ConnectorError(
                .invalid,
                code: "option",
                "Option '\(key)' is \(seen), expected a text"
            )
        }
        return text
    }
}
