import LTSReleases
import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("Rows of code") struct CodeRowsTests {
    @Test("every row is read back as it was written", arguments: TestEngine.allCases)
    func readBack(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let code = try await CodeFixture(try await DeskFixture(store))
            try await store.engine.read { connection in
                try expectLines(connection, code)
                try expectDefect(connection, code)
                try expectActs(connection, code)
                try expectRelease(connection, code)
                try expectAdvisory(connection, code)
            }
            #expect(try await store.faults() == [])
        }
    }

    private func expectLines(_ connection: any Connection, _ code: CodeFixture) throws {
        let product = code.desk.product
        let repository = try #require(try connection.repository(of: product))
        #expect(repository.id == code.repository)
        #expect(repository.url == "file:///srv/mst.git")
        #expect(repository.mainRef == "refs/heads/main")
        #expect(
            try connection.refsSeen(in: repository.id) == ["refs/heads/main": CodeFixture.fix]
        )
        let known = try #require(try connection.product(product))
        #expect(try connection.patterns(of: known).map(\.text) == ["[{BZ #<n>}]"])
        #expect(try connection.policy(of: product, at: try connection.now()) == .usual)
        let lines = try connection.lines(of: product)
        #expect(lines.map(\.name) == ["2.0", "1.0"])
        #expect(lines.map(\.kind) == [.regular, .longTerm])
        #expect(try connection.line(code.lines[1]) == lines[1])
        let refs = try connection.lineRefs(in: repository.id)
        #expect(refs[code.lines[0]] == "refs/heads/release/2.0")
        let phases = try connection.phases(of: product)
        #expect(phases[code.lines[1]]?.map(\.change.phase) == [.security])
        #expect(phases[code.lines[1]]?.first?.change.from == CalendarDay("2026-02-01"))
    }

    private func expectDefect(_ connection: any Connection, _ code: CodeFixture) throws {
        let defect = try #require(try connection.defect(named: "mst-d1"))
        #expect(defect.id == code.defect)
        #expect(defect.kind == .security)
        #expect(defect.status == .confirmed)
        #expect(defect.cause == .code)
        #expect(defect.title == "Overflow")
        #expect(defect.body == "of a\n\nbuffer")
        #expect(try connection.defect(named: "cve-2026-1") == defect)
        #expect(try connection.defects(of: code.desk.product) == [defect])
        #expect(try connection.defects(of: code.desk.product, in: [.new]).isEmpty)
        #expect(try connection.aliases(of: code.desk.product) == [code.defect: ["CVE-2026-1"]])
        #expect(try connection.tickets(of: code.defect) == [code.ticket])
        #expect(try connection.defects(ofTicket: code.ticket) == [defect])
        let refs = try connection.ticketRefs(ofDefectsOf: code.desk.product)
        #expect(refs == [code.defect: ["MST-\(code.ticket)"]])
        let commits = try connection.commits(of: code.defect)
        #expect(Set(commits.map(\.role)) == Set(CommitRole.allCases))
        #expect(commits.first { $0.role == .fixes }?.lineID == code.lines[1])
        #expect(commits.allSatisfy { $0.source == .person && $0.state == .confirmed })
        let all = try connection.commits(ofDefectsOf: code.desk.product)
        #expect(all == [code.defect: commits])
        let ruling = try #require(try connection.rulings(in: code.repository).first)
        #expect(ruling.commit == CodeFixture.commit(4))
        #expect(ruling.origin == CodeFixture.fix)
        #expect(ruling.verdict == .same)
        #expect(ruling.ruledBy == code.desk.agent)
    }

    private func expectActs(_ connection: any Connection, _ code: CodeFixture) throws {
        let tried = try connection.reproductions(of: code.defect)
        #expect(tried.map(\.version) == ["v2.0"])
        #expect(tried.map(\.commit) == [CodeFixture.fix])
        #expect(tried.map(\.outcome) == [.reproduced])
        let mended = try connection.interventions(for: code.defect)
        #expect(mended.map(\.ticketID) == [code.ticket])
        #expect(mended.map(\.kind) == [.data])
        let decisions = try connection.decisions(about: code.defect)
        #expect(decisions.map(\.kind) == [.wontFix])
        #expect(decisions.map(\.justification) == [.risk])
        #expect(decisions.map(\.lineID) == [code.lines[1]])
        #expect(try connection.decisions(ofDefectsOf: code.desk.product) == decisions)
        let releases = try connection.releaseDecisions(ofDefectsOf: code.desk.product)
        #expect(releases.map(\.choice) == [.new])
        #expect(releases.map(\.cause) == [.security])
        #expect(releases.map(\.releaseID) == [code.release])
    }

    private func expectRelease(_ connection: any Connection, _ code: CodeFixture) throws {
        let release = try #require(try connection.release(code.release))
        #expect(release.name == "2.0.1")
        #expect(release.state == .planned)
        #expect(release.plannedDay == CalendarDay("2026-03-01"))
        #expect(try connection.releases(of: code.desk.product) == [release])
        let items = try connection.items(of: code.release)
        #expect(items.map(\.defectID) == [code.defect])
        #expect(items.map(\.state) == [.wanted])
        let tags = try connection.releaseTags(of: code.desk.product)
        #expect(tags.map(\.tag) == ["v2.0.1"])
        #expect(tags.map(\.commit) == [CodeFixture.fix])
    }

    private func expectAdvisory(_ connection: any Connection, _ code: CodeFixture) throws {
        let advisory = try #require(try connection.advisory(named: "cve-2026-1"))
        #expect(try connection.advisory(named: "mst-2026-1") == advisory)
        #expect(advisory.state == .draft)
        #expect(advisory.embargoUntil == advisory.updatedAt)
        #expect(try connection.advisories(of: code.desk.product) == [advisory])
        #expect(try connection.advisories() == [advisory])
        #expect(try connection.advisories(covering: code.defect) == [advisory])
        #expect(try connection.defects(ofAdvisory: advisory.id).map(\.id) == [code.defect])
        #expect(try connection.publishedDefects(of: code.desk.product).isEmpty)
        let publication = try #require(try connection.publications().first)
        #expect(publication.kind == .osv)
        #expect(publication.customerID == nil)
        #expect(try connection.publications(of: advisory.id) == [publication])
        let claim = try #require(try connection.claims(of: code.desk.product).first)
        #expect(claim.status == .fixed)
        #expect(claim.decision == .wontFix)
        #expect(claim.phase == .security)
        #expect(claim.evidence == ["commits": [.text(CodeFixture.fix.hex)]])
        #expect(claim.releaseID == code.release)
    }

    @Test(
        "a row that is written again takes the place of the old one",
        arguments: TestEngine.allCases
    )
    func replaced(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let code = try await CodeFixture(try await DeskFixture(store))
            let product = code.desk.product
            try await store.write { connection, _ in
                var repository = try #require(try connection.repository(of: product))
                repository.url = "https://example.org/mst.git"
                try connection.update(repository)
                #expect(try connection.repository(of: product) == repository)
                try connection.setRefsSeen(
                    in: code.repository,
                    changed: ["refs/tags/v1": CodeFixture.commit(9)],
                    gone: ["refs/heads/main"]
                )
                let seen = try connection.refsSeen(in: code.repository)
                #expect(seen == ["refs/tags/v1": CodeFixture.commit(9)])
                try connection.setPatterns(of: product, [])
                let known = try #require(try connection.product(product))
                let usual = CommitPattern.usual(prefix: "MST")
                #expect(try connection.patterns(of: known) == usual)
                try connection.setRef(of: code.lines[0], in: code.repository, to: "refs/heads/x")
                let refs = try connection.lineRefs(in: code.repository)
                #expect(refs[code.lines[0]] == "refs/heads/x")
                let moved = LineRecord(
                    id: code.lines[1],
                    productID: product,
                    name: "1.0",
                    kind: .regular,
                    position: 9
                )
                try connection.update(moved)
                #expect(try connection.lines(of: product).first == moved)
                try expectReplaced(connection, code)
            }
        }
    }

    private func expectReplaced(_ connection: any Connection, _ code: CodeFixture) throws {
        let product = code.desk.product
        var link = try #require(try connection.commits(of: code.defect).first)
        (link.state, link.part, link.lineID) = (.denied, 3, nil)
        try connection.put(link)
        #expect(try connection.commits(of: code.defect).contains(link))
        #expect(try connection.commits(of: code.defect).count == 3)
        #expect(try connection.delete(link))
        #expect(try connection.delete(link) == false)
        let denied = CommitRuling(
            in: code.repository,
            CodeFixture.commit(4),
            .different,
            CodeFixture.fix,
            by: (code.desk.agent, try connection.now(), 2)
        )
        try connection.put(denied)
        #expect(try connection.rulings(in: code.repository) == [denied])
        #expect(try connection.removeAlias("cve-2026-1", from: code.defect))
        #expect(try connection.removeAlias("cve-2026-1", from: code.defect) == false)
        #expect(try connection.unlink(ticket: code.ticket, from: code.defect))
        #expect(try connection.unlink(ticket: code.ticket, from: code.defect) == false)
        var release = try #require(try connection.release(code.release))
        (release.state, release.publishedAt) = (.published, try connection.now())
        try connection.update(release)
        #expect(try connection.release(code.release) == release)
        var item = try #require(try connection.items(of: code.release).first)
        item.state = .dropped
        try connection.put(item)
        #expect(try connection.items(of: code.release) == [item])
        var advisory = try #require(try connection.advisory(named: "MST-2026-1"))
        advisory.state = .published
        try connection.update(advisory)
        #expect(try connection.publishedDefects(of: product) == [code.defect])
        try connection.setDefects([], of: advisory.id)
        #expect(try connection.publishedDefects(of: product).isEmpty)
        var publication = try #require(try connection.publications().first)
        publication.withdrawnAt = try connection.now()
        try connection.update(publication)
        #expect(try connection.publications() == [publication])
    }

    @Test("what scans told of lines is found on the chains", arguments: TestEngine.allCases)
    func told(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let code = try await CodeFixture(try await DeskFixture(store))
            let product = code.desk.product
            try await store.engine.read { connection in
                #expect(try connection.toldRows(of: product).isEmpty)
                let (none, nobody) = (
                    try connection.lastLineFacts(of: [code.defect]),
                    try connection.lastLineFacts(of: [])
                )
                #expect(none.isEmpty && nobody.isEmpty)
                #expect(try connection.unreadDefects(of: product) == [code.defect])
            }
            @Sendable func tell(_ lines: [JSONValue], _ digest: String) async throws {
                let facts: JSONValue = ["lines": .list(lines), "row": .text(digest)]
                try await store.write { connection, provision in
                    var head = try connection.lockChain(code.defect)
                    let draft = EventDraft("lines_changed", for: .embargo, facts: facts)
                    try connection.append(draft, by: code.desk.agent, to: &head, &provision)
                }
            }
            @Sendable func line(_ place: Int, _ status: String) -> JSONValue {
                ["line_id": .int(code.lines[place]), "status": .text(status)]
            }
            try await tell([line(0, "affected"), line(1, "missing")], "0123456789abcdef")
            try await tell([line(0, "fixed")], "fedcba9876543210")
            try await store.engine.read { connection in
                #expect(try connection.toldRows(of: product) == [code.defect: "fedcba9876543210"])
                let last = try connection.lastLineFacts(of: [code.defect])[code.defect]
                #expect(last?[code.lines[0]]?["status"] == "fixed")
                #expect(last?[code.lines[1]]?["status"] == "missing")
                #expect(try connection.unreadDefects(of: product).isEmpty)
            }
        }
    }

    @Test("what the engine must refuse is refused", arguments: TestEngine.allCases)
    func constraints(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let code = try await CodeFixture(try await DeskFixture(store))
            let refused: [Query] = [
                "UPDATE defect SET severity = 6",
                "UPDATE defect SET product_id = 99",
                "UPDATE defect_commit SET part = 0",
                "UPDATE decision SET justification = NULL",
                "UPDATE decision SET until_day = '2026-01-01'",
                "UPDATE decision SET kind = 'deferred'",
                "UPDATE release_decision SET release_id = NULL",
                "UPDATE release_decision SET choice = 'none'",
                "UPDATE ticket_defect SET defect_id = 99",
                "UPDATE claim SET publication_id = 99",
                "DELETE FROM product_release",
                "DELETE FROM defect",
                "DELETE FROM release_line WHERE id = \(code.lines[0])",
            ]
            for edit in refused {
                let error = await #expect(throws: SQLError.self, "\(edit)") {
                    try await store.engine.write { try $0.exec(edit) }
                }
                #expect(error?.code == .constraint, "\(edit)")
            }
        }
    }
}
