package import ConnectorLink
package import ConnectorMessages
package import MainstayCore
import Storage

/// What passes between a connector and its vendor during one call.
package enum ConnectorTrace: Sendable {
    /// A request is about to go out.
    case began(WireRequest)
    /// It came to this.
    case ended(WireRequest, WireOutcome)
    /// The connector asked for something that it may not have.
    case denied(VendorExchange, String)
}

extension Desk {
    /// Asks a link one thing by hand, outside of any case.
    ///
    /// What it writes at the vendor goes past no gate: each such request is recorded, with the digest
    /// of its bytes, before it goes out.
    ///
    /// - Parameters:
    ///   - name: The link; one that is paused is asked all the same.
    ///   - operation: Such as `read_case`.
    ///   - request: What is sent with it, as the contract has it.
    ///   - allowsWrites: Whether it may change something at the vendor.
    ///   - tools: What the connector runs with.
    ///   - tell: Is told of every exchange, as it happens.
    /// - Returns: The reply.
    /// - Throws: ``UseError``, ``ConnectorMessages/MessageFault`` for a request that the contract does
    ///   not have, ``ConnectorLink/LinkFault``.
    package func call(
        connector name: String,
        _ operation: ConnectorOperation,
        _ request: JSONValue,
        allowsWrites: Bool,
        _ tools: ConnectorTools,
        tell: @escaping @Sendable (ConnectorTrace) -> Void
    ) async throws -> JSONValue {
        guard operation != .addAttachment else {
            throw UseError(
                .refused,
                "A file is sent by nobody but a case",
                hint: "Release one with 'mainstay case comment CASE --share-file TICKET#N'"
            )
        }
        let (connector, library) = try await read { connection, acting in
            try acting.require(.keepVendors)
            let connector = try connection.knownConnector(name)
            return (connector, try connection.knownLibrary(connector.library))
        }
        try await requireDeployment()
        let vendor = try instance.link(to: connector, library, tools)
        let desk = self
        let audit = ExchangeAudit(
            begins: { wire in
                tell(.began(wire))
                guard wire.isWrite else { return .send }
                guard allowsWrites else { return .hold("a call by hand writes only with --write") }
                do {
                    try await desk.record(wire, by: connector)
                    return .send
                } catch {
                    return .hold("it could not be recorded: \(error)")
                }
            },
            ended: { tell(.ended($0, $1)) },
            denied: { tell(.denied($0, $1)) }
        )
        do {
            let reply = try await vendor.ask(operation, request, audit)
            await vendor.link.close()
            return reply
        } catch {
            await vendor.link.close()
            throw error
        }
    }

    private func record(_ wire: WireRequest, by connector: ConnectorInstance) async throws {
        try await write { connection, acting, provision in
            let facts: JSONValue = [
                "connector_id": .int(connector.id), "operation": .text(wire.operation.rawValue),
                "sha256": .text(BlobFolder.digest(of: wire.bytes)),
            ]
            let draft = EventDraft("connector_wrote", facts: facts)
            try connection.record(draft, by: acting, &provision)
            return .null
        }
    }
}

extension VendorLink {
    /// Serves an operation whose request is JSON.
    fileprivate func ask(
        _ operation: ConnectorOperation,
        _ request: JSONValue,
        _ audit: ExchangeAudit
    ) async throws -> JSONValue {
        let members = try MessageMembers(request, of: "The request of \(operation.rawValue)")
        switch operation {
        case .openCase: return try await call(.openCase(try CaseDraft(members)), audit: audit).json
        case .addComment:
            return try await call(.addComment(try OutgoingComment(members)), audit: audit).json
        case .fetchUpdates:
            let cursor = try UpdateQuery(members).cursor
            return try await call(.fetchUpdates(since: cursor), audit: audit).json
        case .mapStatus:
            return try await call(.mapStatus(try StatusQuery(members).status), audit: audit).json
        case .closeCase:
            return try await call(.closeCase(try CloseRequest(members)), audit: audit).json
        case .readCase:
            return try await call(
                .readCase(try ConnectorMessages.CaseQuery(members).caseID),
                audit: audit
            )
            .json
        case .addAttachment: return .null
        }
    }
}
