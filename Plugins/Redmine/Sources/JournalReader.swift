import MainstayConnectorSDK

/// Makes updates of what issues tell of their past.
struct JournalReader {
    private let account: Int
    private let statuses: [String: String]
    private let since: String

    /// Asks who we are and how the states are called; journals hold numbers alone.
    init(_ host: ConnectorHost, since: String) async throws {
        let user: UserAnswer = try await host.get("/users/current.json")
        let list: StatusList = try await host.get("/issue_statuses.json")
        account = user.user.id
        statuses = Dictionary(list.statuses.map { ("\($0.id)", $0.name) }) { $1 }
        self.since = since
    }

    /// What happened to an issue since the pass began, and its relations, which leave its stamp
    /// as it was.
    func updates(of issue: Issue) -> [VendorUpdate] {
        var updates: [VendorUpdate] = []
        if issue.createdOn >= since {
            var made = update("i\(issue.id)", issue, issue.createdOn, issue.author)
            made.text = issue.subject
            updates.append(made)
        }
        for item in issue.journals ?? [] {
            guard let journal = item.item else {
                let id = "j\(item.raw["id"]?.json ?? "unknown")"
                let why = "An entry of issue \(issue.id) cannot be read"
                updates.append(.unreadable(id, caseID: "\(issue.id)", why))
                continue
            }
            let isRelation = journal.details.contains { $0.property == "relation" }
            if journal.createdOn >= since || isRelation { updates += self.updates(journal, issue) }
        }
        return updates
    }

    private func updates(_ journal: Issue.Journal, _ issue: Issue) -> [VendorUpdate] {
        var blank = update("j\(journal.id)", issue, journal.createdOn, journal.user)
        blank.visibility = journal.isPrivate == true ? .vendorInternal : .shared
        var updates: [VendorUpdate] = []
        if let notes = journal.notes, !notes.isEmpty {
            var comment = blank
            comment.setKind(.comment)
            comment.commentID = "\(journal.id)"
            comment.text = notes
            updates.append(comment)
        }
        for (position, detail) in journal.details.enumerated() {
            var change = blank
            change.updateID += "/\(position)"
            describe(detail, of: issue, in: &change)
            updates.append(change)
        }
        return updates.isEmpty ? [blank] : updates
    }

    private func describe(_ detail: Issue.Detail, of issue: Issue, in change: inout VendorUpdate) {
        switch (detail.property, detail.name) {
        case ("attr", "status_id"):
            change.setKind(.status)
            change.status = detail.new.map { statuses[$0] ?? "status \($0)" }
            change.fixedVersion = issue.fixedVersion?.name
        case ("relation", "duplicates") where detail.new != nil:
            change.setKind(.replaced)
            change.replacedBy = detail.new
        case ("attachment", let id):
            change.text = detail.new ?? detail.old
            change.url = issue.attachments?.first { "\($0.id)" == id }?.url
        default:
            change.text = "\(detail.name): \(detail.old ?? "") -> \(detail.new ?? "")"
        }
    }

    private func update(
        _ id: String,
        _ issue: Issue,
        _ time: String,
        _ person: Issue.Author?
    ) -> VendorUpdate {
        VendorUpdate(
            updateID: id,
            caseID: "\(issue.id)",
            kind: .other,
            at: time,
            actor: person?.id == account ? .us : .vendor,
            author: person?.name,
            visibility: .shared
        )
    }
}

extension VendorUpdate {
    /// Sets what happened, unless its time cannot be read.
    fileprivate mutating func setKind(_ kind: Kind) {
        if self.kind != .unreadable { self.kind = kind }
    }
}
