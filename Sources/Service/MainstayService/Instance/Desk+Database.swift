import SupportDesk
package import MainstayCore
package import SQLDatabase
package import Storage

/// The care of the store, for administrators.
extension Desk {
    /// Copies the whole store into a new folder, after anchoring what is not yet.
    ///
    /// - Returns: The manifest of the backup.
    package func backup(to folder: String, _ progress: any ProgressSink) async throws -> JSONValue {
        try await requireKeeper()
        _ = try await anchor()
        return try await Backup.write(
            instance.engine,
            blobs: instance.blobs,
            to: folder,
            progress
        )
    }

    /// Writes the store as text into a file; returns how many rows.
    package func writeDump(to path: String, _ progress: any ProgressSink) async throws -> Int {
        try await requireKeeper()
        return try await Dump.write(instance.engine, to: path, progress)
    }

    /// Proves everything that is stored and returns what does not hold; caches are remade if asked
    /// for.
    package func verify(
        rebuilding: Bool,
        _ progress: any ProgressSink
    ) async throws -> [Fault] {
        try await requireKeeper()
        if rebuilding {
            try await instance.engine.rebuildCaches(progress)
            try await instance.engine.remakeClocks(zones)
        }
        return try await instance.engine.verify(blobs: instance.blobs, progress)
    }

    /// Tells how the store is, and what its engine says of itself.
    package func findings() async throws -> (
        findings: [Finding], engine: [(name: String, value: String)]
    ) {
        try await requireKeeper()
        var findings = try await instance.engine.findings(blobs: instance.blobs) { .now }
        findings.append(try await deploymentFinding())
        return (findings, try await instance.engine.condition())
    }

    /// Vouches for all that changed since the last anchor; returns the roots of the anchors made.
    ///
    /// It also forgets the keys of effects that are older than 30 days.
    package func anchor() async throws -> [String] {
        try await requireKeeper()
        var roots: [String] = []
        while true {
            let root = try await write { connection, _, provision in
                try connection.forgetOldEffects()
                return try connection.makeAnchor(&provision).map { .text($0.root) } ?? .null
            }
            guard let root = root.text else { return roots }
            roots.append(root)
        }
    }

    /// Takes the words of events of a ticket out for good.
    ///
    /// - Parameters:
    ///   - ref: The ticket.
    ///   - seqs: The numbers of its events.
    ///   - ground: Why.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for an event that is not there.
    package func redact(_ ref: String, events seqs: [Int64], ground: LegalGround) async throws {
        let redaction = try await read { connection, acting in
            try acting.require(.keepDatabase)
            let ticket = try connection.visibleTicket(ref, to: acting)
            let known = Set(try connection.events(of: ticket.id).map(\.seq))
            if let missing = seqs.first(where: { !known.contains($0) }) {
                throw UseError.unknown("event of \(ticket.ref)", "\(missing)")
            }
            return Redaction(of: seqs, on: ticket.id, by: acting.account.id, ground: ground)
        }
        try await instance.engine.redact(redaction, blobs: instance.blobs)
    }

    private func requireKeeper() async throws {
        try await read { _, acting in try acting.require(.keepDatabase) }
    }
}

extension Instance {
    /// The folder of blobs.
    package nonisolated var blobs: BlobFolder { location.blobs }

    /// Fills an empty database from a dump.
    ///
    /// - Parameters:
    ///   - path: The dump.
    ///   - engine: The database, with or without tables, without rows.
    ///   - location: Where its files are.
    ///   - progress: Told of the tables.
    /// - Throws: ``StorageError`` with ``StorageError/Code/badDump``; the database is as it was
    ///   then.
    package static func load(
        _ path: String,
        into engine: any SQLEngine,
        at location: DataLocation,
        _ progress: any ProgressSink
    ) async throws {
        try await Dump.load(path, into: engine, blobs: location.blobs, progress)
        try await engine.remakeClocks(TimeZones())
    }

    /// Returns the names of the migrations that a database lacks, in order; makes them unless told
    /// not to.
    ///
    /// - Parameters:
    ///   - engine: The database.
    ///   - isPlanOnly: Whether they are only listed, with their statements.
    /// - Returns: The names, and the statements of a plan.
    /// - Throws: ``StorageError`` with ``StorageError/Code/tooNew``.
    package static func migrate(
        _ engine: any SQLEngine,
        isPlanOnly: Bool
    ) async throws -> [(name: String, statements: [String])] {
        if isPlanOnly {
            let missing = try await engine.read { try Migration.plan($0) }.missing
            return missing.map { ($0.name, $0.statements(for: engine.dialect)) }
        }
        return try await Migration.apply(on: engine).map { ($0.name, []) }
    }
}

extension DataLocation {
    var blobs: BlobFolder { BlobFolder(folder + "/blobs") }
}
