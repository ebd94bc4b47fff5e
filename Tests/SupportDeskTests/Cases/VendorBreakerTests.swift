import MainstayCore
import SupportDesk
import Testing

@Suite("The breaker before a vendor's server")
struct VendorBreakerTests {
    private static let start = Instant(milliseconds: 1_800_000_000_000)

    private func after(_ seconds: Int64) -> Instant { Self.start.advanced(by: seconds * 1000) }

    @Test("it opens after five failures in a row and lets one request through, later each time")
    func opens() {
        var breaker = VendorBreaker()
        for _ in 1...4 { breaker.fail(at: Self.start) }
        #expect(breaker.mayTry(at: Self.start))
        var (now, waits): (Int64, [Int64]) = (0, [])
        for _ in 1...7 {
            breaker.fail(at: after(now))
            let next = now + (1...2000).first { breaker.mayTry(at: after(now + $0)) }!
            waits.append(next - now)
            now = next
        }
        #expect(waits == [60, 120, 240, 480, 900, 900, 900])
        breaker.succeed()
        #expect(breaker == VendorBreaker())
        for _ in 1...9 { breaker.stayAway(at: Self.start) }
        #expect(breaker.mayTry(at: Self.start) && breaker.silentSince == Self.start)
    }

    @Test("a person is called once a silence, after three intervals and a quarter of an hour")
    func silence() {
        for (poll, limit) in [(Int64(30), Int64(900)), (600, 1800)] {
            var breaker = VendorBreaker()
            func isCalled(_ seconds: Int64) -> Bool {
                // What is stored between two rounds says the same.
                breaker = VendorBreaker(json: breaker.json)
                return breaker.callsPerson(at: after(seconds), pollMs: poll * 1000)
            }
            breaker.fail(at: Self.start)
            breaker.wait(until: after(100), from: after(50))
            let first = [limit - 1, limit, limit + 1].map(isCalled)
            #expect(first == [false, true, false])
            breaker.succeed()
            breaker.fail(at: after(limit + 10))
            let second = [limit + 20, 2 * limit + 10, 3 * limit].map(isCalled)
            #expect(second == [false, true, false])
        }
    }
}

@Suite("Looks at single cases of a vendor")
struct CheckDelayTests {
    @Test("a day apart, and of many cases so far that nine of ten polls look at none")
    func following() {
        let day: Int64 = 86_400_000
        #expect(CheckDelay.milliseconds(following: 1, pollMs: 30_000) == day)
        #expect(CheckDelay.milliseconds(following: 288, pollMs: 30_000) == day)
        for (cases, pollMs) in [(Int64(10_000), Int64(30_000)), (500, 86_400_000)] {
            let wait = CheckDelay.milliseconds(following: cases, pollMs: pollMs)
            #expect(wait / pollMs == 10 * cases)
        }
    }
}
