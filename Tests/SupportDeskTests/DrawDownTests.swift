import MainstayCore
import Testing

@testable import SupportDesk

@Suite("Hours that are drawn down")
struct DrawDownTests {
    private let start = CalendarDay(secondsSince1970: 1_767_225_600)

    private func block(
        _ id: Int64,
        _ minutes: Int64,
        _ bought: Int,
        _ expires: Int?
    ) throws -> HourBlock {
        try HourBlock(
            id: id,
            contract: 1,
            minutes: minutes,
            bought: start.advanced(by: bought),
            expires: expires.map { start.advanced(by: $0) }
        )
    }

    @Test("the block that expires first pays first, and what no block pays is stated")
    func example() throws {
        let blocks = [try block(1, 60, 0, nil), try block(2, 30, 0, 5), try block(3, 45, 3, 4)]
        let work = [start: Int64(20), start.advanced(by: 4): 70, start.advanced(by: 6): 50]
        let drawDown = DrawDown(of: work, from: blocks)
        #expect(drawDown.blocks.map(\.id) == [3, 2, 1])
        let paid = drawDown.payments.map { payment in
            let day = payment.day.daysSince1970 - start.daysSince1970
            return "\(day) \(payment.blockID ?? 0) \(payment.minutes)"
        }
        #expect(paid == ["0 2 20", "4 3 45", "4 2 10", "4 1 15", "6 1 45", "6 0 5"])
        #expect(drawDown.left(on: start) == 70)
        #expect(drawDown.left(on: start.advanced(by: 4)) == 45)
        #expect(drawDown.left(on: start.advanced(by: 6)) == 0)
        #expect(drawDown.overdrawn(until: start.advanced(by: 5)) == 0)
        #expect(drawDown.overdrawn(until: start.advanced(by: 6)) == 5)
        #expect(drawDown.warnings(at: [40, 70, 100], on: start) == [100, 70])
        #expect(DrawDown(of: [:], from: []).warnings(at: [40], on: start) == [])
    }

    @Test(
        "random work is paid minute by minute as brute force pays it, and never worse than can be"
    )
    func random() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededRandom(seed: seed)
        for round in 0..<400 {
            let blocks = try (1...Int64.random(in: 1...5, using: &random))
                .map { id in
                    let bought = Int.random(in: 0...9, using: &random)
                    let length = Int.random(in: 0...9, using: &random)
                    return try block(
                        id,
                        Int64.random(in: 1...12, using: &random),
                        bought,
                        Int.random(in: 0...4, using: &random) == 0 ? nil : bought + length
                    )
                }
            var work: [CalendarDay: Int64] = [:]
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                let day = start.advanced(by: Int.random(in: -1...20, using: &random))
                work[day] = Int64.random(in: -2...12, using: &random)
            }
            let drawDown = DrawDown(of: work, from: blocks)
            let brute = BruteForce(of: work, from: blocks)
            let payments = Dictionary(
                grouping: drawDown.payments,
                by: { BruteForce.Slot(day: $0.day, block: $0.blockID) }
            )
            .mapValues { $0.reduce(0) { $0 + $1.minutes } }
            #expect(payments == brute.paid, "seed \(seed), round \(round)")
            let unpaid = drawDown.overdrawn(until: start.advanced(by: 100))
            #expect(unpaid == brute.leastUnpaid, "seed \(seed), round \(round)")
        }
    }
}

/// Minutes one by one: what the rule says, and the least that any choice leaves unpaid.
private struct BruteForce {
    struct Slot: Hashable {
        let day: CalendarDay
        let block: Int64?
    }

    var paid: [Slot: Int64] = [:]
    let leastUnpaid: Int64

    init(of work: [CalendarDay: Int64], from blocks: [HourBlock]) {
        // Every minute that was bought, and every minute of work.
        var bought = blocks.flatMap { Array(repeating: $0, count: Int($0.boughtMinutes)) }
        let minutes = work.sorted { $0.key < $1.key }
            .flatMap { Array(repeating: $0.key, count: Int(max(0, $0.value))) }
        leastUnpaid = Int64(minutes.count) - Self.matching(minutes, bought)
        for day in minutes {
            let far = Int.max
            let choice = bought.indices.filter { bought[$0].pays(on: day) }
                .min { left, right in
                    let (one, other) = (bought[left], bought[right])
                    return (
                        one.expiresDay?.daysSince1970 ?? far, one.boughtDay.daysSince1970, one.id
                    ) < (
                        other.expiresDay?.daysSince1970 ?? far, other.boughtDay.daysSince1970,
                        other.id
                    )
                }
            paid[Slot(day: day, block: choice.map { bought[$0].id }), default: 0] += 1
            if let choice { bought.remove(at: choice) }
        }
    }

    /// The most minutes of work that can be paid, by augmenting paths.
    private static func matching(_ work: [CalendarDay], _ bought: [HourBlock]) -> Int64 {
        var payer = [Int?](repeating: nil, count: bought.count)
        func augment(_ minute: Int, _ seen: inout Set<Int>) -> Bool {
            for place in bought.indices
            where bought[place].pays(on: work[minute]) && seen.insert(place).inserted {
                guard let other = payer[place] else {
                    payer[place] = minute
                    return true
                }
                if augment(other, &seen) {
                    payer[place] = minute
                    return true
                }
            }
            return false
        }
        var paid: Int64 = 0
        for minute in work.indices {
            var seen: Set<Int> = []
            if augment(minute, &seen) { paid += 1 }
        }
        return paid
    }
}
