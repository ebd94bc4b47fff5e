package import SQLDatabase

extension Connection {
    /// Returns what is noted of a blob; `nil` if there is none, or its bytes are erased.
    package func blob(_ sha: String) throws -> (size: Int64, mediaType: String)? {
        var found: (size: Int64, mediaType: String)?
        try run("SELECT size_bytes, media_type FROM blob WHERE sha = \(sha) AND erased_at IS NULL")
        {
            found = (try $0.next(), try $0.next())
        }
        return found
    }

    /// Notes that the bytes of a blob go.
    package func markErased(_ sha: String) throws {
        try exec("UPDATE blob SET erased_at = \(try now()) WHERE sha = \(sha)")
    }

    /// Notes that a blob is on the disk; the first line of a body that names it.
    ///
    /// One that was erased is there again.
    package func note(_ blob: BlobFolder.Kept, mediaType: String) throws {
        try exec(
            """
            INSERT INTO blob (sha, size_bytes, media_type, created_at, erased_at)
            VALUES (\(blob.sha), \(blob.size), \(mediaType), \(try now()), NULL)
            ON CONFLICT (sha) DO UPDATE SET erased_at = NULL
            """
        )
    }
}
