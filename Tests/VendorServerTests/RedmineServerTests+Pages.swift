import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayConnectorSDK
import MainstayCore
import Synchronization
import Testing

extension RedmineServerTests {
    @Test("RM-3, RM-4, RM-5: 250 issues that change while they are read: each once, none lost")
    func moving() async throws {
        let start = try await end()
        let opening = freshIntent()
        let made = try await issues(250, opening)
        // While the list is read, the vendor closes issues that were read and some that were not.
        let (server, moved) = (server, Counter())
        gate.beforeSending { exchange in
            guard exchange.path.hasPrefix("/issues/"), let number = moved.next(below: 250) else {
                return
            }
            let path = "/issues/\(made[(number * 97) % 250]).json"
            try await server.vendor("PUT", path, ["issue": ["status_id": 5]], expecting: 204)
        }
        var (updates, cursor): ([VendorUpdate], String) = ([], start)
        // Reads as polls do, until all is quiet.
        for _ in 0..<10 {
            let told = try await link.allUpdates(since: cursor)
            updates += told.updates
            cursor = told.next
            #expect(cursor.utf8.count <= 16 << 10)
            if told.updates.isEmpty { break }
        }
        gate.beforeSending(nil)
        try await expectListAlone(since: cursor, made)
        let mine = updates.filter { Set(made).contains($0.caseID) }
        let closed = Set(mine.filter { $0.status == "Closed" }.map(\.updateID))
        #expect(moved.count == 250)
        #expect(closed.count == 250)
        #expect(Set(mine.filter { $0.kind == .other }.map(\.updateID)).count == 250)
        await link.close()
    }

    /// A quiet server is asked for the list alone, from 120 s before its last change.
    ///
    /// Other tests write into the same project: it is looked at until none did meanwhile.
    private func expectListAlone(since cursor: String, _ made: [String]) async throws {
        var (cursor, isQuiet) = (cursor, false)
        for _ in 0..<30 where !isQuiet {
            let before = try await recentStamps()
            _ = gate.takeRequests()
            cursor = try await link.call(.fetchUpdates(since: cursor)).nextCursor
            let asked = gate.takeRequests().map(\.path)
            #expect(!made.contains { id in asked.contains { $0.hasPrefix("/issues/\(id).json") } })
            let after = try await recentStamps()
            isQuiet = before == after && asked.allSatisfy { $0.contains("/issues.json?") }
            if isQuiet { #expect(asked.count == pages(of: after), "\(asked)") }
        }
        #expect(isQuiet)
    }

    /// The stamps of the issues that changed in the 120 s before the last change, oldest first.
    private func recentStamps() async throws -> [Instant] {
        var stamps: [Instant] = []
        while true {
            let list = try await server.vendor(
                "GET",
                "/issues.json?project_id=vendor-support&status_id=*&sort=updated_on:desc"
                    + "&limit=100&offset=\(stamps.count)",
                expecting: 200
            )
            let page = (list["issues"]?.list ?? [])
                .compactMap {
                    $0["updated_on"]?.text.flatMap { Instant(vendorTime: $0) }
                }
            stamps += page
            let start = (stamps.first?.milliseconds ?? 0) - 120_000
            guard page.count == 100, let last = stamps.last, last.milliseconds >= start else {
                return stamps.filter { $0.milliseconds >= start }.reversed()
            }
        }
    }

    /// How many pages of 100 hold issues with these stamps, where each page begins with the second
    /// in which the one before it ended.
    private func pages(of stamps: [Instant]) -> Int {
        var (start, pages) = (0, 1)
        while start + 100 <= stamps.count {
            let last = stamps[start + 99]
            start = last == stamps[start] ? start + 100 : stamps.firstIndex(of: last) ?? start
            pages += 1
        }
        return pages
    }

    /// Opens so many issues as the vendor would, and returns their ids.
    private func issues(_ count: Int, _ opening: Intent) async throws -> [String] {
        var ids: [String] = []
        for number in 0..<count {
            let fields: JSONValue = [
                "project_id": "vendor-support",
                "subject": .text("Bulk \(number) \(opening.marker)"),
            ]
            let made = try await server.vendor(
                "POST",
                "/issues.json",
                ["issue": fields],
                expecting: 201
            )
            ids.append(try #require(made["issue"]?["id"]).json)
        }
        return ids
    }

    @Test("files arrive whole and once, whether or not the answer came; a refused type says why")
    func files() async throws {
        let opening = freshIntent()
        let draft = CaseDraft(intent: opening, title: "Files", body: "B")
        let opened = try await link.call(.openCase(draft))
        var file = OutgoingAttachment(
            intent: nthIntent(1, of: opening),
            caseID: opened.caseID,
            name: "server log.gz",
            mediaType: "application/gzip",
            size: 5 << 20,
            sha256: String(repeating: "0", count: 64),
            attachment: "five"
        )
        gate.losesAnswersOfWrites = true
        #expect(await refusal { try await link.attach(file) }?.code == .timeout)
        gate.losesAnswersOfWrites = false
        let receipt = try await link.attach(file)
        gate.losesAnswersOfWrites = true
        #expect(try await link.attach(file) == receipt)
        gate.losesAnswersOfWrites = false
        let path = "/attachments/download/\(receipt.attachmentID)/server%20log.gz"
        let there = try await server.send(VendorExchange(method: "GET", path: path), as: .vendor)
        #expect(there.bodyBase64.flatMap { Data(base64Encoded: $0) } == Data(Self.fiveMegabytes))
        (file.intent, file.name) = (nthIntent(2, of: opening), "setup.exe")
        (file.size, file.attachment) = (3, "small")
        let seen = await refusal { try await link.attach(file) }
        #expect(seen?.code == .rejected)
        let refused = "422: Attachment extension .exe is not allowed"
        #expect(seen?.message == "POST /uploads.json was answered with \(refused)")
        let shown = try await server.vendor(
            "GET",
            "/issues/\(opened.caseID).json?include=attachments",
            expecting: 200
        )
        #expect(shown["issue"]?["attachments"]?.list?.count == 1)
        await link.close()
    }
}

/// Counts up.
private final class Counter: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func next(below end: Int) -> Int? {
        number.withLock { number in
            guard number < end else { return nil }
            defer { number += 1 }
            return number
        }
    }
}
