import MainstayCore
import SQLDatabase
import Storage

/// Words that may be too long for a field: then they are a file, and their start stays with a note.
struct LongText: Sendable {
    /// The longest text that stays whole, in bytes: 1 MiB with room for a title and a note.
    static let longest = Event.longestText - 4096
    /// How much of a longer one stays, in bytes.
    private static let kept = 64 << 10

    /// The words for the field.
    let text: String
    private let file: BlobFolder.Kept?

    /// Takes words; those that are too long are on the disk as a blob afterwards.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``.
    init(_ words: String, in blobs: BlobFolder) throws {
        guard words.utf8.count > Self.longest else {
            (text, file) = (words, nil)
            return
        }
        file = try blobs.keep(Array(words.utf8))
        var end = words.utf8.index(words.utf8.startIndex, offsetBy: Self.kept)
        while end.samePosition(in: words.unicodeScalars) == nil {
            end = words.utf8.index(before: end)
        }
        text =
            String(words[..<end])
            + "\n\n[The first \(Self.kept) of \(words.utf8.count) bytes; the whole is attached as "
            + "\(Self.name)]"
    }

    /// Attaches the file, if there is one, to the event that holds the words.
    func attach(
        to event: Event,
        on connection: any Connection,
        _ provision: inout Provision
    ) throws {
        guard let file else { return }
        try connection.note(file, mediaType: "text/plain; charset=utf-8")
        try connection.insert(
            Attachment(
                id: try provision.id(),
                chainID: event.chainID,
                eventSeq: event.seq,
                name: Self.name,
                blobSHA: file.sha
            )
        )
    }

    private static let name = "message.txt"
}
