import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Synchronization
import Testing

/// The way from a plugin in its process to a server, on which answers can be lost.
///
/// A class, because what it counts is shared with the link.
final class VendorGate: Sendable {
    private struct Passed {
        var requests: [VendorExchange] = []
        var losesAnswersOfWrites = false
        var beforeSending: (@Sendable (VendorExchange) async throws -> Void)?
        var replaces: (@Sendable (VendorExchange) -> VendorExchange)?
    }

    private let passed = Mutex(Passed())
    private let server: VendorServer
    private let files: [String: [UInt8]]
    private let key: String?

    /// Opens a way, with the bytes behind handles of attachments, and another key than ours.
    init(to server: VendorServer, files: [String: [UInt8]] = [:], key: String? = nil) {
        (self.server, self.files, self.key) = (server, files, key)
    }

    /// Loads the plugin that the build made, with the sandbox.
    func link(
        _ library: String,
        _ descriptor: ConnectorDescriptor,
        options: JSONValue
    ) throws -> ConnectorLink {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let path = "\(folder)/lib\(library).so"
        var plugin = LinkedPlugin(
            host: folder + "/mainstay-connector-host",
            library: path,
            sha256: try LinkedPlugin.sha256(of: path),
            descriptor: descriptor
        )
        plugin.runtimeFolder = Self.runtimeFolder
        plugin.sandbox = .weak
        return ConnectorLink(
            plugin,
            options: options,
            record: { _ in },
            service: { request in await self.serve(request) }
        )
    }

    /// What the connector asked since this was last read.
    func takeRequests() -> [VendorExchange] {
        passed.withLock { passed in
            defer { passed.requests = [] }
            return passed.requests
        }
    }

    /// Whether writes reach the vendor and their answers do not come back.
    var losesAnswersOfWrites: Bool {
        get { passed.withLock { $0.losesAnswersOfWrites } }
        set { passed.withLock { $0.losesAnswersOfWrites = newValue } }
    }

    /// Is done before each request goes out.
    func beforeSending(_ act: (@Sendable (VendorExchange) async throws -> Void)?) {
        passed.withLock { $0.beforeSending = act }
    }

    /// Makes of each request what goes out in its place.
    var replaces: (@Sendable (VendorExchange) -> VendorExchange)? {
        get { passed.withLock { $0.replaces } }
        set { passed.withLock { $0.replaces = newValue } }
    }

    private func serve(_ request: ServiceRequest) async -> ServiceReply {
        do {
            if request.service == "mainstay.attachment/1" { return try piece(request.payload) }
            let exchange = try VendorExchange(json: request.payload, of: "The request")
            let isWrite = exchange.method != "GET"
            guard !isWrite || request.operation.writes else {
                return ServiceReply(.denied, ConnectorProblem(.private_, "It may not write"))
            }
            let passed = passed.withLock { passed in
                passed.requests.append(exchange)
                return passed
            }
            try await passed.beforeSending?(exchange)
            let sent = passed.replaces?(exchange) ?? exchange
            let answer = try await server.send(sent, as: .us, key: key)
            if isWrite && passed.losesAnswersOfWrites {
                return ServiceReply(.failed, ConnectorProblem(.timeout, "The answer was lost"))
            }
            return ServiceReply(.ok, answer.json)
        } catch {
            return ServiceReply(.failed, ConnectorProblem(.connection, "\(error)"))
        }
    }

    private func piece(_ payload: [UInt8]) throws -> ServiceReply {
        let asked = try AttachmentRead(json: payload, of: "The request")
        guard let bytes = files[asked.attachment] else {
            return ServiceReply(.denied, ConnectorProblem(.unknown, "No such attachment"))
        }
        let rest = bytes[Int(asked.offset)...]
        let data = Data(rest.prefix(Int(asked.count)))
        let end = data.count == rest.count
        return ServiceReply(
            .ok,
            AttachmentPiece(dataBase64: data.base64EncodedString(), end: end).json
        )
    }

    /// Where the runtime of Swift is that this process uses.
    private static let runtimeFolder: String? = {
        let maps = String(decoding: (try? readFile("/proc/self/maps")) ?? [], as: UTF8.self)
        let line = maps.split(separator: "\n").first { $0.hasSuffix("/libswiftCore.so") }
        guard let line, let start = line.firstIndex(of: "/") else { return nil }
        return String(line[start...].dropLast("/libswiftCore.so".count))
    }()
}

extension ConnectorLink {
    /// All updates since a cursor, page by page, and the cursor at the end.
    func allUpdates(since cursor: String) async throws -> (updates: [VendorUpdate], next: String) {
        var (updates, next): ([VendorUpdate], String) = ([], cursor)
        while true {
            let page = try await call(.fetchUpdates(since: next))
            updates += page.updates
            next = page.nextCursor
            if !page.hasMore { return (updates, next) }
        }
    }
}

/// Does the work, and returns the problem that the connector must end with.
func refusal<Value>(_ work: () async throws -> Value) async -> ConnectorProblem? {
    do {
        let value = try await work()
        Issue.record("No refusal, but \(value)")
    } catch let fault as LinkFault {
        if fault.problem == nil { Issue.record("\(fault.message)") }
        return fault.problem
    } catch {
        Issue.record("Another error: \(error)")
    }
    return nil
}

/// A key that no other test uses, and the intent to open a case with it.
func freshIntent() -> Intent {
    let key = "MT-\(UInt32.random(in: 100_000...UInt32.max))"
    return Intent(idempotencyKey: key, marker: "[\(key)]")
}

/// The intent of the comment of a case's that has a number.
func nthIntent(_ number: Int, of opening: Intent) -> Intent {
    let key = "\(opening.idempotencyKey).\(number)"
    return Intent(idempotencyKey: key, marker: "[\(key)]")
}

/// Something that is done once.
final class Flag: Sendable {
    private let isUp = Mutex(false)

    /// Whether it was raised.
    var isRaised: Bool { isUp.withLock { $0 } }

    /// Whether it was not raised before.
    func raise() -> Bool {
        isUp.withLock { isUp in
            defer { isUp = true }
            return !isUp
        }
    }
}
