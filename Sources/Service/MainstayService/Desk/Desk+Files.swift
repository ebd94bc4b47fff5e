import MainstayCore
import SQLDatabase
package import Storage
import SupportDesk

/// The files that came with events: attachments, and texts that were too long for a field.
extension Desk {
    /// Hands the bytes of a file to `each`, piece by piece.
    ///
    /// - Parameters:
    ///   - ref: The ticket.
    ///   - seq: The number of the event that brought the file.
    ///   - name: What the file is called; `nil`: the event brought only one.
    ///   - each: Takes the next bytes.
    /// - Returns: What the file is.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for a ticket, event or file that is
    ///   not there or that the account does not see; ``StorageError`` with
    ///   ``StorageError/Code/missing`` for bytes that are gone, and with
    ///   ``StorageError/Code/broken`` after the last piece when they are not those that came: what
    ///   was handed out is then worthless.
    package func readFile(
        of ref: String,
        event seq: Int64,
        name: String?,
        _ each: ([UInt8]) throws -> Void
    ) async throws -> Attachment {
        let file = try await read { connection, acting in
            let ticket = try connection.visibleTicket(ref, to: acting)
            let place = "event of \(ticket.ref)"
            let event = try connection.events(of: ticket.id, after: seq - 1).first
            guard let event, event.seq == seq, acting.sees(event) else {
                throw UseError.unknown(place, "\(seq)")
            }
            let files = try connection.attachments(on: ticket.id)
                .filter { $0.eventSeq == seq && !$0.name.isEmpty }
            return try files.chosen(name, on: ticket.ref, seq)
        }
        try instance.blobs.read(file.blobSHA, each)
        return file
    }
}

extension [Attachment] {
    /// The one that is called so; without a name the only one.
    func chosen(_ name: String?, on ref: String, _ seq: Int64) throws -> Attachment {
        let hint = "'mainstay ticket show \(ref)' lists the files"
        guard let name else {
            if count < 2, let first { return first }
            let message =
                isEmpty
                ? "Event \(seq) of \(ref) brought no file, or it was redacted"
                : "Event \(seq) of \(ref) brought \(count) files"
            throw UseError(.unknown, message, hint: isEmpty ? hint : "Name one: \(names)")
        }
        if let found = first(where: { $0.name == name }) { return found }
        throw UseError(.unknown, "Event \(seq) of \(ref) brought no file '\(name)'", hint: hint)
    }

    private var names: String { map { "'\($0.name)'" }.joined(separator: ", ") }
}
