import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import Outbound
import Synchronization
import Testing

/// A real server of a vendor on this machine, and the two accounts there.
struct VendorServer: Sendable {
    /// Who asks: we, or the vendor's engineer.
    enum Account { case us, vendor }

    let url: String
    private let credentials: [Account: (name: String, value: String)]

    /// The server whose variables begin with a prefix, as `Scripts/vendors` set them; `nil` when it
    /// was not started.
    private init?(_ prefix: String, _ words: (String) -> (name: String, value: String)) {
        let settings = ProcessInfo.processInfo.environment
        guard let url = settings[prefix + "_URL"], let ours = settings[prefix + "_KEY"],
            let theirs = settings[prefix + "_VENDOR_KEY"]
        else { return nil }
        self.url = url
        credentials = [.us: words(ours), .vendor: words(theirs)]
    }

    static let requestTracker = VendorServer("MAINSTAY_TEST_RT") { ("Authorization", "token \($0)") }
    static let redmine = VendorServer("MAINSTAY_TEST_REDMINE") { ("X-Redmine-API-Key", $0) }

    /// Sends a request as one of the accounts.
    func send(
        _ exchange: VendorExchange,
        as account: Account,
        key: String? = nil
    ) async throws -> VendorAnswer {
        let credential = try #require(credentials[account])
        var headers = exchange.headers.map { ($0.key, $0.value) }
        headers.append((credential.name, key ?? credential.value))
        let escaped = exchange.query.sorted { $0.key < $1.key }
            .map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }
        let tail = escaped.isEmpty ? "" : "?" + escaped.joined(separator: "&")
        var body = Array((exchange.body ?? "").utf8)
        if let text = exchange.bodyBase64 { body = Array(Data(base64Encoded: text) ?? Data()) }
        var limits = HTTPLimits()
        (limits.allowsPlain, limits.totalMs, limits.mostBytes) = (true, 60_000, account == .us ? 5 << 20 : 16 << 20)
        let request = try HTTPRequest(
            exchange.method,
            url + exchange.path + tail,
            headers: headers.map { (name: $0.0, value: $0.1) },
            body: body
        )
        let answer = try await request.perform(limits)
        var answered = VendorAnswer(status: Int64(answer.status))
        for line in answer.headerLines {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2 { answered.headers[parts[0]] = String(parts[1].drop { $0 == " " }) }
        }
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
        try #require(statuses.contains(answer.status), "\(method) \(path): \(answer.status) \(text)")
        return (try? JSONValue(json: Array(text.utf8), takesFractions: true)) ?? .null
    }
}
