import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("Chain") struct ChainTests {
    @Test("the hashes are those of the written rule")
    func vectors() {
        // printf 'mst-chain-11:7,6:ticket,' | sha256sum
        #expect(
            Event.genesisSHA(chain: 7, kind: "ticket")
                == "392f5581a528e3e2243767b5e8fd9b04c97cca5189074b7d9bef334f21ffe3e6"
        )
        // printf 'mst-text-12:ab,1:c,' | sha256sum
        #expect(
            Event.textSHA(salt: "ab", text: "c")
                == "46f3835f338b4e26f42cd4f24a747270d740290212891e6e1d30bad656f400b2"
        )
        #expect(Event.textSHA(salt: "ab", text: "c") != Event.textSHA(salt: "a", text: "bc"))
    }

    @Test("events follow one another, and times never fall", arguments: TestEngine.allCases)
    func append(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let events = try await store.write { connection, provision in
                let now = try connection.now()
                var head = try connection.beginChain(1, .ticket)
                let drafts = [
                    EventDraft("one", text: "words"), EventDraft("two", occurredAt: .latest),
                    EventDraft("three", for: .customer, occurredAt: now.advanced(by: -5000)),
                ]
                return try drafts.map { try connection.append($0, by: 2, to: &head, &provision) }
            }
            let stored = try await store.engine.read { try $0.events(of: 1) }
            #expect(stored == events)
            #expect(stored.map(\.seq) == [1, 2, 3])
            #expect(stored[1].prevSHA == stored[0].sha)
            #expect(stored[1].occurredAt == stored[1].recordedAt)
            #expect(stored[2].occurredAt < stored[2].recordedAt)
            #expect(stored.allSatisfy { $0.computedSHA == $0.sha })
            #expect(stored[0].salt?.utf8.count == 32)
            #expect(stored[1].salt == nil && stored[1].textSHA.isEmpty)
            let shown = try await store.engine.read {
                try $0.events(of: 1, after: 1, for: [.customer])
            }
            #expect(shown.map(\.kind) == ["three"])
        }
    }

    @Test(
        "a change on top of an old version is refused, and a missing chain named",
        arguments: TestEngine.allCases
    )
    func conflict(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await store.write { connection, provision in
                var head = try connection.beginChain(1, .ticket)
                try connection.append(EventDraft("one"), by: 2, to: &head, &provision)
            }
            let old = await #expect(throws: StorageError.self) {
                try await store.engine.write { _ = try $0.lockChain(1, expecting: 0) }
            }
            #expect(
                old?.message
                    == "Somebody else changed it meanwhile: you saw version 0, it is at version 1"
            )
            let missing = await #expect(throws: StorageError.self) {
                try await store.engine.write { _ = try $0.lockChain(5) }
            }
            #expect(missing?.code == .missing)
            #expect(try await store.engine.write { try $0.lockChain(1, expecting: 1).seq } == 1)
        }
    }

    @Test("a text beyond a mebibyte is refused and leaves nothing", arguments: TestEngine.allCases)
    func long(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let longest = String(repeating: "x", count: 1 << 20)
            let error = await #expect(throws: StorageError.self) {
                try await store.write { connection, provision in
                    var head = try connection.beginChain(1, .ticket)
                    try connection.append(
                        EventDraft("a", text: longest),
                        by: 2,
                        to: &head,
                        &provision
                    )
                    try connection.append(
                        EventDraft("b", text: longest + "x"),
                        by: 2,
                        to: &head,
                        &provision
                    )
                }
            }
            #expect(error?.code == .tooLong)
            let chains = try await store.read("SELECT COUNT(*) FROM chain", as: Int.self)
            #expect(chains == [0])
        }
    }

    @Test("writers at once append one after the other", arguments: TestEngine.allCases)
    func concurrent(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await store.write { connection, _ in _ = try connection.beginChain(1, .customer) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 1...8 {
                    group.addTask {
                        for _ in 0..<20 {
                            try await store.write { connection, provision in
                                var head = try connection.lockChain(1)
                                try connection.append(
                                    EventDraft("tick"),
                                    by: Int64(writer),
                                    to: &head,
                                    &provision
                                )
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(
                try await store.engine.read { try $0.events(of: 1) }.map(\.seq) == Array(1...160)
            )
            let faults = try await store.faults().filter { $0.table == "chain" }
            #expect(faults.map(\.what) == ["There is no customer of it"])
        }
    }
}
