package import MainstayCore
package import SQLDatabase

extension Dump {
    /// Fills an empty database from a dump, in one transaction: wholly or not at all.
    ///
    /// Missing tables are made first. Before it commits, the dump's digest and every chain are
    /// proved, the redactions beside the blobs are applied, and the words for the search are made.
    /// New ids will lie above those of the dump, whatever the clock says.
    ///
    /// - Parameters:
    ///   - path: A dump of this program's level.
    ///   - engine: A database without rows of ours, with tables or without.
    ///   - blobs: The folder with `redactions.jsonl`.
    ///   - progress: Told of the tables.
    /// - Throws: ``StorageError`` with ``StorageError/Code/badDump`` naming the line, or for a
    ///   database that has rows, and with ``StorageError/Code/broken`` for a chain that does not
    ///   hold; the database is as it was then.
    package static func load(
        _ path: String,
        into engine: any SQLEngine,
        blobs: BlobFolder,
        _ progress: any ProgressSink = SilentProgress()
    ) async throws {
        let redactions = try RedactionList(blobs).read()
        let redacted = try await engine.write(.long) { connection in
            try Migration.apply(inBodyOf: connection)
            try connection.requireEmpty()
            var dump = try DumpReader(path)
            let highest = try connection.copy(from: &dump, progress)
            try connection.raiseIDFloor(above: highest)
            try connection.requireChains()
            let redacted = try connection.apply(redactions)
            try connection.rebuildSearch(progress)
            return redacted
        }
        if redacted > 0 { try await engine.clearLog() }
        try await engine.applyRedactions(blobs: blobs)
    }
}

extension Connection {
    fileprivate func requireEmpty() throws {
        for table in StoredTable.all where table.isDumped {
            var cursor = TableCursor(table, self, pieceRows: 1)
            if try cursor.next() == nil { continue }
            throw StorageError(
                .badDump,
                "The database is not empty: table '\(table.name)' has rows",
                hint: "Load into a new database"
            )
        }
    }

    /// Copies all rows; returns the highest id.
    fileprivate func copy(
        from dump: inout DumpReader,
        _ progress: any ProgressSink
    ) throws -> Int64 {
        try dump.begin()
        while let table = dump.table {
            progress.report("Loading \(table.name)", done: dump.line, total: 0)
            do {
                try bulk(table.name, table.columns) { try dump.row(of: table) }
            } catch let error as SQLError where [.constraint, .other].contains(error.code) {
                throw StorageError(
                    .badDump,
                    "A row of '\(table.name)' up to line \(dump.line) cannot be stored: "
                        + error.message
                )
            }
        }
        return dump.highestID
    }

    fileprivate func requireChains() throws {
        var first: Fault?
        try proveChains { fault in first = first ?? fault }
        guard let first else { return }
        throw StorageError(
            .broken,
            "The chains of the dump do not hold: \(first)",
            hint: "Load an older dump, and look for who changed the database before this one"
        )
    }
}
