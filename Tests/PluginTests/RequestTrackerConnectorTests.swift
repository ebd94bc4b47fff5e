import MainstayConnectorSDK
import MainstayConnectorTesting
import RequestTrackerConnector
import Testing

/// What no server that behaves shows; the answers are cut from those of a real one.
@Suite("Connector of Request Tracker")
struct RequestTrackerConnectorTests {
    static let intent = Intent(idempotencyKey: "MS-17", marker: "[MS-17]")
    static let empty = #"{"items":[],"count":0,"total":null,"pages":null}"#

    private func connector(_ vendor: ScriptedHost) async throws -> RequestTrackerConnector {
        let options: ConnectorOptions = ["queue": "Support", "account": "o'us", "filter": "a OR b"]
        return try await RequestTrackerConnector(options: options, host: vendor.host)
    }

    @Test("what is asked is quoted, and within the filter")
    func query() async throws {
        let query = "ObjectType = 'RT::Ticket' AND id > 9 AND (a OR b)"
        let vendor = ScriptedHost([
            ScriptedExchange("GET", "/transactions", query: ["query": query], 200, Self.empty)
        ])
        let page = try await connector(vendor).fetchUpdates(since: "9")
        #expect(page == UpdatePage(updates: [], nextCursor: "9", hasMore: false))
        let found = #"Subject LIKE '[M\'S]' AND Creator = 'o\'us'"#
        let other = ScriptedHost([
            ScriptedExchange("GET", "/tickets", query: ["query": found], 500, "")
        ])
        let draft = CaseDraft(
            intent: Intent(idempotencyKey: "k", marker: "[M'S]"),
            title: "T",
            body: "B"
        )
        let connector = try await connector(other)
        let seen = await refusal { try await connector.openCase(draft) }
        #expect(seen?.code == "connection" && other.requests.count == 1)
    }

    @Test("one bad transaction is unreadable, and the page goes on behind it")
    func badItem() async throws {
        let vendor = ScriptedHost([
            ScriptedExchange(
                "GET",
                "/transactions",
                200,
                """
                {"items":[
                  {"id":"41","ObjectId":"7","Type":"Status","Field":"Status","NewValue":"open",
                   "Created":"2026-11-22T17:30:10Z","Creator":{"id":"vendor"}},
                  {"id":"42","ObjectId":"7","Type":["odd"],"Creator":null},
                  {"id":"43","ObjectId":7,"Type":"Status","NewValue":"resolved",
                   "Created":"never","Creator":{"id":"RT_System"}},
                  "nothing"]}
                """
            )
        ])
        let page = try await connector(vendor).fetchUpdates(since: "40")
        #expect(page.updates.map(\.kind) == [.status, .unreadable, .unreadable, .unreadable])
        #expect(page.updates.map(\.updateID) == ["41", "42", "43", "unknown"])
        #expect(page.updates.map(\.caseID) == ["7", "7", "7", "unknown"])
        #expect(page.updates[0].status == "open" && page.updates[0].actor == .vendor)
        #expect(page.nextCursor == "43" && !page.hasMore)
    }

    @Test("texts that are too large together are asked for in halves; one alone is unreadable")
    func halves() async throws {
        func event(_ id: Int) -> String {
            """
            {"id":"\(id)","ObjectId":"7","Type":"Correspond","Created":"2026-11-22T17:30:10Z",
             "Creator":{"id":"vendor"}}
            """
        }
        func text(_ id: Int) -> String {
            """
            {"items":[{"id":"1\(id)","TransactionId":"\(id)","ContentType":"text/plain",
             "Content":"Text \(id)"}]}
            """
        }
        let all = [1, 2, 3].map(event).joined(separator: ",")
        let vendor = ScriptedHost([
            ScriptedExchange("GET", "/transactions", 200, "{\"items\":[\(all)]}"),
            ScriptedExchange("GET", "/attachments", 200, Self.empty),
            ScriptedExchange("GET", "/attachments", 200, "{"),
            ScriptedExchange("GET", "/attachments", 200, text(1)),
            ScriptedExchange("GET", "/attachments", 200, "{"),
            ScriptedExchange("GET", "/attachments", 500),
            ScriptedExchange("GET", "/attachments", 200, text(3)),
        ])
        let page = try await connector(vendor).fetchUpdates(since: "")
        #expect(vendor.remaining.isEmpty)
        #expect(page.updates.map(\.kind) == [.comment, .unreadable, .comment])
        #expect(page.updates.map(\.text) == ["Text 1", "Its text cannot be read", "Text 3"])
        #expect(page.nextCursor == "3")
        #expect(vendor.log.count == 3)
    }

    @Test("1970 is never, and a ticket without a status is none")
    func never() async throws {
        let ticket = """
            {"id":7,"Status":"new","LastUpdated":"1970-01-01T00:00:00Z","EffectiveId":{"id":"7",
             "_url":"https://rt.example/REST/2.0/ticket/7"}}
            """
        let vendor = ScriptedHost([
            ScriptedExchange("GET", "/ticket/7", 200, ticket),
            ScriptedExchange("GET", "/ticket/7", 200, #"{"id":7}"#),
        ])
        let connector = try await connector(vendor)
        let read = try await connector.readCase("7")
        #expect(read.changedAt == nil)
        #expect(read.url == "https://rt.example/Ticket/Display.html?id=7")
        #expect(await refusal { try await connector.readCase("7") }?.code == "bad_item")
    }

    @Test("RT-6: a 500 for an action is one error, and nothing is written after it")
    func refusedAction() async throws {
        let ticket = #"{"id":7,"Status":"new"}"#
        let vendor = ScriptedHost([
            ScriptedExchange("GET", "/ticket/7", 200, ticket),
            ScriptedExchange("GET", "/transactions", 200, Self.empty),
            ScriptedExchange("POST", "/ticket/7/correspond", 500),
        ])
        let comment = OutgoingComment(intent: Self.intent, caseID: "7", body: "B")
        let connector = try await connector(vendor)
        let seen = await refusal { try await connector.addComment(comment) }
        #expect(seen?.status == .failed && seen?.code == "connection")
        #expect(vendor.remaining.isEmpty)
    }

    @Test(
        "the same words always mean the same",
        arguments: [
            ("new", CaseState.submitted), ("open", .working), ("stalled", .needsUs),
            ("resolved", .fixOffered), ("rejected", .refused), ("deleted", .gone),
            ("odd", .unknown),
        ]
    )
    func states(_ word: String, _ state: CaseState) async throws {
        #expect(try await connector(ScriptedHost([])).state(of: word) == state)
    }
}

/// Does the work, and returns the error that it must end with.
func refusal<Value>(_ work: () async throws -> Value) async -> ConnectorError? {
    do {
        let value = try await work()
        Issue.record("No error, but \(value)")
    } catch let error as ConnectorError {
        return error
    } catch {
        Issue.record("Another error: \(error)")
    }
    return nil
}
