package import ConnectorMessages

/// The way to one vendor by one configured connector: what the core calls.
///
/// ```swift
/// let opened = try await vendor.call(.openCase(draft), audit: ledger)      // VendorCase
/// let note = try await vendor.call(.addComment(comment), audit: ledger)    // CommentReceipt
/// let page = try await vendor.call(.fetchUpdates(since: cursor), audit: reads)  // UpdatePage
/// let state = try await vendor.call(.mapStatus("WIP"), audit: reads)       // StateAnswer
/// let closed = try await vendor.call(.closeCase(request), audit: ledger)   // VendorCase
/// let seen = try await vendor.call(.readCase(id), audit: reads)            // VendorCase
/// let file = try await vendor.attach(draft, audit: ledger) { offset, count in ... }
/// ```
///
/// Calls are served one after the other; whoever may ask at once is the link's affair. Every
/// request to the vendor passes the audit of its call, before and after. A fault says whether the
/// connector, the process or we ended it: ``LinkFault/code``; what the vendor's side said is in
/// ``LinkFault/status`` and ``LinkFault/problem``. Whether a write may have arrived though the call
/// failed is what the audit knows: ``WireOutcome/mayHaveArrived``, and a write that began and never
/// ended.
package struct VendorLink: Sendable {
    /// How many bytes a file for the vendor may have.
    package static let mostFileBytes: Int64 = 5 << 20

    /// The process of the connector.
    package let link: ConnectorLink
    /// The way to the vendor's server.
    package let broker: HTTPBroker

    /// Joins a connector with its way to the vendor.
    package init(_ link: ConnectorLink, _ broker: HTTPBroker) {
        self.link = link
        self.broker = broker
    }

    /// Serves a call, after those that were asked for before.
    ///
    /// - Parameters:
    ///   - call: What is to be done.
    ///   - audit: Is told of every request; may hold one.
    /// - Returns: What the connector answered.
    /// - Throws: ``LinkFault``; with ``LinkFault/Code/held`` where the audit held a request, whatever
    ///   the connector made of that.
    package func call<Reply>(
        _ call: ConnectorCall<Reply>,
        audit: ExchangeAudit
    ) async throws(LinkFault) -> Reply {
        try await serve(call, audit, file: nil)
    }

    /// Adds a file to a case.
    ///
    /// - Parameters:
    ///   - draft: The file; its handle is made here.
    ///   - audit: Is told of every request; may hold one.
    ///   - read: Reads so many bytes of the file from an offset on, all of which are there.
    /// - Returns: What the connector answered.
    /// - Throws: ``LinkFault``, as ``call(_:audit:)``; with ``LinkFault/Code/attachment`` where the
    ///   file has more than 5 MiB.
    package func attach(
        _ draft: OutgoingAttachment,
        audit: ExchangeAudit,
        read: @escaping @Sendable (_ offset: Int64, _ count: Int) async throws -> [UInt8]
    ) async throws(LinkFault) -> AttachmentReceipt {
        guard (0...Self.mostFileBytes).contains(draft.size) else {
            throw LinkFault(
                .attachment,
                "File '\(draft.name)' has \(draft.size) bytes, expected at most "
                    + "\(Self.mostFileBytes)",
                hint: "Compress or split it"
            )
        }
        var draft = draft
        draft.attachment = "a" + String(UInt64.random(in: 0 ... .max), radix: 16)
        let file = ReleasedFile(handle: draft.attachment, size: draft.size, read: read)
        return try await serve(.addAttachment(draft), audit, file: file)
    }

    private func serve<Reply>(
        _ call: ConnectorCall<Reply>,
        _ audit: ExchangeAudit,
        file: ReleasedFile?
    ) async throws(LinkFault) -> Reply {
        let traffic = CallTraffic(call.operation, audit)
        let services = CallServices(broker: broker, traffic: traffic, file: file)
        let result: Result<Reply, LinkFault>
        do throws(LinkFault) {
            result = .success(try await link.call(call) { await services.serve($0) })
        } catch {
            result = .failure(error)
        }
        if let reason = traffic.held {
            throw LinkFault(.held, "\(call.operation.rawValue) is held: \(reason)")
        }
        return try result.get()
    }
}
