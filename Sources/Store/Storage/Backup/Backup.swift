import Crypto
import Glibc
package import MainstayCore
package import SQLDatabase

/// A copy of the whole store in a folder of its own: database, blobs, redactions, and a manifest.
///
/// The manifest, `manifest.json`, holds the level, the instance, the last root of the anchors, and
/// the SHA-256 of the database's copy.
package enum Backup {
    /// Makes a backup of one moment.
    ///
    /// - Parameters:
    ///   - engine: The database.
    ///   - blobs: Where the bytes are.
    ///   - folder: Absolute path of a folder that does not exist yet.
    ///   - progress: Told of the blobs.
    /// - Returns: The manifest.
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``, and ``SQLError``. What was
    ///   written so far has no manifest then; if it is nothing, the folder is gone again.
    @discardableResult
    package static func write(
        _ engine: any SQLEngine,
        blobs: BlobFolder,
        to folder: String,
        _ progress: any ProgressSink = SilentProgress()
    ) async throws -> JSONValue {
        try make(folder)
        do { return try await fill(folder, from: engine, blobs, progress) } catch {
            // Only a folder with nothing in it goes.
            rmdir(folder)
            throw error
        }
    }

    private static func make(_ folder: String) throws {
        if mkdir(folder, 0o700) == 0 { return }
        switch errno {
        case EEXIST:
            throw StorageError(
                .disk,
                "\(folder) is there already, and a backup goes into a folder of its own",
                hint: "Name a folder that does not exist yet"
            )
        case ENOENT:
            throw StorageError(
                .disk,
                "The folder in which \(folder) should be made does not exist",
                hint: "Make it, or name a folder in one that exists"
            )
        default: throw StorageError.disk("make", folder)
        }
    }

    private static func fill(
        _ folder: String,
        from engine: any SQLEngine,
        _ blobs: BlobFolder,
        _ progress: any ProgressSink
    ) async throws -> JSONValue {
        let name = engine.dialect == .sqlite ? "mainstay.db" : "mainstay.pgdump"
        try await engine.backup(to: "\(folder)/\(name)")
        let facts = try await engine.read { connection in try connection.backupFacts() }
        let copy = BlobFolder("\(folder)/blobs")
        for (place, sha) in facts.blobs.enumerated() {
            if place % 100 == 0 {
                progress.report("Copying blobs", done: place, total: facts.blobs.count)
            }
            _ = try copy.keep(try blobs.read(sha))
        }
        try RedactionList(blobs).copy(to: copy)
        let manifest: JSONValue = [
            "database": .text(name), "sha256": .text(try digest(of: "\(folder)/\(name)")),
            "level": .int(Int64(Migration.programLevel)), "instance": .text(facts.instance),
            "lastRoot": .text(facts.root), "blobs": .int(Int64(facts.blobs.count)),
        ]
        let file = try NewFile(in: folder)
        try file.append(Array((manifest.json + "\n").utf8))
        try file.keep(as: "\(folder)/manifest.json")
        try await engine.noteBackup()
        return manifest
    }

    private static func digest(of path: String) throws -> String {
        let file = try FilePieces(path)
        var hash = SHA256()
        while case let piece = try file.next(), !piece.isEmpty { hash.update(data: piece) }
        return hash.finalize().hex()
    }
}

extension Connection {
    fileprivate func backupFacts() throws -> (blobs: [String], instance: String, root: String) {
        let blobs: [String] = try values(
            "SELECT sha FROM blob WHERE erased_at IS NULL ORDER BY sha"
        )
        return (blobs, try setting(Dump.instance) ?? "", try setting(Anchor.setting) ?? "")
    }
}
