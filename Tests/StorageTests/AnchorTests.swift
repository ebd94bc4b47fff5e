import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("Anchor") struct AnchorTests {
    @Test(
        "an anchor vouches for the heads that moved, and each can be shown",
        arguments: TestEngine.allCases
    )
    func anchors(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            var tickets: [Int64] = []
            for number in 1...7 { tickets.append(try await desk.open("Ticket \(number)")) }
            let first = try #require(try await desk.anchor())
            #expect(first.leafCount == 10)
            #expect(first.previousRoot.isEmpty)
            #expect(try await desk.anchor() == nil)
            try await desk.say("More", on: tickets[3])
            let second = try #require(try await desk.anchor())
            #expect(second.leafCount == 1)
            #expect(second.previousRoot == first.root)
            for ticket in tickets {
                let proof = try await store.engine.read { try $0.proof(of: ticket, in: first.id) }
                #expect(proof?.leaf.chainID == ticket)
                #expect(proof?.root == first.root)
            }
            let other = tickets[0]
            let none = try await store.engine.read { try $0.proof(of: other, in: second.id) }
            #expect(none == nil)
            #expect(try await store.faults() == [])
        }
    }

    @Test(
        "a thousand heads fill an anchor, the rest waits for the next",
        arguments: TestEngine.allCases
    )
    func limit(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            try await store.write(ids: 1100) { connection, provision in
                for number in 1...1100 {
                    _ = try desk.open("T\(number)", "", connection, &provision)
                }
            }
            #expect(try await desk.anchor()?.leafCount == 1000)
            #expect(try await desk.anchor()?.leafCount == 103)
            #expect(try await desk.anchor() == nil)
            #expect(try await store.faults() == [])
        }
    }
}
