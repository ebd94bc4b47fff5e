import FoundationEssentials
import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

/// One at a time: each holds two databases, of which there are few.
@Suite("Dump", .serialized) struct DumpTests {
    /// Fills a store with rows of every shape that a dump must carry.
    private func fill(_ store: StoreFixture) async throws {
        let desk = try await DeskFixture(store)
        let odd = "q\" b\\ n\n r\r t\t \u{1} \u{1F} \u{7F} é 😀 \\N"
        let ticket = try await desk.open("Title \(odd)", odd)
        _ = try await desk.open("Empty")
        try await desk.say(odd, on: ticket, for: .staff)
        try await desk.escalate(ticket, to: 3)
        _ = try await desk.attach("bytes", to: ticket)
        _ = try await CodeFixture(desk)
        try await desk.anchor()
        _ = try await store.engine.drawNumber(of: "ticket:MST")
        try await store.write { connection, provision in
            try connection.enqueue(JobWish("mail", in: "out", args: ["n": .int(.min)]), &provision)
            for name in ["b", "B", "ä", "a", ""] {
                try connection.exec("INSERT INTO counter VALUES (\(name), \(Int64.max))")
            }
            try connection.exec("INSERT INTO setting VALUES ('instance', 'test', 0)")
        }
    }

    @Test(
        "a dump comes back as the same bytes, on either engine",
        arguments: TestEngine.allCases,
        TestEngine.allCases
    )
    func roundTrip(from: TestEngine, to: TestEngine) async throws {
        try await StoreFixture.with(from) { store in
            try await fill(store)
            let file = store.folder + "/dump.jsonl"
            let rows = try await Dump.write(store.engine, to: file)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            let lines = bytes.split(separator: 0x0A)
            #expect(lines.count == rows + 2)
            #expect(
                String(decoding: lines[0], as: UTF8.self)
                    == #"{"format":"mainstay-dump-1","instance":"test","level":1}"#
            )
            try await StoreFixture.with(to) { other in
                try await Dump.load(file, into: other.engine, blobs: store.blobs)
                let again = other.folder + "/again.jsonl"
                try await Dump.write(other.engine, to: again)
                #expect(try Data(contentsOf: URL(fileURLWithPath: again)) == bytes)
                #expect(try await other.engine.verify(blobs: store.blobs) == [])
                let found = try await other.engine.read {
                    try $0.search(SearchQuery("titl"), for: .customer, limit: 5)
                }
                #expect(found.count == 1)
                let error = await #expect(throws: StorageError.self) {
                    try await Dump.load(file, into: other.engine, blobs: store.blobs)
                }
                #expect(error?.code == .badDump)
            }
        }
    }

    @Test("the rows that the tests dump are of every table", arguments: TestEngine.allCases)
    func everyTable(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await fill(store)
            let file = store.folder + "/dump.jsonl"
            try await Dump.write(store.engine, to: file)
            let text = try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8)
            let seen = Set(
                text.split(separator: "\n")
                    .compactMap { $0.split(separator: "\"").dropFirst().first }
            )
            let unused: Set<String> = [
                "idempotency", "job_dead", "role_grant", "api_token", "component", "product_level",
                "membership", "handover_item", "task", "action_step", "label", "ticket_label",
                "ticket_link", "follower", "vendor", "calendar", "level_target", "installation",
                "contract", "contract_term", "sla_target", "contract_line", "contract_service",
                "hour_block", "rota", "rota_override", "webhook", "outbox", "ticket_rating",
                "time_entry", "material_entry", "article", "article_scope", "article_defect",
                "article_answer", "search_miss", "article_use", "vendor_repository",
                "connector_library", "connector", "status_map", "sync_cursor", "vendor_case",
                "case_ticket", "case_defect", "watch_activity", "remote_item", "agreement",
                "pseudonym", "disclosure", "disclosure_ground",
            ]
            for table in StoredTable.all where table.isDumped {
                let name = table.name.description
                #expect(seen.contains(Substring(name)) != unused.contains(name), "\(name)")
            }
        }
    }

    @Test(
        "new ids lie above those of a dump, whatever the clock says",
        arguments: TestEngine.allCases
    )
    func floor(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await fill(store)
            let file = store.folder + "/dump.jsonl"
            try await Dump.write(store.engine, to: file)
            let last = try await store.read("SELECT MAX(id) FROM job", as: Int64.self)[0]
            try await StoreFixture.with(kind) { other in
                try await Dump.load(file, into: other.engine, blobs: other.blobs)
                let ids = try await IDSource.join(other.engine, name: "late") {
                    Instant(milliseconds: 1_750_000_000_000)
                }
                #expect(try await ids.make(1)[0] > last)
            }
        }
    }

    @Test(
        "any changed, lost or doubled line is refused with its number, and nothing is loaded",
        arguments: TestEngine.allCases
    )
    func damage(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await fill(store)
            let file = store.folder + "/dump.jsonl"
            try await Dump.write(store.engine, to: file)
            let whole = try Data(contentsOf: URL(fileURLWithPath: file))
            let seed = UInt64.random(in: 1...UInt64.max)
            print("DumpTests seed \(seed)")
            var random = SplitMix(seed)
            try await StoreFixture.with(kind) { other in
                for number in 0..<40 {
                    var bytes = whole
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch number % 3 {
                    case 0: bytes[place] ^= UInt8.random(in: 1...255, using: &random)
                    case 1: bytes.removeSubrange(place..<min(place + 30, bytes.count))
                    default: bytes.removeSubrange(place...)
                    }
                    let bad = other.folder + "/bad.jsonl"
                    try bytes.write(to: URL(fileURLWithPath: bad))
                    let error = await #expect(
                        throws: StorageError.self,
                        "seed \(seed), number \(number)"
                    ) {
                        try await Dump.load(bad, into: other.engine, blobs: other.blobs)
                    }
                    #expect(
                        error?.message.contains(/[Ll]ine [0-9]+/) == true,
                        "\(error?.message ?? "")"
                    )
                    #expect(
                        try await other.read("SELECT COUNT(*) FROM account", as: Int.self) == [0]
                    )
                }
            }
        }
    }

    @Test(
        "a dump whose chain was forged is refused though its digest holds",
        arguments: TestEngine.allCases
    )
    func forged(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await fill(store)
            try await store.engine.write { connection in
                try connection.exec("UPDATE event SET facts_json = '{}' WHERE kind = 'opened'")
            }
            let file = store.folder + "/dump.jsonl"
            try await Dump.write(store.engine, to: file)
            try await StoreFixture.with(kind) { other in
                let error = await #expect(throws: StorageError.self) {
                    try await Dump.load(file, into: other.engine, blobs: other.blobs)
                }
                #expect(error?.code == .broken)
            }
        }
    }
}
