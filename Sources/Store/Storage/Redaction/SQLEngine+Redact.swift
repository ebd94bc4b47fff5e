import MainstayCore
package import SQLDatabase

extension SQLEngine {
    /// Takes words out for good: see ``Redaction``.
    ///
    /// The order is in the list beside the blobs before anything is blanked; whatever happens then,
    /// the next start ends it, and so does a start on an older database beside the same list.
    /// - Throws: ``StorageError`` with ``StorageError/Code/missing`` for an event that is not
    ///   there, and with ``StorageError/Code/disk``.
    package func redact(_ redaction: Redaction, blobs: BlobFolder) async throws {
        let known: Int64? = try await read { connection in
            try connection.value(
                """
                SELECT COUNT(*) FROM event WHERE chain_id = \(redaction.chainID)
                  AND seq IN \(list: redaction.seqs)
                """
            )
        }
        guard known == Int64(redaction.seqs.count), known != 0 else {
            throw StorageError(
                .missing,
                "Chain \(redaction.chainID) has \(known ?? 0) of the \(redaction.seqs.count) events"
            )
        }
        try RedactionList(blobs).append(redaction)
        _ = try await apply([redaction], blobs: blobs)
    }

    /// Ends redactions that were ordered and are not done here: each start calls it.
    ///
    /// - Returns: How many were not done.
    @discardableResult
    package func applyRedactions(blobs: BlobFolder) async throws -> Int {
        try await apply(try RedactionList(blobs).read(), blobs: blobs)
    }

    private func apply(_ redactions: [Redaction], blobs: BlobFolder) async throws -> Int {
        if redactions.isEmpty { return 0 }
        let done = try await write { try $0.apply(redactions) }
        let erased = try await read { connection in
            var erased: [(sha: String, at: Instant)] = []
            try connection.run("SELECT sha, erased_at FROM blob WHERE erased_at IS NOT NULL") {
                erased.append((try $0.next(), try $0.next()))
            }
            return erased
        }
        for blob in erased { try blobs.erase(blob.sha, ifOlderThan: blob.at) }
        if done > 0 { try await clearLog() }
        return done
    }
}
