import Foundation
import MainstayCore
import SupportDesk
import Testing

@Suite("Service calendars")
struct ServiceCalendarTests {
    private static func calendar(_ json: String) throws -> ServiceCalendar {
        try ServiceCalendar(json: JSONValue(json: json), zones: TimeZones())
    }

    private static func moment(_ text: String) throws -> Instant { try #require(Instant(text)) }

    @Test(
        "a calendar is written as it was read",
        arguments: [
            #"{"always":true}"#,
            #"{"tz":"Europe/Berlin","weekly":{"mon":[["09:00","12:00"],["13:00","24:00"]]}}"#,
            #"{"holidays":["2025-12-25"],"overrides":{"2025-12-24":[["09:00","13:00"]],"#
                + #""2025-12-31":[]},"tz":"Asia/Kolkata","weekly":{"sun":[["00:00","24:00"]]}}"#,
        ]
    )
    func roundTrip(_ json: String) throws {
        #expect(try Self.calendar(json).json.json == json)
    }

    @Test(
        "a calendar that breaks the rules is refused",
        arguments: [
            (
                #"{"tz":"Europe/Berlin","weekly":{"mon":[["09:00","12:00"],["11:00","13:00"]]}}"#,
                "Windows 09:00-12:00 and 11:00-13:00 of 'mon' overlap, expected them apart"
            ),
            (
                #"{"tz":"Europe/Berlin","weekly":{"mon":[["22:00","06:00"]]}}"#,
                #"Window ["22:00","06:00"] of 'mon' does not end after it begins"#
            ),
            (
                #"{"tz":"Europe/Berlin","weekly":{"mon":[["09:00","09:00"]]}}"#,
                #"Window ["09:00","09:00"] of 'mon' does not end after it begins"#
            ),
            (
                #"{"tz":"Europe/Berlin","weekly":{"mon":[["09:00","24:01"]]}}"#,
                #"Calendar has the window ["09:00","24:01"] of 'mon', expected two times from 00:00 "#
                    + #"to 24:00, such as ["09:00","17:00"]"#
            ),
            (
                #"{"tz":"Europe/Berlin","weekly":{"mon":[]},"overrides":{"2026-01-01":[]}}"#,
                "Calendar never opens, expected a window on a weekday or in an override"
            ),
            (
                #"{"tz":"Europe/Berlin","weekly":{"mon":[["09:00","12:00"]]},"holidays":["2026-02-29"]}"#,
                "Calendar has the holiday '2026-02-29', expected a day that exists, such as "
                    + "2026-12-25"
            ),
            (
                #"{"tz":"Europe/Berlin","weekly":{"monday":[["09:00","12:00"]]}}"#,
                "Part 'weekly' of the calendar has the key 'monday', expected one of 'mon', 'tue', "
                    + "'wed', 'thu', 'fri', 'sat', 'sun'"
            ),
            (
                #"{"timezone":"Europe/Berlin"}"#,
                "Calendar has the key 'timezone', expected one of 'tz', 'weekly', 'holidays', "
                    + "'overrides', 'always'"
            ),
            (
                #"{"weekly":{"mon":[["09:00","12:00"]]}}"#,
                "Calendar has no 'tz', expected the name of a time zone"
            ),
            (
                #"{"always":true,"weekly":{}}"#,
                "Calendar is always open and has 'weekly', expected one or the other"
            ),
        ]
    )
    func refused(_ json: String, _ message: String) {
        #expect {
            try Self.calendar(json)
        } throws: {
            ($0 as? DeskError)?.code == .calendar && ($0 as? DeskError)?.message == message
        }
    }

    @Test(
        "a zone that is none is refused",
        arguments: [
            "../../etc/passwd", "/etc/passwd", "", "europe/berlin", "Europe/../Europe/Berlin",
            "Europe//Berlin", "Europe/Atlantis", "Europe", "localtime", "Europe/Berlin\n",
        ]
    )
    func noZone(_ name: String) {
        #expect {
            try TimeZones().rules(name)
        } throws: {
            ($0 as? DeskError)?.code == .zone
        }
    }

    @Test("a folder without zones, and a file cut anywhere, are told from a zone that is none")
    func damage() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func message(_ name: String) -> String {
            do {
                return try TimeZones(folder: folder.path()).rules(name).name
            } catch {
                return error.message
            }
        }
        #expect(message("Here").contains("there are no time zones in"))
        let whole = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))
        for length in [0, 3, 43, 44, 60, whole.count / 2, whole.count - 1] {
            try whole.prefix(length).write(to: folder.appending(path: "Here"))
            #expect(message("Here").contains("is damaged"), "\(length) bytes")
        }
        for place in stride(from: 0, to: whole.count, by: 7) {
            var bent = whole
            bent[place] ^= 0xFF
            try bent.write(to: folder.appending(path: "Here"))
            // Many such files are still whole in form; none may crash.
            _ = message("Here")
        }
        try whole.write(to: folder.appending(path: "Here"))
        #expect(message("Here") == "Here")
    }

    @Test("offsets and first occurrences are those of the C library until 2500")
    func offsets() throws {
        let zones = TimeZones()
        let berlin = try zones.rules("Europe/Berlin")
        let times: [(String, Int64)] = [
            ("1890-01-01T00:00:00Z", 3208), ("2026-03-29T00:59:59Z", 3600),
            ("2026-03-29T01:00:00Z", 7200), ("2026-10-25T01:00:00Z", 3600),
            ("2450-07-01T00:00:00Z", 7200), ("9999-01-01T00:00:00Z", 3600),
            ("9998-07-01T00:00:00Z", 7200),
        ]
        for (text, offset) in times {
            let seconds = try Self.moment(text).milliseconds / 1000
            #expect(berlin.offset(at: seconds) == offset, "\(text)")
        }
        let dublin = try zones.rules("Europe/Dublin")
        #expect(
            try dublin.offset(at: Self.moment("2300-07-01T00:00:00Z").milliseconds / 1000) == 3600
        )
        let apia = try zones.rules("Pacific/Apia")
        #expect(try !apia.hasDay(#require(CalendarDay("2011-12-30"))))
        #expect(try apia.hasDay(#require(CalendarDay("2011-12-31"))))
    }

    @Test("each version holds from its instant on, the first also before it")
    func versions() throws {
        let early = try Self.calendar(#"{"tz":"Etc/UTC","weekly":{"mon":[["09:00","10:00"]]}}"#)
        let hours = CalendarVersions(
            "12x5",
            versions: [(try Self.moment("2026-02-09T09:30:00Z"), .always), (.earliest, early)]
        )
        let monday = try Self.moment("2026-02-02T00:00:00Z")
        let tuesday = try Self.moment("2026-02-10T00:00:00Z")
        // An hour, half an hour, and from 09:30 on all.
        #expect(hours.serviceTime(from: monday, to: tuesday) == (60 + 30 + 870) * 60_000)
        #expect(
            try hours.instant(after: 91 * 60_000, from: monday)
                == Self.moment("2026-02-09T09:31:00Z")
        )
        let single = CalendarVersions("late", versions: [(tuesday, early)])
        #expect(single.serviceTime(from: monday, to: tuesday) == 120 * 60_000)
    }

    @Test("what never comes has no instant, what comes late has one")
    func horizon() throws {
        let once = try Self.calendar(
            #"{"tz":"Etc/UTC","weekly":{},"overrides":{"2026-02-02":[["09:00","10:00"]]}}"#
        )
        let hours = CalendarVersions("once", once)
        let start = try Self.moment("2026-01-01T00:00:00Z")
        #expect(
            try hours.instant(after: 3_600_000, from: start) == Self.moment("2026-02-02T10:00:00Z")
        )
        #expect(hours.instant(after: 3_600_001, from: start) == nil)
        let weekly = try Self.calendar(#"{"tz":"Etc/UTC","weekly":{"sun":[["09:00","09:01"]]}}"#)
        #expect(
            try CalendarVersions("rare", weekly).instant(after: 52 * 60_000, from: start)
                == Self.moment("2026-12-27T09:01:00Z")
        )
    }
}
