package import SQLDatabase

/// A file that came with an event.
package struct Attachment: Sendable, Hashable, RowDecodable {
    /// The columns of `attachment`.
    package static let columns: Query = "id, chain_id, event_seq, name, blob_sha"

    /// Its number.
    package let id: Int64
    /// The chain that the event is on.
    package let chainID: Int64
    /// The event that brought it.
    package let eventSeq: Int64
    /// What it is called; empty once it was redacted.
    package let name: String
    /// Its bytes.
    package let blobSHA: String

    /// Creates an attachment that no vendor may see.
    package init(id: Int64, chainID: Int64, eventSeq: Int64, name: String, blobSHA: String) {
        self.id = id
        self.chainID = chainID
        self.eventSeq = eventSeq
        self.name = name
        self.blobSHA = blobSHA
    }

    /// Reads the columns of `attachment`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        chainID = try row.next()
        eventSeq = try row.next()
        name = try row.next()
        blobSHA = try row.next()
    }
}

extension Connection {
    /// Adds an attachment; its blob is noted already.
    package func insert(_ attachment: Attachment) throws {
        try exec(
            """
            INSERT INTO attachment (id, chain_id, event_seq, name, blob_sha, is_shareable)
            VALUES (\(attachment.id), \(attachment.chainID), \(attachment.eventSeq),
              \(attachment.name), \(attachment.blobSHA), 0)
            """
        )
    }

    /// Returns the attachments on a chain, the oldest first.
    package func attachments(on chain: Int64) throws -> [Attachment] {
        try all(
            "SELECT \(Attachment.columns) FROM attachment WHERE chain_id = \(chain) ORDER BY id"
        )
    }
}
