import Glibc
import MainstayCore

/// The redactions that were ever ordered: the file `redactions.jsonl` beside the blobs.
///
/// Each start applies it. So an older database that is put beside it loses the words again, as long
/// as whoever puts it there leaves this file in its place: nothing else knows of redactions made
/// since.
struct RedactionList {
    private let folder: String
    private var path: String { folder + "/redactions.jsonl" }

    /// Names the list in a folder of blobs.
    init(_ blobs: BlobFolder) {
        folder = blobs.path
    }

    /// Returns all orders in their order; none if there is no file.
    ///
    /// A last line without a line break was never acknowledged and counts for nothing.
    /// - Throws: ``StorageError`` with ``StorageError/Code/broken`` naming a line that is no order.
    func read() throws -> [Redaction] {
        guard access(path, F_OK) == 0 else { return [] }
        let file = try FilePieces(path)
        var bytes: [UInt8] = []
        while case let piece = try file.next(), !piece.isEmpty { bytes += piece }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return try lines.dropLast().enumerated()
            .map { number, line in
                guard let value = try? JSONValue(json: line), let order = Redaction(line: value)
                else {
                    throw StorageError(.broken, "Line \(number + 1) of \(path) is no redaction")
                }
                return order
            }
    }

    /// Adds all orders to the list of another folder.
    func copy(to other: BlobFolder) throws {
        for redaction in try read() { try RedactionList(other).append(redaction) }
    }

    /// Adds an order durably, unless it is there; nodes that do so at once wait for one another.
    func append(_ redaction: Redaction) throws {
        try BlobFolder.make(folder)
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
            throw StorageError.disk("write", path)
        }
        defer { close(descriptor) }
        let known = try read()
        guard !known.contains(redaction) else { return }
        // What a crash left of a line goes.
        let whole = known.reduce(0) { $0 + $1.line.json.utf8.count + 1 }
        let line = Array((redaction.line.json + "\n").utf8)
        guard ftruncate(descriptor, whole) == 0, write(descriptor, line, line.count) == line.count,
            fsync(descriptor) == 0
        else { throw StorageError.disk("write", path) }
        try NewFile.syncFolder(of: path)
    }
}
