import MainstayCore
import SupportDesk
import Testing

@Suite("How clocks ended")
struct ClockVerdictTests {
    private func verdict(
        _ clock: ClockName,
        _ minute: Int64,
        _ isMet: Bool,
        _ priority: Priority = .p3,
        byChange: Bool = false
    ) -> ClockVerdict {
        ClockVerdict(
            clock,
            priority,
            contract: 1,
            at: ClockStory.at(minute),
            isMet: isMet,
            isByChange: byChange
        )
    }

    private func verdicts(_ story: ClockStory, _ minute: Int64) -> [ClockVerdict] {
        story.clocks.verdicts(at: ClockStory.at(minute))
    }

    @Test("nothing is decided before it is met or used up")
    func undecided() throws {
        let story = try ClockStory()
        #expect(verdicts(story, 59) == [])
        #expect(verdicts(story, 60) == [verdict(.reaction, 60, false)])
    }

    @Test("each cycle of updates ends for itself; a customer's word cuts one short")
    func updates() throws {
        var story = try ClockStory()
        story.comment(10)
        story.comment(130)
        story.comment(140, by: .customer)
        story.comment(261)
        story.move(300, to: .resolved)
        let ended = verdicts(story, 400).filter { $0.clock == .update }
        #expect(
            ended == [
                verdict(.update, 130, true), verdict(.update, 260, false),
                verdict(.update, 300, true),
            ]
        )
        #expect(story.readings(400)[.update]?.missedCycles == 1)
    }

    @Test("a target counts for the priority that it was missed at, whatever follows")
    func priorities() throws {
        var story = try ClockStory()
        story.prioritise(1, 1)
        story.prioritise(125, 3)
        story.move(130, to: .resolved)
        #expect(
            verdicts(story, 200) == [
                verdict(.reaction, 30, false, .p1), verdict(.fix, 120, false, .p1),
            ]
        )
        var other = try ClockStory()
        other.comment(5)
        other.prioritise(200, 1)
        let fix = verdicts(other, 210).first { $0.clock == .fix }
        #expect(fix == verdict(.fix, 200, false, .p1, byChange: true))
    }

    @Test("every level answers for its own part, on the way there and back")
    func levels() throws {
        func target(_ accept: Int64, _ back: Int64) -> [LevelTarget] {
            [LevelTarget(validFrom: .earliest, calendar: "day", accept: accept, return: back)]
        }
        var story = try ClockStory(levels: [
            .firstContact: target(15, 60), .analysis: target(30, 45),
        ])
        story.take(.assigned, 10, ["now": ["assignee_id": 20]])
        story.take(.escalated, 80, ["now": ["level": 2, "assignee_id": .null]])
        story.take(.assigned, 115, ["now": ["assignee_id": 21]])
        story.take(.escalated, 150, ["now": ["level": 1, "assignee_id": .null]])
        story.take(.escalated, 155, ["now": ["level": 3]])
        let ended = verdicts(story, 200).filter { $0.level != nil }
        let expected: [(ClockName, SupportLevel, Int64, Bool)] = [
            (.accept, .firstContact, 10, true), (.handback, .firstContact, 70, false),
            (.accept, .analysis, 110, false), (.handback, .analysis, 150, true),
        ]
        #expect(
            ended
                == expected.map { clock, level, minute, isMet in
                    ClockVerdict(clock, .p3, level: level, at: ClockStory.at(minute), isMet: isMet)
                }
        )
    }

    @Test("reopening takes a solution back, or keeps it where a new cycle starts")
    func reopening() throws {
        for (reopening, count) in [(ClockPolicy.Reopening.resume, 1), (.restart, 2)] {
            var policy = ClockPolicy()
            policy.reopening = reopening
            var story = try ClockStory(policy)
            story.move(100, to: .resolved)
            story.move(110, to: .open)
            story.move(120, to: .resolved)
            let fixes = verdicts(story, 130).filter { $0.clock == .fix }
            #expect(fixes.map(\.isMet) == Array(repeating: true, count: count))
            #expect(fixes.last?.at == ClockStory.at(120))
        }
    }

    @Test("verdicts agree with what the clocks show, whatever happens")
    func agreement() throws {
        for seed in UInt64(1)...300 {
            var random = SeededRandom(seed: seed)
            var story = try ClockStory()
            for minute in (1...900).shuffled(using: &random).prefix(12).sorted() {
                switch Int.random(in: 0...3, using: &random) {
                case 0: story.comment(Int64(minute), by: random.oneIn(2) ? .customer : .staff)
                case 1: story.prioritise(Int64(minute), random.oneIn(2) ? 1 : 3)
                default: story.move(Int64(minute), to: random.pick(TicketStatus.allCases))
                }
            }
            let (readings, all) = (story.readings(1000), verdicts(story, 1000))
            for clock in ClockName.ofCustomers {
                let ended = all.filter { $0.clock == clock }
                let reading = readings[clock]
                let isMissed = reading?.state == .breached
                let missed = (reading?.missedCycles ?? 0) + (isMissed ? 1 : 0)
                #expect(ended.count { !$0.isMet } == missed, "seed \(seed), \(clock)")
                if reading?.state == .met {
                    #expect(ended.last?.at == reading?.stop, "seed \(seed)")
                }
                if isMissed { #expect(ended.last?.at == reading?.breach?.at, "seed \(seed)") }
            }
        }
    }
}
