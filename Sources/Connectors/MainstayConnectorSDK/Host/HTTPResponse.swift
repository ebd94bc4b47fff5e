internal import FoundationEssentials

/// What the vendor answered.
public struct HTTPResponse: Sendable, Hashable {
    /// Such as 200.
    public var status: Int
    /// Names and values; look them up with ``header(_:)``.
    public var headers: [String: String]
    /// The bytes of the body.
    public var body: [UInt8]
    /// What was asked, for errors: `GET /tickets`.
    var asked = "The request"

    /// Creates an answer, for tests.
    public init(_ status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Takes what Mainstay says that the vendor answered.
    init(_ answer: VendorAnswer, to request: HTTPRequest) throws(ConnectorError) {
        self.init(
            Int(answer.status),
            headers: answer.headers,
            body: Array((answer.body ?? "").utf8)
        )
        asked = "\(request.method) \(request.path)"
        guard let text = answer.bodyBase64 else { return }
        guard let bytes = Data(base64Encoded: text) else {
            throw ConnectorError(.failed, code: "bad_item", "The body of \(asked) is no Base64")
        }
        body = Array(bytes)
    }

    /// The value of a header, whatever the case of its name.
    public func header(_ name: String) -> String? {
        headers.first { $0.key.lowercased() == name.lowercased() }?.value
    }

    /// Returns this answer if it has one of the statuses.
    ///
    /// - Throws: ``ConnectorError``: 401 and 403 are denied, 404 and 410 `not_found`, 429 asks for
    ///   patience, 5xx is `connection`, 412 and all others are `rejected` with the vendor's words.
    @discardableResult
    public func expect(_ statuses: Int...) throws -> HTTPResponse {
        if statuses.contains(status) { return self }
        let said = "\(asked) was answered with \(status)" + (sentence.map { ": \($0)" } ?? "")
        switch status {
        case 401: throw ConnectorError(.denied, code: "private", "\(said); check the credential")
        case 403: throw ConnectorError(.denied, code: "private", said)
        case 404, 410: throw ConnectorError(.failed, code: "not_found", said)
        case 429:
            let seconds = header("Retry-After").flatMap { Int($0) }
            let code = "connection"
            throw ConnectorError(.rateLimited, code: code, said, retryAfterSeconds: seconds)
        case 500...599: throw ConnectorError(.failed, code: "connection", said)
        default: throw ConnectorError(.failed, code: "rejected", said)
        }
    }

    /// The body as a value of a type.
    ///
    /// - Throws: ``ConnectorError`` with `bad_item` and the place of the mistake.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            let why = Self.explained(error)
            throw ConnectorError(.failed, code: "bad_item", "The answer to \(asked) \(why)")
        }
    }

    /// What the vendor says in the body: the texts in its JSON, or a plain text; at most 300
    /// characters.
    public var sentence: String? {
        if let value = try? JSONValue(json: body, takesFractions: true) {
            let texts = Self.texts(in: value).joined(separator: "; ")
            return texts.isEmpty ? nil : String(texts.prefix(300))
        }
        guard let text = String(validating: body, as: UTF8.self), !text.isEmpty,
            !text.contains("<")
        else { return nil }
        return String(text.prefix(300)).replacing("\n", with: " ")
    }

    private static func texts(in value: JSONValue) -> [String] {
        switch value {
        case .text(let text): [text]
        case .list(let values): values.flatMap(texts)
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap { texts(in: $0.value) }
        case .null, .bool, .int, .fraction: []
        }
    }

    private static func explained(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            "has no '\(key.stringValue)'\(place(context.codingPath))"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            "has another kind of value\(place(context.codingPath)): \(context.debugDescription)"
        case DecodingError.dataCorrupted(let context):
            "cannot be read\(place(context.codingPath)): \(context.debugDescription)"
        default: "cannot be read: \(error)"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        let words = path.map { key in key.intValue.map { "\($0)" } ?? key.stringValue }
        return words.isEmpty ? "" : " at \(words.joined(separator: "."))"
    }
}

extension VendorAnswer {
    /// What goes to the connector, for hosts that play Mainstay: a body that is text goes as text.
    package init(_ response: HTTPResponse) {
        self.init(
            status: Int64(response.status),
            headers: response.headers,
            body: String(validating: response.body, as: UTF8.self)
        )
        if body == nil { bodyBase64 = Data(response.body).base64EncodedString() }
    }
}
