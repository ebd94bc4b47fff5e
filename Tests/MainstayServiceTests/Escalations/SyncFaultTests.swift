import ConnectorLink
import ConnectorMessages
import Glibc
import MainstayCore
import MainstayService
import MainstayTesting
import SQLDatabase
import Storage
import SupportDesk
import Testing

@Suite("Sync, with lost answers, repeats, merges and kills") struct SyncFaultTests {
    private static let seed =
        getenv("MAINSTAY_TEST_SEED").flatMap { UInt64(String(cString: $0)) }

    @Test(
        "both sides agree in the end: nothing lost, nothing twice, no echo, the ledger whole",
        arguments: TestEngine.allCases
    )
    func agreement(_ engine: TestEngine) async throws {
        let seed = Self.seed ?? UInt64.random(in: 1...UInt64.max)
        print("SyncFaultTests \(engine) seed \(seed)")
        try await SyncPlace.with(engine, seed: seed) { place in
            var run = SyncRun(place, seed: seed)
            for _ in 0..<(isLong ? 2500 : 120) { try await run.step() }
            try await run.settle()
            try await run.check()
            #expect(run.kills > 0 && run.met >= 3, "seed \(seed): too few faults")
        }
    }
}

/// A random run: people on both sides act, workers sync and die.
private struct SyncRun {
    let place: SyncPlace
    let seed: UInt64
    private var random: SeededGenerator
    private var refs: [String] = []
    private var written: [(ref: String, text: String, isInternal: Bool)] = []
    private(set) var kills = 0
    /// How many kinds of faults the vendor met.
    private(set) var met = 0
    private var number = 0

    init(_ place: SyncPlace, seed: UInt64) {
        (self.place, self.seed) = (place, seed)
        random = SeededGenerator(seed: seed &+ 1)
    }

    mutating func step() async throws {
        await place.vendor.set(.init(lostAnswer: 15, unreachable: 10, repeated: 40, kill: 8))
        // Minutes pass between two steps, or the guard against loops would stop the run.
        try await place.engine.write {
            try $0.exec("UPDATE disclosure SET started_at = started_at - 120000")
        }
        do {
            switch random.below(12) {
            case 0, 1: try await openCase()
            case 2, 3: try await share()
            case 4, 5: if let ref = pick() { try await place.approve(ref) }
            case 6, 7: try await vendorWrites()
            case 8: try await vendorMoves()
            case 9: try await vendorMerges()
            case 10:
                place.engine.kill(after: 1 + random.below(12))
                try await place.sync()
            default: try await syncTwice()
            }
        } catch is MortalEngine.Killed {
        } catch is LinkFault {
        } catch let error as UseError where error.code == .refused {
        } catch let error as DeskError where error.code == .status {
        }
        if place.engine.isDead { kills += 1 }
        place.engine.revive()
    }

    private mutating func next() -> Int {
        number += 1
        return number
    }

    private mutating func pick() -> String? {
        refs.isEmpty ? nil : refs[random.below(refs.count)]
    }

    private mutating func openCase() async throws {
        guard refs.count < 8 else { return }
        let ref = try await place.open("Case \(next())", "On nas\(next()).acme.example")
        refs.append(ref)
        try await place.approve(ref)
    }

    private mutating func share() async throws {
        guard let ref = pick() else { return }
        try await place.desk.share(case: ref, "Our words \(next()), nas1.acme.example")
        try await place.approve(ref)
    }

    private mutating func syncTwice() async throws {
        let place = place
        async let one = place.sync()
        async let other = place.sync()
        _ = try await (one, other)
    }

    private mutating func remote() async throws -> (ref: String, id: String)? {
        guard let ref = pick() else { return nil }
        let found = try await place.show(ref).vendorCase
        guard let id = found.remoteID, !found.state.isOver else { return nil }
        return (ref, id)
    }

    private mutating func vendorWrites() async throws {
        guard let (ref, id) = try await remote(), await place.vendor.cases[id] != nil else {
            return
        }
        let isInternal = random.chance(20)
        let text = "Vendor's words \(next()) on HOST-1"
        await place.vendor.write(text, in: id, isInternal ? .vendorInternal : .shared)
        written.append((ref, text, isInternal))
    }

    private mutating func vendorMoves() async throws {
        guard let (_, id) = try await remote() else { return }
        let status = ["open", "ask", "done"][random.below(3)]
        await place.vendor.move(id, to: status)
    }

    private mutating func vendorMerges() async throws {
        guard random.chance(40), let (_, id) = try await remote() else { return }
        let other = await place.vendor.open("Of somebody else")
        await place.vendor.merge(id, into: other)
    }

    /// Lets both sides come together without faults.
    mutating func settle() async throws {
        await place.vendor.set(.init())
        for _ in 0..<6 {
            for ref in refs { try await place.approve(ref) }
            try await place.sync()
        }
        let (met, updates) = (await place.vendor.met, await place.vendor.feed.count)
        self.met = met.count
        print("SyncFaultTests seed \(seed): \(updates) updates, \(kills) kills, \(met)")
    }

    func check() async throws {
        let vendor = place.vendor
        let (cases, received) = (await vendor.cases, await vendor.received)
        let all = cases.values.flatMap(\.comments)
        for ref in refs {
            let view = try await place.show(ref)
            let found = view.vendorCase
            let preview = try await place.desk.preview(case: ref, all: true)
            for message in preview.messages {
                let mark = "[\(message.message.effectKey)]"
                let there = all.filter { $0.actor == .us && $0.text.contains(mark) }.count
                #expect(message.message.state == .sent, "seed \(seed): \(mark)")
                #expect(there == 1, "seed \(seed): \(mark) is there \(there) times")
            }
            let id = try #require(found.remoteID, "seed \(seed): \(ref)")
            #expect(await vendor.live(id) == id, "seed \(seed): \(ref) is merged")
            #expect(found.remoteStatus == cases[id]?.status, "seed \(seed): \(ref)")
            #expect(found.state == cases[id].flatMap { SyncPlace.words[$0.status] }, "seed \(seed)")
            try await checkWords(ref, view)
        }
        try await checkLedger(received)
        let faults = try await place.engine.verify(blobs: place.blobs)
        #expect(faults.isEmpty, "seed \(seed): \(faults)")
    }

    private func checkWords(_ ref: String, _ view: CaseView) async throws {
        func texts(_ kind: CaseEventKind) -> [String] {
            view.events.filter { $0.kind == kind.rawValue }.compactMap(\.text)
        }
        let host = view.names.logins.isEmpty ? "" : try await hostOne(of: ref)
        for isInternal in [false, true] {
            let expected = written.filter { $0.ref == ref && $0.isInternal == isInternal }
                .map { $0.text.replacing("HOST-1", with: host) }
            let seen = texts(isInternal ? .vendorNoted : .vendorWrote)
            #expect(seen == expected, "seed \(seed): \(ref)")
        }
        #expect(!texts(.vendorWrote).contains { $0.contains("Our words") }, "seed \(seed)")
    }

    private func hostOne(of ref: String) async throws -> String {
        let standIns = try await place.desk.preview(case: ref).standIns
        return standIns.first { $0.token == "HOST-1" }?.value ?? "HOST-1"
    }

    /// Every write that arrived stands in the ledger, byte for byte.
    private func checkLedger(_ received: [[UInt8]]) async throws {
        var known: [String: Int] = [:]
        for ref in refs {
            for message in try await place.desk.preview(case: ref, all: true).messages {
                for attempt in message.attempts {
                    known[attempt.disclosure.wireSHA, default: 0] += 1
                    #expect(attempt.disclosure.outcome != .open, "seed \(seed)")
                }
            }
        }
        for bytes in received {
            let sha = BlobFolder.digest(of: bytes)
            known[sha, default: 0] -= 1
            #expect(
                known[sha] ?? -1 >= 0,
                "seed \(seed): \(String(decoding: bytes, as: UTF8.self))"
            )
        }
    }
}
