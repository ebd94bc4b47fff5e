import ConnectorMessages
import MainstayCore
import Outbound
import Synchronization

/// One fresh process with the connector, before a scripted vendor.
final class Probe: Sendable {
    /// How a call ended.
    struct Ended: Sendable {
        let status: ConnectorStatus
        let json: JSONValue?
        let payload: [UInt8]

        var code: String? { json?["code"]?.text }
    }

    let vendor: ScriptedVendor
    let link: ConnectorLink
    private let broker: HTTPBroker?
    private let conformance: ConnectorConformance
    private let records: Recorder
    private let refused = Mutex<[String]>([])

    /// What stands for the credential; no connector may ever tell it.
    static let secret = "conformance-s3cret"

    init(
        _ conformance: ConnectorConformance,
        _ scene: String? = nil,
        _ mood: ScriptedVendor.Mood = .script,
        options: [String: JSONValue]? = nil,
        isExamined: Bool = false
    ) throws {
        self.conformance = conformance
        let script = scene.flatMap { conformance.replay.scenes[$0] }
        let vendor = ScriptedVendor(script, mood)
        self.vendor = vendor
        var plugin = conformance.manifest.plugin(in: conformance.folder, host: conformance.host)
        plugin.sandbox = conformance.sandbox
        plugin.runtimeFolder = conformance.runtimeFolder
        plugin.isExamined = isExamined
        let recorded = Recorder()
        records = recorded
        var limits = conformance.manifest.limits
        // Whether it ends by itself is asked, not how fast on a loaded machine.
        limits.ending = .seconds(3)
        link = ConnectorLink(
            plugin,
            options: .object(options ?? conformance.replay.options),
            limits: limits,
            record: { recorded.add($0) }
        )
        broker = try conformance.manifest.http.map { policy in
            try HTTPBroker(
                VendorAddress(ScriptedVendor.address),
                policy: policy,
                credential: try policy.authentication.first.map { kind in
                    try VendorCredential(kind, Self.secret)
                },
                transport: { request, _ throws(HTTPError) in try await vendor.answer(request) }
            )
        }
    }

    /// What the process did and said.
    var log: [LinkRecord] { records.all }
    /// What the examining process found.
    var findings: [String] {
        log.filter { $0.event == .log(level: LinkedPlugin.examined) }.map(\.text)
    }
    /// What the connector asked for and may not have.
    var denials: [String] { refused.withLock { $0 } }

    /// Makes a call with bytes as they are.
    func call(
        _ operation: ConnectorOperation,
        _ request: [UInt8],
        file: ReleasedFile? = nil
    ) async throws(LinkFault) -> Ended {
        let audit = ExchangeAudit(
            begins: { _ in .send },
            denied: { _, reason in self.refused.withLock { $0.append(reason) } }
        )
        let traffic = CallTraffic(operation, audit)
        let (status, payload): (ConnectorStatus, [UInt8])
        if let broker {
            let services = CallServices(broker: broker, traffic: traffic, file: file)
            (status, payload) = try await link.serve(operation, request) {
                await services.serve($0)
            }
        } else {
            (status, payload) = try await link.serve(operation, request) { request in
                self.refused.withLock { $0.append("There is no service '\(request.service)'") }
                return ServiceReply(.unsupported)
            }
        }
        let json = try? JSONValue(json: payload, takesFractions: true)
        return Ended(status: status, json: json, payload: payload)
    }

    /// Makes a call.
    func call(
        _ operation: ConnectorOperation,
        _ request: JSONValue,
        file: ReleasedFile? = nil
    ) async throws(LinkFault) -> Ended {
        try await call(operation, Array(request.json.utf8), file: file)
    }

    func scene(_ name: String) throws -> Replay.Scene { try conformance.scene(name) }

    /// Makes the calls of a scene; each must end as the scene says, and ask for nothing else.
    ///
    /// - Throws: ``CheckFailure``, ``LinkFault``.
    @discardableResult
    func play(_ name: String, changed: (JSONValue) -> JSONValue = { $0 }) async throws -> [Ended] {
        var all: [Ended] = []
        for call in try conformance.scene(name).calls {
            let ended = try await self.call(call.operation, changed(call.request))
            try Self.check(ended, call, name)
            all.append(ended)
        }
        if let first = vendor.unexpected.first {
            throw CheckFailure("Scene '\(name)' has no answer to \(first)")
        }
        return all
    }

    private static func check(_ ended: Ended, _ call: Replay.Call, _ scene: String) throws {
        let what = "\(call.operation.rawValue) in scene '\(scene)'"
        if let problem = call.problem {
            guard ended.status != .ok, ended.code == problem else {
                throw CheckFailure("\(what) ends with \(told(ended)), expected code '\(problem)'")
            }
            return
        }
        guard ended.status == .ok else { throw CheckFailure("\(what) ends with \(told(ended))") }
        try read(ended, call.operation, what)
        guard let expected = call.reply else { return }
        if let place = difference(expected, ended.json ?? .null, "reply") {
            throw CheckFailure("\(what): \(place)")
        }
    }

    /// Reads a reply as the core does.
    static func read(
        _ ended: Ended,
        _ operation: ConnectorOperation,
        _ what: String
    ) throws {
        do throws(MessageFault) {
            switch operation {
            case .openCase, .closeCase, .readCase:
                _ = try VendorCase(json: ended.payload, of: "The reply")
            case .addComment: _ = try CommentReceipt(json: ended.payload, of: "The reply")
            case .fetchUpdates: _ = try UpdatePage(json: ended.payload, of: "The reply")
            case .mapStatus: _ = try StateAnswer(json: ended.payload, of: "The reply")
            case .addAttachment: _ = try AttachmentReceipt(json: ended.payload, of: "The reply")
            }
        } catch {
            throw CheckFailure("\(what): \(error.message)")
        }
    }

    static func told(_ ended: Ended) -> String {
        "\(ended.status) \(String(decoding: ended.payload.prefix(200), as: UTF8.self))"
    }

    /// Where a value lacks what is expected, in words.
    static func difference(_ expected: JSONValue, _ seen: JSONValue, _ place: String) -> String? {
        switch (expected, seen) {
        case (.object(let wanted), .object(let members)):
            for (key, value) in wanted.sorted(by: { $0.key < $1.key }) {
                guard let member = members[key] else { return "\(place) has no '\(key)'" }
                if let found = difference(value, member, "\(place).\(key)") { return found }
            }
            return nil
        case (.list(let wanted), .list(let elements)) where wanted.count == elements.count:
            for (position, pair) in zip(wanted, elements).enumerated() {
                let at = "\(place)[\(position)]"
                if let found = difference(pair.0, pair.1, at) { return found }
            }
            return nil
        default:
            if expected == seen { return nil }
            return "\(place) is \(seen.json.prefix(100)), expected \(expected.json.prefix(100))"
        }
    }

    /// Ends the process, and returns whether it ended by itself; `nil` where there was none.
    func end() async -> Bool? {
        guard await link.process != nil else { return nil }
        await link.close()
        while true {
            for record in log {
                if case .ended(let bySelf) = record.event { return bySelf }
                if case .failed = record.event { return nil }
            }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// What links recorded, from any thread.
private final class Recorder: Sendable {
    private let records = Mutex<[LinkRecord]>([])

    var all: [LinkRecord] { records.withLock { $0 } }

    func add(_ record: LinkRecord) { records.withLock { $0.append(record) } }
}
