import MainstayCore
import SupportDesk

/// A random case of a clock, as the JSON that Mainstay reads and as the numbers of the oracle.
///
/// All times are whole minutes; `clock_oracle.c` says how its numbers are ordered.
struct RandomClockCase {
    let json: JSONValue
    let numbers: String
    /// Until when the oracle looks.
    let end: Instant

    /// Draws a case: near a change of the zone's offset more often than not.
    init(zones: [String], files: TimeZones, random: inout SeededRandom) throws {
        let zone = random.pick(zones)
        let start = try Self.start(in: files.rules(zone), &random)
        let length = random.pick([2, 5, 10, 20, 60]) * 1440
        let span = start...start + length
        var calendars = [RandomCalendar(zone: zone, near: start, &random)]
        var changes: [(at: Int, target: Int, calendar: Int, isReset: Bool)] = []
        for _ in 0..<random.pick([0, 0, 1, 1, 2, 3, 5]) {
            var calendar = -1
            if random.oneIn(2) {
                calendar = calendars.count
                let other = random.oneIn(2) ? zone : random.pick(zones)
                calendars.append(RandomCalendar(zone: other, near: start, &random))
            }
            let target = calendar < 0 || random.oneIn(2) ? Self.target(&random) : -1
            changes.append((random.pick(span), target, calendar, random.oneIn(5)))
        }
        var pauses: [(from: Int, to: Int)] = []
        for _ in 0..<random.pick([0, 1, 2, 3, 8, 20]) {
            let from = random.pick(start - 600...start + length)
            let to = from + random.pick([0, 1, 30, 60, 480, 1440, 4000])
            pauses.append((from, random.oneIn(20) ? -1 : to))
        }
        changes.sort { $0.at < $1.at }
        let target = Self.target(&random)
        let asOf = random.oneIn(4) ? -1 : random.pick(span)
        let percent = random.oneIn(3) ? 0 : random.pick([5, 25, 50, 75, 90, 100])
        end = Self.instant(start + length)

        var members: [String: JSONValue] = [
            "calendar": calendars[0].json, "start": Self.time(start),
            "target_minutes": .int(Int64(target)),
            "pauses": .list(
                pauses.map { [Self.time($0.from), $0.to < 0 ? .null : Self.time($0.to)] }
            ),
            "changes": .list(
                changes.map { change in
                    var members: [String: JSONValue] = [
                        "at": Self.time(change.at), "mode": change.isReset ? "reset" : "carry",
                    ]
                    if change.target > 0 {
                        members["target_minutes"] = .int(Int64(change.target))
                    }
                    if change.calendar >= 0 {
                        members["calendar"] = calendars[change.calendar].json
                    }
                    return .object(members)
                }
            ),
        ]
        if asOf >= 0 { members["as_of"] = Self.time(asOf) }
        if percent > 0 { members["warn_fraction"] = .fraction(Double(percent) / 100) }
        json = .object(members)

        let head = [
            start, target, start - 1440, start + length, asOf, percent, calendars.count,
            pauses.count, changes.count,
        ]
        let lines =
            [Self.line(head)] + calendars.map(\.numbers)
            + pauses.map { Self.line([$0.from, $0.to]) }
            + changes.map { Self.line([$0.at, $0.target, $0.calendar, $0.isReset ? 1 : 0]) }
        numbers = lines.joined()
    }

    static func line(_ numbers: [Int]) -> String {
        numbers.map(String.init).joined(separator: " ") + "\n"
    }

    private static func target(_ random: inout SeededRandom) -> Int {
        random.pick([20, 60, 240, 480, 960, 2400, 20 * random.pick(1...400)])
    }

    /// A minute of 2000 to 2040, of three in four within two days of a change of offset.
    private static func start(
        in zone: TimeZoneRules,
        _ random: inout SeededRandom
    ) throws -> Int {
        let day = random.pick(10_958...25_500)
        let minute = day * 1440 + random.pick(0..<1440)
        guard !random.oneIn(4) else { return minute }
        let offset = zone.offset(at: Int64(minute) * 60)
        for later in 1...400 where zone.offset(at: Int64(minute + later * 1440) * 60) != offset {
            return minute + later * 1440 - random.pick(0..<2880)
        }
        return minute
    }

    static func time(_ minute: Int) -> JSONValue { .text(instant(minute).description) }

    static func instant(_ minute: Int) -> Instant {
        Instant(milliseconds: Int64(minute) * 60_000)
    }
}

/// A random calendar in both forms.
struct RandomCalendar {
    let json: JSONValue
    let numbers: String

    private typealias Windows = [(opens: Int, closes: Int)]

    init(zone: String, near start: Int, _ random: inout SeededRandom) {
        guard !random.oneIn(8) else {
            json = ["always": .bool(true)]
            numbers = "- 0 0 0\n"
            return
        }
        var weekly: [String: JSONValue] = [:]
        var week: [[Int]] = []
        let isBusiness = random.oneIn(2)
        for (place, day) in Weekday.allCases.enumerated() {
            let isOpen = isBusiness ? place < 5 : random.oneIn(2) || place == 6
            let windows = isOpen ? Self.windows(&random) : []
            if !windows.isEmpty { weekly[day.rawValue] = Self.json(windows) }
            // The oracle counts from Sunday.
            week += windows.map { [(place + 1) % 7, $0.opens, $0.closes] }
        }
        let today = start / 1440
        let holidays = Set((0..<random.pick(0...4)).map { _ in today + random.pick(-1...9) })
        var overrides: [String: JSONValue] = [:]
        var dates: [[Int]] = []
        for day in Set((0..<random.pick(0...3)).map({ _ in today + random.pick(-1...9) })) {
            let windows = random.oneIn(4) ? [] : Self.windows(&random)
            overrides[Self.day(day)] = Self.json(windows)
            dates.append([day, windows.count] + windows.flatMap { [$0.opens, $0.closes] })
        }
        json = [
            "tz": .text(zone), "weekly": .object(weekly),
            "holidays": .texts(holidays.sorted().map(Self.day)), "overrides": .object(overrides),
        ]
        numbers =
            "\(zone) "
            + RandomClockCase.line([week.count] + week.flatMap(\.self))
            + RandomClockCase.line([holidays.count] + holidays)
            + RandomClockCase.line([dates.count] + dates.flatMap(\.self))
    }

    /// One to three windows; some at night, where offsets change.
    private static func windows(_ random: inout SeededRandom) -> Windows {
        switch random.pick(0...5) {
        case 0: return [(540, 1020)]
        case 1: return [(0, 1440)]
        case 2: return [(540, 720), (780, 1020)]
        default:
            var edges: Set<Int> = []
            let count = 2 * random.pick(1...3)
            while edges.count < count {
                let edge = random.oneIn(3) ? random.pick(0...20) * 15 : random.pick(0...1440)
                edges.insert(edge)
            }
            let sorted = edges.sorted()
            return stride(from: 0, to: count, by: 2).map { (sorted[$0], sorted[$0 + 1]) }
        }
    }

    private static func json(_ windows: Windows) -> JSONValue {
        .list(windows.map { [.text(text($0.opens)), .text(text($0.closes))] })
    }

    private static func text(_ minute: Int) -> String {
        let parts = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts.joined(separator: ":")
    }

    private static func day(_ number: Int) -> String {
        CalendarDay(secondsSince1970: Int64(number) * 86_400).description
    }
}
