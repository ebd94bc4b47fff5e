public import MainstayConnectorSDK

/// Speaks with Redmine 5 by its REST interface.
///
/// A success code proves nothing here: what is refused may be answered with 204, and nobody locks.
/// So everything that was written is read back.
public struct RedmineConnector: VendorConnector, CaseLookup, CaseAttachments {
    /// Who it is.
    public static let descriptor = ConnectorDescriptor(
        id: "org.mainstay.redmine",
        version: "1.0.0",
        displayName: "Redmine"
    )

    let host: ConnectorHost
    let project: String
    let closedStatus: String
    let web: String?

    /// Takes the identifier of the `project`, the `closedStatus` (`Closed`), and `web`, the address
    /// that people open.
    public init(options: ConnectorOptions, host: ConnectorHost) async throws {
        self.host = host
        project = try options.required("project")
        closedStatus = try options.optional("closedStatus") ?? "Closed"
        web = try options.optional("web")
    }

    /// The state that a status of Redmine's default means.
    public func state(of status: String) -> CaseState {
        switch status {
        case "New": .submitted
        case "In Progress": .working
        case "Feedback": .needsUs
        case "Resolved": .fixOffered
        case "Closed": .closed
        case "Rejected": .refused
        default: .unknown
        }
    }

    // MARK: Cases

    /// Opens an issue; the severity is the name of a priority there.
    public func openCase(_ draft: CaseDraft) async throws -> VendorCase {
        let marker = draft.intent.marker
        if let known = try await find(marker) { return try await readCase("\(known)") }
        var fields = draft.fields
        if let severity = draft.severity {
            fields["priority_id"] = .int(Int64(try await priority(severity)))
        }
        fields["project_id"] = .text(project)
        // Redmine refuses a subject of more than 255 characters.
        let title = String(draft.title.unicodeScalars.prefix(254 - marker.count))
        fields["subject"] = .text("\(title) \(marker)")
        fields["description"] = .text("\(draft.body)\n\n\(marker)")
        let made: IssueAnswer =
            try await host.send(.json("POST", "/issues.json", ["issue": fields]))
            .expect(201).decode()
        return try await readCase("\(made.issue.id)")
    }

    /// Reads an issue; one that duplicates another names it.
    public func readCase(_ id: String) async throws -> VendorCase {
        asCase(try await issue(id, "relations,changesets"))
    }

    /// Sets the status and gives the reason, in one note.
    public func closeCase(_ request: CloseRequest) async throws -> VendorCase {
        let now = try await issue(request.caseID, "relations,changesets")
        if now.status.name == closedStatus { return asCase(now) }
        let all: StatusList = try await host.get("/issue_statuses.json")
        guard let status = all.statuses.first(where: { $0.name == closedStatus }) else {
            let names = all.statuses.map(\.name).joined(separator: ", ")
            let why = "Redmine has no status '\(closedStatus)', but \(names)"
            throw ConnectorError(.invalid, code: "option", why)
        }
        let notes = "\(request.reason)\n\n\(request.intent.marker)"
        try await change(
            request.caseID,
            ["status_id": .int(Int64(status.id)), "notes": .text(notes)]
        )
        let read = try await readCase(request.caseID)
        guard read.status == closedStatus else {
            throw ConnectorError.rejected(
                "Redmine answered with success and left the issue '\(read.status)'"
            )
        }
        return read
    }

    func issue(_ id: String, _ parts: String) async throws -> Issue {
        guard !id.isEmpty, id.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw ConnectorError(.invalid, code: "bad_id", "'\(id)' is no id of an issue")
        }
        let answer: IssueAnswer =
            try await host.get("/issues/\(id).json", query: ["include": parts])
        return answer.issue
    }

    private func asCase(_ issue: Issue) -> VendorCase {
        VendorCase(
            caseID: "\(issue.id)",
            status: issue.status.name,
            url: web.map { "\($0)/issues/\(issue.id)" },
            replacedBy: issue.original.map { "\($0)" },
            changedAt: Instant(vendorTime: issue.stamp),
            fixedVersion: issue.fixedVersion?.name,
            fixedCommit: issue.changesets?.last?.revision
        )
    }

    private func change(_ id: String, _ fields: [String: JSONValue]) async throws {
        try await host.send(.json("PUT", "/issues/\(id).json", ["issue": fields])).expect(200, 204)
    }

    /// The issue with a marker.
    ///
    /// It may have been moved; only within the project a bad key shows
    /// (RM-8), so that is asked first.
    private func find(_ marker: String) async throws -> Int? {
        for place in [["project_id": project], [:]] {
            let query = ["status_id": "*", "subject": "~\(marker)", "limit": "100"]
            let list: IssueList =
                try await host.get("/issues.json", query: query.merging(place) { $1 })
            let found = list.issues.compactMap(\.item)
                .first { $0.subject?.contains(marker) == true }
            if let found { return found.id }
        }
        return nil
    }

    private func priority(_ name: String) async throws -> Int {
        let all: PriorityList = try await host.get("/enumerations/issue_priorities.json")
        if let known = all.priorities.first(where: { $0.name == name }) { return known.id }
        let names = all.priorities.map(\.name).joined(separator: ", ")
        throw ConnectorError.rejected("Redmine has no priority '\(name)', but \(names)")
    }

    // MARK: Notes and files

    /// Adds a note that all may read.
    public func addComment(_ comment: OutgoingComment) async throws -> CommentReceipt {
        if let known = try await note(comment) { return CommentReceipt(commentID: known) }
        let notes = "\(comment.body)\n\n\(comment.intent.marker)"
        try await change(comment.caseID, ["notes": .text(notes)])
        guard let made = try await note(comment) else {
            throw ConnectorError.rejected(
                "Redmine answered with success and does not show the note"
            )
        }
        return CommentReceipt(commentID: made)
    }

    private func note(_ comment: OutgoingComment) async throws -> String? {
        let journals = try await issue(comment.caseID, "journals").journals ?? []
        let ours = journals.compactMap(\.item)
            .first { $0.notes?.contains(comment.intent.marker) == true }
        return ours.map { "\($0.id)" }
    }

    /// Sends a file, whose description carries the marker.
    public func addAttachment(_ file: OutgoingAttachment) async throws -> AttachmentReceipt {
        if let known = try await sent(file) { return try receipt(known, of: file) }
        let upload = HTTPRequest(
            "POST",
            "/uploads.json",
            query: ["filename": file.name],
            headers: ["Content-Type": "application/octet-stream"],
            body: try await host.bytes(of: file)
        )
        let taken: UploadAnswer = try await host.send(upload).expect(201).decode()
        let description: [String: JSONValue] = [
            "token": .text(taken.upload.token), "filename": .text(file.name),
            "content_type": .text(file.mediaType), "description": .text(file.intent.marker),
        ]
        try await change(file.caseID, ["uploads": [.object(description)]])
        guard let made = try await sent(file) else {
            throw ConnectorError.rejected(
                "Redmine answered with success and does not show file '\(file.name)'"
            )
        }
        return try receipt(made, of: file)
    }

    private func sent(_ file: OutgoingAttachment) async throws -> Issue.File? {
        let files = try await issue(file.caseID, "attachments").attachments ?? []
        return files.first { $0.description?.contains(file.intent.marker) == true }
    }

    private func receipt(
        _ sent: Issue.File,
        of file: OutgoingAttachment
    ) throws -> AttachmentReceipt {
        guard sent.size == Int(file.size) else {
            throw ConnectorError.rejected(
                "File '\(file.name)' has \(sent.size) bytes there, expected \(file.size)"
            )
        }
        return AttachmentReceipt(attachmentID: "\(sent.id)")
    }
}
