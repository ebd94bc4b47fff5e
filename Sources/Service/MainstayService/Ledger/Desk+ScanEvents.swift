import BackportAnalysis
import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

// What a scan writes: links on defects, changed statuses on defects and on their tickets.

extension Desk {
    /// Keeps links that messages gave, one body for each defect.
    func keep(_ found: [Ledger.Found], in code: ProductCode) async throws -> [ScanReport.FoundLink]
    {
        var kept: [ScanReport.FoundLink] = []
        let groups = Dictionary(grouping: found) { $0.file.defect.id }
        for (defect, links) in groups.sorted(by: { $0.key < $1.key }) {
            let audience: Audience = links[0].file.isUnderEmbargo ? .embargo : .staff
            try await write(ids: 4) { connection, acting, provision in
                try acting.require(.scan, product: code.product.id)
                var head = try connection.lockChain(defect)
                for found in links {
                    try connection.keep(
                        found.link,
                        as: "link_found",
                        for: audience,
                        by: acting,
                        to: &head,
                        &provision
                    )
                }
                return .null
            }
            kept += links.map {
                .init(defect: $0.file.defect.ref, link: $0.link, title: $0.title)
            }
        }
        return kept
    }

    /// Tells defects and tickets what changed on lines, one body for each defect that changed.
    func tellChanges(
        _ ledger: Ledger,
        _ basis: ScanBasis,
        _ tools: CodeTools,
        _ report: inout ScanReport
    ) async throws {
        let product = ledger.code.product.id
        let told = try await read { connection, _ in try connection.toldRows(of: product) }
        var changed: [LedgerRow] = []
        for (place, file) in basis.files.enumerated() {
            tools.progress.report("Judging defects", done: place, total: basis.files.count)
            let row = ledger.row(of: file)
            if basis.visible.contains(file.defect.ref) { report.warnings += row.warnings }
            if told[file.defect.id] != row.digest || file.isUnread { changed.append(row) }
        }
        let ids = changed.map(\.file.defect.id)
        let last = try await read { connection, _ in try connection.lastLineFacts(of: ids) }
        for row in changed {
            let news = LineNews(row, since: last[row.file.defect.id] ?? [:], ledger)
            report.changes += news.changes
            report.resumedTickets += try await tell(news, of: row.file)
        }
    }

    /// Writes what changed on the lines of one defect; returns the tickets that go on by it.
    private func tell(_ news: LineNews, of file: DefectFile) async throws -> [String] {
        let zones = zones
        let result = try await write(ids: 16 + 2 * file.tickets.count) {
            connection,
            acting,
            provision in
            var head = try connection.lockChain(file.defect.id)
            let draft = EventDraft(
                "lines_changed",
                for: file.isUnderEmbargo ? .embargo : .staff,
                facts: ["lines": .list(news.lines), "row": .text(news.digest)]
            )
            let event = try connection.append(draft, by: acting.account.id, to: &head, &provision)
            if news.wantsJudgement {
                try connection.insert(
                    DeskTask(
                        id: try provision.id(),
                        chainID: file.defect.id,
                        eventSeq: event.seq,
                        kind: .judgeAgain,
                        opened: (event.recordedAt, file.defect.assigneeID, nil)
                    )
                )
            }
            var resumed: [JSONValue] = []
            let tickets = news.lines.isEmpty ? [] : try connection.tickets(of: file.defect.id)
            for id in tickets {
                let ref = try connection.tell(news, of: file, to: id, by: acting, &provision, zones)
                if let ref { resumed.append(.text(ref)) }
            }
            return .list(resumed)
        }
        return result.list?.compactMap(\.text) ?? []
    }
}

extension Connection {
    /// Ties a commit to a defect and says so on its chain.
    func keep(
        _ link: DefectCommit,
        as kind: String,
        for audience: Audience,
        words: String? = nil,
        by acting: ActingAccount,
        to head: inout ChainHead,
        _ provision: inout Provision
    ) throws {
        let facts: JSONValue = [
            "commit": .text(link.commit.hex), "role": .text(link.role.rawValue),
            "part": .int(link.part), "line_id": link.lineID.map(JSONValue.int) ?? .null,
            "source": .text(link.source.rawValue), "state": .text(link.state.rawValue),
            "repository_id": .int(link.repositoryID),
        ]
        let draft = EventDraft(kind, for: audience, facts: facts, text: words)
        let event = try append(draft, by: acting.account.id, to: &head, &provision)
        var link = link
        link.eventSeq = event.seq
        try put(link)
    }

    /// Tells a ticket what changed on lines; returns what it is called where it goes on by that.
    fileprivate func tell(
        _ news: LineNews,
        of file: DefectFile,
        to id: Int64,
        by acting: ActingAccount,
        _ provision: inout Provision,
        _ zones: TimeZones
    ) throws -> String? {
        var head = try lockChain(id)
        guard let ticket = try ticket(id) else { return nil }
        let signature = try acting.signature(for: ticket.origin, at: nil, now: try now())
        var change = try TicketChange(of: ticket, by: signature)
        change.noteLines(
            ["defect_id": .int(file.defect.id), "lines": .list(news.lines)],
            isSecret: file.isUnderEmbargo
        )
        if let release = news.release(for: ticket.customerRelease) {
            change.resume(becauseOf: release)
        }
        for event in change.events {
            try append(event, by: acting.account.id, to: &head, &provision)
        }
        var after = change.ticket
        try keepClocks(of: &after, upTo: head.seq, zones)
        try update(after)
        let isTold = try change.ticket.status != ticket.status && isVisible(ticket, to: acting)
        return isTold ? ticket.ref : nil
    }
}
