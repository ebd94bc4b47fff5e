import MainstayCore
import SQLDatabase
import Storage

/// A file that somebody attaches to a message.
package struct NewAttachment: Sendable, Hashable {
    /// What it is called: one name, without a folder.
    package let name: String
    /// Its bytes.
    package let bytes: [UInt8]

    /// Creates a file to attach.
    package init(name: String, bytes: [UInt8]) {
        (self.name, self.bytes) = (name, bytes)
    }

    /// What the bytes are, as far as they show it.
    fileprivate var mediaType: String {
        if bytes.starts(with: [0x1f, 0x8b]) { return "application/gzip" }
        let isText = !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
        return isText ? Self.text : "application/octet-stream"
    }

    fileprivate static let text = "text/plain; charset=utf-8"
}

/// The words of a message and the files that come with it.
///
/// Words that are too long for a field are a file, and their start stays with a note.
struct MessageContent: Sendable {
    /// The longest text that stays whole, in bytes: 1 MiB with room for a title and a note.
    static let longest = Event.longestText - 4096
    /// How much of a longer one stays, in bytes.
    private static let kept = 64 << 10

    private struct File {
        let name: String
        let mediaType: String
        let bytes: BlobFolder.Kept
    }

    /// The words for the field.
    let text: String
    private let files: [File]

    /// Takes words and files; what is a file is on the disk as a blob afterwards.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a name that is none or that comes
    ///   twice; ``StorageError`` with ``StorageError/Code/disk``.
    init(_ words: String, with attachments: [NewAttachment] = [], in blobs: BlobFolder) throws {
        var files = attachments
        if words.utf8.count > Self.longest {
            files.append(NewAttachment(name: Self.name, bytes: Array(words.utf8)))
            text = Self.start(of: words)
        } else {
            text = words
        }
        try Self.check(files.map(\.name))
        self.files = try files.map { file in
            File(name: file.name, mediaType: file.mediaType, bytes: try blobs.keep(file.bytes))
        }
    }

    /// Attaches the files to the event that holds the words.
    func attach(
        to event: Event,
        on connection: any Connection,
        _ provision: inout Provision
    ) throws {
        for file in files {
            try connection.note(file.bytes, mediaType: file.mediaType)
            try connection.insert(
                Attachment(
                    id: try provision.id(),
                    chainID: event.chainID,
                    eventSeq: event.seq,
                    name: file.name,
                    blobSHA: file.bytes.sha
                )
            )
        }
    }

    private static func start(of words: String) -> String {
        var end = words.utf8.index(words.utf8.startIndex, offsetBy: kept)
        while end.samePosition(in: words.unicodeScalars) == nil {
            end = words.utf8.index(before: end)
        }
        return String(words[..<end])
            + "\n\n[The first \(kept) of \(words.utf8.count) bytes; the whole is attached as \(name)]"
    }

    private static func check(_ names: [String]) throws {
        for name in names {
            let isPlain =
                name != "." && name != ".." && (1...255).contains(name.utf8.count)
                && name.unicodeScalars.allSatisfy {
                    $0 != "/" && $0 != "\\" && $0.value >= 32 && $0.value != 127
                }
            guard isPlain else {
                throw UseError(
                    .refused,
                    "'\(name)' is no name of an attachment",
                    hint: "It has 1 to 255 bytes, no slash, no backslash and no control character"
                )
            }
            guard names.count(where: { $0 == name }) == 1 else {
                throw UseError(
                    .refused,
                    "Two attachments of one message are called '\(name)'",
                    hint: "Rename one, or write two messages"
                )
            }
        }
    }

    private static let name = "message.txt"
}
