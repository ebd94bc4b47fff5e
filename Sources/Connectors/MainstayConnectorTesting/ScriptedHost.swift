internal import FoundationEssentials
public import MainstayConnectorSDK
internal import Synchronization

/// One exchange that a connector must make, and what the vendor answers.
public struct ScriptedExchange: Sendable, Hashable {
    /// The method and path that must be asked.
    public let method: String, path: String
    /// Names and values that must be in the query; others may be there, too.
    public let query: [String: String]
    /// What comes back.
    public let response: HTTPResponse

    /// Creates an exchange whose answer is a text, JSON as a rule.
    public init(
        _ method: String,
        _ path: String,
        query: [String: String] = [:],
        _ status: Int,
        _ body: String = "",
        headers: [String: String] = [:]
    ) {
        self.method = method
        self.path = path
        self.query = query
        response = HTTPResponse(status, headers: headers, body: Array(body.utf8))
    }
}

/// A host without a process around it: it plays the vendor from a script, in order, and keeps what
/// the connector asked and logged.
///
///     let vendor = ScriptedHost([ScriptedExchange("GET", "/tickets/1", 200, #"{"id":"1"}"#)])
///     let connector = try await AcmeConnector(options: ["project": "P"], host: vendor.host)
///
/// A class, because the connector and the test share it.
public final class ScriptedHost: Sendable {
    private struct Played {
        var script: ArraySlice<ScriptedExchange>
        var requests: [HTTPRequest] = []
        var log: [String] = []
    }

    private let played: Mutex<Played>
    private let files: [String: [UInt8]]

    /// Creates a host that plays a script.
    ///
    /// - Parameters:
    ///   - script: The exchanges, in order; anything else that is asked is denied.
    ///   - files: The bytes behind the handles of attachments.
    public init(_ script: [ScriptedExchange], files: [String: [UInt8]] = [:]) {
        played = Mutex(Played(script: script[...]))
        self.files = files
    }

    /// What the connector is made with.
    public var host: ConnectorHost {
        ConnectorHost(
            service: { name, json in try self.serve(name, json) },
            log: { level, line in self.played.withLock { $0.log.append("\(level): \(line)") } }
        )
    }

    /// What was asked so far, in order.
    public var requests: [HTTPRequest] { played.withLock { $0.requests } }

    /// The log so far, each line with its level: `warning: ...`.
    public var log: [String] { played.withLock { $0.log } }

    /// What of the script was not asked for yet; a test expects it to be empty at its end.
    public var remaining: [ScriptedExchange] { played.withLock { Array($0.script) } }

    private func serve(_ name: String, _ json: [UInt8]) throws -> [UInt8] {
        let reply =
            switch name {
            case "mainstay.http/1": try exchange(VendorExchange(json: json, of: "The request")).json
            case "mainstay.attachment/1":
                try piece(AttachmentRead(json: json, of: "The request")).json
            default: throw ConnectorError(.denied, code: "unknown", "There is no service '\(name)'")
            }
        return Array(reply.json.utf8)
    }

    private func exchange(_ asked: VendorExchange) throws -> VendorAnswer {
        let request = HTTPRequest(asked)
        return try played.withLock { played in
            played.requests.append(request)
            guard let next = played.script.first else {
                throw Self.unexpected(request, "the script has ended")
            }
            let hasQuery = next.query.allSatisfy { request.query[$0.key] == $0.value }
            guard next.method == request.method, next.path == request.path, hasQuery else {
                let query = next.query.isEmpty ? "" : " with \(next.query)"
                throw Self.unexpected(request, "expected \(next.method) \(next.path)\(query)")
            }
            played.script.removeFirst()
            return VendorAnswer(next.response)
        }
    }

    private static func unexpected(_ request: HTTPRequest, _ why: String) -> ConnectorError {
        let query = request.query.isEmpty ? "" : " with \(request.query)"
        let asked = "\(request.method) \(request.path)\(query)"
        return ConnectorError(.denied, code: "unknown", "The connector asks \(asked), but \(why)")
    }

    private func piece(_ asked: AttachmentRead) throws -> AttachmentPiece {
        guard let bytes = files[asked.attachment] else {
            let why = "There is no attachment '\(asked.attachment)' in this call"
            throw ConnectorError(.denied, code: "unknown", why)
        }
        guard (0...Int64(bytes.count)).contains(asked.offset), (1...1 << 20).contains(asked.count)
        else {
            let why = "\(asked.count) bytes from \(asked.offset) of \(bytes.count) cannot be read"
            throw ConnectorError(.invalid, code: "unknown", why)
        }
        let rest = bytes[Int(asked.offset)...]
        let piece = rest.prefix(Int(asked.count))
        return AttachmentPiece(
            dataBase64: Data(piece).base64EncodedString(),
            end: piece.count == rest.count
        )
    }
}
