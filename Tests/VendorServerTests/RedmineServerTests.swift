import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayConnectorSDK
import MainstayCore
import RedmineConnector
import Synchronization
import Testing

/// The plugin against a real Redmine 5; the ids are those of what a server does.
@Suite(
    "Redmine, a real server",
    .enabled(if: VendorServer.redmine != nil, "Scripts/test starts one"),
    .serialized
)
struct RedmineServerTests {
    let server: VendorServer
    let gate: VendorGate
    let link: ServedPlugin

    init() throws {
        server = try #require(VendorServer.redmine)
        gate = VendorGate(to: server, files: ["five": Self.fiveMegabytes, "small": [1, 0, 255]])
        link = try Self.link(gate)
    }

    static let fiveMegabytes = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 29 ^ $0 >> 7) }

    static func link(
        _ gate: VendorGate,
        _ more: [String: JSONValue] = [:]
    ) throws -> ServedPlugin {
        let options: [String: JSONValue] = [
            "project": "vendor-support", "web": "https://r.example",
        ]
        let descriptor = ConnectorExport.descriptor(of: RedmineConnector.self)
        return try gate.link(
            "Redmine",
            descriptor,
            options: .object(options.merging(more) { $1 })
        )
    }

    private func open(_ intent: Intent, severity: String? = nil) async throws -> VendorCase {
        let body = "It crashes.\nSee \u{1F600} \"quotes\" and 'these' \\ \t."
        let title = "Crash on start"
        return try await link.call(
            .openCase(CaseDraft(intent: intent, title: title, body: body, severity: severity))
        )
    }

    /// Where the list of updates ends now; goes on where the last test was, for from the beginning
    /// it takes long.
    func end() async throws -> String {
        let next = try await link.allUpdates(since: Self.last.withLock { $0 }).next
        Self.last.withLock { $0 = next }
        return next
    }

    private static let last = Mutex("")

    /// The vendor's engineer changes an issue.
    private func change(_ id: String, _ fields: JSONValue) async throws {
        try await server.vendor("PUT", "/issues/\(id).json", ["issue": fields], expecting: 204, 200)
    }

    /// The updates of one case that the connector tells of now, each once.
    private func told(_ id: String, since cursor: String) async throws -> [VendorUpdate] {
        try await link.allUpdates(since: cursor).updates.filter { $0.caseID == id }
    }

    @Test("the same key opens one case, whether or not the answer came")
    func openOnce() async throws {
        let intent = freshIntent()
        gate.losesAnswersOfWrites = true
        #expect(await refusal { try await open(intent) }?.code == .timeout)
        gate.losesAnswersOfWrites = false
        let first = try await open(intent)
        #expect(try await open(intent) == first)
        #expect(first.status == "New" && first.url == "https://r.example/issues/\(first.caseID)")
        let query = ["status_id": "*", "subject": "~\(intent.marker)"]
        let asked = VendorExchange(method: "GET", path: "/issues.json", query: query)
        let answer = try await server.send(asked, as: .vendor)
        let body = try JSONValue(json: Array((answer.body ?? "").utf8), takesFractions: true)
        #expect(body["total_count"] == 1)
        await link.close()
    }

    @Test("a title longer than Redmine's keeps its marker; a priority is named")
    func longTitle() async throws {
        let intent = freshIntent()
        let title = String(repeating: "Längere \u{1F468}\u{200D}\u{1F469} ", count: 60)
        var draft = CaseDraft(intent: intent, title: title, body: "b\u{0}c", severity: "Urgent")
        let first = try await link.call(.openCase(draft))
        #expect(try await link.call(.openCase(draft)).caseID == first.caseID)
        let issue = try await server.vendor(
            "GET",
            "/issues/\(first.caseID).json",
            expecting: 200
        )
        #expect(issue["issue"]?["priority"]?["name"] == "Urgent")
        draft = CaseDraft(intent: freshIntent(), title: "T", body: "B", severity: "Worst")
        let seen = await refusal { try await link.call(.openCase(draft)) }
        #expect(
            seen?.message
                == "Redmine has no priority 'Worst', but Low, Normal, High, Urgent, Immediate"
        )
        await link.close()
    }

    @Test(
        "RM-1: what Redmine refuses with 422 says why; a status that it ignores is a refusal here"
    )
    func refused() async throws {
        var draft = CaseDraft(intent: freshIntent(), title: "T", body: "B")
        draft.fields = ["priority_id": 77]
        let seen = await refusal { try await link.call(.openCase(draft)) }
        #expect(seen?.code == .rejected)
        #expect(
            seen?.message
                == "POST /issues.json was answered with 422: Priority cannot be blank"
        )
        // The workflow allows nobody to close a feature, and Redmine answers with success.
        let opening = freshIntent()
        draft = CaseDraft(intent: opening, title: "T", body: "B", fields: ["tracker_id": 2])
        let opened = try await link.call(.openCase(draft))
        let request = CloseRequest(
            intent: nthIntent(1, of: opening),
            caseID: opened.caseID,
            reason: "Solved by a workaround"
        )
        let ignored = await refusal { try await link.call(.closeCase(request)) }
        #expect(ignored?.code == .rejected)
        #expect(ignored?.message == "Redmine answered with success and left the issue 'New'")
        let other = try await open(freshIntent())
        let closing = CloseRequest(intent: freshIntent(), caseID: other.caseID, reason: "Solved")
        #expect(try await link.call(.closeCase(closing)).status == "Closed")
        #expect(try await link.call(.closeCase(closing)).status == "Closed")
        await link.close()
    }

    @Test("RM-2: nobody locks, so a change by the vendor in the same moment shows in what is read")
    func lost() async throws {
        let opening = freshIntent()
        let opened = try await open(opening)
        let request = CloseRequest(
            intent: nthIntent(1, of: opening),
            caseID: opened.caseID,
            reason: "No longer needed"
        )
        let (server, wrote) = (server, Flag())
        gate.beforeSending { exchange in
            guard exchange.method == "GET", wrote.isRaised else {
                if exchange.method == "PUT" { _ = wrote.raise() }
                return
            }
            let body: JSONValue = ["issue": ["status_id": 2]]
            let path = "/issues/\(opened.caseID).json"
            try await server.vendor("PUT", path, body, expecting: 204)
        }
        let seen = await refusal { try await link.call(.closeCase(request)) }
        #expect(seen?.message == "Redmine answered with success and left the issue 'In Progress'")
        await link.close()
    }

    @Test("RM-7: a private note is the vendor's, the status beside it is not; our own is ours")
    func visibility() async throws {
        let opening = freshIntent()
        let opened = try await open(opening)
        let start = try await end()
        let (comment, receipt) = try await link.askTwice(on: opened.caseID, after: opening)
        try await change(
            opened.caseID,
            ["notes": "Between us", "private_notes": .bool(true), "status_id": 2]
        )
        try await change(opened.caseID, ["notes": "We look at it"])
        let told = try await told(opened.caseID, since: start).filter { $0.kind != .other }
        let ours = told.filter { $0.actor == .us }
        #expect(ours.map(\.commentID) == [receipt.commentID])
        #expect(ours.map(\.text) == ["Any news?\n\n\(comment.intent.marker)"])
        let theirs = told.filter { $0.actor == .vendor }
        #expect(Set(theirs.map(\.text)) == ["Between us", "We look at it", nil])
        #expect(theirs.first { $0.text == "Between us" }?.visibility == .vendorInternal)
        let status = theirs.filter { $0.kind == .status }
        #expect(status.map(\.status) == ["In Progress"])
        #expect(status.map(\.visibility) == [.shared])
        await link.close()
    }

    @Test("RM-6, RM-11: a state is what the status says, also after a reopen")
    func reopened() async throws {
        let opened = try await open(freshIntent())
        let start = try await end()
        for status in [3, 5, 2] {
            try await change(opened.caseID, ["status_id": .int(Int64(status))])
        }
        try await change(opened.caseID, ["notes": "Open again"])
        let states = try await told(opened.caseID, since: start).compactMap(\.status)
        #expect(states == ["Resolved", "Closed", "In Progress"])
        #expect(try await link.call(.readCase(opened.caseID)).status == "In Progress")
        for (word, state) in [("Resolved", CaseState.fixOffered), ("Sneezed", .unknown)] {
            #expect(try await link.call(.mapStatus(word)).state == state)
        }
        await link.close()
    }

    @Test("RM-10: a duplicate names its original and is closed with it, each told once")
    func duplicate() async throws {
        let (copy, original) = (try await open(freshIntent()), try await open(freshIntent()))
        let start = try await end()
        let target = try #require(Int64(original.caseID))
        let relation: JSONValue = ["issue_to_id": .int(target), "relation_type": "duplicates"]
        let path = "/issues/\(copy.caseID)/relations.json"
        try await server.vendor("POST", path, ["relation": relation], expecting: 201)
        try await change(original.caseID, ["status_id": 5])
        #expect(try await link.call(.readCase(copy.caseID)).replacedBy == original.caseID)
        let both: Set = [copy.caseID, original.caseID]
        let all = try await link.allUpdates(since: start).updates
            .filter { both.contains($0.caseID) }
        let replaced = all.filter { $0.kind == .replaced }
        #expect(replaced.map(\.caseID) == [copy.caseID])
        #expect(replaced.map(\.replacedBy) == [original.caseID])
        let closed = all.filter { $0.status == "Closed" }
        #expect(Set(closed.map(\.caseID)) == both && closed.count == 2)
        await link.close()
    }

    @Test("RM-8: a wrong key is an error, never an empty list")
    func wrongKey() async throws {
        let other = try Self.link(VendorGate(to: server, key: "0123456789"))
        #expect(await refusal { try await other.call(.fetchUpdates(since: "")) }?.code == .private_)
        let draft = CaseDraft(intent: freshIntent(), title: "T", body: "B")
        #expect(await refusal { try await other.call(.openCase(draft)) }?.code == .private_)
        await other.close()
        await link.close()
    }

    @Test("RM-9: an issue that was deleted, and one that was moved where we see nothing")
    func gone() async throws {
        let (deleted, moved) = (try await open(freshIntent()), try await open(freshIntent()))
        try await server.vendor("DELETE", "/issues/\(deleted.caseID).json", expecting: 204, 200)
        let elsewhere = try await server.vendor("GET", "/projects/elsewhere.json", expecting: 200)
        let project = try #require(elsewhere["project"]?["id"])
        try await change(moved.caseID, ["project_id": project])
        let first = await refusal { try await link.call(.readCase(deleted.caseID)) }
        #expect(first?.code == .notFound && first?.message.contains("404") == true)
        let second = await refusal { try await link.call(.readCase(moved.caseID)) }
        #expect(second?.code == .private_ && second?.message.contains("403") == true)
        #expect(await refusal { try await link.call(.readCase("1/x")) }?.code == .badID)
        #expect(await refusal { try await link.call(.fetchUpdates(since: "x")) }?.code == .cursor)
        await link.close()
    }
}
