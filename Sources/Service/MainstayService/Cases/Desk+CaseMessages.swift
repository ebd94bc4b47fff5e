package import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// A message for a vendor as somebody sees it before it leaves, or after.
package struct MessageView: Sendable {
    /// The message in the outbox.
    package let message: OutboxMessage
    /// What it says.
    package let content: CaseMessage
    /// Its bytes as they will leave, or were approved.
    package let bytes: [UInt8]
    /// The SHA-256 of the bytes: what an approval names.
    package let digest: String
    /// What may tell of a customer all the same.
    package let risks: [RemainingRisk]
    /// The kinds of secrets that its file holds, with how often; files go as they are.
    package let fileFindings: [SecretKind: Int]
    /// The attempts to send it, with the agreements that each rests on.
    package let attempts: [(disclosure: Disclosure, grounds: [Int64])]
    /// The login of who approved it.
    package let approver: String?

    /// Whether it would open a case that is there already, though we never sent it.
    var isSomebodyElses: Bool {
        content.operation == .openCase && bytes.isEmpty && attempts.isEmpty
    }
}

/// What leaves the house for one case.
package struct CasePreview: Sendable {
    /// What people call the case.
    package let ref: String
    /// Whom it is at.
    package let vendor: String
    /// The fields that its policy lets leave.
    package let fields: [SharedField]
    /// The messages, the oldest first.
    package let messages: [MessageView]
    /// The stand-ins that they use.
    package let standIns: [Disguise.Entry]
}

/// Where words or a file of a ticket stand, as somebody releases them: `MST-1#4`, `MST-1#4:log.txt`.
package struct TicketPlace: Sendable, Hashable {
    /// The ticket.
    package let ticket: String
    /// The number of its event.
    package let seq: Int64
    /// The name of the file; `nil`: the event brought only one.
    package let file: String?

    /// Reads a place; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        let rest = parts[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let seq = rest.first.flatMap({ Int64($0) }), seq > 0 else { return nil }
        ticket = String(parts[0])
        self.seq = seq
        file = rest.count == 2 ? String(rest[1]) : nil
    }
}

extension Desk {
    /// Adds an internal message to a case.
    package func note(case ref: String, _ text: String) async throws {
        try await change(case: ref) { state in
            try state.change.note(text)
            return .null
        }
    }

    /// Copies words of the vendor in, as of when he wrote them; stand-ins are turned back.
    package func takeWords(case ref: String, _ text: String, at occurredAt: Instant?) async throws {
        try await change(case: ref, occurredAt: occurredAt) { state in
            let disguise = try state.connection.disguise(ofCase: state.change.vendorCase.id)
            try state.change.takeWords(disguise.restore(text))
            return .null
        }
    }

    /// Shares words with the vendor: held until somebody has approved them as they will leave.
    ///
    /// - Returns: The key of the message.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where a customer has not agreed.
    @discardableResult
    package func share(case ref: String, _ text: String) async throws -> String {
        try await change(case: ref) { state in
            try state.share(text)
        }
        .text ?? ""
    }

    /// Releases one message of a ticket for the vendor, as ``share(case:_:)`` does with new words.
    @discardableResult
    package func share(case ref: String, message place: TicketPlace) async throws -> String {
        try await change(case: ref) { state in
            let ticket = try state.linkedTicket(place.ticket)
            let event = try state.connection.event(ticket.id, place.seq)
            guard let text = event?.text, !text.isEmpty else {
                throw UseError.unknown("message of \(ticket.ref)", "\(place.seq)")
            }
            return try state.share(text)
        }
        .text ?? ""
    }

    /// Releases a file of a ticket for the vendor.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for a file that is not there, and with
    ///   ``UseError/Code/refused`` for one beyond 5 MiB or without the customer's agreement.
    @discardableResult
    package func share(case ref: String, file place: TicketPlace) async throws -> String {
        try await change(case: ref) { state in
            let ticket = try state.linkedTicket(place.ticket)
            let files = try state.connection.attachments(on: ticket.id)
                .filter { $0.eventSeq == place.seq && !$0.name.isEmpty }
            let file = try files.chosen(place.file, on: ticket.ref, place.seq)
            guard let blob = try state.connection.blob(file.blobSHA) else {
                throw UseError.unknown("file of \(ticket.ref)", file.name)
            }
            guard blob.size <= CaseMessage.File.mostBytes else {
                throw UseError(
                    .refused,
                    "File '\(file.name)' has \(blob.size) bytes, expected up to "
                        + "\(CaseMessage.File.mostBytes)",
                    hint: "Compress or split it, and attach that to the ticket"
                )
            }
            var message = try state.draftMessage(.addAttachment, body: "")
            let note = CaseMessage.File(
                name: file.name,
                mediaType: blob.mediaType,
                size: blob.size,
                sha: file.blobSHA
            )
            message.file = note
            let key = message.key
            try state.queue(
                message,
                attachment: file.id,
                asking: { $0.release(note, attachment: file.id, key: key) }
            )
            return .text(key)
        }
        .text ?? ""
    }

    /// Returns what waits to leave for a case, byte for byte; with `all` also what has left.
    ///
    /// `rehearsed` holds what ``rehearse(case:through:)`` caught: of a case that a connector follows,
    /// only that is what will leave.
    package func preview(
        case ref: String,
        all: Bool = false,
        rehearsed: [Int64: [UInt8]] = [:]
    ) async throws -> CasePreview {
        let blobs = instance.blobs
        return try await read { connection, acting in
            let found = try connection.visibleCase(ref, to: acting)
            guard let vendor = try connection.vendor(found.vendorID) else {
                throw UseError.unknown("vendor", "\(found.vendorID)")
            }
            let gate = try connection.gate(of: found, at: vendor)
            return CasePreview(
                ref: found.ref,
                vendor: vendor.name,
                fields: SharedField.allCases.filter(vendor.policy.fields.contains),
                messages: try connection.messages(ofCase: found.id, open: !all)
                    .map { try connection.view(of: $0, gate, blobs, rehearsed[$0.id]) },
                standIns: try connection.disguise(ofCase: found.id).entries
            )
        }
    }

    /// Approves the bytes of a message, which must be those of the digest.
    ///
    /// Of a case kept by hand, the attempt stands in the ledger from here on: whoever approves may
    /// send. Of another, a worker sends it.
    /// - Returns: The message as it was approved.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for another digest, for a message that is
    ///   not held, and where a customer's agreement is missing by now.
    package func approve(
        case ref: String,
        message key: String?,
        digest: String,
        rehearsed: [Int64: [UInt8]] = [:]
    ) async throws -> MessageView {
        let blobs = instance.blobs
        let shown = try await preview(case: ref, rehearsed: rehearsed)
        let view = try shown.messages.chosen(key, of: ref) { $0.message.state == .held }
        guard view.digest.hasPrefix(digest.lowercased()), digest.count >= 8 else {
            throw UseError(
                .refused,
                "Message \(view.message.effectKey) has the digest \(view.digest.prefix(12)), and "
                    + "\(digest) was approved",
                hint: "Look at its bytes again: 'mainstay case preview \(ref)'"
            )
        }
        guard view.message.channel == .hand || rehearsed[view.message.id] != nil else {
            throw UseError(
                .refused,
                "Message \(view.message.effectKey) goes out by a connector and was not rehearsed",
                hint: "Its bytes are known once the vendor's system can be asked"
            )
        }
        guard !view.isSomebodyElses else {
            throw UseError(
                .refused,
                "The vendor's system has a case with the mark of \(ref), which was never sent",
                hint: "Another installation may use the same prefix; where it is this case, say "
                    + "so: 'mainstay case set \(ref) --remote ID'"
            )
        }
        let kept = try blobs.keep(view.bytes)
        try await change(case: ref) { state in
            try state.approve(view.message.id, kept)
            return .null
        }
        return view
    }

    /// Says that a person has sent an approved message of a case kept by hand.
    ///
    /// - Parameters:
    ///   - ref: The case.
    ///   - key: The message; `nil`: the only one that is approved.
    ///   - remoteID: What the vendor calls the case, if that is known now.
    ///   - occurredAt: When; `nil`: now.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a message that is not approved.
    package func markSent(
        case ref: String,
        message key: String?,
        remoteID: String?,
        at occurredAt: Instant? = nil
    ) async throws {
        try await change(case: ref, occurredAt: occurredAt) { state in
            let message = try state.openMessage(key) {
                $0.state == .approved && $0.channel == .hand
            }
            let content = try state.content(of: message)
            var settled = message
            settled.state = .sent
            settled.settledAt = try state.connection.now()
            try state.connection.update(settled)
            try state.settleDisclosure(of: message, .sent)
            state.change.noteSent(content, outbox: message.id, remoteItem: nil)
            if let remoteID { try state.change.setRemote(id: remoteID, url: nil) }
            return .null
        }
    }

    /// Takes a message back that has not left.
    package func withdraw(case ref: String, message key: String?) async throws {
        try await change(case: ref) { state in
            let message = try state.openMessage(key) { [.held, .approved].contains($0.state) }
            try state.takeBack(message, words: nil)
            return .null
        }
    }
}

extension CaseActing {
    /// A ticket of the case, by what people call it.
    fileprivate func linkedTicket(_ ref: String) throws -> Ticket {
        let ticket = try connection.visibleTicket(ref, to: acting)
        let known = try connection.tickets(ofCase: change.vendorCase.id)
        guard known.contains(where: { $0.ticketID == ticket.id }) else {
            throw UseError(
                .refused,
                "Ticket \(ticket.ref) has nothing to do with case \(change.vendorCase.ref)",
                hint:
                    "Tie it with 'mainstay case link \(change.vendorCase.ref) --ticket \(ticket.ref)'"
            )
        }
        return ticket
    }

    fileprivate mutating func share(_ text: String) throws -> JSONValue {
        let message = try draftMessage(.addComment, body: text)
        try queue(message, asking: { try $0.comment(text, key: message.key) })
        return .text(message.key)
    }

    /// The open message of a key, or the only one that fits.
    fileprivate func openMessage(
        _ key: String?,
        where fits: (OutboxMessage) -> Bool
    ) throws -> OutboxMessage {
        let current = change.vendorCase
        return try connection.messages(ofCase: current.id, open: true)
            .chosen(key, of: current.ref, fits)
    }

    /// What a message says.
    func content(of message: OutboxMessage) throws -> CaseMessage {
        try connection.content(of: message, desk.instance.blobs)
    }

    fileprivate mutating func approve(_ id: Int64, _ kept: BlobFolder.Kept) throws {
        let current = change.vendorCase
        guard var message = try connection.outboxMessage(id), message.state == .held else {
            throw UseError(.refused, "The message of case \(current.ref) is held no more")
        }
        let content = try content(of: message)
        guard !current.state.isOver else {
            throw UseError(
                .refused,
                "Case \(current.ref) is \(current.state.rawValue), and nothing is sent any more",
                hint: "Take the message back: 'mainstay case preview \(current.ref) --take-back'"
            )
        }
        // What was agreed then may be withdrawn now.
        let grounds = try connection.grounds(for: message, content, of: current, at: vendor)
        try connection.note(kept, mediaType: "application/octet-stream")
        (message.state, message.approvedSHA) = (.approved, kept.sha)
        (message.approvedBy, message.approvedAt) = (acting.account.id, try connection.now())
        try connection.update(message)
        if message.channel == .hand {
            try connection.disclose(
                message,
                to: message.destination,
                wire: kept.sha,
                vendor,
                on: grounds,
                &provision
            )
        } else if let connector = current.connectorID {
            try connection.askToSend(case: current.id, through: connector, &provision)
        }
        change.note(
            .approved,
            of: message.effectKey,
            outbox: id,
            facts: ["sha256": .text(kept.sha)]
        )
    }
}
