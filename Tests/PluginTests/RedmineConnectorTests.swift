import MainstayConnectorSDK
import MainstayConnectorTesting
import RedmineConnector
import Testing

/// What no server that behaves shows; the answers are cut from those of a real one.
@Suite("Connector of Redmine")
struct RedmineConnectorTests {
    static let intent = Intent(idempotencyKey: "MS-17", marker: "[MS-17]")
    static let person = ScriptedExchange("GET", "/users/current.json", 200, #"{"user":{"id":5}}"#)
    static let states = ScriptedExchange(
        "GET",
        "/issue_statuses.json",
        200,
        #"{"issue_statuses":[{"id":1,"name":"New"},{"id":5,"name":"Closed"}]}"#
    )

    private func connector(_ vendor: ScriptedHost) async throws -> RedmineConnector {
        try await RedmineConnector(options: ["project": "support"], host: vendor.host)
    }

    private static func row(_ id: Int, _ stamp: String) -> String {
        """
        {"id":\(id),"status":{"id":1,"name":"New"},"author":{"id":5,"name":"Con"},
         "subject":"S","created_on":"2026-01-01T00:00:00Z","updated_on":"\(stamp)"}
        """
    }

    private static func list(_ rows: [String], since: String? = nil) -> ScriptedExchange {
        let body = "{\"issues\":[\(rows.joined(separator: ","))]}"
        let query = since.map { ["updated_on": ">=\($0)"] } ?? [:]
        return ScriptedExchange("GET", "/issues.json", query: query, 200, body)
    }

    private static func issue(_ id: Int, _ stamp: String, _ journals: String) -> ScriptedExchange {
        let whole = row(id, stamp).dropLast() + ",\"journals\":[\(journals)]}"
        return ScriptedExchange("GET", "/issues/\(id).json", 200, "{\"issue\":\(whole)}")
    }

    private static func note(_ id: Int, _ time: String) -> String {
        """
        {"id":\(id),"user":{"id":6,"name":"Ven"},"notes":"n\(id)","created_on":"\(time)",
         "private_notes":false,"details":[]}
        """
    }

    @Test("a pass begins 120 s before the last stamp; what was read twice is left alone")
    func passes() async throws {
        let stamp = "2026-11-22T17:30:14Z", base = "2026-11-22T17:28:14Z"
        let rows = [Self.row(1, stamp)]
        let vendor = ScriptedHost([
            Self.list(rows), Self.person, Self.states, Self.issue(1, stamp, Self.note(8, stamp)),
            Self.list(rows, since: base), Self.person, Self.states,
            // In the same second another note came: the stamp tells nothing of it.
            Self.issue(1, stamp, Self.note(8, stamp) + "," + Self.note(9, stamp)),
            Self.list(rows, since: base), Self.list(rows, since: base),
        ])
        let connector = try await connector(vendor)
        let first = try await connector.fetchUpdates(since: "")
        #expect(first.updates.map(\.updateID) == ["i1", "j8"] && !first.hasMore)
        let second = try await connector.fetchUpdates(since: first.nextCursor)
        #expect(second.updates.map(\.updateID) == ["j8", "j9"])
        let third = try await connector.fetchUpdates(since: second.nextCursor)
        #expect(third.updates.isEmpty)
        #expect(try await connector.fetchUpdates(since: third.nextCursor) == third)
        #expect(vendor.remaining.isEmpty)
    }

    @Test("an issue with more updates than a page holds goes on where the page ended")
    func longIssue() async throws {
        let stamp = "2026-11-22T17:30:14Z"
        let notes = (1...1_200).map { Self.note($0, stamp) }.joined(separator: ",")
        let once = [Self.list([Self.row(1, stamp)]), Self.person, Self.states]
        let script = (0..<3).flatMap { _ in once + [Self.issue(1, stamp, notes)] }
        let vendor = ScriptedHost(script)
        let connector = try await connector(vendor)
        var (updates, cursor, pages): ([VendorUpdate], String, [Int]) = ([], "", [])
        while true {
            let page = try await connector.fetchUpdates(since: cursor)
            updates += page.updates
            pages.append(page.updates.count)
            cursor = page.nextCursor
            if !page.hasMore { break }
        }
        #expect(pages == [500, 500, 201])
        #expect(updates.map(\.updateID) == ["i1"] + (1...1_200).map { "j\($0)" })
        #expect(vendor.remaining.isEmpty)
    }

    @Test("a call ends before it has made 64 requests, and the next one goes on")
    func budget() async throws {
        let stamp = "2026-11-22T17:30:14Z"
        let rows = (1...80).map { Self.row($0, stamp) }
        func issues(_ range: ClosedRange<Int>) -> [ScriptedExchange] {
            range.map { Self.issue($0, stamp, "") }
        }
        let start = [Self.list(rows), Self.person, Self.states]
        let vendor = ScriptedHost(start + issues(1...57) + start + issues(58...80))
        let connector = try await connector(vendor)
        let first = try await connector.fetchUpdates(since: "")
        #expect(first.hasMore && vendor.requests.count == 60)
        let second = try await connector.fetchUpdates(since: first.nextCursor)
        #expect(!second.hasMore && vendor.remaining.isEmpty)
        #expect((first.updates + second.updates).map(\.caseID) == (1...80).map { "\($0)" })
        #expect(vendor.requests[60].query["updated_on"] == ">=\(stamp)")
    }

    @Test("a full page within one second goes on by offset, any other by its last stamp")
    func offsets() async throws {
        let (early, late) = ("2026-11-22T17:30:14Z", "2026-11-22T17:30:15Z")
        func rows(_ range: ClosedRange<Int>, since: String? = nil) -> ScriptedExchange {
            Self.list(range.map { Self.row($0, $0 <= 50 ? early : late) }, since: since)
        }
        func reads(_ range: ClosedRange<Int>) -> [ScriptedExchange] {
            range.map { Self.issue($0, $0 <= 50 ? early : late, "") }
        }
        let names = [Self.person, Self.states]
        let vendor = ScriptedHost(
            [rows(1...100)] + names + reads(1...57)
                + [rows(51...150, since: late)] + names + reads(58...114)
                + [rows(51...150, since: late)] + names + reads(115...150)
                + [rows(151...200, since: late)] + reads(151...170)
                + [rows(51...150, since: late), rows(151...200, since: late)] + names
                + reads(171...200)
        )
        let connector = try await connector(vendor)
        var (cases, cursor): ([String], String) = ([], "")
        for number in 1...4 {
            let page = try await connector.fetchUpdates(since: cursor)
            cases += page.updates.map(\.caseID)
            cursor = page.nextCursor
            #expect(page.hasMore == (number < 4))
        }
        #expect(cases == (1...200).map { "\($0)" })
        #expect(vendor.remaining.isEmpty)
        let offsets = vendor.requests.compactMap { $0.query["offset"] }
        #expect(offsets == ["0", "0", "0", "100", "0", "100"])
    }

    @Test("an issue that is gone between list and read is told so")
    func gone() async throws {
        let vendor = ScriptedHost([
            Self.list([Self.row(1, "2026-11-22T17:30:14Z")]), Self.person, Self.states,
            ScriptedExchange("GET", "/issues/1.json", 404),
        ])
        let page = try await connector(vendor).fetchUpdates(since: "")
        #expect(page.updates.map(\.kind) == [.gone])
        #expect(page.updates[0].text == "GET /issues/1.json was answered with 404")
    }

    @Test("one bad row and one bad entry are unreadable, and the page goes on")
    func badItems() async throws {
        let stamp = "2026-11-22T17:30:14Z"
        let vendor = ScriptedHost([
            Self.list(["{\"id\":3,\"updated_on\":\"\(stamp)\"}", Self.row(4, stamp)]), Self.person,
            Self.states, Self.issue(4, stamp, "{\"id\":8},\(Self.note(9, "soon"))"),
        ])
        let page = try await connector(vendor).fetchUpdates(since: "")
        #expect(page.updates.map(\.updateID) == ["i3/\(stamp)", "i4", "j8", "j9"])
        #expect(page.updates.map(\.kind) == [.unreadable, .other, .unreadable, .unreadable])
        #expect(page.updates.map(\.caseID) == ["3", "4", "4", "4"])
    }

    @Test("a note that is accepted and not shown is a refusal")
    func hiddenNote() async throws {
        let issue = Self.issue(7, "2026-11-22T17:30:14Z", "")
        let vendor = ScriptedHost([issue, ScriptedExchange("PUT", "/issues/7.json", 204), issue])
        let connector = try await connector(vendor)
        let comment = OutgoingComment(intent: Self.intent, caseID: "7", body: "B")
        let seen = await refusal { try await connector.addComment(comment) }
        #expect(seen?.code == "rejected")
        #expect(seen?.message == "Redmine answered with success and does not show the note")
        #expect(vendor.remaining.isEmpty)
    }

    @Test("a status that Redmine does not have is named before anything is written")
    func noSuchStatus() async throws {
        let options: ConnectorOptions = ["project": "support", "closedStatus": "Done"]
        let vendor = ScriptedHost([Self.issue(7, "2026-11-22T17:30:14Z", ""), Self.states])
        let connector = try await RedmineConnector(options: options, host: vendor.host)
        let request = CloseRequest(intent: Self.intent, caseID: "7", reason: "R")
        let seen = await refusal { try await connector.closeCase(request) }
        let why = "Redmine has no status 'Done', but New, Closed"
        #expect(seen == ConnectorError(.invalid, code: "option", why))
    }
}
