public import MainstayConnectorSDK

extension RedmineConnector {
    private static let pageSize = 100

    /// Tells what changed, issue by issue in the order of their stamps.
    public func fetchUpdates(since text: String) async throws -> UpdatePage {
        var pass = UpdatePass(self, try UpdateCursor(text))
        var (from, offset) = (pass.cursor.start, 0)
        while true {
            let rows = try await page(from: from, offset: offset)
            pass.requests += 1
            for row in rows {
                guard try await pass.take(row) else { return pass.page(hasMore: true) }
            }
            guard rows.count == Self.pageSize,
                let last = rows.last(where: { $0.item != nil })?.item?.updatedOn
            else { return pass.page(hasMore: false) }
            (from, offset) = last == from ? (from, offset + rows.count) : (last, 0)
        }
    }

    /// The next issues.
    ///
    /// Rows move while they are read, so the next page starts at the last stamp;
    /// an offset is used within one second only (RM-5).
    private func page(from stamp: String, offset: Int) async throws -> [ListItem<Issue>] {
        var query = [
            "project_id": project, "status_id": "*", "sort": "updated_on:asc",
            "limit": "\(Self.pageSize)", "offset": "\(offset)",
        ]
        if !stamp.isEmpty { query["updated_on"] = ">=\(stamp)" }
        return try await host.send(HTTPRequest("GET", "/issues.json", query: query))
            .expect(200).decode(IssueList.self).issues
    }
}

/// One call's way along the list, until its end or until a page is full.
private struct UpdatePass {
    /// How many requests one call makes at most; Mainstay allows 64.
    static let mostRequests = 60

    let connector: RedmineConnector
    var cursor: UpdateCursor
    var requests = 0
    private var updates: [VendorUpdate] = []
    private var seen: Set<Int> = []
    private var reader: JournalReader?

    init(_ connector: RedmineConnector, _ cursor: UpdateCursor) {
        self.connector = connector
        self.cursor = cursor
    }

    /// Tells what is new of the next issue; `false` when it has to wait for the next page.
    mutating func take(_ row: ListItem<Issue>) async throws -> Bool {
        guard let issue = row.item else {
            updates.append(unreadable(row.raw))
            return true
        }
        if !cursor.isDone(issue), !seen.contains(issue.id) {
            guard requests < Self.mostRequests else { return false }
            let reader = try await journals()
            let all = try await self.updates(of: issue, reader).dropFirst(cursor.told(of: issue))
            let room = UpdatePage.mostUpdates - updates.count
            updates += all.prefix(room)
            guard all.count <= room else {
                cursor.tell(cursor.told(of: issue) + room, of: issue)
                return false
            }
            seen.insert(issue.id)
            cursor.read(issue)
        }
        cursor.pass(issue)
        return true
    }

    mutating func page(hasMore: Bool) -> UpdatePage {
        let next = cursor.text(isAtEnd: !hasMore)
        return UpdatePage(updates: updates, nextCursor: next, hasMore: hasMore)
    }

    private mutating func journals() async throws -> JournalReader {
        if let reader { return reader }
        let new = try await JournalReader(connector.host, since: cursor.base)
        requests += 2
        reader = new
        return new
    }

    private mutating func updates(
        of listed: Issue,
        _ reader: JournalReader
    ) async throws -> [VendorUpdate] {
        requests += 1
        do {
            let whole = try await connector.issue("\(listed.id)", "journals,relations,attachments")
            return reader.updates(of: whole)
        } catch let error as ConnectorError where error.code == "bad_item" {
            let id = "i\(listed.id)/\(listed.updatedOn)"
            return [.unreadable(id, caseID: "\(listed.id)", error.message)]
        } catch let error as ConnectorError where ["not_found", "private"].contains(error.code) {
            return [
                VendorUpdate(
                    updateID: "i\(listed.id)/gone",
                    caseID: "\(listed.id)",
                    kind: .gone,
                    at: listed.updatedOn,
                    actor: .vendor,
                    text: error.message,
                    visibility: .vendorInternal
                )
            ]
        }
    }

    private func unreadable(_ raw: JSONValue) -> VendorUpdate {
        let id = raw["id"]?.json ?? "unknown"
        let stamp = raw["updated_on"]?.text ?? ""
        return .unreadable("i\(id)/\(stamp)", caseID: id, "Issue \(id) of the list cannot be read")
    }
}
