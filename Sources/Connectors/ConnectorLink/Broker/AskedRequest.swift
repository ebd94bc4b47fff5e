import ConnectorMessages
import FoundationEssentials
import Outbound

/// What a connector asks for, or what a redirect makes of it: read, not yet allowed.
struct AskedRequest: Sendable {
    private(set) var method: String
    private(set) var target: VendorTarget
    private(set) var body: [UInt8]
    private var headers: [String: String]

    var isWrite: Bool { method != "GET" && method != "HEAD" }

    /// Reads what the connector asks for.
    init(_ exchange: VendorExchange, below address: VendorAddress) throws(ServiceRefusal) {
        method = exchange.method
        headers = exchange.headers
        do throws(PathFault) {
            target = try address.target(exchange.path, query: exchange.query)
        } catch {
            throw .denied("The path \(error.reason)")
        }
        body = Array((exchange.body ?? "").utf8)
        guard let text = exchange.bodyBase64 else { return }
        guard exchange.body == nil, let bytes = Data(base64Encoded: text) else {
            let message = "The body has to be a text or Base64, and one of them alone"
            throw ServiceRefusal(.invalid, .rejected, message)
        }
        body = Array(bytes)
    }

    /// The headers to send, in the order of their names: what frames the message, names the host,
    /// shows who asks or makes another method of it is Mainstay's affair.
    func headers(without own: String?) -> [(name: String, value: String)] {
        var kept = headers.filter { name, _ in
            let name = name.lowercased()
            return !Self.dropped.contains(name) && !name.hasPrefix("proxy-")
                && name != own?.lowercased()
        }
        if !kept.keys.contains(where: { $0.lowercased() == "user-agent" }) {
            kept["User-Agent"] = "mainstay"
        }
        return kept.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static let dropped: Set<String> = [
        "authorization", "cookie", "host", "content-length", "transfer-encoding", "connection",
        "keep-alive", "te", "trailer", "upgrade", "expect", "accept-encoding",
        "x-http-method-override", "x-http-method", "x-method-override",
    ]

    /// The request that a redirect asks for, or `nil` where the answer is none.
    ///
    /// After 303, and after 301 and 302 where it wrote, the result is read and nothing is sent
    /// again: RFC 9110, 15.4.
    func redirected(
        by answer: VendorAnswer,
        below address: VendorAddress
    ) throws(ServiceRefusal) -> AskedRequest? {
        guard [301, 302, 303, 307, 308].contains(answer.status),
            let location = answer.headers["location"], !location.isEmpty
        else { return nil }
        var next = self
        do throws(PathFault) {
            let place = address.resolve(location, from: target.url)
            next.target = try address.target(place, query: [:])
        } catch {
            throw .denied("The vendor redirects, and the path \(error.reason)")
        }
        if isWrite && ![307, 308].contains(answer.status) {
            next.method = "GET"
            next.body = []
            next.headers = headers.filter { !$0.key.lowercased().hasPrefix("content-") }
        }
        return next
    }
}
