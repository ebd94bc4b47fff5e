internal import FoundationEssentials

/// What Mainstay does for a connector; there is no other way out of its process.
public struct ConnectorHost: Sendable {
    /// How much an operator wants to see a line of the log.
    public enum LogLevel: Int32, Sendable {
        case debug, info, warning, error
    }

    /// Asks for the service of a name; throws ``ConnectorError`` or `CancellationError`.
    package typealias Service = @Sendable (_ name: String, _ json: [UInt8]) async throws -> [UInt8]

    private let service: Service
    private let write: @Sendable (LogLevel, String) -> Void

    /// Creates a host that passes everything on.
    package init(
        service: @escaping Service,
        log write: @escaping @Sendable (LogLevel, String) -> Void
    ) {
        self.service = service
        self.write = write
    }

    /// Sends one request to the vendor and returns the answer, whatever its status.
    ///
    /// Several may run at once. A call may write to the vendor as often as the manifest says, and
    /// read 64 times.
    /// - Throws: ``ConnectorError`` when no answer came or the address is not allowed,
    ///   `CancellationError` when the call is no longer wanted.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let reply = try await service("mainstay.http/1", Array(request.exchange.json.json.utf8))
        let answer = try Self.read { try VendorAnswer(json: reply, of: "The answer of Mainstay") }
        return try HTTPResponse(answer, to: request)
    }

    /// Reads something of the vendor's: the body of an answer with status 200.
    ///
    /// - Throws: What ``send(_:)``, ``HTTPResponse/expect(_:)`` and ``HTTPResponse/decode(_:)`` do.
    public func get<Value: Decodable>(
        _ path: String,
        query: [String: String] = [:]
    ) async throws -> Value {
        try await send(HTTPRequest("GET", path, query: query)).expect(200).decode()
    }

    /// A piece of a file that is being sent: at most `count` bytes, at most 1 MiB, from `offset` on.
    ///
    /// Fewer bytes may come; `isLast` comes with the last of them.
    public func read(
        _ file: OutgoingAttachment,
        offset: Int,
        count: Int
    ) async throws -> (bytes: [UInt8], isLast: Bool) {
        let wanted = AttachmentRead(
            attachment: file.attachment,
            offset: Int64(offset),
            count: Int64(count)
        )
        let reply: [UInt8]
        do {
            reply = try await service("mainstay.attachment/1", Array(wanted.json.json.utf8))
        } catch let error as ConnectorError where error.code == "unknown" {
            throw ConnectorError(error.status, code: "bad_item", error.message)
        }
        let piece = try Self.read { try AttachmentPiece(json: reply, of: "The piece of a file") }
        guard let data = Data(base64Encoded: piece.dataBase64) else {
            throw ConnectorError(
                .failed,
                code: "bad_item",
                "A piece of '\(file.name)' is no Base64"
            )
        }
        return (Array(data), piece.end)
    }

    /// All bytes of a file that is being sent, at most 5 MiB.
    ///
    /// - Throws: ``ConnectorError`` when they are not as many as were announced.
    public func bytes(of file: OutgoingAttachment) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = try await read(file, offset: bytes.count, count: 1 << 20)
            bytes += piece.bytes
            if piece.isLast || piece.bytes.isEmpty || bytes.count > file.size { break }
        }
        guard bytes.count == file.size else {
            let seen = "\(bytes.count) bytes, expected \(file.size)"
            throw ConnectorError(.failed, code: "bad_item", "File '\(file.name)' has \(seen)")
        }
        return bytes
    }

    /// Writes a line to the connector's log, which operators read; no secret belongs there.
    public func log(_ message: String, level: LogLevel = .info) {
        write(level, message)
    }

    private static func read<Message>(_ read: () throws -> Message) throws -> Message {
        do {
            return try read()
        } catch let fault as MessageFault {
            throw ConnectorError(.failed, code: "bad_item", fault.message)
        }
    }
}
