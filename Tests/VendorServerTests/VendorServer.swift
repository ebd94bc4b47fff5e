import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Outbound
import Synchronization
import Testing

/// A real server of a vendor on this machine, and the two accounts there.
struct VendorServer: Sendable {
    /// Who asks: we, or the vendor's engineer.
    enum Account { case us, vendor }

    let url: String
    private let kind: Authentication
    private let keys: [Account: String]

    /// The server whose variables begin with a prefix, as `Scripts/vendors` set them; `nil` when it
    /// was not started.
    private init?(_ prefix: String, _ kind: Authentication) {
        let settings = ProcessInfo.processInfo.environment
        guard let url = settings[prefix + "_URL"], let ours = settings[prefix + "_KEY"],
            let theirs = settings[prefix + "_VENDOR_KEY"]
        else { return nil }
        (self.url, self.kind, keys) = (url, kind, [.us: ours, .vendor: theirs])
    }

    static let requestTracker = VendorServer("MAINSTAY_TEST_RT", .scheme("token"))
    static let redmine = VendorServer("MAINSTAY_TEST_REDMINE", .header("X-Redmine-API-Key"))

    /// Our credential there, or another one.
    func credential(_ key: String? = nil) throws -> VendorCredential {
        try VendorCredential(kind, try key ?? #require(keys[.us]))
    }

    private func header(of account: Account) throws -> (name: String, value: String) {
        let key = try #require(keys[account])
        switch kind {
        case .scheme(let word): return ("Authorization", "\(word) \(key)")
        case .header(let name): return (name, key)
        case .bearer, .basic: throw FixtureError("No server here takes \(kind)")
        }
    }

    /// Sends a request as one of the accounts.
    func send(
        _ exchange: VendorExchange,
        as account: Account
    ) async throws -> VendorAnswer {
        let headers = exchange.headers.map { (name: $0.key, value: $0.value) }
        let escaped = exchange.query.sorted { $0.key < $1.key }
            .map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }
        let tail = escaped.isEmpty ? "" : "?" + escaped.joined(separator: "&")
        var body = Array((exchange.body ?? "").utf8)
        if let text = exchange.bodyBase64 { body = Array(Data(base64Encoded: text) ?? Data()) }
        var limits = HTTPLimits()
        (limits.allowsPlain, limits.totalMs, limits.mostBytes) = (true, 60_000, 16 << 20)
        let request = try HTTPRequest(
            exchange.method,
            url + exchange.path + tail,
            headers: headers + [header(of: account)],
            body: body
        )
        let answer = try await request.perform(limits)
        var answered = VendorAnswer(status: Int64(answer.status))
        answered.body = String(validating: answer.body, as: UTF8.self)
        if answered.body == nil { answered.bodyBase64 = Data(answer.body).base64EncodedString() }
        return answered
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    /// What the vendor's engineer does; the answer must be one of the statuses.
    @discardableResult
    func vendor(
        _ method: String,
        _ path: String,
        _ body: JSONValue? = nil,
        as account: Account = .vendor,
        expecting statuses: Int64...
    ) async throws -> JSONValue {
        var exchange = VendorExchange(method: method, path: path, body: body?.json)
        if body != nil { exchange.headers = ["Content-Type": "application/json"] }
        let answer = try await send(exchange, as: account)
        let text = answer.body ?? ""
        try #require(
            statuses.contains(answer.status),
            "\(method) \(path): \(answer.status) \(text)"
        )
        return (try? JSONValue(json: Array(text.utf8), takesFractions: true)) ?? .null
    }
}
