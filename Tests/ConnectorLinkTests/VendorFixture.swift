import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Outbound
import Synchronization
import Testing

/// A vendor's server in a process of its own, and a connector that asks it for what it is told to.
final class VendorFixture: Sendable {
    /// What came back for one request.
    struct Answer: Sendable, Hashable {
        let status: ConnectorStatus
        let answer: VendorAnswer?
        let problem: ConnectorProblem?
    }

    static let secret = "s3cret/of+the=vendor"

    let port: Int
    let received: TemporaryFolder
    let plugin: PluginFixture
    let link: ConnectorLink
    private let server: ServerProcess
    private let seen = Mutex<[(WireRequest, WireOutcome?)]>([])
    private let refused = Mutex<[String]>([])

    init() throws {
        received = try TemporaryFolder()
        let script = PluginFixture.root + "/Tests/ConnectorLinkTests/vendor_server.py"
        server = try ServerProcess(["python3", script, received.path])
        port = try #require(Int(server.readLine()))
        plugin = try PluginFixture("relay.c")
        var linked = try plugin.plugin()
        linked.descriptor = ConnectorDescriptor(
            id: "org.example.relay",
            version: "1.0.0",
            displayName: "Relay",
            services: ["mainstay.http/1", "mainstay.attachment/1"]
        )
        link = try plugin.link(to: linked)
    }

    /// Each request that went out, with what came of it.
    var wire: [(WireRequest, WireOutcome?)] { seen.withLock { $0 } }
    /// What was denied, in words.
    var denials: [String] { refused.withLock { $0 } }

    /// Keeps what it is told, and holds what `holds` names.
    func audit(
        holds: @escaping @Sendable (WireRequest) -> String? = { _ in nil }
    ) -> ExchangeAudit {
        ExchangeAudit(
            begins: { request in
                self.seen.withLock { $0.append((request, nil)) }
                return holds(request).map { .hold($0) } ?? .send
            },
            ended: { request, outcome in
                self.seen.withLock { seen in
                    guard let place = seen.firstIndex(where: { $0.0 == request && $0.1 == nil })
                    else { return }
                    seen[place].1 = outcome
                }
            },
            denied: { _, reason in self.refused.withLock { $0.append(reason) } }
        )
    }

    static func policy(_ paths: [String] = ["/**"], writes: Int = 1) throws -> HTTPPolicy {
        HTTPPolicy(
            methods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
            paths: try paths.map { try PathPattern($0) },
            writesPerCall: writes,
            authentication: [
                .bearer, .basic, .scheme("token"), .header("X-Api-Key"),
            ]
        )
    }

    /// The way to this server by a policy.
    func vendor(
        _ policy: HTTPPolicy? = nil,
        _ kind: Authentication = .bearer,
        limits: HTTPLimits = HTTPBroker.usualLimits
    ) throws -> VendorLink {
        let broker = try HTTPBroker(
            VendorAddress("http://127.0.0.1:\(port)/rest"),
            policy: policy ?? Self.policy(),
            credential: VendorCredential(kind, Self.secret),
            allowsPlain: true,
            limits: limits
        )
        return VendorLink(link, broker)
    }

    /// The raw bytes of the request that the server got as the given one, from 1.
    func bytes(_ number: Int) throws -> [UInt8] { try readFile("\(received.path)/\(number)") }

    /// How many requests the server got.
    func count() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: received.path).count
    }

    /// What the connector is told, so that it makes these requests.
    static func script(_ exchanges: [VendorExchange]) -> String {
        exchanges.map { "mainstay.http/1 \($0.json.json)\n" }.joined()
    }

    /// Reads the lines that the connector hands back.
    static func answers(_ text: String) throws -> [Answer] {
        try text.split(separator: "\n")
            .map { line in
                let parts = line.split(separator: " ", maxSplits: 1)
                let status = try #require(UInt16(parts[0]).map { ConnectorStatus(number: $0) })
                let json = Array(parts[1].utf8)
                return Answer(
                    status: status,
                    answer: status == .ok ? try VendorAnswer(json: json, of: "An answer") : nil,
                    problem: status == .ok ? nil : try ConnectorProblem(json: json, of: "A problem")
                )
            }
    }
}

extension VendorLink {
    /// Makes requests while the connector looks for updates.
    func read(
        _ exchanges: VendorExchange...,
        audit: ExchangeAudit
    ) async throws -> [VendorFixture.Answer] {
        let script = VendorFixture.script(exchanges)
        let page = try await call(.fetchUpdates(since: script), audit: audit)
        return try VendorFixture.answers(page.updates[0].text ?? "")
    }

    /// Makes requests while the connector opens a case.
    func write(
        _ exchanges: VendorExchange...,
        audit: ExchangeAudit
    ) async throws -> [VendorFixture.Answer] {
        let intent = Intent(idempotencyKey: "MS-1", marker: "[MS-1]")
        let draft = CaseDraft(intent: intent, title: "x", body: VendorFixture.script(exchanges))
        let opened = try await call(.openCase(draft), audit: audit)
        return try VendorFixture.answers(opened.status)
    }
}

/// A request that reads.
func get(_ path: String, _ query: [String: String] = [:]) -> VendorExchange {
    VendorExchange(method: "GET", path: path, query: query)
}

/// A request that writes.
func post(_ path: String, _ body: String) -> VendorExchange {
    VendorExchange(
        method: "POST",
        path: path,
        headers: ["Content-Type": "application/json"],
        body: body
    )
}
