public import MainstayConnectorSDK

extension RedmineConnector {
    private static let pageSize = 100

    /// Tells what changed, issue by issue in the order of their stamps.
    public func fetchUpdates(since cursor: String) async throws -> UpdatePage {
        var feed = try StampedFeed<Issue>(cursor: cursor, pageSize: Self.pageSize)
        var reader: JournalReader?
        return try await feed.read { stamp, offset in
            var query = [
                "project_id": project, "status_id": "*", "sort": "updated_on:asc",
                "limit": "\(Self.pageSize)", "offset": "\(offset)",
            ]
            if !stamp.isEmpty { query["updated_on"] = ">=\(stamp)" }
            let list: IssueList = try await host.get("/issues.json", query: query)
            return list.issues
        } updates: { listed, stamp in
            if reader == nil { reader = try await JournalReader(host, since: stamp) }
            let whole = try await issue("\(listed.id)", "journals,relations,attachments")
            return reader?.updates(of: whole) ?? []
        }
    }
}
