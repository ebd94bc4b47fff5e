internal import FoundationEssentials

/// One HTTP request to the vendor, below the base address that an administrator has set.
///
/// Mainstay adds the credential; headers that would set one are dropped.
public struct HTTPRequest: Sendable, Hashable {
    /// Such as `GET`.
    public var method: String
    /// Below the base address, with a leading slash; or an absolute URL below it.
    public var path: String
    /// Names and values, not yet escaped.
    public var query: [String: String]
    /// Names and values.
    public var headers: [String: String]
    /// The bytes of the body; `nil`: there is none.
    public var body: [UInt8]?

    /// Creates a request.
    public init(
        _ method: String,
        _ path: String,
        query: [String: String] = [:],
        headers: [String: String] = [:],
        body: [UInt8]? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// A request with a JSON body.
    ///
    /// - Throws: ``ConnectorError`` when the value cannot be written as JSON.
    public static func json(
        _ method: String,
        _ path: String,
        _ value: some Encodable,
        query: [String: String] = [:]
    ) throws -> HTTPRequest {
        do {
            // The same value always gives the same bytes: a person approves them before they go out.
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let body = Array(try encoder.encode(value))
            let headers = ["Content-Type": "application/json"]
            return HTTPRequest(method, path, query: query, headers: headers, body: body)
        } catch {
            throw ConnectorError(.failed, code: "bad_item", "The request is no JSON: \(error)")
        }
    }

    /// As it goes to Mainstay: a body that is text goes as text.
    var exchange: VendorExchange {
        var exchange = VendorExchange(method: method, path: path, query: query, headers: headers)
        guard let body else { return exchange }
        exchange.body = String(validating: body, as: UTF8.self)
        if exchange.body == nil { exchange.bodyBase64 = Data(body).base64EncodedString() }
        return exchange
    }

    /// What came to Mainstay, for hosts that play it.
    package init(_ exchange: VendorExchange) {
        self.init(
            exchange.method,
            exchange.path,
            query: exchange.query,
            headers: exchange.headers,
            body: exchange.body.map { Array($0.utf8) }
        )
        if let text = exchange.bodyBase64 { body = Data(base64Encoded: text).map { Array($0) } }
    }
}
