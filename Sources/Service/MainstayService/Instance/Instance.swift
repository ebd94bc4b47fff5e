package import MainstayCore
package import SQLDatabase
package import Storage

/// Where the data of an installation is.
package struct DataLocation: Sendable, Hashable {
    /// The absolute path of the folder.
    ///
    /// It holds the files, and the database unless that is on a server.
    package let folder: String
    /// The address of the PostgreSQL database; `nil`: SQLite in the folder.
    package let database: String?
    let name: String?

    /// Creates a location.
    ///
    /// - Parameters:
    ///   - folder: The absolute path of the folder.
    ///   - database: The address of the PostgreSQL database; `nil`: SQLite in the folder.
    ///   - name: What the installation is called; `nil`: after host and folder.
    package init(folder: String, database: String?, name: String? = nil) {
        self.folder = folder
        self.database = database
        self.name = name
    }

    /// The file of the SQLite database.
    package var file: String { folder + "/mainstay.db" }
}

/// An installation that is open.
///
/// It reads without leaving a trace; the first write takes a number for this process, which
/// ``leave()`` gives back.
package actor Instance {
    /// Where its data is.
    package nonisolated let location: DataLocation
    /// Its database.
    package nonisolated let engine: any SQLEngine
    private let clock: @Sendable () -> Instant
    private let process: String
    private var joining: Task<IDSource, any Error>?

    /// Opens an installation whose database has the tables of this version.
    ///
    /// Redactions that were ordered and are not done here, as after a restore, are done.
    ///
    /// - Parameters:
    ///   - location: Where its data is.
    ///   - engine: Its database, open.
    ///   - process: What to call this process among the running ones, such as host and number.
    ///   - clock: The process's clock.
    /// - Throws: ``StorageError`` with ``StorageError/Code/empty``, ``StorageError/Code/outdated``
    ///   or ``StorageError/Code/tooNew``.
    package init(
        _ location: DataLocation,
        on engine: any SQLEngine,
        process: String,
        clock: @escaping @Sendable () -> Instant
    ) async throws {
        self.location = location
        self.engine = engine
        self.process = process
        self.clock = clock
        let plan = try await engine.read { try Migration.plan($0) }
        if plan.isEmpty { throw StorageError.notInitialised(location) }
        if let next = plan.missing.first { throw StorageError.outdated(next) }
        try await engine.applyRedactions(blobs: location.blobs)
    }

    /// Makes what a write body needs: ids and salts.
    package func provision(ids count: Int = 16) async throws -> Provision {
        let joining =
            self.joining
            ?? Task { [engine, process, clock] in
                try await IDSource.join(engine, name: process, clock: clock)
            }
        self.joining = joining
        return try await joining.value.provision(ids: count)
    }

    /// Gives this process's number back; the database stays open.
    package func leave() async {
        if let source = try? await joining?.value { try? await source.leave() }
        joining = nil
    }

    /// Runs a body exactly once under a fresh key, also when the answer to COMMIT gets lost.
    ///
    /// - Parameters:
    ///   - count: How many ids the body may need.
    ///   - body: Reads, decides, writes; its result holds ids and codes only.
    /// - Returns: The body's result.
    /// - Throws: What the body throws, and then nothing is written; ``SQLError``.
    package func writeOnce(
        ids count: Int = 16,
        _ body: @escaping @Sendable (any Connection, inout Provision) throws -> JSONValue
    ) async throws -> JSONValue {
        var provision = try await provision(ids: count + 1)
        let key = EffectKey("command:\(try provision.id())", request: [])
        let rest = provision
        return try await engine.writeOnce(key) { connection in
            var provision = rest
            return try body(connection, &provision)
        }
    }
}

extension StorageError {
    fileprivate static func notInitialised(_ location: DataLocation) -> StorageError {
        StorageError(
            .empty,
            location.database == nil
                ? "\(location.file) has no tables" : "The PostgreSQL database has no tables",
            hint: "Set it up with 'mainstay init'"
        )
    }

    fileprivate static func outdated(_ next: Migration) -> StorageError {
        StorageError(
            .outdated,
            "The database lacks migration \(next.name)",
            hint: "Run 'mainstay db migrate'"
        )
    }
}
