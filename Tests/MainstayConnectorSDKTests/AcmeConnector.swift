public import MainstayConnectorSDK

/// Speaks with Acme.
///
/// Change what is asked and what is read; keep the order: search, write, read.
public struct AcmeConnector: VendorConnector, CaseLookup {
    /// Who the connector is.
    public static let descriptor = ConnectorDescriptor(
        id: "com.example.acme",
        version: "1.0.0",
        displayName: "Acme Support"
    )
    let project: String, account: String, host: ConnectorHost

    /// Takes what an administrator sets; asks the vendor nothing.
    public init(options: ConnectorOptions, host: ConnectorHost) async throws {
        project = try options.required("project")
        account = try options.required("account")
        self.host = host
    }

    struct Ticket: Codable { var id, state, title: String, replacedBy: String? }
    struct Event: Codable {
        var seq: Int, ticket, at, by: String, state, note, noteID: String?, hidden: Bool?
    }
    struct Note: Codable { var id, text: String }

    /// Opens a ticket, unless one carries the marker already.
    public func openCase(_ draft: CaseDraft) async throws -> VendorCase {
        let marker = draft.intent.marker
        let found: [Ticket] = try await host.get("/tickets", query: ["q": marker])
        if let known = found.first(where: { $0.title.hasSuffix(marker) }) {
            return try await readCase(known.id)
        }
        let new = ["title": "\(draft.title) \(marker)", "text": "\(draft.body)\n\(marker)"]
        let made: Ticket = try await host.send(.json("POST", "/projects/\(project)/tickets", new))
            .expect(201).decode()
        return try await readCase(made.id)
    }

    /// Adds a note, unless one carries the marker already.
    public func addComment(_ comment: OutgoingComment) async throws -> CommentReceipt {
        let path = "/tickets/\(comment.caseID)/notes"
        func find() async throws -> Note? {
            let all: [Note] = try await host.get(path)
            return all.first { $0.text.hasSuffix(comment.intent.marker) }
        }
        if let note = try await find() { return CommentReceipt(commentID: note.id) }
        let new = ["text": "\(comment.body)\n\(comment.intent.marker)"]
        try await host.send(.json("POST", path, new)).expect(200, 201)
        guard let note = try await find() else {
            throw ConnectorError.rejected("Acme accepted the note but does not show it")
        }
        return CommentReceipt(commentID: note.id)
    }

    /// Tells the events since one; their numbers rise, so one is the cursor.
    public func fetchUpdates(since cursor: String) async throws -> UpdatePage {
        guard let last = cursor.isEmpty ? 0 : Int(cursor) else {
            throw ConnectorError(.invalid, code: "cursor", "Cursor '\(cursor)' is not a number")
        }
        let query = ["after": "\(last)", "limit": "100"]
        let events: [ListItem<Event>] = try await host.get("/events", query: query)
        return UpdatePage(
            updates: events.map(update),
            nextCursor: "\(events.compactMap { $0.raw["seq"]?.int }.last ?? Int64(last))",
            hasMore: events.count == 100
        )
    }

    private func update(_ item: ListItem<Event>) -> VendorUpdate {
        guard let event = item.item else {
            let id = item.raw["seq"]?.json ?? "unknown"
            let ticket = item.raw["ticket"]?.text ?? "unknown"
            return .unreadable(id, caseID: ticket, "Event \(id) cannot be read")
        }
        return VendorUpdate(
            updateID: "\(event.seq)",
            caseID: event.ticket,
            kind: event.note == nil ? .status : .comment,
            at: event.at,
            actor: event.by == account ? .us : .vendor,
            status: event.state,
            commentID: event.noteID,
            text: event.note,
            visibility: event.hidden == true ? .vendorInternal : .shared
        )
    }

    /// Reads a ticket.
    public func readCase(_ id: String) async throws -> VendorCase {
        let ticket: Ticket = try await host.get("/tickets/\(id)")
        return VendorCase(caseID: ticket.id, status: ticket.state, replacedBy: ticket.replacedBy)
    }

    /// What the words of the vendor mean.
    public func state(of status: String) -> CaseState {
        switch status {
        case "NEW": .submitted
        case "WIP": .working
        case "ASK": .needsUs
        case "DONE": .fixOffered
        default: .unknown
        }
    }

    /// Closes a ticket, and looks whether it is.
    public func closeCase(_ request: CloseRequest) async throws -> VendorCase {
        let path = "/tickets/\(request.caseID)"
        try await host.send(.json("PATCH", path, ["state": "DONE"])).expect(200)
        let now = try await readCase(request.caseID)
        guard now.status == "DONE" else {
            throw ConnectorError.rejected("Acme left the case in state '\(now.status)'")
        }
        return now
    }
}
