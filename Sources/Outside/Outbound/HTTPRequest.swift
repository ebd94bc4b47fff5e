import MainstayCore

/// One request by HTTP.
package struct HTTPRequest: Sendable, Hashable {
    /// The method, such as `POST`.
    package let method: String
    /// Where to, as an absolute URL.
    package let url: String
    /// The header lines, in order, each `Name: value`.
    let headerLines: [String]
    /// The bytes of the body; none: there is no body.
    package let body: [UInt8]

    /// Creates a request.
    ///
    /// - Throws: ``HTTPError`` with ``HTTPError/Code/badRequest`` for a method that is no word of
    ///   capital letters, or for a header or URL with a character that could begin another line.
    package init(
        _ method: String,
        _ url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) throws(HTTPError) {
        guard !method.isEmpty, method.utf8.allSatisfy({ (65...90).contains($0) }) else {
            throw HTTPError(.badRequest, "'\(method)' is no method of HTTP")
        }
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw HTTPError(.badRequest, "A URL holds a character that none may hold")
        }
        var lines: [String] = []
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte),
                value.utf8.allSatisfy({ $0 == 9 || (0x20...0x7E).contains($0) })
            else {
                throw HTTPError(
                    .badRequest,
                    "Header '\(name)' holds a character that no header may hold"
                )
            }
            lines.append("\(name): \(value)")
        }
        self.method = method
        self.url = url
        self.body = body
        headerLines = lines
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || byte == 45 || byte == 95
    }
}

/// How far a request may go.
package struct HTTPLimits: Sendable, Hashable {
    /// How long it may take to connect, in milliseconds.
    package var connectMs = 5_000
    /// How long all of it may take, in milliseconds.
    package var totalMs = 10_000
    /// How many bytes the answer's body may have.
    package var mostBytes = 1 << 20
    /// Whether `http:` is allowed beside `https:`.
    package var allowsPlain = false

    /// Creates the usual limits: 5 s, 10 s, 1 MiB, `https:` alone.
    package init() {}
}

/// What came back.
package struct HTTPAnswer: Sendable, Hashable {
    /// The status, such as 200; redirects are not followed.
    package let status: Int
    /// The header lines, in order, each `Name: value`.
    package let headerLines: [String]
    /// The bytes of the body.
    package let body: [UInt8]

    /// The value of the first header of a name, in any letters.
    package func header(_ name: String) -> String? {
        let start = name.lowercased() + ":"
        let line = headerLines.first { $0.lowercased().hasPrefix(start) }
        return line.map { String($0.dropFirst(start.count).drop { $0 == " " }) }
    }
}

/// Why there is no answer.
package struct HTTPError: ExplainedError, Hashable {
    /// The kinds of failure.
    package enum Code: String, Sendable, Hashable {
        /// The request cannot be sent as it is.
        case badRequest = "bad-request"
        /// Nobody listens there, or there is no such host.
        case unreachable
        /// It took longer than it may.
        case timedOut = "timed-out"
        /// The answer has more bytes than it may.
        case tooLarge = "too-large"
        /// Nobody there can prove who he is, or no cipher is common.
        case tls
        /// libcurl is not installed.
        case noLibrary = "no-library"
        /// Anything else.
        case other
    }

    /// What kind of failure it is.
    package let code: Code
    /// What failed.
    package let message: String
    /// What mends it.
    package let hint: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
