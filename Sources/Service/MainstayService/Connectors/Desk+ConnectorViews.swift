package import ConnectorLink
import SQLDatabase
package import Storage
package import SupportDesk

/// An installed connector with its links.
package struct ConnectorLibraryView: Sendable {
    /// What was installed.
    package let library: ConnectorLibrary
    /// Its manifest.
    package let manifest: ConnectorManifest
    /// The links through it, by name.
    package let links: [ConnectorView]
}

/// A link to a vendor's system as people see it.
package struct ConnectorView: Sendable {
    /// The link.
    package let connector: ConnectorInstance
    /// How it is reached.
    package let config: ConnectorConfig
    /// Whose system it is, by name.
    package let vendor: String
    /// What the vendor's words mean.
    package let states: [String: SupportDesk.CaseState]
}

extension Desk {
    /// Returns the installed connectors with their links; no code is loaded.
    package func connectors() async throws -> [ConnectorLibraryView] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "connectors")
            let links = try connection.connectors()
            return try connection.connectorLibraries()
                .map { library in
                    ConnectorLibraryView(
                        library: library,
                        manifest: try library.approved(),
                        links: try links.filter { $0.library == library.id }
                            .map { try connection.view(of: $0) }
                    )
                }
        }
    }

    /// Returns a link.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func connector(_ name: String) async throws -> ConnectorView {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "connectors")
            return try connection.view(of: try connection.knownConnector(name))
        }
    }
}

extension Connection {
    fileprivate func view(of connector: ConnectorInstance) throws -> ConnectorView {
        ConnectorView(
            connector: connector,
            config: ConnectorConfig(json: connector.config),
            vendor: try vendor(connector.vendorID)?.name ?? "?",
            states: try statusMap(of: connector.id).words
        )
    }
}
