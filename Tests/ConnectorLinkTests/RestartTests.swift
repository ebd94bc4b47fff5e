import ConnectorLink
import MainstayCore
import Testing

@Suite("Restarts of a connector")
struct RestartTests {
    @Test("the wait after failed starts doubles up to 15 minutes, and a good one resets it")
    func waits() {
        var rules = RestartRules()
        let now = Instant(milliseconds: 0)
        let seconds = (0..<12)
            .map { _ -> Int64 in
                rules.failedToStart(at: now)
                return (rules.restsUntil?.milliseconds ?? 0) / 1_000
            }
        #expect(seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
        rules.started()
        #expect(rules.restsUntil == nil)
        rules.failedToStart(at: now)
        #expect(rules.restsUntil?.milliseconds == 1_000)
    }

    @Test("five crashes within an hour are too many, five in more are not")
    func quarantine() {
        var slow = RestartRules()
        for number in Int64(0)..<20 {
            let isTooOften = slow.crashed(at: Instant(milliseconds: number * 900_000))
            #expect(!isTooOften)
        }
        var quick = RestartRules()
        let told = (0..<6).map { quick.crashed(at: Instant(milliseconds: Int64($0) * 899_999)) }
        #expect(told == [false, false, false, false, true, false])
        #expect(quick.isQuarantined)
        quick.lift()
        #expect(!quick.isQuarantined)
    }
}
