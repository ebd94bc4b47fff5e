import ConnectorLink
import ConnectorMessages
import MainstayCore
import MainstayService
import MainstayTesting
import SQLDatabase
import Storage
import SupportDesk
import Testing

@Suite("Sync with a vendor's system") struct SyncTests {
    @Test(
        "a case goes out once it is approved, the vendor's words come in, his fix is verified",
        arguments: TestEngine.allCases
    )
    func story(_ engine: TestEngine) async throws {
        try await SyncPlace.with(engine) { place in
            let ref = try await place.open("Read-only", "On nas7.acme.example")
            try await place.sync()
            #expect(await place.vendor.received.isEmpty, "nobody has approved it")
            try await place.approve(ref)
            let round = try await place.sync()
            #expect(round.sent == 1)
            let opened = try await place.show(ref).vendorCase
            #expect(opened.state == .submitted)
            let id = try #require(opened.remoteID)
            let sent = await place.vendor.cases[id]?.comments.first?.text
            #expect(sent == "[\(ref)] Read-only\nOn HOST-1")
            await place.vendor.write("Which version does HOST-1 run?", in: id)
            await place.vendor.write("Customer seems lost", in: id, .vendorInternal)
            await place.vendor.write("[\(ref)] as we got it", in: id, by: .automatic)
            await place.vendor.write("> [\(ref)] On HOST-1\nyes", in: id)
            await place.vendor.move(id, to: "done")
            try await place.sync()
            try await place.sync()
            #expect(
                try await place.texts(ref, .vendorWrote) == [
                    "Which version does nas7.acme.example run?",
                    "> [\(ref)] On nas7.acme.example\nyes",
                ]
            )
            #expect(try await place.texts(ref, .vendorNoted) == ["Customer seems lost"])
            #expect(try await place.show(ref).vendorCase.state == .fixOffered)
            let ticket = try await place.desk.show("MST-1")
            #expect(ticket.tasks.map(\.kind) == [.verifyFix])
            #expect(ticket.ticket.level == .vendor)
            try await place.desk.finishTask(try #require(ticket.tasks.first).id)
            try await place.desk.close(case: ref, "It holds")
            try await place.approve(ref)
            try await place.sync()
            #expect(await place.vendor.cases[id]?.status == "closed")
            #expect(try await place.show(ref).vendorCase.state == .closed)
        }
    }

    @Test("bytes that differ from the approved ones are held again with the difference")
    func differs() async throws {
        try await SyncPlace.with(.sqlite) { place in
            let ref = try await place.open("Read-only")
            try await place.approve(ref)
            try await place.sync()
            let id = try #require(try await place.show(ref).vendorCase.remoteID)
            try await place.desk.share(case: ref, "It is 7.0")
            try await place.approve(ref)
            // The case goes on elsewhere: the same words would go to another address.
            let other = await place.vendor.open("Another")
            await place.vendor.merge(id, into: other)
            let round = try await place.sync()
            #expect(round.held == 1)
            let held = try await place.texts(ref, .held)
            #expect(held.count == 1)
            #expect(held.first?.contains("/tickets/\(id)/comments") == true)
            #expect(held.first?.contains("/tickets/\(other)/comments") == true)
            #expect(await place.vendor.received.count == 1)
            try await place.approve(ref)
            #expect(try await place.sync().sent == 1)
        }
    }

    @Test("a case with our mark that we never sent is somebody else's")
    func collision() async throws {
        try await SyncPlace.with(.sqlite) { place in
            _ = await place.vendor.open("[MS-1] Of another installation")
            let ref = try await place.open("Read-only")
            let error = await #expect(throws: UseError.self) { try await place.approve(ref) }
            #expect(error?.message.contains("which was never sent") == true)
            #expect(try await place.sync().sent == 0)
            #expect(try await place.show(ref).vendorCase.remoteID == nil)
        }
    }

    @Test("closing what the vendor has closed sends nothing, and is approved all the same")
    func closedThere() async throws {
        try await SyncPlace.with(.sqlite) { place in
            let ref = try await place.open("Read-only")
            try await place.approve(ref)
            try await place.sync()
            let id = try #require(try await place.show(ref).vendorCase.remoteID)
            await place.vendor.move(id, to: "closed")
            let received = await place.vendor.received.count
            try await place.desk.close(case: ref, "It holds")
            try await place.approve(ref)
            try await place.sync()
            #expect(await place.vendor.received.count == received)
            let view = try await place.show(ref)
            #expect(view.vendorCase.state == .closed)
            let preview = try await place.desk.preview(case: ref)
            #expect(preview.messages.isEmpty)
        }
    }

    @Test("a word without a meaning is shown raw; once it has one, the case takes it")
    func unknownWord() async throws {
        try await SyncPlace.with(.sqlite) { place in
            let ref = try await place.open("Read-only")
            try await place.approve(ref)
            try await place.sync()
            let id = try #require(try await place.show(ref).vendorCase.remoteID)
            await place.vendor.move(id, to: "triage")
            try await place.sync()
            var view = try await place.show(ref)
            #expect(view.vendorCase.state == .unknown)
            #expect(view.vendorCase.remoteStatus == "triage")
            #expect(view.tasks.map(\.kind) == [.mapStatus])
            try await place.engine.write { connection in
                let connector = try connection.connector(named: "nas-sys")?.id ?? 0
                let words = SyncPlace.words.merging(["triage": .acknowledged]) { $1 }
                try connection.addStatusMap(words, version: 2, of: connector)
            }
            try await place.sync()
            view = try await place.show(ref)
            #expect(view.vendorCase.state == .acknowledged)
            #expect(view.tasks.isEmpty)
        }
    }

    @Test("a server that does not answer is left alone")
    func health() async throws {
        try await SyncPlace.with(.sqlite) { place in
            let ref = try await place.open("Read-only")
            try await place.approve(ref)
            try await place.sync()
            var faults = TestVendor.Faults()
            faults.unreachable = 100
            await place.vendor.set(faults)
            for _ in 0..<5 {
                let round = try await place.desk.sync(connector: "nas-sys", through: place.vendor)
                #expect(round.failure == "no way")
            }
            let before = await place.vendor.met["unreachable"]
            let resting = try await place.desk.sync(connector: "nas-sys", through: place.vendor)
            #expect(resting.failure?.contains("left alone") == true)
            #expect(await place.vendor.met["unreachable"] == before)
            let checks = try await place.show(ref).checks
            #expect(checks.filter { $0.result == .error }.map(\.error) == [.connection])
            await place.vendor.set(TestVendor.Faults())
            #expect(try await place.sync().failure == nil)
            #expect(try await place.show(ref).vendorCase.lastError == nil)
        }
    }

    @Test(
        "a vendor's clock that is ten minutes off is his alone",
        arguments: [Int64(-600_000), 600_000]
    )
    func clock(_ aheadMs: Int64) async throws {
        try await SyncPlace.with(.sqlite) { place in
            let ref = try await place.open("Read-only")
            try await place.approve(ref)
            try await place.sync()
            let id = try #require(try await place.show(ref).vendorCase.remoteID)
            await place.vendor.setClock(aheadMs: aheadMs)
            let start = Instant.now
            await place.vendor.write("We look at it", in: id)
            await place.vendor.move(id, to: "done")
            for _ in 1...2 { try await place.sync() }
            let view = try await place.show(ref)
            #expect(try await place.texts(ref, .vendorWrote) == ["We look at it"])
            #expect(view.vendorCase.state == .fixOffered)
            let stamp = try #require(view.vendorCase.remoteChangedAt)
            #expect(abs(stamp.milliseconds - start.milliseconds - aheadMs) < 60_000)
            let ours = view.events.suffix(2).map(\.occurredAt)
            #expect(ours.allSatisfy { start <= $0 && $0 <= .now })
        }
    }

    @Test("one that refuses our credential pauses the connector and calls a person, once")
    func denied() async throws {
        try await SyncPlace.with(.sqlite) { place in
            let ref = try await place.open("Read-only")
            try await place.approve(ref)
            try await place.sync()
            var faults = TestVendor.Faults()
            faults.denies = true
            await place.vendor.set(faults)
            for _ in 1...3 {
                _ = try? await place.desk.sync(connector: "nas-sys", through: place.vendor)
            }
            let link = try await place.engine.read { try $0.connectors().first }
            #expect(link?.state == .paused)
            #expect(try await place.calls() == ["connector_stopped"])
        }
    }

    @Test("one that is silent for a quarter of an hour calls a person, once")
    func silent() async throws {
        try await SyncPlace.with(.sqlite) { place in
            var faults = TestVendor.Faults()
            faults.unreachable = 100
            await place.vendor.set(faults)
            for minutes in [0, 10, 16, 40] {
                try await place.engine.write { connection in
                    // The silence began so long ago, and the breaker lets one request through.
                    let kept = try connection.syncCursor(
                        of: try connection.connectors().first?.id ?? 0,
                        "breaker"
                    )
                    guard minutes > 0, case .object(var breaker) = try JSONValue(json: kept.cursor)
                    else { return }
                    let since = try connection.now().advanced(by: -Int64(minutes) * 60_000)
                    breaker["silent_since"] = .int(since.milliseconds)
                    breaker["not_before"] = .null
                    let json = JSONValue.object(breaker).json
                    try connection.exec(
                        "UPDATE sync_cursor SET cursor = \(json) WHERE stream = 'breaker'"
                    )
                }
                _ = try await place.desk.sync(connector: "nas-sys", through: place.vendor)
                #expect(try await place.calls() == (minutes < 15 ? [] : ["connector_silent"]))
            }
        }
    }

    @Test("more than 20 writes in ten minutes stop a case until a person looks")
    func loop() async throws {
        try await SyncPlace.with(.sqlite) { place in
            let ref = try await place.open("Read-only")
            try await place.approve(ref)
            try await place.sync()
            for number in 1...25 { try await place.desk.share(case: ref, "Comment \(number)") }
            try await place.approve(ref)
            let round = try await place.sync()
            #expect(round.sent == LoopTotals.most - 1)
            #expect(round.held == 25 - round.sent)
            #expect(try await place.show(ref).tasks.map(\.kind).contains(.checkCase))
        }
    }
}

private enum LoopTotals { static let most = 20 }
