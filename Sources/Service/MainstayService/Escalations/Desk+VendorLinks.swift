import ConnectorLink
import SQLDatabase
import Storage
import SupportDesk

/// The sync and the rehearsal through the connectors that are installed.
extension Desk {
    /// Syncs once through a configured connector; see ``sync(connector:through:_:)``.
    ///
    /// - Throws: ``UseError``; ``ConnectorLink/LinkFault`` for settings that make no sense.
    package func sync(
        connector name: String,
        _ connectors: ConnectorTools,
        _ tools: CodeTools
    ) async throws -> SyncRound {
        try await withVendor(of: name, connectors) { vendor in
            try await sync(connector: name, through: vendor, tools)
        }
    }

    /// Rehearses what is held of a case; see ``rehearse(case:through:)``.
    ///
    /// A case kept by hand has nothing to rehearse.
    ///
    /// - Throws: ``UseError``, ``ConnectorLink/LinkFault``.
    package func rehearse(
        case ref: String,
        _ connectors: () throws -> ConnectorTools
    ) async throws -> [Int64: [UInt8]] {
        let name = try await read { connection, acting in
            let found = try connection.visibleCase(ref, to: acting)
            let isHeld = try connection.messages(ofCase: found.id, open: true)
                .contains { $0.state == .held && $0.channel == .vendor }
            guard isHeld else { return String?.none }
            return try found.connectorID.flatMap { try connection.connector($0) }?.name
        }
        guard let name else { return [:] }
        return try await withVendor(of: name, try connectors()) { vendor in
            try await rehearse(case: ref, through: vendor)
        }
    }

    /// Opens the way to a vendor's system for as long as the work takes.
    private func withVendor<Result: Sendable>(
        of name: String,
        _ tools: ConnectorTools,
        _ work: (VendorLink) async throws -> Result
    ) async throws -> Result {
        let (connector, library) = try await read { connection, acting in
            try acting.require(.keepCases)
            let connector = try connection.knownConnector(name)
            return (connector, try connection.knownLibrary(connector.library))
        }
        try await requireDeployment()
        let vendor = try instance.link(to: connector, library, tools)
        do {
            let result = try await work(vendor)
            await vendor.link.close()
            return result
        } catch {
            await vendor.link.close()
            throw error
        }
    }
}
