package import MainstayCore
package import SQLDatabase
package import SupportDesk

/// Whether a link to a vendor's system works.
package enum ConnectorState: String, Sendable, Hashable, CaseIterable, SQLValue {
    /// It is polled, and messages go out through it.
    case enabled
    /// A person stopped it, or the vendor refused our credential.
    case paused
    /// Its process crashed too often; a person lifts it.
    case quarantined
}

/// What a check of a vendor's case came to.
package enum WatchResult: String, Sendable, Hashable, CaseIterable, SQLValue {
    /// Nothing was new.
    case unchanged
    /// Something was.
    case changed
    /// It failed.
    case error
}

/// How a check of a vendor's case can fail.
package enum WatchError: String, Sendable, Hashable, CaseIterable, SQLValue {
    /// In a way of which nothing else is known.
    case unknown
    /// The case is not there.
    case notFound = "not_found"
    /// The server was not reached.
    case connection
    /// The server calls no case so.
    case badID = "bad_id"
    /// The server did not answer in time.
    case timeout
    /// The answer could not be read.
    case badItem = "bad_item"
    /// The server is of a version that the connector does not know.
    case badVersion = "bad_version"
    /// The connector cannot do it.
    case unsupported
    /// The case is not for us to see.
    case `private`

    /// Whether the case may be gone.
    package var isAbsence: Bool { self == .notFound || self == .private }
}

/// An installed plugin that speaks a vendor's dialect.
package struct ConnectorLibrary: Sendable, Hashable, TableRow {
    static var table: StoredTable { .connectorLibrary }
    var values: [any SQLValue] { [id, version, librarySHA, manifest, installedBy, installedAt] }

    /// The id in its manifest, such as `com.example.acme`.
    package let id: String
    /// Its version.
    package let version: String
    /// The SHA-256 of its file: one of another digest never starts.
    package let librarySHA: String
    /// Its manifest.
    package let manifest: JSONValue
    /// Who installed it.
    package let installedBy: Int64
    /// When.
    package let installedAt: Instant

    /// Creates the record of an installed plugin.
    package init(
        id: String,
        version: String,
        librarySHA: String,
        manifest: JSONValue,
        installedBy: Int64,
        at installedAt: Instant
    ) {
        self.id = id
        self.version = version
        self.librarySHA = librarySHA
        self.manifest = manifest
        self.installedBy = installedBy
        self.installedAt = installedAt
    }

    /// Reads a row of `connector_library`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        version = try row.next()
        librarySHA = try row.next()
        manifest = try row.next()
        installedBy = try row.next()
        installedAt = try row.next()
    }
}

/// One configured link to a vendor's system.
package struct ConnectorInstance: Sendable, Hashable, TableRow {
    static var table: StoredTable { .connector }
    var values: [any SQLValue] { [id, name, library, vendorID, config, state, createdAt] }

    /// Its number.
    package let id: Int64
    /// The short name that people type.
    package let name: String
    /// The plugin.
    package let library: String
    /// Whose system it is.
    package let vendorID: Int64
    /// How it is reached: no secret, only the name of its file.
    package var config: JSONValue
    /// Whether it works.
    package var state: ConnectorState
    /// When it was made.
    package let createdAt: Instant

    /// Creates a link that works.
    package init(
        id: Int64,
        name: String,
        library: String,
        vendor: Int64,
        config: JSONValue,
        createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.library = library
        vendorID = vendor
        self.config = config
        state = .enabled
        self.createdAt = createdAt
    }

    /// Reads a row of `connector`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        name = try row.next()
        library = try row.next()
        vendorID = try row.next()
        config = try row.next()
        state = try row.next()
        createdAt = try row.next()
    }
}

extension Connection {
    /// Notes an installed plugin, in place of the one of its id.
    package func put(_ library: ConnectorLibrary) throws { try put(row: library) }

    /// Returns the installed plugins, by id.
    package func connectorLibraries() throws -> [ConnectorLibrary] { try rows("ORDER BY id") }

    /// Adds a link, or writes it as it stands now over its row.
    package func put(_ connector: ConnectorInstance) throws { try put(row: connector) }

    /// Returns a link by its number.
    package func connector(_ id: Int64) throws -> ConnectorInstance? { try row("WHERE id = \(id)") }

    /// Returns a link by its short name.
    package func connector(named name: String) throws -> ConnectorInstance? {
        try row("WHERE name = \(name)")
    }

    /// Returns all links, by name.
    package func connectors() throws -> [ConnectorInstance] { try rows("ORDER BY name") }

    /// Returns the newest map of a link's words, with its version; empty with version 0 before the
    /// first.
    package func statusMap(
        of connector: Int64
    ) throws -> (version: Int64, words: [String: CaseState]) {
        let newest: Int64? = try value(
            """
            SELECT version FROM status_map WHERE connector_id = \(connector)
            ORDER BY version DESC LIMIT 1
            """
        )
        guard let version = newest else { return (0, [:]) }
        var words: [String: CaseState] = [:]
        try run(
            """
            SELECT remote_status, mapped FROM status_map
            WHERE connector_id = \(connector) AND version = \(version)
            """
        ) { words[try $0.next()] = try $0.next() }
        return (version, words)
    }

    /// Adds a version of the map of a link's words.
    package func addStatusMap(
        _ words: [String: CaseState],
        version: Int64,
        of connector: Int64
    ) throws {
        for (word, state) in words.sorted(by: { $0.key < $1.key }) {
            try exec("INSERT INTO status_map VALUES (\(connector), \(version), \(word), \(state))")
        }
    }
}
