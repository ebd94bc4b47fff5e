package import ConnectorLink
import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// A new link to a vendor's system.
package struct NewConnector: Sendable {
    /// The short name that people type.
    package let name: String
    /// The id of the installed connector, such as `com.example.acme`.
    package let library: String
    /// Whose system it is, by name.
    package let vendor: String
    /// What is set.
    package var words = ConnectorWords()

    /// Names a link.
    package init(_ name: String, library: String, vendor: String) {
        (self.name, self.library, self.vendor) = (name, library, vendor)
    }
}

/// What shall be different about a link; what is `nil` or empty stays.
package struct ConnectorWords: Sendable {
    /// The vendor's address.
    package var url: String?
    /// Whether that may be plain HTTP.
    package var allowsPlain: Bool?
    /// How the vendor is shown who asks, as the manifest words it: `bearer`, `header X-Api-Key`.
    package var authentication: String?
    /// What shows the vendor who asks.
    package var secret: String?
    /// Options of the manifest; an empty value takes one away.
    package var options: [(key: String, value: String)] = []
    /// What words of the vendor mean; a word without a state is taken from the map.
    package var states: [String: SupportDesk.CaseState?] = [:]
    /// How often it asks for news, in seconds.
    package var pollSeconds: Int64?
    /// Whether its process may run where the kernel has no landlock.
    package var allowsWeakSandbox: Bool?

    /// Creates words that change nothing.
    package init() {}
}

extension Desk {
    /// Installs a connector, or puts it in the place of an earlier version of it.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where a link that is there could not work
    ///   with it; ``Storage/StorageError`` with ``Storage/StorageError/Code/disk``.
    package func install(_ package: ConnectorPackage) async throws {
        try await read { _, acting in try acting.require(.keepVendors) }
        let folder = ConnectorFolder(instance.location.connectors)
        let manifest = package.manifest
        let new = try folder.write(package.files)
        do {
            try await write { connection, acting, provision in
                try acting.require(.keepVendors)
                let library = ConnectorLibrary(
                    id: manifest.descriptor.id,
                    version: manifest.descriptor.version,
                    librarySHA: manifest.sha256,
                    manifest: manifest.json,
                    installedBy: acting.account.id,
                    at: try connection.now()
                )
                for link in try connection.connectors() where link.library == library.id {
                    try manifest.check(ConnectorConfig(json: link.config), of: link.name)
                }
                try connection.put(library)
                let facts: JSONValue = [
                    "connector": .text(library.id), "version": .text(library.version),
                    "sha256": .text(library.librarySHA),
                ]
                let draft = EventDraft("connector_installed", facts: facts)
                try connection.record(draft, by: acting, &provision)
                return .null
            }
            // Between the two, the new digest keeps the old file from starting.
            try folder.place(new, as: manifest.descriptor.id)
        } catch {
            folder.remove(new)
            throw error
        }
    }

    /// Makes a link to a vendor's system; it is asked for news from now on.
    ///
    /// - Throws: ``UseError``; ``ConnectorLink/LinkFault`` for settings that make no sense.
    package func add(_ new: NewConnector) async throws {
        let instance = instance
        try await write { connection, acting, provision in
            try acting.require(.keepVendors)
            let name = try ShortName.vendor.check(new.name)
            guard try connection.connector(named: name) == nil else {
                throw UseError.taken("connector", name)
            }
            let manifest = try connection.knownLibrary(new.library).approved()
            var connector = ConnectorInstance(
                id: try provision.id(),
                name: name,
                library: new.library,
                vendor: try connection.knownVendor(new.vendor).id,
                config: ConnectorConfig().json,
                createdAt: try connection.now()
            )
            try connector.take(new.words, manifest)
            try connection.put(connector)
            let map = manifest.statusMap.compactMapValues {
                SupportDesk.CaseState(rawValue: $0.rawValue)
            }
            try connection.addStatusMap(map.taking(new.words.states), version: 1, of: connector.id)
            try instance.keep(new.words.secret, of: connector)
            _ = try instance.broker(
                for: connector,
                ConnectorConfig(json: connector.config),
                manifest
            )
            let facts: JSONValue = [
                "connector_id": .int(connector.id), "name": .text(name),
                "library": .text(new.library), "now": connector.config,
            ]
            let draft = EventDraft("connector_added", facts: facts)
            try connection.record(draft, by: acting, &provision)
            return .null
        }
    }

    /// Changes a link.
    ///
    /// - Throws: ``UseError``; ``ConnectorLink/LinkFault`` for settings that make no sense.
    package func set(connector name: String, _ words: ConnectorWords) async throws {
        let instance = instance
        try await write { connection, acting, provision in
            try acting.require(.keepVendors)
            let before = try connection.knownConnector(name)
            let manifest = try connection.knownLibrary(before.library).approved()
            var connector = before
            try connector.take(words, manifest)
            try connection.put(connector)
            let known = try connection.statusMap(of: connector.id)
            let map = known.words.taking(words.states)
            guard !map.isEmpty || known.words.isEmpty else {
                throw UseError(.refused, "Connector '\(name)' would know no word of its vendor")
            }
            if map != known.words {
                try connection.addStatusMap(map, version: known.version + 1, of: connector.id)
            }
            try instance.keep(words.secret, of: connector)
            _ = try instance.broker(
                for: connector,
                ConnectorConfig(json: connector.config),
                manifest
            )
            let facts: JSONValue = [
                "connector_id": .int(connector.id), "was": before.config, "now": connector.config,
                "map_version": .int(map == known.words ? known.version : known.version + 1),
                "has_new_secret": .int(words.secret == nil ? 0 : 1),
            ]
            let draft = EventDraft("connector_set", facts: facts)
            try connection.record(draft, by: acting, &provision)
            return .null
        }
    }

    /// Stops a link, or starts it again; that lifts a quarantine, too.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where it is so already.
    package func set(connector name: String, isPaused: Bool) async throws {
        try await write { connection, acting, provision in
            try acting.require(.keepVendors)
            var connector = try connection.knownConnector(name)
            let state: ConnectorState = isPaused ? .paused : .enabled
            guard connector.state != state else {
                throw UseError(.refused, "Connector '\(name)' is \(state.rawValue) already")
            }
            let facts: JSONValue = [
                "connector_id": .int(connector.id), "was": .text(connector.state.rawValue),
                "now": .text(state.rawValue),
            ]
            connector.state = state
            try connection.put(connector)
            let draft = EventDraft("connector_\(isPaused ? "paused" : "resumed")", facts: facts)
            try connection.record(draft, by: acting, &provision)
            return .null
        }
    }
}

extension Instance {
    /// Keeps the credential of a link, if there is one.
    fileprivate nonisolated func keep(_ secret: String?, of connector: ConnectorInstance) throws {
        if let secret { try secrets.write(secret, as: connector.secretName) }
    }
}

extension ConnectorInstance {
    fileprivate mutating func take(
        _ words: ConnectorWords,
        _ manifest: ConnectorManifest
    ) throws {
        var config = ConnectorConfig(json: config)
        config.url = words.url ?? config.url
        config.allowsPlain = words.allowsPlain ?? config.allowsPlain
        config.pollSeconds = words.pollSeconds ?? config.pollSeconds
        config.allowsWeakSandbox = words.allowsWeakSandbox ?? config.allowsWeakSandbox
        let ways = manifest.http?.authentication ?? []
        if let words = words.authentication {
            guard let way = ways.first(where: { $0.words == words }) else {
                throw UseError(
                    .refused,
                    "\(manifest.descriptor.displayName) takes no credential as '\(words)'",
                    hint: "It takes " + ways.map { "'\($0.words)'" }.joined(separator: ", ")
                )
            }
            config.authentication = way
        } else if config.authentication == nil, words.secret != nil {
            config.authentication = ways.first
        }
        try config.take(words.options, manifest)
        try manifest.check(config, of: name)
        self.config = config.json
    }
}

extension ConnectorManifest {
    /// Refuses a config that the connector could not work with.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused``; ``LinkFault``.
    func check(_ config: ConnectorConfig, of name: String) throws {
        _ = try VendorAddress(config.url)
        guard ConnectorConfig.pollSeconds.contains(config.pollSeconds) else {
            let bounds = ConnectorConfig.pollSeconds
            throw UseError(
                .refused,
                "Connector '\(name)' would ask every \(config.pollSeconds) s, expected "
                    + "\(bounds.lowerBound) to \(bounds.upperBound)"
            )
        }
        var checked = config
        try checked.take([], self)
    }
}

extension Authentication {
    /// As people type it: `bearer`, `header X-Api-Key`.
    package var words: String {
        switch self {
        case .bearer: "bearer"
        case .basic: "basic"
        case .scheme(let name): "scheme \(name)"
        case .header(let name): "header \(name)"
        }
    }
}

extension [String: SupportDesk.CaseState] {
    /// The map with other meanings; a word without one is left out.
    fileprivate func taking(_ changes: [String: SupportDesk.CaseState?]) -> Self {
        merging(changes.compactMapValues { $0 }) { $1 }
            .filter { word, _ in changes[word].map { $0 != nil } ?? true }
    }
}

extension Connection {
    /// Returns an installed connector.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownLibrary(_ id: String) throws -> ConnectorLibrary {
        let all = try connectorLibraries()
        if let library = all.first(where: { $0.id == id }) { return library }
        throw UseError.unknown(
            "installed connector",
            id,
            among: all.map(\.id),
            list: "connector list"
        )
    }
}
