import Foundation
import MainstayCore
import SupportDesk
import Testing

/// Worked cases: each file of `Vectors` holds a list of them with what is expected.
@Suite("Clock vectors")
struct ClockVectorTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Vectors")

    private static func vectors(_ name: String) throws -> [JSONValue] {
        let data = try Data(contentsOf: folder.appending(path: name))
        let list = try JSONValue(json: data, takesFractions: true)["vectors"]?.list
        return try #require(list)
    }

    @Test(
        "every vector is exact",
        arguments: [("clock-vectors.json", 12), ("more-clock-vectors.json", 40)]
    )
    func exact(_ name: String, _ count: Int) throws {
        let zones = TimeZones()
        let vectors = try Self.vectors(name)
        #expect(vectors.count >= count)
        for vector in vectors {
            let id = vector["id"]?.text ?? "?"
            let told = try ClockCase(json: vector, zones: zones).explanation
            let expected = try #require(vector["expect"]?.members, "\(id)")
            for (key, value) in expected {
                // 180 and 180.0 are one number.
                let isSame =
                    if let number = value.number { told[key]?.number == number } else {
                        told[key] ?? .null == value
                    }
                #expect(
                    isSame,
                    "\(id): \(key) is \(told[key]?.json ?? "missing"), not \(value.json)"
                )
            }
        }
    }

    @Test("the segments adjoin, and what they count is what elapsed")
    func segments() throws {
        let zones = TimeZones()
        for name in ["clock-vectors.json", "more-clock-vectors.json"] {
            for vector in try Self.vectors(name) where vector["changes"] == nil {
                let asked = try ClockCase(json: vector, zones: zones)
                let segments = asked.segments()
                for (one, next) in zip(segments, segments.dropFirst()) {
                    #expect(one.to == next.from)
                }
                let counted = segments.reduce(0) { $0 + $1.counted }
                if asked.asOf != nil {
                    #expect(counted == asked.reading().elapsed, "\(vector.json)")
                } else if let due = asked.reading().due {
                    #expect(counted == asked.target)
                    #expect(segments.last?.to == due)
                }
            }
        }
    }

    private static let calendar =
        #""calendar":{"tz":"Europe/Berlin","weekly":{"mon":[["09:00","17:00"]]}}"#
    private static let start = #""start":"2026-02-03T09:00:00Z","target_minutes":60"#

    @Test(
        "what a case cannot be is refused",
        arguments: [
            (#"[]"#, "Clock case is [], expected an object"),
            (#"{\#(start)}"#, "Clock case has no 'calendar', which it needs"),
            (
                #"{\#(calendar),\#(start),"pause":[]}"#,
                "Clock case has the key 'pause', expected one of 'as_of', 'calendar', 'changes', "
                    + "'pauses', 'start', 'target_minutes', 'warn_fraction'"
            ),
            (
                #"{\#(calendar),"start":"2026-02-03T09:00:00","target_minutes":1}"#,
                "Clock case has \"2026-02-03T09:00:00\" as 'start', expected a time such as "
                    + "2026-02-03T09:00:00Z"
            ),
            (
                #"{\#(calendar),"start":"2026-02-03T09:00:00Z","target_minutes":0}"#,
                "Clock case has 0 as 'target_minutes', expected a number above 0"
            ),
            (
                #"{\#(calendar),\#(start),"warn_fraction":1.5}"#,
                "Clock case has 1.5 as 'warn_fraction', expected a number above 0 and up to 1"
            ),
            (
                #"{\#(calendar),\#(start),"changes":[{"at":"2026-02-03T09:00:00Z"}]}"#,
                "Change at 2026-02-03T09:00:00Z changes nothing, expected 'target_minutes', "
                    + "'calendar' or the mode 'reset'"
            ),
            (
                #"{\#(calendar),\#(start),"pauses":[["2026-02-03T09:00:00Z","2026-02-03T08:00:00Z"]]}"#,
                "Pause from 2026-02-03T09:00:00Z ends before it begins, at 2026-02-03T08:00:00Z"
            ),
        ]
    )
    func refused(_ json: String, _ message: String) throws {
        #expect {
            try ClockCase(
                json: JSONValue(json: json.utf8, takesFractions: true),
                zones: TimeZones()
            )
        } throws: {
            ($0 as? DeskError)?.message == message
        }
    }
}
