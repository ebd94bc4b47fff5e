import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Outbound
import Synchronization
import Testing

/// A plugin of ours in its process, with the sandbox, and a server behind the core's own broker, on
/// the way to which answers can be lost.
///
/// A class, because what it counts is shared with the broker.
final class VendorGate: Sendable {
    private struct Passed {
        var requests: [WireRequest] = []
        var losesAnswersOfWrites = false
        var beforeSending: (@Sendable (WireRequest) async throws -> Void)?
    }

    private let passed = Mutex(Passed())
    private let server: VendorServer
    private let files: [String: [UInt8]]
    private let key: String?

    /// Opens a way, with the bytes behind handles of attachments, and another key than ours.
    init(to server: VendorServer, files: [String: [UInt8]] = [:], key: String? = nil) {
        (self.server, self.files, self.key) = (server, files, key)
    }

    /// Loads the plugin that the build made, as its manifest says.
    func link(
        _ name: String,
        _ descriptor: ConnectorDescriptor,
        options: JSONValue
    ) throws -> ServedPlugin {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let path = "\(folder)/lib\(name.lowercased()).so"
        var plugin = LinkedPlugin(
            host: folder + "/mainstay-connector-host",
            library: path,
            sha256: try LinkedPlugin.sha256(of: path),
            descriptor: descriptor
        )
        plugin.runtimeFolder = Self.runtimeFolder
        plugin.sandbox = .weak
        let broker = try HTTPBroker(
            VendorAddress(server.url),
            policy: Self.policy(name),
            credential: try server.credential(key),
            allowsPlain: true,
            transport: { request, limits throws(HTTPError) in
                let answer = try await request.perform(limits)
                guard request.method != "GET", self.losesAnswersOfWrites else { return answer }
                throw HTTPError(.timedOut, "The answer was lost")
            }
        )
        let link = ConnectorLink(plugin, options: options, record: { _ in })
        return ServedPlugin(
            vendor: VendorLink(link, broker),
            audit: ExchangeAudit(begins: { await self.begins($0) }),
            files: files
        )
    }

    private func begins(_ request: WireRequest) async -> ExchangeAudit.Verdict {
        let act = passed.withLock { passed in
            passed.requests.append(request)
            return passed.beforeSending
        }
        do {
            try await act?(request)
            return .send
        } catch {
            return .hold("\(error)")
        }
    }

    /// What the manifest allows.
    private static func policy(_ name: String) throws -> HTTPPolicy {
        let root = #filePath.replacing("/Tests/VendorServerTests/VendorGate.swift", with: "")
        let text = try readFile("\(root)/Plugins/\(name)/connector.json")
        let http = try #require(try JSONValue(json: text)["http"])
        let kind = http["authentication"]?.list?.first
        let word = try #require(kind?["name"]?.text)
        return HTTPPolicy(
            methods: Set(http["methods"]?.list?.compactMap(\.text) ?? []),
            paths: try (http["paths"]?.list?.compactMap(\.text) ?? []).map { try PathPattern($0) },
            writesPerCall: Int(http["writesPerCall"]?.int ?? 0),
            authentication: [kind?["kind"]?.text == "scheme" ? .scheme(word) : .header(word)]
        )
    }

    /// What went out since this was last read.
    func takeRequests() -> [WireRequest] {
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
    func beforeSending(_ act: (@Sendable (WireRequest) async throws -> Void)?) {
        passed.withLock { $0.beforeSending = act }
    }

    /// Where the runtime of Swift is that this process uses.
    private static let runtimeFolder: String? = {
        let maps = String(decoding: (try? readFile("/proc/self/maps")) ?? [], as: UTF8.self)
        let line = maps.split(separator: "\n").first { $0.hasSuffix("/libswiftCore.so") }
        guard let line, let start = line.firstIndex(of: "/") else { return nil }
        return String(line[start...].dropLast("/libswiftCore.so".count))
    }()
}

/// A plugin that serves calls.
struct ServedPlugin: Sendable {
    let vendor: VendorLink
    let audit: ExchangeAudit
    let files: [String: [UInt8]]

    func call<Reply>(_ call: ConnectorCall<Reply>) async throws -> Reply {
        try await vendor.call(call, audit: audit)
    }

    /// Asks for news on a case, twice with the same key, which is one comment.
    func askTwice(
        on caseID: String,
        after opening: Intent
    ) async throws -> (OutgoingComment, CommentReceipt) {
        let comment = OutgoingComment(
            intent: nthIntent(1, of: opening),
            caseID: caseID,
            body: "Any news?"
        )
        let receipt = try await call(.addComment(comment))
        #expect(try await call(.addComment(comment)) == receipt)
        return (comment, receipt)
    }

    /// Sends a file; its attachment names the bytes.
    func attach(_ file: OutgoingAttachment) async throws -> AttachmentReceipt {
        let bytes = try #require(files[file.attachment])
        return try await vendor.attach(file, audit: audit) { offset, count in
            Array(bytes[Int(offset)..<Int(offset) + count])
        }
    }

    func close() async { await vendor.link.close() }

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

extension WireRequest {
    /// The path below the server's origin.
    var path: String { "/" + url.split(separator: "/", maxSplits: 2).dropFirst(2).joined() }
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
