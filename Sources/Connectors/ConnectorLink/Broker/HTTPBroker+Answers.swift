import ConnectorMessages
import FoundationEssentials
import Outbound

extension HTTPBroker {
    /// The answer, unless its body is packed: the credential could not be cut out.
    static func readable(_ answer: VendorAnswer) throws(ServiceRefusal) -> VendorAnswer {
        let coding = answer.headers["content-encoding"]?.lowercased() ?? "identity"
        guard coding == "identity" || coding.isEmpty else {
            let message = "The vendor answered in coding '\(coding)', for which he was not asked"
            throw ServiceRefusal(.failed, .badItem, message)
        }
        return answer
    }

    /// The answer without cookies and without the credential; names of headers in small letters,
    /// values of the same name joined by a comma.
    func told(_ answer: HTTPAnswer) -> VendorAnswer {
        var headers: [String: String] = [:]
        for line in answer.headerLines {
            let name = line.prefix { $0 != ":" }.lowercased()
            guard !name.hasPrefix("set-cookie"), name.count < line.count else { continue }
            let said = line.dropFirst(name.count + 1).drop { $0 == " " || $0 == "\t" }
            let value = credential?.cut(from: String(said)) ?? String(said)
            headers[name] = headers[name].map { $0 + ", " + value } ?? value
        }
        let body = credential?.cut(from: answer.body) ?? answer.body
        let text = String(validating: body, as: UTF8.self)
        return VendorAnswer(
            status: Int64(answer.status),
            headers: headers,
            body: text,
            bodyBase64: text == nil ? Data(body).base64EncodedString() : nil
        )
    }
}
