import MainstayCore

/// One request by HTTP.
package struct HTTPRequest: Sendable, Hashable {
    /// The method, such as `POST`.
    package let method: String
    /// Where to, as an absolute URL.
    package let url: String
    /// The header lines, in order, each `Name: value`; of `Host` and the length none.
    private let headerLines: [String]
    /// The bytes of the body; none: there is no body.
    package let body: [UInt8]

    /// Creates a request.
    ///
    /// - Throws: ``HTTPError`` with ``HTTPError/Code/badRequest`` for a method that is no word of
    ///   capital letters, for a header or URL with a character that could begin another line, or
    ///   for a header that follows from the rest: host, length and framing.
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
            guard !Self.own.contains(name.lowercased()) else {
                throw HTTPError(.badRequest, "Header '\(name)' is made here")
            }
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

    /// The bytes that go out before the body.
    ///
    /// These are the request line, `Host`, the headers in their order, the length of the body and an
    /// empty line; HTTP/1.1 is spoken whatever else the receiver could.
    package var head: [UInt8] {
        let (place, target) = parts
        let lines = ["\(method) \(target) HTTP/1.1", "Host: \(place)"] + sentLines
        return Array(lines.joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8)
    }

    /// The header lines that go out after `Host`.
    var sentLines: [String] {
        let mayHaveBody = ["POST", "PUT", "PATCH"].contains(method)
        if body.isEmpty && !mayHaveBody { return headerLines }
        return headerLines + ["Content-Length: \(body.count)"]
    }

    /// Host and port, the port of the scheme left out; and path with query.
    private var parts: (place: String, target: String) {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let start = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        var place = rest[..<start].split(separator: "@").last ?? ""
        let usual = url.hasPrefix("https:") ? ":443" : ":80"
        if place.hasSuffix(usual) { place = place.dropLast(usual.count) }
        let target = rest[start...].prefix { $0 != "#" }
        return (String(place), target.hasPrefix("/") ? String(target) : "/" + target)
    }

    private static let own: Set<String> = ["host", "content-length", "transfer-encoding"]

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
    /// How long nothing may come or go, in seconds; 0: as long as ``totalMs``.
    package var silenceSeconds = 0
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

    /// Creates an answer, for those who answer requests themselves.
    package init(status: Int, headerLines: [String] = [], body: [UInt8] = []) {
        self.status = status
        self.headerLines = headerLines
        self.body = body
    }

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

    /// Creates an error, for those who answer requests themselves.
    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
