package import ConnectorMessages
package import Outbound

/// One request as it goes out to the vendor.
package struct WireRequest: Sendable, Hashable {
    /// What the connector was asked to do when it made the request.
    package let operation: ConnectorOperation
    /// Its place among the requests of the call, from 1.
    package let number: Int
    /// Such as `POST`.
    package let method: String
    /// The absolute URL.
    package let url: String
    /// The bytes before the body, without the line of the credential: request line, headers, an
    /// empty line.
    package let head: [UInt8]
    /// The bytes of the body.
    package let body: [UInt8]

    /// Creates a request, for those who stand in for a vendor.
    package init(
        operation: ConnectorOperation,
        number: Int,
        method: String,
        url: String,
        head: [UInt8],
        body: [UInt8]
    ) {
        self.operation = operation
        self.number = number
        self.method = method
        self.url = url
        self.head = head
        self.body = body
    }

    /// Whether it may change something at the vendor: whatever is not `GET` or `HEAD`.
    package var isWrite: Bool { method != "GET" && method != "HEAD" }
    /// All bytes that go out, but the line of the credential.
    package var bytes: [UInt8] { head + body }
}

/// What became of a request that went out.
package enum WireOutcome: Sendable, Hashable {
    /// The vendor answered; the credential is cut out.
    case answered(VendorAnswer)
    /// There is no answer.
    case failed(HTTPError)

    /// Whether the vendor may have got the request: only where no connection came about is it sure
    /// that he did not.
    package var mayHaveArrived: Bool {
        guard case .failed(let error) = self else { return true }
        switch error.code {
        case .badRequest, .unreachable, .tls, .noLibrary: return false
        case .timedOut, .tooLarge, .other: return true
        }
    }
}

/// Who is told of each request of one call, before and after; asked by several tasks at once.
package struct ExchangeAudit: Sendable {
    /// What becomes of a request.
    package enum Verdict: Sendable, Hashable {
        /// It goes out.
        case send
        /// It does not, for the reason that is named; the call fails with
        /// ``LinkFault/Code/held``.
        case hold(String)
    }

    /// Is asked before a request goes out, which then waits: what must be stored before is stored
    /// here.
    package var begins: @Sendable (WireRequest) async -> Verdict
    /// Is told what came of a request that went out; where the call was given up, after its end.
    package var ended: @Sendable (WireRequest, WireOutcome) async -> Void
    /// Is told what the connector asked for and may not have, and why.
    package var denied: @Sendable (VendorExchange, String) async -> Void

    /// Creates an audit.
    package init(
        begins: @escaping @Sendable (WireRequest) async -> Verdict,
        ended: @escaping @Sendable (WireRequest, WireOutcome) async -> Void = { _, _ in },
        denied: @escaping @Sendable (VendorExchange, String) async -> Void = { _, _ in }
    ) {
        self.begins = begins
        self.ended = ended
        self.denied = denied
    }
}
