import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("SearchWords") struct SearchWordsTests {
    @Test(
        "words are folded and parted",
        arguments: [
            ("Größe der Datei", ["große", "der", "datei"]),
            ("MST-123: v5.4.1, v5", ["mst", "123", "v5", "4", "1"]),
            ("ÉCOLE e\u{301}cole İstanbul", ["ecole", "istanbul"]),
            ("naïve_café😀x", ["naive", "cafe", "x"]),
            ("東京タワー2 ok", ["東", "京", "タ", "ワ", "ー", "2", "ok"]),
            ("Привет Ёлка", ["привет", "елка"]),
            (" \n\t\"*'(", []),
        ] as [(String, [String])]
    )
    func words(text: String, words: [String]) {
        #expect(SearchWords.words(of: text) == words)
    }

    @Test("a text without end gives words for an index with an end")
    func bound() {
        let text = (0..<100_000).map { "word\($0)" }.joined(separator: " ")
        let words = SearchWords.words(of: text)
        #expect(words.first == "word0")
        #expect(words.count > 9000 && words.count < 20_000)
        #expect(
            SearchWords.words(of: String(repeating: "a", count: 1000)) == [
                String(repeating: "a", count: 64)
            ]
        )
    }
}

@Suite("Search") struct SearchTests {
    @Test("customers find public words, staff notes too", arguments: TestEngine.allCases)
    func audiences(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let first = try await desk.open("Printer burns", "Smoke in Zürich's office")
            let second = try await desk.open("Printer is slow")
            try await desk.say("The toner leaks", on: first)
            try await desk.say("He never pays", on: second, for: .staff)
            func find(
                _ text: String,
                _ audience: SearchAudience = .customer
            ) async throws -> [Int64] {
                try await store.engine.read {
                    try $0.search(SearchQuery(text), for: audience, limit: 10)
                }
            }
            #expect(try await find("printer") == [second, first])
            #expect(try await find("PRINT") == [second, first])
            #expect(try await find("print slow") == [])
            #expect(try await find("print* slow") == [second])
            #expect(try await find("zurich's smoke ton") == [first])
            #expect(try await find("never pays") == [])
            #expect(try await find("never pay", .staff) == [second])
            #expect(try await find("") == [])
            #expect(try await find("\"' OR *", .staff) == [])
            try await store.engine.rebuildCaches()
            #expect(try await find("zurich's smoke ton") == [first])
            #expect(try await find("never pay", .staff) == [second])
            #expect(try await find("never pay") == [])
        }
    }

    @Test(
        "pages are the newest first, without gaps, and keep the condition",
        arguments: TestEngine.allCases
    )
    func pages(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let tickets = try await store.write(ids: 25) { connection, provision in
                try (0..<25)
                    .map {
                        try desk.open(
                            "Same \($0 % 2 == 0 ? "even" : "odd")",
                            "",
                            connection,
                            &provision
                        )
                    }
            }
            var found: [Int64] = []
            while true {
                let before = found.last
                let page = try await store.engine.read {
                    try $0.search(SearchQuery("same"), for: .customer, before: before, limit: 7)
                }
                if page.isEmpty { break }
                found += page
            }
            #expect(found == tickets.reversed())
            let limit = tickets[10]
            let some = try await store.engine.read {
                try $0.search(
                    SearchQuery("even"),
                    for: .staff,
                    where: "ticket.id < \(limit)",
                    limit: 100
                )
            }
            #expect(some == [0, 2, 4, 6, 8].reversed().map { tickets[$0] })
        }
    }

    @Test("both engines find what a look at the words finds", arguments: TestEngine.allCases)
    func oracle(kind: TestEngine) async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("SearchTests seed \(seed)")
        var random = SplitMix(seed)
        let letters = ["a", "b", "ä", "é", "я", "京", "1", "Z", " ", "-", "😀"]
        func text(_ count: Int) -> String {
            (0..<count).map { _ in letters.randomElement(using: &random) ?? "" }.joined()
        }
        let rows = (0..<60).map { _ in (text(6), text(20), text(12)) }
        let queries = (0..<200).map { _ in text(Int.random(in: 1...4, using: &random)) }
        try await StoreFixture.with(kind) { store in
            try await store.engine.write { connection in
                for (id, row) in rows.enumerated() {
                    try connection.index(
                        Int64(id + 1),
                        title: row.0,
                        body: row.1,
                        notes: row.2
                    )
                }
            }
            for query in queries {
                let words = SearchWords.words(of: query)
                let terms = query.split(whereSeparator: \.isWhitespace)
                    .flatMap { SearchWords.words(of: String($0)) }
                for audience in [SearchAudience.customer, .staff] {
                    let expected = rows.indices.reversed()
                        .filter { place in
                            let row = rows[place]
                            let fields = [row.0, row.1] + (audience == .staff ? [row.2] : [])
                            let there = fields.flatMap { SearchWords.words(of: $0) }
                            return !words.isEmpty
                                && terms.enumerated()
                                    .allSatisfy { number, term in
                                        there.contains {
                                            number == terms.count - 1
                                                ? $0.hasPrefix(term) : $0 == term
                                        }
                                    }
                        }
                        .map { Int64($0 + 1) }
                    let found = try await store.engine.read {
                        try $0.search(SearchQuery(query), for: audience, limit: 1000)
                    }
                    #expect(found == expected, "seed \(seed), query '\(query)', \(audience)")
                }
            }
        }
    }
}
