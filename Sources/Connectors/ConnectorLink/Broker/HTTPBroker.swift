import ConnectorMessages
package import Outbound

/// Asks a vendor on behalf of a connector: below the vendor's address, as far as the manifest
/// allows, with the credential that the connector never sees.
///
/// It is the only way from a connector to the outside. All calls of one instance share it, for it
/// counts what goes out at once.
package struct HTTPBroker: Sendable {
    /// How a request is sent, so that a vendor can be played.
    package typealias Transport =
        @Sendable (HTTPRequest, HTTPLimits) async throws(HTTPError) -> HTTPAnswer

    /// How many requests one call may make, redirects counted.
    package static let mostRequests = 64
    /// How many requests of one instance are under way at once.
    package static let mostAtOnce = 4
    /// How many redirects are followed for one request of the connector.
    package static let mostRedirects = 5

    /// Where the vendor is.
    package let address: VendorAddress
    let policy: HTTPPolicy
    let credential: VendorCredential?
    private let limits: HTTPLimits
    private let transport: Transport
    private let turns = Turns(mostAtOnce)

    /// How far one exchange may go: 10 s to connect, 25 s for all, 15 s of silence, 5 MiB.
    package static var usualLimits: HTTPLimits {
        var limits = HTTPLimits()
        limits.connectMs = 10_000
        limits.totalMs = 25_000
        limits.silenceSeconds = 15
        limits.mostBytes = 5 << 20
        return limits
    }

    /// Creates the broker of one instance.
    ///
    /// - Parameters:
    ///   - address: Where the vendor is.
    ///   - policy: What the manifest allows.
    ///   - credential: What shows the vendor who asks; `nil` where he does not want to know.
    ///   - allowsPlain: Whether the operator allows this instance to go without TLS.
    ///   - limits: How far one exchange may go; ``HTTPLimits/allowsPlain`` is set here.
    ///   - transport: How a request is sent.
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/settings``.
    package init(
        _ address: VendorAddress,
        policy: HTTPPolicy,
        credential: VendorCredential?,
        allowsPlain: Bool = false,
        limits: HTTPLimits = Self.usualLimits,
        transport: @escaping Transport = { request, limits throws(HTTPError) in
            try await request.perform(limits)
        }
    ) throws(LinkFault) {
        guard allowsPlain || !address.isPlain else {
            throw LinkFault(
                .settings,
                "The vendor's address \(address.origin) is without TLS",
                hint: "Use https, or allow plain http for this instance"
            )
        }
        if let kind = credential?.kind, !policy.authentication.contains(kind) {
            throw LinkFault(.settings, "The connector's vendor takes no credential of kind \(kind)")
        }
        self.address = address
        self.policy = policy
        self.credential = credential
        var limits = limits
        limits.allowsPlain = allowsPlain
        self.limits = limits
        self.transport = transport
    }

    /// Does what a connector asks for; redirects below the address are followed.
    func serve(
        _ exchange: VendorExchange,
        _ traffic: CallTraffic
    ) async throws(ServiceRefusal) -> VendorAnswer {
        do throws(ServiceRefusal) {
            var asked = try AskedRequest(exchange, below: address)
            for _ in 0...Self.mostRedirects {
                let answer = try await send(asked, traffic)
                guard let next = try asked.redirected(by: answer, below: address) else {
                    return try Self.readable(answer)
                }
                asked = next
            }
            throw .denied("The vendor redirects more than \(Self.mostRedirects) times")
        } catch {
            if error.status == .denied {
                await traffic.audit.denied(exchange, error.problem.message)
            }
            throw error
        }
    }

    private func send(
        _ asked: AskedRequest,
        _ traffic: CallTraffic
    ) async throws(ServiceRefusal) -> VendorAnswer {
        try check(asked)
        let number = try traffic.count(isWrite: asked.isWrite, policy).get()
        let (open, whole) = try requests(asked)
        let wire = WireRequest(
            operation: traffic.operation,
            number: number,
            method: asked.method,
            url: asked.target.url,
            head: open.head,
            body: open.body
        )
        if let credential, credential.isIn(wire.bytes) {
            throw .denied("The request holds the vendor's credential")
        }
        guard await turns.take() else {
            throw ServiceRefusal(.cancelled, .timeout, "The call is over")
        }
        defer { turns.pass() }
        if case .hold(let reason) = await traffic.audit.begins(wire) {
            traffic.hold(reason)
            throw .denied("The request is held: \(reason)")
        }
        // From here on it goes out, whoever still waits: what began has an end in the audit.
        do throws(HTTPError) {
            let answer = told(try await transport(whole, limits))
            await traffic.audit.ended(wire, .answered(answer))
            return answer
        } catch {
            await traffic.audit.ended(wire, .failed(error))
            throw Self.refusal(error)
        }
    }

    private func check(_ asked: AskedRequest) throws(ServiceRefusal) {
        guard policy.methods.contains(asked.method) else {
            throw .denied("Method \(asked.method.prefix(20)) is not among those of the manifest")
        }
        guard policy.paths.contains(where: { $0.matches(asked.target.segments) }) else {
            let path = asked.target.segments.path.prefix(200)
            throw .denied("The path \(path) is not among those of the manifest")
        }
        guard asked.isWrite || asked.body.isEmpty else {
            throw ServiceRefusal(.invalid, .rejected, "A \(asked.method) has no body")
        }
    }

    /// The request without the credential, and as it goes out.
    private func requests(
        _ asked: AskedRequest
    ) throws(ServiceRefusal) -> (open: HTTPRequest, whole: HTTPRequest) {
        let own = credential?.header
        let headers = asked.headers(without: own?.name)
        do throws(HTTPError) {
            let (method, url, body) = (asked.method, asked.target.url, asked.body)
            let open = try HTTPRequest(method, url, headers: headers, body: body)
            guard let own else { return (open, open) }
            return (open, try HTTPRequest(method, url, headers: headers + [own], body: body))
        } catch {
            throw ServiceRefusal(.invalid, .rejected, error.message)
        }
    }

    private static func refusal(_ error: HTTPError) -> ServiceRefusal {
        switch error.code {
        case .timedOut: ServiceRefusal(.failed, .timeout, error.message)
        case .tooLarge: ServiceRefusal(.failed, .badItem, error.message)
        case .badRequest, .unreachable, .tls, .noLibrary, .other:
            ServiceRefusal(.failed, .connection, error.message)
        }
    }
}
