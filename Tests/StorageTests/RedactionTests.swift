import FoundationEssentials
import Glibc
import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import SupportDesk
import Testing

@Suite("Redaction") struct RedactionTests {
    @Test(
        "the words are gone everywhere, and every proof still holds",
        arguments: TestEngine.allCases
    )
    func words(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let ticket = try await desk.open("Xylophonist", "My passphrase is quetzalcoatl")
            try await desk.say("Harmless", on: ticket)
            try await desk.anchor()
            let order = Redaction(of: [1], on: ticket, by: desk.agent, ground: .secret)
            try await store.engine.redact(order, blobs: store.blobs)
            let row = try await store.read(
                "SELECT title || '/' || body FROM ticket WHERE id = \(ticket)",
                as: String.self
            )
            #expect(row == ["/"])
            for word in ["xylophonist", "quetzalcoatl"] {
                let found = try await store.engine.read {
                    try $0.search(SearchQuery(word), for: .staff, limit: 1)
                }
                #expect(found == [])
            }
            let events = try await store.engine.read { try $0.events(of: ticket) }
            #expect(events.map(\.kind) == ["opened", "commented", "redacted"])
            #expect(events[0].isRedacted && events[0].salt == nil)
            #expect(try events[2].facts == ["ground": "secret", "seqs": [1]])
            #expect(try await store.faults() == [])
            try await store.engine.redact(order, blobs: store.blobs)
            #expect(try await store.engine.read { try $0.events(of: ticket) } == events)
            if kind == .sqlite { try await expectGone("quetzalcoatl", from: store) }
        }
    }

    @Test("the words of a defect go with its events", arguments: TestEngine.allCases)
    func defects(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let code = try await CodeFixture(try await DeskFixture(store))
            let order = Redaction(of: [1], on: code.defect, by: code.desk.agent, ground: .erasure)
            try await store.engine.redact(order, blobs: store.blobs)
            let row = try await store.read(
                "SELECT title || '/' || body FROM defect",
                as: String.self
            )
            #expect(row == ["/"])
            #expect(try await store.faults() == [])
        }
    }

    @Test("the words of an article go, and no search finds them", arguments: TestEngine.allCases)
    func articles(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let article = try await store.write { connection, provision in
                let draft = Article(
                    id: try provision.id(),
                    slug: "secret",
                    language: .english,
                    productID: nil,
                    kind: .article,
                    standing: (.draft, .staff),
                    words: ("Xylophonist", "quetzalcoatl"),
                    author: (desk.agent, try connection.now())
                )
                let change = try ArticleChange(making: draft)
                try connection.insert(change.article)
                var head = try connection.beginChain(draft.id, .article)
                try connection.append(change.event, by: desk.agent, to: &head, &provision)
                try connection.indexArticle(draft.id)
                return draft.id
            }
            let find: @Sendable (any Connection) throws -> Int = {
                try $0.searchArticles(SearchQuery("quetzalcoatl"), for: .staff).count
            }
            #expect(try await store.engine.read(find) == 1)
            let order = Redaction(of: [1], on: article, by: desk.agent, ground: .erasure)
            try await store.engine.redact(order, blobs: store.blobs)
            let row: Query = "SELECT title || '/' || body FROM article"
            #expect(try await store.read(row, as: String.self) == ["/"])
            #expect(try await store.engine.read(find) == 0)
            #expect(try await store.faults() == [])
        }
    }

    @Test("a notice of it that has not left is given up", arguments: TestEngine.allCases)
    func notices(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let ticket = try await desk.open("Xylophonist")
            let blob = try store.blobs.keep(Array("Xylophonist".utf8))
            try await store.write { connection, provision in
                try connection.note(blob, mediaType: "message/rfc822")
                let message = OutboxMessage(
                    id: try provision.id(),
                    .mail,
                    to: "eve@example.org",
                    key: "notice",
                    body: blob.sha,
                    of: (ticket, 1),
                    at: try connection.now()
                )
                _ = try connection.insert(message)
            }
            let order = Redaction(of: [1], on: ticket, by: desk.agent, ground: .secret)
            try await store.engine.redact(order, blobs: store.blobs)
            #expect(!store.blobs.contains(blob.sha))
            let open = try await store.engine.read { try $0.openMessages(limit: 9) }
            #expect(open == [])
            #expect(try await store.faults() == [])
        }
    }

    /// Looks into the files of SQLite itself.
    private func expectGone(_ word: String, from store: StoreFixture) async throws {
        let file = try #require(
            try await store.engine.condition().first { $0.name == "file" }?.value
        )
        for name in [file, file + "-wal"] where FileManager.default.fileExists(atPath: name) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: name))
            #expect(!bytes.isEmpty || name.hasSuffix("-wal"))
            #expect(bytes.firstRange(of: Data(word.utf8)) == nil, "\(name)")
        }
    }

    @Test("a title given later stays, and goes with its own event", arguments: TestEngine.allCases)
    func titles(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let ticket = try await desk.open("First")
            try await store.write { connection, provision in
                var head = try connection.lockChain(ticket)
                let draft = EventDraft("retitled", for: .customer, text: "Second")
                try connection.append(draft, by: desk.agent, to: &head, &provision)
                try connection.exec("UPDATE ticket SET title = 'Second' WHERE id = \(ticket)")
            }
            let title: Query = "SELECT title FROM ticket WHERE id = \(ticket)"
            try await store.engine.redact(
                Redaction(of: [1], on: ticket, by: desk.agent, ground: .erasure),
                blobs: store.blobs
            )
            #expect(try await store.read(title, as: String.self) == ["Second"])
            try await store.engine.redact(
                Redaction(of: [2], on: ticket, by: desk.agent, ground: .law),
                blobs: store.blobs
            )
            #expect(try await store.read(title, as: String.self) == [""])
            #expect(try await store.faults() == [])
        }
    }

    @Test("a blob goes with the last event that names it", arguments: TestEngine.allCases)
    func blobs(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let (one, two) = (try await desk.open("One"), try await desk.open("Two"))
            let first = try await desk.attach("same bytes", to: one)
            let second = try await desk.attach("same bytes", to: two)
            let sha = try await store.read("SELECT sha FROM blob", as: String.self)[0]
            try await store.engine.redact(
                Redaction(of: [first], on: one, by: desk.agent, ground: .mistake),
                blobs: store.blobs
            )
            #expect(store.blobs.contains(sha))
            try await store.engine.redact(
                Redaction(of: [second], on: two, by: desk.agent, ground: .mistake),
                blobs: store.blobs
            )
            #expect(!store.blobs.contains(sha))
            #expect(try await store.faults() == [])
        }
    }

    @Test("an older dump does not bring the words back", arguments: TestEngine.allCases)
    func restore(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let ticket = try await desk.open("Xylophonist", "quetzalcoatl")
            let file = store.folder + "/dump.jsonl"
            try await Dump.write(store.engine, to: file)
            try await store.engine.redact(
                Redaction(of: [1], on: ticket, by: desk.agent, ground: .erasure),
                blobs: store.blobs
            )
            try await StoreFixture.with(kind) { other in
                try await Dump.load(file, into: other.engine, blobs: store.blobs)
                let texts = try await other.read(
                    "SELECT COUNT(*) FROM event WHERE text IS NOT NULL",
                    as: Int.self
                )
                #expect(texts == [0])
                #expect(try await other.engine.verify(blobs: store.blobs) == [])
                #expect(try await other.engine.applyRedactions(blobs: store.blobs) == 0)
            }
        }
    }

    @Test(
        "what a crash left of an order is no order, and a later one follows it whole",
        arguments: TestEngine.allCases
    )
    func torn(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let ticket = try await desk.open("One", "two")
            try await desk.say("three", on: ticket)
            let order = Redaction(of: [1], on: ticket, by: desk.agent, ground: .erasure)
            try await store.engine.redact(order, blobs: store.blobs)
            let list = try #require(fopen(store.blobs.path + "/redactions.jsonl", "a"))
            fputs(#"{"by":1,"cha"#, list)
            fclose(list)
            #expect(try await store.engine.applyRedactions(blobs: store.blobs) == 0)
            try await store.engine.redact(
                Redaction(of: [2], on: ticket, by: desk.agent, ground: .law),
                blobs: store.blobs
            )
            let lines = try Data(
                contentsOf: URL(fileURLWithPath: store.blobs.path + "/redactions.jsonl")
            )
            #expect(lines.split(separator: 0x0A).count == 2)
            #expect(try await store.engine.applyRedactions(blobs: store.blobs) == 0)
        }
    }

    @Test(
        "an event that is not there is refused before anything is written",
        arguments: TestEngine.allCases
    )
    func missing(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let ticket = try await desk.open("One")
            let error = await #expect(throws: StorageError.self) {
                try await store.engine.redact(
                    Redaction(of: [1, 9], on: ticket, by: desk.agent, ground: .law),
                    blobs: store.blobs
                )
            }
            #expect(error?.code == .missing)
            #expect(access(store.blobs.path + "/redactions.jsonl", F_OK) != 0)
        }
    }
}
