import MainstayCore
import SupportDesk
import Testing

@Suite("The rules of clocks, on tickets")
struct ClockRulesTests {
    private typealias Story = ClockStory
    private static let day: Int64 = 1440

    @Test("1: a replay gives the same again, whatever was replayed before")
    func pure() throws {
        var story = try Story()
        story.comment(20)
        story.move(30, to: .waitingCustomer)
        let first = story.readings(100)
        _ = story.readings(5000)
        #expect(story.readings(100) == first)
        var clocks = story.clocks
        clocks.begin()
        #expect(clocks.readings(at: Story.at(100))[.fix] == nil)
    }

    @Test("2 to 6: a ticket raised outside hours has consumed nothing until the next opening")
    func outside() throws {
        // Saturday, 10:00.
        let story = try Story(openedAt: 4 * Self.day + 60)
        let monday = 6 * Self.day
        #expect(story.readings(monday)[.fix]?.elapsed == 0)
        #expect(story.readings(monday)[.reaction]?.due == Story.at(monday + 60))
        #expect(story.readings(monday)[.fix]?.due == Story.at(monday + 240))
    }

    @Test("7: the status at creation counts, and a wait at or after due changes nothing")
    func pauses() throws {
        var waiting = try Story(status: .waitingCustomer)
        #expect(waiting.readings(60)[.fix]?.state == .paused)
        waiting.move(100, to: .open)
        #expect(waiting.readings(110)[.fix]?.due == Story.at(340))
        var late = try Story()
        late.move(240, to: .waitingCustomer)
        let reading = try #require(late.readings(300)[.fix])
        #expect(reading.state == .breached)
        #expect(reading.due == Story.at(240))
    }

    @Test("8: an open pause has no due time, says why and since when, and has a reminder")
    func openPause() throws {
        var story = try Story(ClockPolicy().limitingPauses(toMinutes: 600))
        story.move(30, to: .waitingCustomer)
        let reading = try #require(story.readings(200)[.fix])
        #expect(reading.state == .paused)
        #expect(reading.due == nil)
        #expect(reading.elapsed == 30 * 60_000)
        #expect(reading.pause?.reasons == .waitingCustomer)
        #expect(reading.pause?.since == Story.at(30))
        #expect(reading.pause?.reminder == Story.at(630))
    }

    @Test("9: waiting for the customer pauses fix, never reaction; a reply in the same act counts")
    func waitingCustomer() throws {
        var story = try Story()
        story.move(30, to: .waitingCustomer)
        #expect(story.readings(40)[.reaction]?.due == Story.at(60))
        #expect(story.readings(61)[.reaction]?.state == .breached)
        story.comment(30)
        #expect(story.readings(61)[.reaction]?.state == .met)
        #expect(story.readings(61)[.reaction]?.elapsed == Int64(1_800_000))
    }

    @Test("9: words that come with a move are a reply, and come before the move")
    func wordsOfMove() throws {
        var story = try Story()
        let wait: JSONValue = ["is_public": 1, "now": ["status": "waiting_customer"]]
        story.take(.waiting, 30, wait)
        #expect(story.readings(200)[.reaction]?.stop == Story.at(30))
        #expect(story.readings(200)[.update]?.state == .paused)
        story.take(.resumed, 210, ["now": ["status": "open"]])
        story.take(.resolved, 260, ["is_public": 1, "now": ["status": "resolved"]])
        #expect(story.readings(300)[.update]?.elapsed == 0)
        #expect(story.readings(300)[.fix]?.elapsed == Int64(4_800_000))
        var silent = try Story()
        silent.move(30, to: .waitingCustomer)
        #expect(silent.readings(200)[.reaction]?.stop == nil)
    }

    @Test("10: waiting for a vendor counts by default, not where the policy says so; both are told")
    func waitingVendor() throws {
        for isPause in [false, true] {
            let statuses: Set<TicketStatus> = isPause ? [.waitingVendor] : []
            var story = try Story(ClockPolicy().pausing(on: statuses))
            story.move(60, to: .waitingVendor)
            story.move(100, to: .open)
            let reading = try #require(story.readings(120)[.fix])
            #expect(reading.due == Story.at(isPause ? 280 : 240))
            #expect(reading.elapsedWithVendor == 120 * 60_000)
            #expect(reading.elapsedWithoutVendor == 80 * 60_000)
        }
    }

    @Test("10: a vendor's case has acknowledge in place of reaction, by its own contract")
    func vendorCase() throws {
        var story = try Story(ofVendor: true)
        #expect(story.readings(10)[.acknowledge]?.due == Story.at(60))
        #expect(story.readings(10)[.reaction] == nil)
        story.move(20, to: .waitingCustomer)
        story.comment(50)
        #expect(story.readings(90)[.acknowledge]?.state == .met)
        #expect(story.readings(90)[.fix]?.elapsed == Int64(1_200_000))
    }

    @Test("11: a public message of a person of ours is the first response, and nothing else")
    func response() throws {
        var story = try Story()
        story.take(.noted, 5, [:])
        story.comment(6, by: .program)
        story.comment(7, by: .customer)
        story.comment(8, isFromCustomer: true)
        story.move(9, to: .open)
        #expect(story.readings(10)[.reaction]?.state == .running)
        story.comment(20, through: .phone)
        #expect(story.readings(30)[.reaction]?.stop == Story.at(20))
        story.comment(40)
        #expect(story.readings(50)[.reaction]?.stop == Story.at(20))
    }

    @Test("11: a ticket closed without a reply meets reaction at the close")
    func closedWithoutReply() throws {
        var story = try Story()
        story.move(40, to: .resolved)
        #expect(story.readings(45)[.reaction]?.state == .running)
        story.move(50, to: .closed)
        #expect(story.readings(90)[.reaction]?.state == .met)
        #expect(story.readings(90)[.reaction]?.stop == Story.at(50))
    }

    @Test("11: a response at the due instant is in time, a minute later it is not")
    func responseAtDue() throws {
        let cases: [(Int64, ClockReading.State)] = [(60, .met), (61, .breached)]
        for (minute, state) in cases {
            var story = try Story()
            story.comment(minute)
            #expect(story.readings(100)[.reaction]?.state == state)
        }
        #expect(try Story().readings(60)[.reaction]?.state == .breached)
    }

    @Test("11: a policy can ask for a response through certain channels")
    func channels() throws {
        var policy = ClockPolicy()
        policy.responseChannels = [.phone]
        var story = try Story(policy)
        story.comment(10)
        #expect(story.readings(20)[.reaction]?.state == .running)
        story.comment(30, through: .phone)
        #expect(story.readings(40)[.reaction]?.stop == Story.at(30))
    }

    @Test("12: update starts after the first response and restarts at every public message")
    func update() throws {
        var story = try Story()
        story.comment(10, by: .customer)
        #expect(story.readings(15)[.update] == nil)
        story.comment(20)
        #expect(story.readings(30)[.update]?.due == Story.at(140))
        story.comment(50, by: .customer)
        #expect(story.readings(60)[.update]?.due == Story.at(170))
        story.comment(180)
        #expect(story.readings(190)[.update]?.due == Story.at(300))
        #expect(story.readings(190)[.update]?.missedCycles == 1)
        #expect(story.readings(190)[.reaction]?.stop == Story.at(20))
    }

    @Test("13: a higher priority takes over what was consumed")
    func carryOver() throws {
        var story = try Story()
        story.move(30, to: .waitingCustomer)
        story.move(60, to: .open)
        story.prioritise(90, 1)
        #expect(story.readings(91)[.fix]?.due == Story.at(150))
    }

    @Test("13: what a higher priority has used up is breached by it, and lowering erases nothing")
    func reprioritised() throws {
        var story = try Story()
        story.prioritise(150, 1)
        story.prioritise(160, 3)
        let reading = try #require(story.readings(170)[.fix])
        #expect(reading.state == .breached)
        #expect(reading.due == nil)
        let expected = try #require(reading.breach)
        #expect(expected.isByChange)
        #expect(expected.overrun == 30 * 60_000)
        #expect(expected.at == Story.at(150))
    }

    @Test("13: another contract carries over, too")
    func contract() throws {
        var story = try Story()
        story.take(.reclassified, 60, ["now": ["contract_id": 2]])
        #expect(story.readings(61)[.fix]?.due == Story.at(480))
        story.take(.reclassified, 70, ["now": ["contract_id": .null]])
        #expect(story.readings(80)[.fix] == nil)
    }

    @Test("14: each stretch is judged by the calendar valid then")
    func calendarChange() throws {
        var story = try Story(urgentCalendar: "24x7", isRecording: true)
        story.prioritise(480 + 60, 1)
        // Eight hours until 17:00 break fix at P3; reaction at P1, too.
        #expect(story.readings(600)[.fix]?.due == Story.at(240))
        var evening = try Story(urgentCalendar: "24x7", openedAt: 470, isRecording: true)
        evening.prioritise(540, 1)
        #expect(evening.readings(541)[.fix]?.due == Story.at(650))
        let segments = evening.clocks.segments(of: .fix, at: Story.at(600))
        #expect(segments.map(\.calendar) == ["day", "day", "24x7"])
        #expect(segments.map { $0.counted / 60_000 } == [10, 0, 60])
    }

    @Test("15: reopening resumes, or starts a new cycle where the policy says so")
    func reopening() throws {
        for mode in ClockPolicy.Reopening.allCases {
            var policy = ClockPolicy()
            policy.reopening = mode
            var story = try Story(policy)
            story.comment(10)
            story.move(60, to: .resolved)
            #expect(story.readings(80)[.fix]?.state == .met)
            story.move(100, to: .open)
            #expect(story.readings(101)[.fix]?.due == Story.at(mode == .resume ? 280 : 340))
            #expect(story.readings(101)[.reaction]?.stop == Story.at(10))
            #expect(story.readings(101)[.update]?.due == Story.at(220))
        }
    }

    @Test("15: the time for which it was resolved is shown as a pause, what follows the end is not")
    func resolvedTime() throws {
        var story = try Story(isRecording: true)
        story.comment(10)
        story.move(60, to: .resolved)
        story.move(100, to: .open)
        story.move(120, to: .resolved)
        let fix = story.clocks.segments(of: .fix, at: Story.at(200))
        #expect(fix.map(\.why) == [.open, .paused(.resolved), .open])
        #expect(fix.map(\.to) == [Story.at(60), Story.at(100), Story.at(120)])
        let reaction = story.clocks.segments(of: .reaction, at: Story.at(200))
        #expect(reaction.map(\.to) == [Story.at(10)])
    }

    @Test("16: merging keeps the earliest clock and counts the messages of both")
    func merge() throws {
        var story = try Story()
        story.comment(100)
        story.merge([
            (.opened, -30, ["now": ["status": "new", "priority": 5, "contract_id": 2]], .customer),
            (.commented, 15, ["channel": "email", "is_from_customer": 0], .staff),
            (.waiting, 16, ["now": ["status": "waiting_customer"]], .staff),
        ])
        let readings = story.readings(120)
        #expect(readings[.reaction]?.stop == Story.at(15))
        // Tuesday opens at minute 0.
        #expect(readings[.fix]?.start == Story.at(-30))
        #expect(readings[.fix]?.due == Story.at(240))
    }

    @Test("16: a split starts at its own instant, marked")
    func split() throws {
        var story = try Story(openedAt: 30)
        story.take(.linked, 31, ["other_id": 4, "relation": "split_from"])
        #expect(story.readings(40).isSplit)
        #expect(story.readings(40)[.fix]?.due == Story.at(270))
    }

    @Test("17: warnings are due times of their own, in the hours of the person responsible")
    func warnings() throws {
        let reading = try #require(try Story().readings(10)[.fix])
        #expect(reading.warnings == [120, 180, 216].map { Story.at($0) })
        let calendars = try Story.calendars()
        #expect(reading.warnings(in: calendars[0]).map(\.at) == reading.warnings)
        // A clock around the clock, due on Sunday: its person works until Friday, 17:00.
        var weekend = ClockCase(
            start: Story.at(3 * Self.day),
            target: 48 * 3_600_000,
            hours: calendars[1]
        )
        weekend.warnFractions = [0.1, 0.5, 0.9]
        let friday = Story.at(3 * Self.day)
        #expect(weekend.reading().due == Story.at(5 * Self.day))
        #expect(
            weekend.reading().warnings(in: calendars[0]).map(\.at) == [
                friday.advanced(by: 17_280_000), friday,
            ]
        )
    }

    @Test("18: clocks go by occurrence, bounded by recording; a late event computes anew")
    func late() throws {
        var story = try Story()
        story.move(30, to: .waitingCustomer)
        story.comment(20, through: .phone, recorded: 90)
        story.move(60, to: .open, recorded: 95)
        let readings = story.readings(100)
        #expect(readings[.reaction]?.stop == Story.at(20))
        #expect(readings[.fix]?.due == Story.at(270))
        #expect(readings.lateEvents == 1)
        var future = try Story()
        future.comment(50, recorded: 40)
        #expect(future.readings(60)[.reaction]?.stop == Story.at(40))
    }

    @Test("18: what says nothing to a clock is no late event")
    func unheard() throws {
        var story = try Story()
        story.comment(30)
        story.take(.noted, 20, [:], recorded: 40)
        #expect(story.readings(50).lateEvents == 0)
        story.comment(25, recorded: 45)
        #expect(story.readings(50).lateEvents == 1)
    }

    @Test("18: what is recorded later about an earlier time holds from there on")
    func overwrite() throws {
        var story = try Story()
        story.move(50, to: .waitingCustomer)
        story.move(40, to: .open, recorded: 90)
        #expect(story.readings(100)[.fix]?.due == Story.at(240))
        story.prioritise(70, 1)
        story.prioritise(60, 3, recorded: 120)
        #expect(story.readings(130)[.fix]?.due == Story.at(240))
    }

    @Test("19: a deadline set by hand does not move with pauses")
    func deadline() throws {
        var story = try Story()
        let due = Story.at(200)
        story.take(.noted, 5, ["now": ["promised_at": .int(due.milliseconds)]])
        story.move(10, to: .waitingCustomer)
        #expect(story.readings(150).deadline?.due == due)
        #expect(story.readings(150).deadline?.state == .running)
        #expect(story.readings(200).deadline?.state == .breached)
        story.move(180, to: .resolved)
        #expect(story.readings(300).deadline?.state == .met)
    }

    @Test("20: new terms apply from their date")
    func newTerms() throws {
        let later = DatedTerms(validFrom: Story.at(100), try Story.terms(factor: 2))
        let story = try Story(later: [later])
        #expect(story.readings(99)[.fix]?.due == Story.at(240))
        #expect(story.readings(100)[.fix]?.due == Story.at(480))
    }

    @Test("levels: accept runs to the first assignment, return from there until it leaves")
    func levels() throws {
        let target = LevelTarget(validFrom: .earliest, calendar: "day", accept: 30, return: 100)
        var story = try Story(levels: [.firstContact: [target], .analysis: [target]])
        #expect(story.readings(10)[.accept]?.due == Story.at(30))
        story.take(.assigned, 20, ["now": ["assignee_id": 20]])
        #expect(story.readings(40)[.accept]?.state == .met)
        #expect(story.readings(40)[.handback]?.due == Story.at(120))
        story.take(.escalated, 60, ["now": ["level": 2, "assignee_id": .null]])
        #expect(story.readings(65)[.accept]?.due == Story.at(90))
        #expect(story.readings(65)[.handback] == nil)
        story.take(.assigned, 70, ["now": ["assignee_id": 21]])
        story.move(80, to: .waitingCustomer)
        story.move(110, to: .open)
        #expect(story.readings(111)[.handback]?.due == Story.at(200))
        story.move(120, to: .resolved)
        #expect(story.readings(300)[.handback]?.state == .met)
    }

    @Test("without a contract there is no clock; a calendar that is missing is refused")
    func nothingPromised() throws {
        var clocks = TicketClocks(try ClockPlans(contracts: [:], calendars: []))
        let facts: JSONValue = ["now": ["status": "new", "priority": 3]]
        clocks.take(ClockEvent(.opened, facts: facts, occurredAt: Story.start, by: .customer))
        #expect(clocks.readings(at: Story.at(10)).nextDue == nil)
        #expect(throws: DeskError.self) {
            try ClockPlans(
                contracts: [1: [DatedTerms(validFrom: .earliest, try Story.terms())]],
                calendars: []
            )
        }
    }
}
