package import ConnectorLink
import ConnectorMessages
import MainstayCore
package import Storage

/// What running connectors takes from the machine.
package struct ConnectorTools: Sendable {
    /// The absolute path of the program that loads plugins.
    package let host: String
    /// A folder with the libraries of a runtime, for plugins that are not linked to run alone.
    package var runtimeFolder: String?
    /// Is told what happens to the processes of a connector, by its name; from any thread.
    package var record: @Sendable (_ connector: String, LinkRecord) -> Void = { _, _ in }

    /// Names the program.
    package init(host: String) {
        self.host = host
    }
}

extension DataLocation {
    /// The folder of the installed connectors, one folder each, by the id of its manifest.
    package var connectors: String { folder + "/connectors" }
}

extension ConnectorLibrary {
    /// What it may do, as whoever installed it approved it: the file beside the library may have
    /// been changed since.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/manifest``.
    package func approved() throws(LinkFault) -> ConnectorManifest {
        try ConnectorManifest(json: Array(manifest.json.utf8), "The manifest of \(id)")
    }
}

extension Instance {
    /// Opens the way to a vendor's system; no process is started yet.
    ///
    /// - Parameters:
    ///   - connector: The configured link.
    ///   - library: Its plugin.
    ///   - tools: What it runs with.
    ///   - rules: What is known of earlier failures of its processes.
    /// - Returns: The way.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where its secret is missing;
    ///   ``ConnectorLink/LinkFault`` for settings that its manifest does not allow.
    package nonisolated func link(
        to connector: ConnectorInstance,
        _ library: ConnectorLibrary,
        _ tools: ConnectorTools,
        rules: RestartRules = RestartRules()
    ) throws -> VendorLink {
        let config = ConnectorConfig(json: connector.config)
        let manifest = try library.approved()
        var plugin = manifest.plugin(
            in: "\(location.connectors)/\(library.id)",
            host: tools.host
        )
        plugin.sha256 = library.librarySHA
        plugin.runtimeFolder = tools.runtimeFolder
        plugin.sandbox = config.allowsWeakSandbox ? .weak : .full
        let name = connector.name
        let link = ConnectorLink(
            plugin,
            options: .object(config.options),
            limits: manifest.limits,
            rules: rules,
            record: { [record = tools.record] in record(name, $0) }
        )
        return VendorLink(link, try broker(for: connector, config, manifest))
    }

    /// The way to the vendor's server, with the credential.
    nonisolated func broker(
        for connector: ConnectorInstance,
        _ config: ConnectorConfig,
        _ manifest: ConnectorManifest
    ) throws -> HTTPBroker {
        let credential = try config.authentication.map { kind in
            guard let secret = try secrets.read(connector.secretName) else {
                throw UseError(
                    .refused,
                    "The credential of connector '\(connector.name)' is missing",
                    hint: "Give it again: 'mainstay connector set \(connector.name) --secret -'"
                )
            }
            return try VendorCredential(kind, secret)
        }
        return try HTTPBroker(
            VendorAddress(config.url),
            policy: manifest.http ?? HTTPPolicy(methods: [], paths: []),
            credential: credential,
            allowsPlain: config.allowsPlain
        )
    }
}

extension ConnectorInstance {
    /// The name of the file with its credential.
    package var secretName: String { "connector-\(id)" }
}
