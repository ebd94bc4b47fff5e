package import ConnectorLink
package import ConnectorMessages

/// A vendor's system as the sync uses it.
///
/// Calls are served one after the other. Every request to the vendor passes the audit of its call
/// before it goes out.
package protocol VendorSystem: Sendable {
    /// Serves a call; see ``ConnectorLink/VendorLink/call(_:audit:)``.
    func call<Reply>(
        _ call: ConnectorCall<Reply>,
        audit: ExchangeAudit
    ) async throws(LinkFault) -> Reply

    /// Adds a file to a case; see ``ConnectorLink/VendorLink/attach(_:audit:read:)``.
    func attach(
        _ draft: OutgoingAttachment,
        audit: ExchangeAudit,
        read: @escaping @Sendable (_ offset: Int64, _ count: Int) async throws -> [UInt8]
    ) async throws(LinkFault) -> AttachmentReceipt
}

extension VendorLink: VendorSystem {}

extension ExchangeAudit {
    /// Lets reads through and no write.
    static let reads = ExchangeAudit(begins: { wire in
        wire.isWrite ? .hold("a question writes nothing") : .send
    })
}
