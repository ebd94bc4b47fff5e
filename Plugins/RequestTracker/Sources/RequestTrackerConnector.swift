internal import FoundationEssentials
public import MainstayConnectorSDK

/// Speaks with Request Tracker 5 by REST 2.0, below `https://.../REST/2.0`.
///
/// Success codes prove nothing here, so everything that was written is read back. What our own
/// account wrote is found again by the subject of its transaction: no search reads the text.
public struct RequestTrackerConnector: VendorConnector, CaseLookup, CaseAttachments {
    /// Who it is.
    public static let descriptor = ConnectorDescriptor(
        id: "org.mainstay.requesttracker",
        version: "1.0.0",
        displayName: "Request Tracker"
    )

    let host: ConnectorHost
    let queue: String
    let account: String
    let closedStatus: String
    let filter: String?

    /// Takes the `queue` for new tickets, our `account` there, `closedStatus` (`resolved`), and a
    /// `filter` in TicketSQL for accounts that may not see all of the queue.
    public init(options: ConnectorOptions, host: ConnectorHost) async throws {
        self.host = host
        queue = try options.required("queue")
        account = try options.required("account")
        closedStatus = try options.optional("closedStatus") ?? "resolved"
        filter = try options.optional("filter")
    }

    /// The state that RT's own lifecycle means.
    public func state(of status: String) -> CaseState {
        switch status {
        case "new": .submitted
        case "open": .working
        case "stalled": .needsUs
        case "resolved": .fixOffered
        case "rejected": .refused
        case "deleted": .gone
        default: .unknown
        }
    }

    // MARK: Cases

    /// Opens a ticket; the severity is the name of a service level there.
    public func openCase(_ draft: CaseDraft) async throws -> VendorCase {
        let marker = draft.intent.marker
        if let known = try await find(marker) { return try await readCase(known) }
        var fields = draft.fields
        if let severity = draft.severity { fields["SLA"] = .text(severity) }
        fields["Queue"] = .text(queue)
        fields["Subject"] = .text(
            "\(start(of: draft.title, bytes: 199 - marker.utf8.count)) \(marker)"
        )
        fields["Content"] = .text("\(draft.body)\n\n\(marker)")
        fields["ContentType"] = "text/plain"
        let made: Ticket = try await host.send(.json("POST", "/ticket", fields))
            .expect(201).decode()
        return try await readCase(made.id.text)
    }

    /// Reads a ticket; of one that was merged RT gives the one that goes on.
    public func readCase(_ id: String) async throws -> VendorCase {
        try await ticket(id).asCase(id)
    }

    /// Gives the reason as a reply, then sets the status, once more if the ticket changed meanwhile.
    public func closeCase(_ request: CloseRequest) async throws -> VendorCase {
        if try await ticket(request.caseID).status != closedStatus {
            _ = try await reply(request.intent, to: request.caseID, request.reason)
        }
        var said: String?
        for _ in 1...2 {
            let (now, tag) = try await taggedTicket(request.caseID)
            if now.status == closedStatus { break }
            var change = try HTTPRequest.json(
                "PUT",
                "/ticket/\(request.caseID)",
                ["Status": closedStatus]
            )
            change.headers["If-Match"] = tag
            let answer = try await host.send(change)
            if answer.status == 412 { continue }
            said = try answer.expect(200).sentence
            break
        }
        let now = try await readCase(request.caseID)
        guard now.status == closedStatus else {
            throw ConnectorError.rejected(said ?? "The ticket stays '\(now.status)'")
        }
        return now
    }

    private func ticket(_ id: String) async throws -> Ticket {
        try await taggedTicket(id).ticket
    }

    private func taggedTicket(_ id: String) async throws -> (ticket: Ticket, tag: String?) {
        let answer = try await host.send(HTTPRequest("GET", "/ticket/\(try checked(id))"))
            .expect(200)
        return (try answer.decode(), answer.header("ETag"))
    }

    /// The ticket that we opened with a marker.
    ///
    /// A merged one is found by no search for tickets, but
    /// what opened it still has its subject (RT-10).
    private func find(_ marker: String) async throws -> String? {
        let query = "Subject LIKE \(quoted(marker)) AND Creator = \(quoted(account))"
        let found: Items<Ticket> = try await list("/tickets", query, ["fields": "Subject"])
        let known = found.whole.first { $0.subject?.contains(marker) == true }
        if let known { return known.id.text }
        let ours = "ObjectType = 'RT::Ticket' AND Type = 'Create' AND Creator = \(quoted(account))"
        for number in 1... {
            let page = ["page": "\(number)", "order": "DESC", "fields": Transaction.fields]
            let opens: Items<Transaction> = try await list("/transactions", ours, page)
            let ids = opens.whole.compactMap { Int($0.id.text) }
            guard let first = ids.min(), let last = ids.max() else { return nil }
            let subjects = try await attachments(
                from: first,
                to: last,
                [["field": "Subject", "operator": "LIKE", "value": .text(marker)]]
            )
            let match = subjects.first { $0.subject?.contains(marker) == true }
            if let match, let id = match.transactionID?.text {
                let opened: Transaction = try await host.get("/transaction/\(id)")
                return opened.object?.id.text
            }
            if opens.items.count < pageSize { return nil }
        }
        return nil
    }

    // MARK: Replies

    /// Replies to the requestor's side; an internal comment is never written.
    public func addComment(_ comment: OutgoingComment) async throws -> CommentReceipt {
        let id = try await reply(comment.intent, to: comment.caseID, comment.body)
        return CommentReceipt(commentID: id)
    }

    /// Sends a file with a reply of its own.
    public func addAttachment(_ file: OutgoingAttachment) async throws -> AttachmentReceipt {
        let text = "File \(file.name)"
        let reply = try await reply(file.intent, to: file.caseID, text, file: file)
        let path = "/transaction/\(reply)/attachments"
        let query = ["fields": "Filename,ContentLength", "per_page": "\(pageSize)"]
        let parts: Items<Attachment> = try await host.get(path, query: query)
        let sent = parts.whole.first { $0.filename == file.name }
        guard let sent, sent.contentLength?.text == "\(file.size)" else {
            throw ConnectorError.rejected("File '\(file.name)' is not whole at the vendor")
        }
        return AttachmentReceipt(attachmentID: sent.id.text)
    }

    /// The transaction of our reply with a marker, which is written if it is not there yet.
    private func reply(
        _ intent: Intent,
        to caseID: String,
        _ text: String,
        file: OutgoingAttachment? = nil
    ) async throws -> String {
        if let known = try await ownReply(intent.marker, to: caseID) { return known }
        var message: [String: JSONValue] = [
            "Subject": .text("Reply \(intent.marker)"), "ContentType": "text/plain",
            "Content": .text("\(text)\n\n\(intent.marker)"),
        ]
        if let file {
            // RT converts the characters of a text; bytes it leaves as they are.
            let type =
                file.mediaType.hasPrefix("text/") ? "application/octet-stream" : file.mediaType
            let content = Data(try await host.bytes(of: file)).base64EncodedString()
            message["Attachments"] = [
                [
                    "FileName": .text(file.name), "FileType": .text(type),
                    "FileContent": .text(content),
                ]
            ]
        }
        let answer = try await host.send(.json("POST", "/ticket/\(caseID)/correspond", message))
            .expect(201)
        guard let made = try await ownReply(intent.marker, to: caseID) else {
            throw ConnectorError.rejected(
                answer.sentence ?? "RT took the reply but does not show it"
            )
        }
        return made
    }

    private func ownReply(_ marker: String, to caseID: String) async throws -> String? {
        let live = try await ticket(caseID).id.text
        let query = """
            (TicketId = \(caseID) OR TicketId = \(live)) AND Type = 'Correspond' \
            AND Creator = \(quoted(account))
            """
        for number in 1... {
            let page = ["page": "\(number)", "order": "DESC", "fields": Transaction.fields]
            let replies: Items<Transaction> = try await list("/transactions", query, page)
            let match = replies.whole.first { $0.data?.contains(marker) == true }
            if let match { return match.id.text }
            if replies.items.count < pageSize { return nil }
        }
        return nil
    }
}
