import MainstayCore
import MainstayService
import MainstayTesting
import Outbound
import SQLDatabase
import Storage
import SupportDesk
import Synchronization
import Testing

@Suite("Notices from events to their receivers")
struct NoticeTests {
    /// An installation with a receiver that remembers, on an engine.
    private struct Place {
        let fresh: FreshDesk
        let receiver: LoopbackReceiver
        let got: Memory

        var desk: Desk { fresh.desk }
        var instance: Instance { fresh.instance }
        var engine: any SQLEngine { fresh.engine }
        var folder: String { fresh.folder }

        static func with(_ kind: TestEngine, _ body: (Place) async throws -> Void) async throws {
            try await FreshDesk.with(kind) { fresh in
                let got = Memory()
                let receiver = try LoopbackReceiver { got.take($0) }
                try await body(Place(fresh: fresh, receiver: receiver, got: got))
            }
        }

        func hook(
            _ path: String,
            for login: String? = nil,
            _ kinds: [TicketEventKind] = []
        ) async throws -> (id: Int64, secret: String) {
            try await desk.makeWebhook(
                receiver.url + path,
                for: login,
                kinds: kinds,
                isInsecure: true
            )
        }

        /// Sends with few tries and no waits.
        func send(_ edit: (inout SendingRules) -> Void = { _ in }) async throws -> NoticeRound {
            var rules = SendingRules()
            rules.tries = 3
            rules.waitMs = { _ in 0 }
            rules.limits.totalMs = 300
            edit(&rules)
            return try await desk.sendNotices(rules)
        }

        /// Sends mail by a program that adds each to a file.
        func switchMailOn() async throws {
            let program = folder + "/sendmail"
            try writeFile(program, Array("#!/bin/sh\ncat >> \(folder)/mails\n".utf8))
            try makeRunnable(program)
            if (try? readFile(folder + "/mails")) == nil { try writeFile(folder + "/mails", []) }
            try await desk.setMail(("desk@example.org", program))
        }

        /// To whom mail went, a line each, sorted.
        func mailed() throws -> [Substring] {
            String(decoding: try readFile(folder + "/mails"), as: UTF8.self)
                .split(separator: "\n").filter { $0.hasPrefix("To: ") }.sorted()
        }
    }

    /// What came, in order; what `replies` says of a path is answered, else 204.
    private final class Memory: Sendable {
        private let state = Mutex(
            (requests: [LoopbackReceiver.Request](), replies: [String: Int]())
        )

        var requests: [LoopbackReceiver.Request] { state.withLock { $0.requests } }

        func set(_ path: String, _ status: Int?) { state.withLock { $0.replies[path] = status } }

        func take(_ request: LoopbackReceiver.Request) -> LoopbackReceiver.Reply {
            state.withLock { state in
                state.requests.append(request)
                if request.path == "/hang", state.replies["/hang"] == nil { return .silence(600) }
                return .status(state.replies[request.path] ?? 204)
            }
        }
    }

    @Test("a message is signed, and comes once", arguments: TestEngine.allCases)
    func signed(kind: TestEngine) async throws {
        try await Place.with(kind) { place in
            let hook = try await place.hook("/ok", [.opened, .commented])
            let ref = try await place.desk.register(NewTicket(title: "It fails"))
            try await place.desk.note(TicketHandle(ref), "not asked for")
            let round = try await place.send()
            #expect(round.messages == 1)
            #expect(round.sending.sent == 1)
            #expect(try await place.send() == NoticeRound())
            let request = try #require(place.got.requests.first)
            #expect(place.got.requests.count == 1)
            let json = try JSONValue(json: request.body)
            #expect(json["id"]?.text == request.headers["idempotency-key"])
            #expect(json["kind"]?.text == "ticket.opened")
            #expect(json["ticket"]?.text == ref)
            let parts = (request.headers["mainstay-signature"] ?? "").split(separator: ",")
            let time = try #require(parts.first).dropFirst(2)
            let signature = String(try #require(parts.last).dropFirst(3))
            let signed = Array("\(time).\(request.body)".utf8)
            #expect(SecretFolder.isSignature(signature, of: signed, by: hook.secret))
            let log = try await place.desk.webhookLog(hook.id, limit: 5)
            #expect(log.map(\.state) == [.sent])
            #expect(try await place.engine.verify(blobs: place.instance.blobs) == [])
        }
    }

    @Test(
        "a receiver that fails too often or has gone is paused, and goes on where it was",
        arguments: TestEngine.allCases
    )
    func paused(kind: TestEngine) async throws {
        try await Place.with(kind) { place in
            let bad = try await place.hook("/bad", [.opened])
            let gone = try await place.hook("/gone", [.opened])
            let hang = try await place.hook("/hang", [.opened])
            place.got.set("/bad", 500)
            place.got.set("/gone", 410)
            _ = try await place.desk.register(NewTicket(title: "It fails"))
            let round = try await place.send()
            #expect(round.sending.sent == 0)
            func paths() -> [String] { place.got.requests.map(\.path).sorted() }
            #expect(paths() == ["/bad", "/bad", "/bad", "/gone", "/hang", "/hang", "/hang"])
            let views = try await place.desk.webhooks()
            #expect(views.allSatisfy { $0.webhook.disabledAt != nil && $0.open == 1 })
            let findings = try await place.desk.findings().findings
            let finding = findings.first { $0.name == "webhooks" }
            #expect(finding?.severity == .warning)
            #expect(finding?.message.hasPrefix("3 receivers of notices are paused") == true)
            // What happens meanwhile is not sent; what was held is.
            _ = try await place.desk.register(NewTicket(title: "Another"))
            for (path, id) in [("/bad", bad.id), ("/hang", hang.id), ("/gone", gone.id)] {
                place.got.set(path, 200)
                try await place.desk.setPaused(id, false)
            }
            #expect(try await place.send().sending == SendingTally(sent: 3))
            #expect(paths().count == 10)
            #expect(Set(place.got.requests.map { $0.headers["idempotency-key"] }).count == 3)
            #expect(try await place.engine.verify(blobs: place.instance.blobs) == [])
        }
    }

    @Test("what is under embargo goes to nobody outside the role", arguments: TestEngine.allCases)
    func embargo(kind: TestEngine) async throws {
        try await Place.with(kind) { place in
            for login in ["eve", "sam"] {
                var account = NewAccount(login: login, name: login)
                account.email = "\(login)@example.org"
                try await place.desk.makeAccount(account)
            }
            try await place.desk.makeProduct(prefix: "MST", name: "Server")
            for (login, role) in [("eve", Role.agent), ("sam", .agent), ("sam", .security)] {
                let words = GrantWords(role, product: nil, customer: nil)
                try await place.desk.setRole(of: login, words, isGiven: true)
            }
            _ = try await place.hook("/eve", for: "eve", [.noted])
            _ = try await place.hook("/sam", for: "sam", [.noted])
            try await place.switchMailOn()
            var new = NewTicket(title: "The hole")
            new.product = "MST"
            let ref = try await place.desk.register(new)
            _ = try await place.send()
            for login in ["eve", "sam"] {
                try await place.desk.setFollowing(TicketHandle(ref), login, follows: true)
            }
            _ = try await place.send()
            try await place.desk.note(TicketHandle(ref), "open")
            _ = try await place.send()
            #expect(place.got.requests.map(\.path).sorted() == ["/eve", "/sam"])
            #expect(try place.mailed() == ["To: eve@example.org", "To: sam@example.org"])
            try await place.desk.edit(TicketHandle(ref), TicketEditWords(kind: .security))
            try await place.desk.note(TicketHandle(ref), "secret")
            _ = try await place.send()
            #expect(place.got.requests.map(\.path).sorted() == ["/eve", "/sam", "/sam"])
            #expect(try place.mailed().count { $0 == "To: sam@example.org" } == 2)
            #expect(try place.mailed().count == 3)
            // What was made before the embargo and is not gone yet does not go any more.
            try await place.desk.edit(TicketHandle(ref), TicketEditWords(kind: .incident))
            try await place.desk.note(TicketHandle(ref), "made")
            while try await place.instance.renderNotices().events > 0 {}
            try await place.desk.edit(TicketHandle(ref), TicketEditWords(kind: .security))
            _ = try await place.send()
            #expect(place.got.requests.count { $0.path == "/eve" } == 1)
            #expect(try place.mailed().count { $0 == "To: eve@example.org" } == 1)
            #expect(place.got.requests.count { $0.path == "/sam" } == 3)
        }
    }

    @Test(
        "mail that was due while it was off is sent once it is on",
        arguments: TestEngine.allCases
    )
    func mailOff(kind: TestEngine) async throws {
        try await Place.with(kind) { place in
            var account = NewAccount(login: "eve", name: "Eve")
            account.email = "eve@example.org"
            try await place.desk.makeAccount(account)
            let role = GrantWords(.agent, product: nil, customer: nil)
            try await place.desk.setRole(of: "eve", role, isGiven: true)
            try await place.switchMailOn()
            let ref = try await place.desk.register(NewTicket(title: "It fails"))
            try await place.desk.setFollowing(TicketHandle(ref), "eve", follows: true)
            _ = try await place.send()
            let before = try place.mailed().count
            try await place.desk.note(TicketHandle(ref), "open")
            while try await place.instance.renderNotices().events > 0 {}
            try await place.desk.setMail(nil)
            _ = try await place.send()
            #expect(try place.mailed().count == before)
            #expect(try await place.desk.openNotices(limit: 10).count == 1)
            try await place.switchMailOn()
            _ = try await place.send()
            #expect(try place.mailed().count == before + 1)
            #expect(try await place.desk.openNotices(limit: 10) == [])
        }
    }

    @Test("a threshold is told once, late ones say so", arguments: TestEngine.allCases)
    func thresholds(kind: TestEngine) async throws {
        try await Place.with(kind) { place in
            _ = try await place.hook("/ok", [.clockDue])
            let ref = try await place.desk.register(NewTicket(title: "It fails"))
            let ticket = try await place.engine.read { try $0.ticketID(ref: ref) ?? 0 }
            let due = Instant.now.advanced(by: -3_600_000)
            func arm() async throws {
                try await place.engine.write { connection in
                    try connection.put(
                        DueClock(
                            chainID: ticket,
                            clock: "reaction",
                            computedSeq: 1,
                            state: "running",
                            dueAt: due,
                            nextAt: due
                        )
                    )
                }
            }
            let account = try await place.engine.read { try $0.accounts()[0].id }
            // The second time the cache is made anew, as after a change of the ticket.
            for _ in 0..<2 {
                try await arm()
                let noted = try await place.instance.noteDueClocks(by: account) { _, clock in
                    [ClockThreshold(clock: clock.clock, cycle: 0, percent: 100, at: due)]
                }
                #expect(noted == 1)
            }
            _ = try await place.send()
            #expect(place.got.requests.count == 1)
            let events = try await place.desk.show(ref).events
            #expect(events.filter { $0.kind == "clock_due" }.count == 1)
            let facts = try #require(try JSONValue(json: place.got.requests[0].body)["facts"])
            #expect(facts["percent"]?.int == 100)
            #expect((3_600_000..<3_900_000).contains(facts["late_ms"]?.int ?? 0))
            let key = "sla:\(ticket):reaction:0:100:webhook:"
            #expect(place.got.requests[0].headers["idempotency-key"]?.hasPrefix(key) == true)
            #expect(try await place.engine.verify(blobs: place.instance.blobs) == [])
        }
    }
}
