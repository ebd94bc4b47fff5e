import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Testing

@Suite("Messages of connectors")
struct MessageTests {
    static let intent = Intent(idempotencyKey: "MS-17", marker: "[MS-17]")
    static let moment = Instant(milliseconds: 1_767_225_600_000)

    static var update: VendorUpdate {
        var update = VendorUpdate(
            updateID: "9",
            caseID: "C1",
            kind: .comment,
            at: moment,
            actor: .vendor,
            visibility: .shared
        )
        update.text = "Line 1\nLine \"2\" \u{1F600}"
        update.fixedVersion = "5.4.1"
        return update
    }

    static let vendorCase = VendorCase(
        caseID: "C1",
        status: "WIP",
        url: "https://vendor.example/C1",
        changedAt: moment
    )

    /// One message of every name of the schema.
    static let samples: [(String, any ConnectorMessage)] = [
        ("intent", intent), ("case", vendorCase), ("update", update),
        (
            "open_case.request",
            CaseDraft(intent: intent, title: "T", body: "B", severity: "high", fields: ["a": 1])
        ),
        ("open_case.reply", vendorCase),
        ("add_comment.request", OutgoingComment(intent: intent, caseID: "C1", body: "B")),
        ("add_comment.reply", CommentReceipt(commentID: "7")),
        ("fetch_updates.request", UpdateQuery(cursor: "")),
        (
            "fetch_updates.reply",
            UpdatePage(updates: [update, update], nextCursor: "2", hasMore: true)
        ),
        ("map_status.request", StatusQuery(status: "WIP")),
        ("map_status.reply", StateAnswer(state: .needsUs)),
        ("close_case.request", CloseRequest(intent: intent, caseID: "C1", reason: "R")),
        ("close_case.reply", vendorCase), ("read_case.request", CaseQuery(caseID: "C1")),
        ("read_case.reply", vendorCase),
        (
            "add_attachment.request",
            OutgoingAttachment(
                intent: intent,
                caseID: "C1",
                name: "a.log",
                mediaType: "text/plain",
                size: 5 << 20,
                sha256: String(repeating: "0a", count: 32),
                attachment: "a1"
            )
        ),
        ("add_attachment.reply", AttachmentReceipt(attachmentID: "8")),
        ("problem", ConnectorProblem(.badItem, "Say \"why\"", retryAfterSeconds: 30)),
        (
            "descriptor",
            ConnectorDescriptor(
                id: "com.example.acme",
                version: "1.0.0",
                displayName: "Acme",
                services: ["mainstay.http/1"],
                sdk: "none"
            )
        ),
        (
            "mainstay.http/1.request",
            VendorExchange(method: "POST", path: "/c", query: ["k": "v"], body: "text")
        ),
        ("mainstay.http/1.reply", VendorAnswer(status: 201, headers: ["A": "b"], body: "")),
        (
            "mainstay.attachment/1.request",
            AttachmentRead(attachment: "a1", offset: 0, count: 1 << 20)
        ),
        ("mainstay.attachment/1.reply", AttachmentPiece(dataBase64: "AAE=", end: true)),
    ]

    @Test("what is written is read back, whatever else stands beside it")
    func roundTrip() throws {
        func check<Message: ConnectorMessage>(_ name: String, _ message: Message) throws {
            var members = try #require(message.json.members)
            members["later"] = .object(["x": .fraction(1.5)])
            let bytes = Array(JSONValue.object(members).json.utf8)
            #expect(try Message(json: bytes, of: name) == message, "\(name)")
        }
        for (name, message) in Self.samples { try check(name, message) }
    }

    @Test(
        "every message is as the schema says",
        .enabled(if: python != nil, "Scripts/test installs the validator")
    )
    func schema() throws {
        #expect(try report(Self.samples.map { ($0.0, $0.1.json) }) == "")
    }

    @Test(
        "the schema sees a member that is missing or of another kind, as the reader does",
        .enabled(if: python != nil, "Scripts/test installs the validator")
    )
    func spoiled() throws {
        func isRead<Message: ConnectorMessage>(_ value: JSONValue, as message: Message) -> Bool {
            (try? Message(json: Array(value.json.utf8), of: "it")) != nil
        }
        var spoiled: [(String, JSONValue)] = []
        for (name, message) in Self.samples where name != "update" {
            for key in message.json.members ?? [:] where isRequired(key.key, in: name) {
                for wrong in [nil, JSONValue.object([:])] as [JSONValue?] {
                    if key.key == "intent" && wrong != nil { continue }
                    var members = message.json.members ?? [:]
                    members[key.key] = wrong
                    let isTaken = isRead(.object(members), as: message)
                    #expect(!isTaken, "\(name) \(key.key)")
                    spoiled.append((name, .object(members)))
                }
            }
        }
        let others = Self.samples.map { ($0.0, $0.1.json) }
        let lines = try report(others + spoiled).split(separator: "\n")
        #expect(spoiled.count > 60)
        #expect(lines.count >= spoiled.count, "\(lines.count) of \(spoiled.count)")
    }

    private func isRequired(_ key: String, in name: String) -> Bool {
        let optional: Set<String> = [
            "severity", "fields", "url", "changedAt", "retryAfterSeconds", "services", "sdk",
            "query", "headers", "body",
        ]
        return !optional.contains(key) || (key == "body" && !name.hasPrefix("mainstay"))
    }

    @Test("words that are not known count as the careful one")
    func unknownWords() throws {
        let text = """
            {"updateID":"1","caseID":"C","kind":"sneeze","at":"2026-01-01T00:00:00.123456Z",
             "actor":"cat","visibility":"everybody"}
            """
        let update = try VendorUpdate(json: Array(text.utf8), of: "it")
        #expect(update.kind == .other && update.actor == .automatic)
        #expect(update.visibility == .vendorInternal)
        #expect(update.at == Instant("2026-01-01T00:00:00.123Z"))
        #expect(try StateAnswer(json: Array(#"{"state":"odd"}"#.utf8), of: "it").state == .unknown)
        #expect(ConnectorStatus(number: 99) == .failed)
    }

    @Test("an update with a mistake is unreadable; one without ids stops the page, with its place")
    func mistakes() throws {
        let page = """
            {"updates":[{"updateID":"1","caseID":"C","kind":"status","at":"yesterday"},\(id)],
             "nextCursor":"1","hasMore":false}
            """
        let good = Array(page.replacing(id, with: "{\"updateID\":\"2\",\"caseID\":\"C\"}").utf8)
        let read = try UpdatePage(json: good, of: "The reply to fetch_updates")
        #expect(read.updates.map(\.kind) == [.unreadable, .unreadable])
        #expect(
            read.updates[0].text == "Update 1 of 2 has 'yesterday' as 'at', "
                + "expected a time as 2026-03-01T09:30:00Z"
        )
        let bad = Array(page.replacing(id, with: "{\"updateID\":\"2\"}").utf8)
        #expect(throws: MessageFault("Update 2 of 2 has no 'caseID', expected a string")) {
            try UpdatePage(json: bad, of: "The reply to fetch_updates")
        }
    }

    @Test("a page and a cursor have an end")
    func limits() throws {
        let updates = [VendorUpdate](repeating: Self.update, count: 501)
        var page = UpdatePage(updates: updates, nextCursor: "", hasMore: false)
        #expect(throws: MessageFault("It has 501 entries as 'updates', expected at most 500")) {
            try UpdatePage(json: Array(page.json.json.utf8), of: "It")
        }
        page.updates = []
        page.nextCursor = String(repeating: "x", count: 16_385)
        let seen = "It has 16385 bytes as 'nextCursor', expected at most 16384"
        #expect(throws: MessageFault(seen)) {
            try UpdatePage(json: Array(page.json.json.utf8), of: "It")
        }
    }

    /// What the validator says of messages.
    private func report(_ messages: [(String, JSONValue)]) throws -> String {
        let scratch = try TemporaryFolder()
        let list = JSONValue.list(messages.map { .list([.text($0.0), $0.1]) })
        try writeFile(scratch.path + "/messages", Array(list.json.utf8))
        let folder = #filePath.replacing("/MessageTests.swift", with: "")
        try runProgram([
            try #require(python), folder + "/validate_messages.py",
            folder + "/../../Plugins/schema/connector-v1.json", scratch.path + "/messages",
            scratch.path + "/report",
        ])
        return String(decoding: try readFile(scratch.path + "/report"), as: UTF8.self)
    }
}

private let id = "PLACE"

/// The Python that has the validator.
private let python = ProcessInfo.processInfo.environment["MAINSTAY_TEST_VALIDATORS"]
