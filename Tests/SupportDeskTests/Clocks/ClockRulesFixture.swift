import MainstayCore
import SupportDesk

/// Events of a ticket as they are read from its log, and the promises under which it stands.
///
/// Contract 1 is in force: reaction 60, update 120, fix 240 minutes at P3; 30, 60 and 120 at P1;
/// calendar `day` (09:00 to 17:00 UTC, Monday to Friday). Minutes count from Tuesday, 2026-02-03, 09:00.
struct ClockStory {
    private(set) var clocks: TicketClocks
    static let start = Instant(milliseconds: 1_770_109_200_000)

    static func at(_ minute: Int64) -> Instant { start.advanced(by: minute * 60_000) }

    static func calendars() throws -> [CalendarVersions] {
        let week: [String: JSONValue] = Dictionary(
            uniqueKeysWithValues: ["mon", "tue", "wed", "thu", "fri"]
                .map { ($0, [["09:00", "17:00"]]) }
        )
        let day = try ServiceCalendar(
            json: ["tz": "Etc/UTC", "weekly": .object(week)],
            zones: TimeZones()
        )
        return [CalendarVersions("day", day), CalendarVersions("24x7", .always)]
    }

    static func terms(
        _ policy: ClockPolicy = ClockPolicy(),
        factor: Int64 = 1,
        urgentCalendar: String? = nil
    ) throws -> ClockTerms {
        let p3: [(ClockName, Int64)] = [
            (.reaction, 60), (.acknowledge, 60), (.update, 120), (.fix, 240),
        ]
        var targets: [ClockTarget] = []
        for (clock, minutes) in p3 {
            targets.append(try ClockTarget(clock, .p3, minutes: minutes * factor))
            let half = minutes * factor / 2
            targets.append(try ClockTarget(clock, .p1, minutes: half, calendar: urgentCalendar))
        }
        return ClockTerms(calendar: "day", policy: policy, targets: targets)
    }

    /// A ticket opened at minute 0 at P3 under contract 1, at level 1.
    init(
        _ policy: ClockPolicy = ClockPolicy(),
        later: [DatedTerms] = [],
        urgentCalendar: String? = nil,
        levels: [SupportLevel: [LevelTarget]] = [:],
        status: TicketStatus = .new,
        openedAt: Int64 = 0,
        ofVendor: Bool = false,
        isRecording: Bool = false
    ) throws {
        let terms = try Self.terms(policy, urgentCalendar: urgentCalendar)
        let plans = try ClockPlans(
            contracts: [
                1: [DatedTerms(validFrom: .earliest, terms)] + later,
                2: [DatedTerms(validFrom: .earliest, try Self.terms(factor: 2))],
            ],
            calendars: Self.calendars(),
            levels: levels
        )
        clocks = TicketClocks(plans, ofVendor: ofVendor, isRecording: isRecording)
        take(
            .opened,
            openedAt,
            [
                "now": [
                    "status": .text(status.rawValue), "priority": 3, "level": 1, "contract_id": 1,
                ]
            ],
            by: .customer
        )
    }

    mutating func take(
        _ kind: TicketEventKind,
        _ minute: Int64,
        _ facts: JSONValue,
        by writer: ClockEvent.Writer = .staff,
        recorded: Int64? = nil
    ) {
        clocks.take(
            ClockEvent(
                kind,
                facts: facts,
                occurredAt: Self.at(minute),
                recordedAt: Self.at(recorded ?? minute),
                by: writer
            )
        )
    }

    mutating func comment(
        _ minute: Int64,
        by writer: ClockEvent.Writer = .staff,
        through channel: TicketChannel = .email,
        isFromCustomer: Bool = false,
        recorded: Int64? = nil
    ) {
        let facts: JSONValue = [
            "channel": .text(channel.rawValue), "is_from_customer": isFromCustomer ? 1 : 0,
        ]
        take(.commented, minute, facts, by: writer, recorded: recorded)
    }

    mutating func move(_ minute: Int64, to status: TicketStatus, recorded: Int64? = nil) {
        take(.waiting, minute, ["now": ["status": .text(status.rawValue)]], recorded: recorded)
    }

    mutating func prioritise(_ minute: Int64, _ priority: Int64, recorded: Int64? = nil) {
        take(.prioritised, minute, ["now": ["priority": .int(priority)]], recorded: recorded)
    }

    func readings(_ minute: Int64) -> TicketReadings { clocks.readings(at: Self.at(minute)) }

    mutating func merge(_ events: [(TicketEventKind, Int64, JSONValue, ClockEvent.Writer)]) {
        for (kind, minute, facts, writer) in events {
            let moment = Self.at(minute)
            clocks.takeMerged(ClockEvent(kind, facts: facts, occurredAt: moment, by: writer))
        }
    }
}
