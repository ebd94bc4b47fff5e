public import MainstayConnectorSDK

extension RequestTrackerConnector {
    /// Tells what happened since a transaction; their ids rise for all of RT, so one is the cursor.
    public func fetchUpdates(since cursor: String) async throws -> UpdatePage {
        guard let last = cursor.isEmpty ? 0 : Int(cursor) else {
            throw ConnectorError(.invalid, code: "cursor", "Cursor '\(cursor)' is not a number")
        }
        let scope = filter.map { " AND (\($0))" } ?? ""
        let query = "ObjectType = 'RT::Ticket' AND id > \(last)\(scope)"
        let page: Items<Transaction> = try await list(
            "/transactions",
            query,
            ["fields": Transaction.fields]
        )
        let ids = page.items.compactMap { $0.raw["id"].flatMap(ID.init)?.text }
        let comments = page.whole.filter(\.isComment).compactMap { Int($0.id.text) }
        let parts = try await parts(of: comments)
        return UpdatePage(
            updates: page.items.flatMap { updates($0, parts) },
            nextCursor: ids.last ?? cursor,
            hasMore: page.items.count == pageSize
        )
    }

    /// What comments consist of, by their transactions: two requests for all of them, so that a
    /// file is never read here.
    private func parts(of comments: [Int]) async throws -> [String: [Attachment]] {
        guard let first = comments.min(), let last = comments.max() else { return [:] }
        let files = try await attachments(from: first, to: last, [])
            .filter { $0.filename?.isEmpty == false }
        let texts = await texts(of: comments.sorted()[...])
        return Dictionary(grouping: texts + files) { $0.transactionID?.text ?? "" }
    }

    /// The texts of comments.
    ///
    /// Where the answer is too large or cannot be read, each half is asked for; one that cannot be
    /// read alone is left out.
    private func texts(of comments: ArraySlice<Int>) async -> [Attachment] {
        guard let first = comments.first, let last = comments.last else { return [] }
        let isText: [JSONValue] = [
            ["field": "ContentType", "operator": "LIKE", "value": "text/"],
            ["field": "Filename", "operator": "IS", "value": "NULL"],
        ]
        do {
            return try await attachments(from: first, to: last, isText, "Content")
        } catch {
            host.log("Comments \(first) to \(last): \(error)", level: .warning)
            if comments.count == 1 { return [] }
            let middle = comments.startIndex + comments.count / 2
            return await texts(of: comments[..<middle]) + texts(of: comments[middle...])
        }
    }

    private func updates(
        _ item: ListItem<Transaction>,
        _ parts: [String: [Attachment]]
    ) -> [VendorUpdate] {
        guard let event = item.item, let caseID = event.objectID?.text else {
            let id = item.raw["id"].flatMap(ID.init)?.text ?? "unknown"
            let caseID = item.raw["ObjectId"].flatMap(ID.init)?.text ?? "unknown"
            return [.unreadable(id, caseID: caseID, "Transaction \(id) cannot be read")]
        }
        let actor: VendorUpdate.Actor =
            switch event.creator.id.text {
            case account: .us
            case "RT_System": .automatic
            default: .vendor
            }
        var update = VendorUpdate(
            updateID: event.id.text,
            caseID: caseID,
            kind: .other,
            at: event.created,
            actor: actor,
            author: event.creator.id.text,
            visibility: .shared
        )
        if update.kind == .unreadable { return [update] }
        switch (event.type, event.field) {
        case ("Status", _):
            update.kind = .status
            update.status = event.newValue
        case ("AddLink", "MergedInto"):
            // RT tells both tickets of a merge; only one is replaced.
            let live = event.newValue?.split(separator: "/").last.map(String.init)
            if live != caseID { (update.kind, update.replacedBy) = (.replaced, live) }
        case ("Correspond", _), ("Comment", _):
            return comment(update, event, parts[event.id.text] ?? [])
        default:
            let change = "\(event.oldValue ?? "") -> \(event.newValue ?? "")"
            update.text = "\(event.type) \(event.field ?? ""): \(change)"
        }
        return [update]
    }

    private func comment(
        _ update: VendorUpdate,
        _ event: Transaction,
        _ parts: [Attachment]
    ) -> [VendorUpdate] {
        var update = update
        update.visibility = event.type == "Comment" ? .vendorInternal : .shared
        let files = parts.filter { $0.filename?.isEmpty == false }
        let updates = files.map { file in
            var other = update
            other.updateID += "/\(file.id.text)"
            other.text = file.filename
            other.url = file.url
            return other
        }
        let texts = parts.filter { $0.filename?.isEmpty != false }
        // A message may come as text and as HTML; the text is enough.
        let plain = texts.filter { $0.contentType == "text/plain" }
        let chosen =
            plain.isEmpty
            ? texts.map { withoutTags($0.content ?? "") } : plain.map { $0.content ?? "" }
        update.kind = chosen.isEmpty && files.isEmpty ? .unreadable : .comment
        update.commentID = event.id.text
        update.text =
            chosen.isEmpty && files.isEmpty
            ? "Its text cannot be read" : chosen.joined(separator: "\n")
        return [update] + updates
    }
}
