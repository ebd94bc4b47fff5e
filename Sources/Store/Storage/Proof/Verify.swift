package import MainstayCore
package import SQLDatabase

extension SQLEngine {
    /// Proves everything that is stored, on one snapshot, and returns what does not hold.
    ///
    /// Memory holds a piece of a table at a time. It takes about as long as a dump.
    ///
    /// - Parameters:
    ///   - blobs: Where the bytes are.
    ///   - progress: Told of the tables.
    /// - Returns: The faults, at most 10,000, each with its table, row and event.
    /// - Throws: ``SQLError``.
    package func verify(
        blobs: BlobFolder,
        _ progress: any ProgressSink = SilentProgress()
    ) async throws -> [Fault] {
        var (faults, files) = try await read(.long) { connection in
            let faults = try connection.proveTables(progress)
            let files: [String] = try connection.values(
                "SELECT sha FROM blob WHERE erased_at IS NULL ORDER BY sha"
            )
            return (faults, files)
        }
        for (place, sha) in files.enumerated() {
            if place % 100 == 0 {
                progress.report("Reading blobs", done: place, total: files.count)
            }
            do { try blobs.read(sha) { _ in } } catch let error as StorageError {
                faults.append(Fault("blob", sha, error.message))
            }
        }
        return faults
    }

    /// Makes the caches anew: the words for the search.
    package func rebuildCaches(_ progress: any ProgressSink = SilentProgress()) async throws {
        try await write(.long) { try $0.rebuildSearch(progress) }
    }
}

extension Connection {
    /// Proves all tables as they stand in this transaction: see
    /// ``SQLDatabase/SQLEngine/verify(blobs:_:)``.
    package func proveTables(_ progress: any ProgressSink = SilentProgress()) throws -> [Fault] {
        var faults: [Fault] = []
        let report: FaultReport = { if faults.count < 10_000 { faults.append($0) } }
        try proveRows(report, progress)
        try proveChains(report)
        try proveAnchors(report)
        try proveLinks(report)
        return faults
    }
}
