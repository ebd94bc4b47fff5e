import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("IDSource") struct IDSourceTests {
    @Test(
        "ids rise and are unique when the clock jumps back and processes are killed",
        arguments: TestEngine.allCases
    )
    func unique(kind: TestEngine) async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("IDSourceTests seed \(seed)")
        var random = SplitMix(seed)
        try await StoreFixture.with(kind) { store in
            var seen: Set<Int64> = []
            var ids = store.ids
            for _ in 0..<60 {
                store.clock.move(by: Int64.random(in: -20_000...20_000, using: &random))
                let made = try await ids.make(Int.random(in: 1...9000, using: &random))
                #expect(made == made.sorted())
                let before = seen.count
                seen.formUnion(made)
                #expect(seen.count == before + made.count, "seed \(seed)")
                guard Int.random(in: 0..<3, using: &random) == 0 else { continue }
                // A process that was killed says nothing; one that ends leaves.
                if Bool.random(using: &random) { try await ids.leave() }
                ids = try await IDSource.join(store.engine, name: "test \(before)") {
                    store.clock.now
                }
            }
            #expect(seen.allSatisfy { $0 > 0 })
        }
    }

    @Test("tasks at once get different ids", arguments: TestEngine.allCases)
    func together(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let made = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<8 { group.addTask { try await store.ids.make(5000) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(made).count == 40_000)
        }
    }

    @Test(
        "a process whose number went to another makes no more ids",
        arguments: TestEngine.allCases
    )
    func taken(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            _ = try await store.ids.make(1)
            let number = store.ids.node
            try await store.engine.write { connection in
                try connection.exec("UPDATE node SET name = 'other' WHERE number = \(number)")
            }
            let error = await #expect(throws: StorageError.self) {
                while true {
                    store.clock.move(by: 60_000)
                    _ = try await store.ids.make(1)
                }
            }
            #expect(error?.code == .noNode)
        }
    }

    @Test("a body that runs again draws the same ids and salts")
    func provision() throws {
        let whole = Provision(ids: [1, 2], seed: [7])
        var (one, two) = (whole, whole)
        #expect(try one.id() == two.id())
        let salt = one.salt()
        #expect(salt == two.salt() && salt != one.salt())
        _ = try one.id()
        let error = #expect(throws: StorageError.self) { _ = try one.id() }
        #expect(error?.code == .missing)
    }

    @Test("a counter gives each number once", arguments: TestEngine.allCases)
    func counter(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let drawn = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<40 { group.addTask { try await store.engine.drawNumber(of: "c") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(drawn.sorted() == Array(1...40))
        }
    }
}
