import LTSReleases
import MainstayCore
import SQLDatabase
import Storage

/// A repository, two lines, a defect of a ticket, a release and an advisory: rows in every table of
/// code, with the events that tell of them.
struct CodeFixture: Sendable {
    let desk: DeskFixture
    let ticket: Int64
    let repository: Int64
    let lines: [Int64]
    let defect: Int64
    let release: Int64
    let advisory: Int64
    let publication: Int64

    static let fix = commit(1)
    static let introducer = commit(2)

    /// A commit id that no other number gives.
    static func commit(_ number: Int) -> CommitID {
        let digits = String(number, radix: 16)
        let hex = String(repeating: "a", count: 40 - digits.count) + digits
        return CommitID(hex: hex) ?? .zero
    }

    /// Writes the rows for a desk.
    init(_ desk: DeskFixture) async throws {
        let store = desk.store
        let ticket = try await desk.open("It overflows", "on long names")
        let kept = try store.blobs.keep(Array("{}".utf8))
        self = try await store.write(ids: 32) { connection, provision in
            try connection.note(kept, mediaType: "application/json")
            let ids = try (0..<7).map { _ in try provision.id() }
            let fixture = CodeFixture(desk: desk, ticket: ticket, ids: ids)
            try fixture.writeLines(connection, &provision)
            try fixture.writeDefect(connection, &provision)
            try fixture.writeRelease(connection, &provision)
            try fixture.writeAdvisory(connection, kept.sha, &provision)
            return fixture
        }
    }

    private init(desk: DeskFixture, ticket: Int64, ids: [Int64]) {
        self.desk = desk
        self.ticket = ticket
        repository = ids[0]
        lines = [ids[1], ids[2]]
        defect = ids[3]
        release = ids[4]
        advisory = ids[5]
        publication = ids[6]
    }

    private func writeLines(_ connection: any Connection, _ provision: inout Provision) throws {
        let row = RepositoryRow(
            id: repository,
            productID: desk.product,
            name: "mst",
            url: "file:///srv/mst.git",
            mainRef: "refs/heads/main"
        )
        try connection.insert(row)
        var head = try connection.beginChain(repository, .repository)
        try connection.append(
            EventDraft("made", text: row.url),
            by: desk.agent,
            to: &head,
            &provision
        )
        try connection.setRefsSeen(in: repository, changed: ["refs/heads/main": Self.fix], gone: [])
        try connection.setPatterns(of: desk.product, [try CommitPattern("[{BZ #<n>}]")])
        try connection.setPolicy(of: desk.product, .usual, from: try connection.now())
        for (place, id) in lines.enumerated() {
            let line = LineRecord(
                id: id,
                productID: desk.product,
                name: "\(2 - place).0",
                kind: place == 0 ? .regular : .longTerm,
                position: Int64(2 - place)
            )
            try connection.insert(line)
            try connection.setRef(of: id, in: repository, to: "refs/heads/release/\(line.name)")
            var head = try connection.beginChain(id, .line)
            let facts: JSONValue = ["phase": "security", "from_day": "2026-02-01"]
            let draft = EventDraft("phase_announced", facts: facts)
            let event = try connection.append(draft, by: desk.agent, to: &head, &provision)
            try connection.insert(
                PhaseRow(
                    lineID: id,
                    eventSeq: event.seq,
                    change: PhaseChange(.security, from: CalendarDay("2026-02-01")),
                    announcedAt: event.recordedAt
                )
            )
        }
    }

    private func writeDefect(_ connection: any Connection, _ provision: inout Provision) throws {
        var row = Defect(
            id: defect,
            ref: "MST-D1",
            productID: desk.product,
            kind: .security,
            severity: .high,
            title: "Overflow",
            body: "of a\n\nbuffer",
            openedAt: try connection.now()
        )
        var head = try connection.beginChain(defect, .defect)
        var codes: [String: JSONValue] = [
            "ref": "MST-D1", "product_id": .int(desk.product), "component_id": .null,
            "kind": "security", "status": "new", "severity": 2, "cause": .null,
            "cvss_vector": .null, "duplicate_of_id": .null, "assignee_id": .null,
            "opened_at": .int(row.openedAt.milliseconds), "closed_at": .null,
        ]
        let text = "\(row.title)\n\n\(row.body)"
        let made = EventDraft("made", for: .embargo, facts: ["now": .object(codes)], text: text)
        try connection.append(made, by: desk.agent, to: &head, &provision)
        let changed: JSONValue = [
            "was": ["status": "new", "cause": .null],
            "now": ["status": "confirmed", "cause": "code"],
        ]
        codes["status"] = "confirmed"
        try connection.append(
            EventDraft("changed", for: .embargo, facts: changed),
            by: desk.agent,
            to: &head,
            &provision
        )
        (row.status, row.cause, row.updatedAt) = (.confirmed, .code, head.at)
        try connection.insert(row)
        try connection.addAlias("CVE-2026-1", to: defect)
        var ticketHead = try connection.lockChain(ticket)
        let linked = EventDraft("defect_linked", facts: ["defect_id": .int(defect)])
        let link = try connection.append(linked, by: desk.agent, to: &ticketHead, &provision)
        try connection.link(ticket: ticket, to: defect, seq: link.seq)
        try writeCommits(connection, &head, &provision)
        try writeActs(connection, &head, &provision)
    }

    /// Ties a commit as the desk does.
    func tie(
        _ commit: CommitID,
        as role: CommitRole,
        _ connection: any Connection,
        _ head: inout ChainHead,
        _ provision: inout Provision
    ) throws {
        var link = DefectCommit(
            defectID: defect,
            repositoryID: repository,
            commit: commit,
            role: role,
            lineID: role == .fixes ? lines[1] : nil,
            source: .person,
            state: .confirmed,
            eventSeq: 0
        )
        let facts: JSONValue = [
            "commit": .text(commit.hex), "role": .text(role.rawValue), "part": 1,
            "line_id": link.lineID.map(JSONValue.int) ?? .null, "source": "person",
            "state": "confirmed", "repository_id": .int(repository),
        ]
        let draft = EventDraft("linked", for: .embargo, facts: facts)
        link.eventSeq =
            try connection.append(draft, by: desk.agent, to: &head, &provision).seq
        try connection.put(link)
    }

    private func writeCommits(
        _ connection: any Connection,
        _ head: inout ChainHead,
        _ provision: inout Provision
    ) throws {
        try tie(Self.fix, as: .fixes, connection, &head, &provision)
        try tie(Self.introducer, as: .introduces, connection, &head, &provision)
        try tie(Self.commit(3), as: .prerequisite, connection, &head, &provision)
        var chain = try connection.lockChain(repository)
        let facts: JSONValue = [
            "commit": .text(Self.commit(4).hex), "origin": .text(Self.fix.hex), "verdict": "same",
        ]
        let draft = EventDraft("ruled", facts: facts)
        let event = try connection.append(draft, by: desk.agent, to: &chain, &provision)
        let signature = (account: desk.agent, at: event.recordedAt, seq: event.seq)
        try connection.put(
            CommitRuling(in: repository, Self.commit(4), .same, Self.fix, by: signature)
        )
    }

    private func writeActs(
        _ connection: any Connection,
        _ head: inout ChainHead,
        _ provision: inout Provision
    ) throws {
        func record(_ kind: String, _ facts: JSONValue) throws -> (Int64, Instant, Int64) {
            let draft = EventDraft(kind, for: .embargo, facts: facts)
            let event = try connection.append(draft, by: desk.agent, to: &head, &provision)
            return (desk.agent, event.recordedAt, event.seq)
        }
        let tried: JSONValue = [
            "outcome": "reproduced", "commit": .text(Self.fix.hex), "version": "v2.0",
        ]
        try connection.insert(
            Reproduction(
                of: defect,
                on: ("v2.0", Self.fix),
                .reproduced,
                by: try record("reproduced", tried)
            )
        )
        let mended: JSONValue = ["ticket_id": .int(ticket), "kind": "data"]
        try connection.insert(
            Intervention(on: defect, for: ticket, .data, by: try record("intervened", mended))
        )
        let decided: JSONValue = [
            "line_id": .int(lines[1]), "decision": "wont-fix", "justification": "risk",
            "release_id": .null, "until_day": .null,
        ]
        try connection.insert(
            try Decision(
                .wontFix,
                because: .risk,
                on: (defect, lines[1]),
                by: try record("decided", decided)
            )
        )
    }

    private func writeRelease(_ connection: any Connection, _ provision: inout Provision) throws {
        var row = PlannedRelease(id: release, lineID: lines[0], name: "2.0.1")
        row.plannedDay = CalendarDay("2026-03-01")
        try connection.insert(row)
        var head = try connection.beginChain(release, .release)
        let made = EventDraft("made")
        let event = try connection.append(made, by: desk.agent, to: &head, &provision)
        try connection.put(
            ReleaseItem(
                releaseID: release,
                defectID: defect,
                position: 1,
                state: .wanted,
                eventSeq: event.seq
            )
        )
        try connection.put(
            ReleaseTagRow(
                releaseID: release,
                repositoryID: repository,
                tag: "v2.0.1",
                commit: Self.fix
            )
        )
        var chain = try connection.lockChain(defect)
        let facts: JSONValue = [
            "line_id": .int(lines[0]), "choice": "new", "cause": "security",
            "release_id": .int(release),
        ]
        let draft = EventDraft("release_decided", for: .embargo, facts: facts)
        let decided = try connection.append(draft, by: desk.agent, to: &chain, &provision)
        try connection.insert(
            ReleaseDecision(
                .new,
                because: .security,
                on: (defect, lines[0]),
                in: release,
                by: (desk.agent, decided.recordedAt, decided.seq)
            )
        )
    }

    private func writeAdvisory(
        _ connection: any Connection,
        _ sha: String,
        _ provision: inout Provision
    ) throws {
        var head = try connection.beginChain(advisory, .advisory)
        let made = EventDraft("made", text: "An overflow")
        let event = try connection.append(made, by: desk.agent, to: &head, &provision)
        var row = Advisory(
            id: advisory,
            ref: "MST-2026-1",
            productID: desk.product,
            title: "An overflow",
            body: "of a buffer",
            updatedAt: event.recordedAt
        )
        row.cveID = "CVE-2026-1"
        row.embargoUntil = event.recordedAt
        try connection.insert(row)
        try connection.setDefects([defect], of: advisory)
        try connection.insert(
            Publication(
                id: publication,
                of: (advisory, event.seq),
                .osv,
                revision: 1,
                bodySHA: sha,
                by: (desk.agent, event.recordedAt)
            )
        )
        try connection.insert(
            Claim(
                in: (publication, defect, lines[0], event.recordedAt),
                status: .fixed,
                decision: .wontFix,
                phase: .security,
                evidence: ["commits": [.text(Self.fix.hex)]],
                releaseID: release
            )
        )
    }
}
