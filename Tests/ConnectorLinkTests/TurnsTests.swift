import Testing

@testable import ConnectorLink

@Suite("Turns of calls and requests")
struct TurnsTests {
    @Test("who is cancelled leaves the line at once, and keeps nobody's turn")
    func cancellation() async {
        let turns = Turns(1)
        #expect(await turns.take())
        let (first, second) = (Task { await turns.take() }, Task { await turns.take() })
        first.cancel()
        #expect(await first.value == false)
        turns.pass()
        #expect(await second.value)
        turns.pass()
        #expect(await turns.take())
    }

    @Test("a thousand tasks, some of them cancelled: never more inside than may, and all come out")
    func crowd() async {
        let turns = Turns(4)
        let crowd = Crowd()
        var entered = 0
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    let task = Task {
                        guard await turns.take() else { return false }
                        await crowd.enter()
                        await Task.yield()
                        await crowd.leave()
                        turns.pass()
                        return true
                    }
                    if number.isMultiple(of: 3) { task.cancel() }
                    return await task.value
                }
            }
            for await isIn in group where isIn { entered += 1 }
        }
        #expect(entered >= 666)
        #expect(await crowd.most <= 4)
        for _ in 0..<4 { #expect(await turns.take()) }
    }
}

/// Those who are inside.
private actor Crowd {
    private var inside = 0
    private(set) var most = 0

    func enter() {
        inside += 1
        most = max(most, inside)
    }

    func leave() { inside -= 1 }
}
