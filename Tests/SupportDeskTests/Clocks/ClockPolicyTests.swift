import MainstayCore
import SupportDesk
import Testing

@Suite("Clock policies")
struct ClockPolicyTests {
    @Test("an empty object is the default, which is written in full")
    func defaults() throws {
        let policy = try ClockPolicy(json: [:])
        #expect(policy == ClockPolicy())
        #expect(
            policy.json.json == #"{"maximum_pause_minutes":20160,"pauses":["waiting_customer"],"#
                + #""reopening":"resume","response_channels":["api","chat","email","in_person","#
                + #""monitoring","phone","web"],"warnings":[50,75,90]}"#
        )
    }

    @Test("a policy is read as it was written")
    func roundTrip() throws {
        var policy = try ClockPolicy().pausing(on: [.waitingVendor, .waitingRelease])
            .warning(at: [10, 99]).limitingPauses(toMinutes: nil)
        policy.reopening = .restart
        policy.responseChannels = [.phone]
        #expect(try ClockPolicy(json: policy.json) == policy)
    }

    @Test(
        "what a policy cannot say is refused",
        arguments: [
            (#"[]"#, "Clock policy is [], expected an object"),
            (
                #"{"pause":[]}"#,
                "Clock policy has the key 'pause', expected one of 'maximum_pause_minutes', "
                    + "'pauses', 'reopening', 'response_channels', 'warnings'"
            ),
            (
                #"{"pauses":["open"]}"#,
                "Status 'open' cannot be a pause, expected one of 'waiting_customer', "
                    + "'waiting_vendor', 'waiting_release'"
            ),
            (
                #"{"reopening":"reset"}"#,
                "Clock policy has \"reset\" as 'reopening', expected 'resume' or 'restart'"
            ),
            (
                #"{"warnings":[90,50]}"#,
                "Warnings at 90, 50 per cent, expected up to ten numbers from 1 to 99, each greater "
                    + "than the one before"
            ),
            (
                #"{"maximum_pause_minutes":0}"#,
                "Maximum of a pause is 0 minutes, expected 1 to 5256000"
            ),
        ]
    )
    func refused(_ json: String, _ message: String) throws {
        #expect {
            try ClockPolicy(json: JSONValue(json: json))
        } throws: {
            ($0 as? DeskError)?.message == message
        }
    }

    @Test("a target is looked up by clock and priority, with its own calendar or the term's")
    func terms() throws {
        let terms = ClockTerms(
            calendar: "12x5",
            targets: [
                try ClockTarget(.fix, .p1, minutes: 240, calendar: "24x7"),
                try ClockTarget(.fix, .p3, minutes: 480),
            ]
        )
        #expect(terms.target(.fix, .p1)?.calendar == "24x7")
        #expect(terms.target(.fix, .p3)?.minutes == 480)
        #expect(terms.target(.reaction, .p1) == nil)
        #expect(terms.calendars == ["12x5", "24x7"])
        #expect(throws: DeskError.self) { try ClockTarget(.fix, .p1, minutes: 0) }
    }
}
