import Foundation
import MainstayCore
import SupportDesk
import Testing

/// Random cases against a reading minute by minute; `MAINSTAY_TEST_CLOCKS` asks for other than 2,000
/// of them, `MAINSTAY_TEST_SEED` for others.
@Suite("Clocks, minute by minute", .tags(.slow))
struct ClockRandomTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test("due, elapsed, warning and breach are those of a count minute by minute")
    func agreement() throws {
        let seed = Self.environment["MAINSTAY_TEST_SEED"].flatMap(UInt64.init) ?? 20_260_203
        let count = Self.environment["MAINSTAY_TEST_CLOCKS"].flatMap(Int.init) ?? 2000
        print("Clocks: \(count) cases, MAINSTAY_TEST_SEED=\(seed)")
        let oracle = try ClockOracle()
        defer { oracle.remove() }
        let files = TimeZones()
        let zones = try Self.zones()
        var random = SeededRandom(seed: seed)
        var outcomes: [String: Int] = [:]
        for start in stride(from: 0, to: count, by: 1000) {
            let cases = try (start..<min(start + 1000, count))
                .map { _ in
                    try RandomClockCase(zones: zones, files: files, random: &random)
                }
            for (asked, answer) in zip(cases, try oracle.answers(to: cases)) {
                let reading = try ClockCase(json: asked.json, zones: files).reading()
                let differences = Self.differences(reading, answer, asked)
                #expect(differences.isEmpty, "seed \(seed): \(differences) in \(asked.json.json)")
                outcomes[Self.outcome(answer), default: 0] += 1
            }
        }
        // A generator that reaches no due time would agree with anything.
        #expect(outcomes["due", default: 0] * 5 > count, "\(outcomes)")
        #expect(outcomes["broken", default: 0] * 50 > count, "\(outcomes)")
    }

    private static func outcome(_ answer: ClockOracle.Answer) -> String {
        answer.isBroken ? "broken" : answer.due >= 0 ? "due" : "beyond"
    }

    private static func differences(
        _ reading: ClockReading,
        _ answer: ClockOracle.Answer,
        _ asked: RandomClockCase
    ) -> [String] {
        var found: [String] = []
        func compare(_ what: String, _ ours: Instant?, _ theirs: Int64) {
            let isSame =
                switch theirs {
                case -1: ours == nil
                case -2: ours.map { $0 > asked.end } ?? true
                default: ours == RandomClockCase.instant(Int(theirs))
                }
            if !isSame { found.append("\(what) \(ours?.description ?? "none"), not \(theirs)") }
        }
        compare("due", reading.due, answer.due)
        if asked.json["warn_fraction"] != nil {
            compare("warning", reading.warnings.first, answer.warning)
        }
        if asked.json["as_of"] != nil, reading.elapsed != answer.elapsed * 60_000 {
            found.append("elapsed \(reading.elapsed), not \(answer.elapsed) min")
        }
        let broken = reading.breach.flatMap { $0.isByChange ? $0.overrun : nil }
        if broken != (answer.isBroken ? answer.over * 60_000 : nil) {
            found.append("broken by \(broken ?? -1), not \(answer.over)")
        }
        return found
    }

    /// The zones of the tz database that a place on earth has, and two that none has.
    private static func zones() throws -> [String] {
        let table = try String(contentsOfFile: "/usr/share/zoneinfo/tzdata.zi", encoding: .utf8)
        let names = table.split(separator: "\n")
            .compactMap { line -> String? in
                let words = line.split(separator: " ")
                guard let first = words.first, ["Z", "L"].contains(first) else { return nil }
                return String(first == "Z" ? words[1] : words[2])
            }
        let zones = names.filter { $0.contains("/") && $0.first?.isUppercase == true }.sorted()
        try #require(zones.count > 300)
        return zones
    }
}
