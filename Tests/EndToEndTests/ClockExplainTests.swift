import Foundation
import MainstayCore
import MainstayTesting
import Testing

@Suite("mainstay clock explain, of a bare case")
struct ClockExplainTests {
    private static let halfDay = """
        {"id": "v09", "calendar": {"tz": "Europe/Berlin",
          "weekly": {"wed": [["09:00", "17:00"]], "mon": [["09:00", "17:00"]]},
          "holidays": ["2025-12-25"], "overrides": {"2025-12-24": [["09:00", "13:00"]]}},
         "start": "2025-12-24T11:00:00Z", "target_minutes": 90, "warn_fraction": 0.5,
         "pauses": [["2025-12-24T11:30:00Z", "2025-12-29T08:30:00Z"]],
         "as_of": "2025-12-29T08:45:00Z"}
        """

    private func ask(
        _ json: String,
        _ options: String = "",
        environment: [String: String] = [:]
    ) throws -> Mainstay.Run {
        let script = "mainstay clock explain \(options) <<'END'\n\(json)\nEND\n"
        return try Mainstay.shell(script, environment: environment)
    }

    @Test("the answer is one object, without an envelope")
    func json() throws {
        let run = try ask(Self.halfDay, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let answer = try JSONValue(json: run.output.utf8, takesFractions: true)
        #expect(answer["due"] == "2025-12-29T09:30:00Z")
        #expect(answer["elapsed_minutes_as_of"] == .fraction(45))
        #expect(answer["warn_at"] == "2025-12-29T08:45:00Z")
        #expect(answer["breached_on_change"] == nil)
        #expect(answer["segments"]?.list?.compactMap { $0["why"] } == ["open", "paused", "open"])
    }

    @Test("without --json it is a table for people")
    func table() throws {
        let run = try ask(Self.halfDay)
        let expected = """
            FROM                  TO                    CALENDAR       COUNTED  WHY
            2025-12-24T11:00:00Z  2025-12-24T11:30:00Z  Europe/Berlin  30 min   open
            2025-12-24T11:30:00Z  2025-12-29T08:30:00Z  Europe/Berlin  -        paused: given
            2025-12-29T08:30:00Z  2025-12-29T08:45:00Z  Europe/Berlin  15 min   open
                                                                       45 min   in all
            Target:  1 h 30 min
            Elapsed: 45 min at 2025-12-29T08:45:00Z, running
            Warning: 2025-12-29T08:45:00Z
            Due:     2025-12-29T09:30:00Z

            """
        #expect(run.output == expected)
    }

    @Test("a window over midnight, another key and what is no JSON are refused")
    func refusals() throws {
        let night = Self.halfDay.replacing(#"["09:00", "13:00"]"#, with: #"["22:00", "06:00"]"#)
        var run = try ask(night, "--json")
        #expect(run.status == 1)
        #expect(
            run.errors == """
                Error: Window ["22:00","06:00"] of 2025-12-24 does not end after it begins
                Hint: A window over midnight is two: one to 24:00, one from 00:00 of the next day

                """
        )
        run = try ask(Self.halfDay.replacing("as_of", with: "asof"))
        #expect(run.errors.contains("Clock case has the key 'asof'"))
        #expect(run.errors.contains("Did you mean 'as_of'?"))
        run = try ask("{]")
        #expect(
            run.errors.hasPrefix("Error: Standard input is not the JSON of a case: byte 1 is")
        )
    }

    @Test("a machine without time zones is told so; 24x7 needs none")
    func noZones() throws {
        let empty = try TemporaryFolder()
        var run = try ask(Self.halfDay, environment: ["TZDIR": empty.path])
        #expect(run.status == 1)
        #expect(run.errors.contains("there are no time zones in \(empty.path)"))
        let always = """
            {"calendar": {"always": true}, "start": "2026-03-28T19:00:00Z", "target_minutes": 480}
            """
        run = try ask(always, "--json", environment: ["TZDIR": empty.path])
        #expect(run.output.hasPrefix(#"{"due":"2026-03-29T03:00:00Z","#))
    }
}
