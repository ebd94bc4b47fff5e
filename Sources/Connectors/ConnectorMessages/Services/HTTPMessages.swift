package import MainstayCore

/// Asks for one HTTP exchange with the vendor, by service `mainstay.http/1`.
package struct VendorExchange: ConnectorMessage {
    /// Such as `GET`.
    package var method: String
    /// Below the base address.
    package var path: String
    /// Names and values, not yet escaped.
    package var query: [String: String]
    /// Names and values.
    package var headers: [String: String]
    /// The body, as text.
    package var body: String?
    /// The body, as Base64, in place of the text.
    package var bodyBase64: String?

    /// Creates one.
    package init(
        method: String,
        path: String,
        query: [String: String] = [:],
        headers: [String: String] = [:],
        body: String? = nil,
        bodyBase64: String? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.bodyBase64 = bodyBase64
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        method = try members.text("method")
        path = try members.text("path")
        query = try members.optionalTexts(of: "query") ?? [:]
        headers = try members.optionalTexts(of: "headers") ?? [:]
        body = try members.optionalText("body")
        bodyBase64 = try members.optionalText("bodyBase64")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message([
            "method": .text(method),
            "path": .text(path),
            "query": .object(query.mapValues { .text($0) }),
            "headers": .object(headers.mapValues { .text($0) }),
            "body": body.map { .text($0) },
            "bodyBase64": bodyBase64.map { .text($0) },
        ])
    }
}

/// What the vendor answered.
package struct VendorAnswer: ConnectorMessage {
    /// The status of HTTP, such as 200.
    package var status: Int64
    /// Names and values.
    package var headers: [String: String]
    /// The body, where it is UTF-8.
    package var body: String?
    /// The body, as Base64, where it is not.
    package var bodyBase64: String?

    /// Creates one.
    package init(
        status: Int64,
        headers: [String: String] = [:],
        body: String? = nil,
        bodyBase64: String? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.bodyBase64 = bodyBase64
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        status = try members.int("status")
        headers = try members.optionalTexts(of: "headers") ?? [:]
        body = try members.optionalText("body")
        bodyBase64 = try members.optionalText("bodyBase64")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message([
            "status": .int(status),
            "headers": .object(headers.mapValues { .text($0) }),
            "body": body.map { .text($0) },
            "bodyBase64": bodyBase64.map { .text($0) },
        ])
    }
}
