import ConnectorLink
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk
import Synchronization

extension Desk {
    /// Rehearses the messages of a case that are held: reads go out to the vendor, the first write of
    /// each is caught, byte for byte.
    ///
    /// - Returns: The bytes, by the number of the message; they are empty where nothing has to leave,
    ///   because the vendor's system has it already.
    /// - Throws: ``ConnectorLink/LinkFault`` where the vendor's system does not answer;
    ///   ``UseError`` with ``UseError/Code/refused`` for a message whose case is not there yet.
    package func rehearse(
        case ref: String,
        through vendor: any VendorSystem
    ) async throws -> [Int64: [UInt8]] {
        let orders = try await read { connection, acting in
            let found = try connection.visibleCase(ref, to: acting)
            try connection.requireKeeping(found, by: acting)
            guard let whom = try connection.vendor(found.vendorID) else { return [CaseOrder]() }
            return try connection.messages(ofCase: found.id, open: true)
                .filter { $0.state == .held && $0.channel == .vendor }
                .map { message in
                    let content = try connection.content(of: message, instance.blobs)
                    return CaseOrder(
                        message: message,
                        content: content,
                        found: found,
                        vendor: whom
                    )
                }
        }
        var caught: [Int64: [UInt8]] = [:]
        for order in orders
        where order.found.remoteID != nil || order.content.operation == .openCase {
            caught[order.message.id] = try await rehearse(order, through: vendor) ?? []
        }
        return caught
    }

    private func rehearse(
        _ order: CaseOrder,
        through vendor: any VendorSystem
    ) async throws -> [UInt8]? {
        let net = CaughtBytes()
        let audit = ExchangeAudit(begins: { wire in
            guard wire.isWrite else { return .send }
            net.keep(wire.bytes)
            return .hold("it is rehearsed")
        })
        do throws(LinkFault) {
            _ = try await order.call(vendor, audit, instance.blobs)
        } catch {
            guard net.bytes != nil else { throw error }
        }
        return net.bytes
    }
}

/// The first write of a call that is rehearsed.
private final class CaughtBytes: Sendable {
    private let kept = Mutex<[UInt8]?>(nil)

    var bytes: [UInt8]? { kept.withLock { $0 } }

    func keep(_ bytes: [UInt8]) { kept.withLock { $0 = $0 ?? bytes } }
}
