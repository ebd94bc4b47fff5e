import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayConnectorSDK
import MainstayCore
import RequestTrackerConnector
import Synchronization
import Testing

/// The plugin against a real Request Tracker 5; the ids are those of what a server does.
@Suite(
    "Request Tracker, a real server",
    .enabled(if: VendorServer.requestTracker != nil, "Scripts/test starts one"),
    .serialized
)
struct RequestTrackerServerTests {
    let server: VendorServer
    let gate: VendorGate
    let link: ServedPlugin

    init() throws {
        server = try #require(VendorServer.requestTracker)
        gate = VendorGate(to: server, files: ["five": Self.fiveMegabytes, "none": []])
        link = try Self.link(gate)
    }

    static let fiveMegabytes = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) }

    static func link(
        _ gate: VendorGate,
        _ more: [String: JSONValue] = [:]
    ) throws -> ServedPlugin {
        let options: [String: JSONValue] = ["queue": "Vendor Support", "account": "connector"]
        let descriptor = ConnectorExport.descriptor(of: RequestTrackerConnector.self)
        let all = JSONValue.object(options.merging(more) { $1 })
        return try gate.link("RequestTracker", descriptor, options: all)
    }

    private func open(_ intent: Intent) async throws -> VendorCase {
        let body = "It crashes.\nSee \u{1F600} \"quotes\" and 'these' \\ \t."
        return try await link.call(
            .openCase(CaseDraft(intent: intent, title: "Crash on start", body: body))
        )
    }

    /// Where the list of updates ends now.
    private func end() async throws -> String {
        let next = try await link.allUpdates(since: Self.last.withLock { $0 }).next
        Self.last.withLock { $0 = next }
        return next
    }

    private static let last = Mutex("")

    private func tickets(_ marker: String) async throws -> Int {
        let query = ["query": "Subject LIKE '\(marker)'"]
        let asked = VendorExchange(method: "GET", path: "/tickets", query: query)
        let answer = try await server.send(asked, as: .vendor)
        let body = try JSONValue(json: Array((answer.body ?? "").utf8), takesFractions: true)
        return body["items"]?.list?.count ?? -1
    }

    @Test("the same key opens one case, whether or not the answer came")
    func openOnce() async throws {
        let intent = freshIntent()
        gate.losesAnswersOfWrites = true
        #expect(await refusal { try await open(intent) }?.code == .timeout)
        gate.losesAnswersOfWrites = false
        let first = try await open(intent)
        #expect(try await open(intent) == first)
        #expect(first.status == "new" && first.replacedBy == nil && first.changedAt != nil)
        #expect(first.url?.hasSuffix("/Ticket/Display.html?id=\(first.caseID)") == true)
        #expect(try await tickets(intent.marker) == 1)
        await link.close()
    }

    @Test("a title longer than RT's keeps its marker, and the case is found again")
    func longTitle() async throws {
        let intent = freshIntent()
        let title = String(repeating: "Längere \u{1F468}\u{200D}\u{1F469} ", count: 60)
        let draft = CaseDraft(intent: intent, title: title, body: "b\u{0}c")
        let first = try await link.call(.openCase(draft))
        #expect(try await link.call(.openCase(draft)).caseID == first.caseID)
        await link.close()
    }

    @Test("RT-1: a status that RT does not know is answered with 200, and is a refusal here")
    func refusedStatus() async throws {
        let other = try Self.link(gate, ["closedStatus": "nosuch"])
        let intent = freshIntent()
        let opened = try await open(intent)
        let request = CloseRequest(
            intent: nthIntent(1, of: intent),
            caseID: opened.caseID,
            reason: "Solved by a workaround"
        )
        let seen = await refusal { try await other.call(.closeCase(request)) }
        #expect(seen?.code == .rejected)
        #expect(
            seen?.message == "Ticket \(opened.caseID): Status 'nosuch' isn't a valid status for "
                + "this ticket."
        )
        #expect(try await link.call(.readCase(opened.caseID)).status == "open")
        let closed = try await link.call(.closeCase(request))
        #expect(closed.status == "resolved")
        #expect(try await link.call(.closeCase(request)).status == "resolved")
        await link.close()
        await other.close()
    }

    @Test("a ticket that changes while it is closed is read again, once")
    func lock() async throws {
        let opened = try await open(freshIntent())
        let request = CloseRequest(
            intent: freshIntent(),
            caseID: opened.caseID,
            reason: "No longer needed"
        )
        let server = server
        let touched = Flag()
        gate.beforeSending { exchange in
            guard exchange.method == "PUT", touched.raise() else { return }
            let change: JSONValue = ["Priority": "7"]
            let path = "/ticket/\(opened.caseID)"
            try await server.vendor("PUT", path, change, expecting: 200)
        }
        _ = gate.takeRequests()
        #expect(try await link.call(.closeCase(request)).status == "resolved")
        #expect(
            gate.takeRequests().filter { $0.method != "GET" }.map(\.method) == [
                "POST", "PUT", "PUT",
            ]
        )
        await link.close()
    }

    @Test("RT-2, RT-3: what RT does by itself after our reply is automatic")
    func automatic() async throws {
        let opening = freshIntent()
        let opened = try await open(opening)
        let start = try await end()
        let (comment, receipt) = try await link.askTwice(on: opened.caseID, after: opening)
        var told = try await link.allUpdates(since: start)
        #expect(told.updates.map(\.kind) == [.comment, .status])
        #expect(told.updates.map(\.actor) == [.us, .automatic])
        #expect(told.updates[0].commentID == receipt.commentID)
        #expect(told.updates[0].text == "Any news?\n\n\(comment.intent.marker)")
        #expect(told.updates[1].status == "open")
        // The vendor resolves it, and our next reply opens it again.
        try await server.vendor(
            "PUT",
            "/ticket/\(opened.caseID)",
            ["Status": "resolved"],
            expecting: 200
        )
        var second = comment
        second.intent = nthIntent(2, of: opening)
        _ = try await link.call(.addComment(second))
        told = try await link.allUpdates(since: told.next)
        let states = told.updates.filter { $0.kind == .status }
        #expect(states.map(\.status) == ["resolved", "open"])
        #expect(states.map(\.actor) == [.vendor, .automatic])
        #expect(try await link.call(.readCase(opened.caseID)).status == "open")
        await link.close()
    }

    @Test("RT-12: an internal comment is the vendor's; files of his are named, not read")
    func vendorSide() async throws {
        let opened = try await open(freshIntent())
        let start = try await end()
        let path = "/ticket/\(opened.caseID)"
        try await server.vendor(
            "POST",
            path + "/comment",
            ["Content": "Between us", "ContentType": "text/plain"],
            expecting: 201
        )
        let file: JSONValue = [
            "FileName": "fix.patch", "FileType": "application/octet-stream",
            "FileContent": .text(Data(Self.fiveMegabytes).base64EncodedString()),
        ]
        try await server.vendor(
            "POST",
            path + "/correspond",
            [
                "Content": "<p>Try <b>this</b> &amp; that</p>", "ContentType": "text/html",
                "Attachments": [file],
            ],
            expecting: 201
        )
        _ = gate.takeRequests()
        let told = try await link.allUpdates(since: start).updates
        #expect(gate.takeRequests().count == 3)
        let comments = told.filter { $0.kind == .comment }
        #expect(comments.map(\.visibility) == [.vendorInternal, .shared])
        #expect(comments.map(\.actor) == [.vendor, .vendor])
        #expect(comments.map(\.text) == ["Between us", "Try this & that\n"])
        let named = try #require(told.first { $0.kind == .other && $0.url != nil })
        #expect(named.text == "fix.patch" && named.url?.contains("/attachment/") == true)
        await link.close()
    }

    @Test("RT-9, RT-10: a merged ticket is followed, told once, and found by a repeated open")
    func merge() async throws {
        let (first, second) = (freshIntent(), freshIntent())
        let (old, live) = (try await open(first), try await open(second))
        let comment = OutgoingComment(
            intent: nthIntent(1, of: first),
            caseID: old.caseID,
            body: "Before"
        )
        let receipt = try await link.call(.addComment(comment))
        let start = try await end()
        let target = try #require(Int64(live.caseID))
        try await server.vendor(
            "PUT",
            "/ticket/\(old.caseID)",
            ["MergeInto": .int(target)],
            expecting: 200
        )
        let read = try await link.call(.readCase(old.caseID))
        #expect(read.replacedBy == live.caseID && read.caseID == old.caseID)
        let replaced = try await link.allUpdates(since: start).updates
            .filter { $0.kind == .replaced }
        #expect(replaced.map(\.caseID) == [old.caseID])
        #expect(replaced.map(\.replacedBy) == [live.caseID])
        #expect(try await open(first).caseID == live.caseID)
        #expect(try await link.call(.addComment(comment)) == receipt)
        var after = comment
        after.intent = nthIntent(2, of: first)
        let later = try await link.call(.addComment(after))
        #expect(try await link.call(.addComment(after)) == later)
        await link.close()
    }

    @Test("RT-4, RT-5, RT-7: every change is told once, however the pages fall")
    func pages() async throws {
        let start = try await end()
        let opening = freshIntent()
        let opened = try await open(opening)
        for number in 1...101 {
            try await server.vendor(
                "PUT",
                "/ticket/\(opened.caseID)",
                ["Subject": .text("Change \(number) \(opening.marker)")],
                expecting: 200
            )
        }
        let first = try await link.call(.fetchUpdates(since: start))
        #expect(first.hasMore)
        let rest = try await link.allUpdates(since: first.nextCursor)
        let all = first.updates + rest.updates
        let subjects = all.filter { $0.text?.hasPrefix("Set Subject") == true }
        #expect(subjects.count == 101)
        #expect(Set(all.map(\.updateID)).count == all.count)
        #expect(all.allSatisfy { ($0.at?.milliseconds ?? 0) > 0 })
        #expect(try await link.call(.fetchUpdates(since: start)) == first)
        _ = gate.takeRequests()
        #expect(try await link.call(.fetchUpdates(since: rest.next)).updates.isEmpty)
        #expect(gate.takeRequests().count == 1)
        await link.close()
    }

    @Test("a file of 5 MiB arrives whole and once, whether or not the answer came")
    func files() async throws {
        let opening = freshIntent()
        let opened = try await open(opening)
        var file = OutgoingAttachment(
            intent: nthIntent(1, of: opening),
            caseID: opened.caseID,
            name: "five.log",
            mediaType: "text/plain",
            size: 5 << 20,
            sha256: String(repeating: "0", count: 64),
            attachment: "five"
        )
        gate.losesAnswersOfWrites = true
        #expect(await refusal { try await link.attach(file) }?.code == .timeout)
        gate.losesAnswersOfWrites = false
        let receipt = try await link.attach(file)
        #expect(try await link.attach(file) == receipt)
        let path = "/attachment/\(receipt.attachmentID)"
        let there = try await server.vendor("GET", path, expecting: 200)
        let content = there["Content"]?.text?.filter { $0 != "\n" } ?? ""
        #expect(Data(base64Encoded: content) == Data(Self.fiveMegabytes))
        // RT takes no file without bytes, and says so.
        (file.intent, file.name) = (nthIntent(2, of: opening), "none.log")
        (file.size, file.attachment) = (0, "none")
        let seen = await refusal { try await link.attach(file) }
        #expect(seen?.code == .rejected)
        #expect(seen?.message.contains("FileContent is a required field") == true)
        let list = try await server.vendor(
            "GET",
            "/ticket/\(opened.caseID)/attachments?fields=Filename&per_page=100",
            expecting: 200
        )
        let names = list["items"]?.list?.compactMap { $0["Filename"]?.text }.filter { !$0.isEmpty }
        #expect(names == ["five.log"])
        await link.close()
    }

    @Test("what is not there, may not be seen, or is no id has a name")
    func problems() async throws {
        #expect(await refusal { try await link.call(.readCase("999999")) }?.code == .notFound)
        #expect(await refusal { try await link.call(.readCase("1/../2")) }?.code == .badID)
        #expect(await refusal { try await link.call(.fetchUpdates(since: "x")) }?.code == .cursor)
        let elsewhere = try Self.link(gate, ["queue": "Nosuch"])
        let draft = CaseDraft(intent: freshIntent(), title: "T", body: "B")
        let seen = await refusal { try await elsewhere.call(.openCase(draft)) }
        #expect(seen?.code == .private_)
        #expect(seen?.message.contains("No permission to create tickets") == true)
        let stranger = VendorGate(to: server, key: "1-14-0000000000")
        let other = try Self.link(stranger)
        let denied = await refusal { try await other.call(.fetchUpdates(since: "")) }
        #expect(denied?.code == .private_)
        await link.close()
        await elsewhere.close()
        await other.close()
    }
}
