import BackportAnalysis
import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

// What a scan writes: links on defects, changed statuses on defects and on their tickets.

extension Desk {
    /// Keeps links that messages gave, one body for each defect.
    func keep(_ found: [Ledger.Found], in code: ProductCode) async throws -> [ScanReport.FoundLink] {
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
        _ files: [DefectFile],
        _ tools: CodeTools,
        _ report: inout ScanReport
    ) async throws {
        let product = ledger.code.product.id
        let last = try await read { connection, _ in try connection.lastLineFacts(of: product) }
        for (place, file) in files.enumerated() {
            tools.progress.report("Judging defects", done: place, total: files.count)
            let row = ledger.row(of: file)
            report.warnings += row.warnings
            let news = LineNews(row, since: last[file.defect.id] ?? [:], ledger)
            guard !news.lines.isEmpty || file.isUnread else { continue }
            report.changes += news.changes
            report.resumedTickets += try await tell(news, of: file)
        }
    }

    /// Writes what changed on the lines of one defect; returns the tickets that go on by it.
    private func tell(_ news: LineNews, of file: DefectFile) async throws -> [String] {
        let result = try await write(ids: 16 + 2 * file.tickets.count) {
            connection,
            acting,
            provision in
            var head = try connection.lockChain(file.defect.id)
            let draft = EventDraft(
                "lines_changed",
                for: file.isUnderEmbargo ? .embargo : .staff,
                facts: ["lines": .list(news.lines)]
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
            for id in try connection.tickets(of: file.defect.id) {
                let ref = try connection.tell(news, of: file, to: id, by: acting, &provision)
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
        _ provision: inout Provision
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
        try update(change.ticket)
        return change.ticket.status == ticket.status ? nil : ticket.ref
    }
}

/// What changed on the lines of a defect since it was told last.
private struct LineNews: Sendable {
    /// The lines that changed, as the facts of the event hold them.
    let lines: [JSONValue]
    /// The statuses that changed.
    let changes: [ScanReport.StatusChange]
    /// Whether a line that went to another phase asks for another judgement.
    let wantsJudgement: Bool
    /// The first release with the fix on each line that has one, newest line first; with the
    /// versions that the line holds.
    private let fixedIn: [(release: String, versions: Set<String>)]

    init(_ row: LedgerRow, since last: [Int64: JSONValue], _ ledger: Ledger) {
        var lines: [JSONValue] = []
        var changes: [ScanReport.StatusChange] = []
        var wantsJudgement = false
        for cell in row.cells {
            let facts = cell.eventFacts
            let old = last[cell.line.id]
            let isSame = LedgerCell.tellingFacts.allSatisfy { old?[$0] == facts[$0] }
            if old != nil, isSame { continue }
            lines.append(facts)
            let status = old?["status"]?.text.flatMap(LineStatus.init)
            if status != cell.facts.status {
                changes.append(
                    .init(
                        defect: row.file.defect.ref,
                        line: cell.line.name,
                        old: status,
                        new: cell.facts.status,
                        release: cell.facts.release
                    )
                )
            }
            let isOpen = ![.fixed, .notAffected].contains(cell.facts.status)
            if let old, isOpen, old["phase"] != facts["phase"],
                old["remaining"] != facts["remaining"]
            {
                wantsJudgement = true
            }
        }
        self.lines = lines
        self.changes = changes
        self.wantsJudgement = wantsJudgement
        fixedIn = row.cells.compactMap { cell in
            cell.facts.release.map { ($0, ledger.versions(of: cell.line)) }
        }
    }

    /// The release that helps a customer who runs `version`: that of his line, or the newest where
    /// his line is not known.
    func release(for version: String?) -> String? {
        guard let version else { return fixedIn.first?.release }
        let own = fixedIn.filter { $0.versions.contains(version) }
        return own.last?.release ?? fixedIn.first?.release
    }
}

extension LedgerCell {
    /// The facts whose change is told; what remains follows from them and from people's decisions,
    /// which are told by themselves.
    fileprivate static let tellingFacts = ["status", "phase", "release", "commits"]

    /// The cell as the facts of events hold it.
    fileprivate var eventFacts: JSONValue {
        [
            "line_id": .int(line.id), "status": .text(facts.status.rawValue),
            "phase": .text(phase.rawValue), "remaining": .text(remaining.word),
            "release": .text(facts.release),
            "commits": .list(facts.commits.map { .text($0.hex) }),
        ]
    }
}

extension Ledger {
    /// The releases that a line holds, as tags and as plain versions.
    fileprivate func versions(of line: LineRecord) -> Set<String> {
        guard let lane = lanes[line.id] else { return [] }
        let releases = history.containment.releases(in: lane).map { history.lines.releases[$0] }
        return Set(releases.flatMap { [$0.tag, "\($0.version)"] })
    }
}
