import MainstayCore
import SupportDesk
import Testing

/// The second clock, by the rules of customers' clocks with the roles turned round; all hours count.
@Suite("CaseClockFeed") struct CaseClockTests {
    private static func plans() throws -> ClockPlans {
        let hours = CalendarVersions("always", ServiceCalendar.always)
        let targets = try [
            ClockTarget(.acknowledge, .p2, minutes: 60), ClockTarget(.update, .p2, minutes: 120),
            ClockTarget(.fix, .p2, minutes: 600), ClockTarget(.acknowledge, .p1, minutes: 10),
        ]
        let terms = ClockTerms(calendar: "always", targets: targets)
        return try ClockPlans(
            contracts: [6: [DatedTerms(validFrom: .earliest, terms)]],
            calendars: [hours]
        )
    }

    /// What the clocks show at a minute after acts, each at a minute; the case is sent at minute 1.
    private func readings(
        at minute: Int64,
        _ acts: [(Int64, (inout CaseChange) throws -> Void)] = []
    ) throws -> TicketReadings {
        var (current, events) = try CaseFixture.submitted(connector: 9)
        for (at, act) in acts {
            var change = try CaseChange(of: current, CaseFixture.signature(at))
            try act(&change)
            current = change.vendorCase
            events += change.events
        }
        var clocks = TicketClocks(try Self.plans(), ofVendor: true)
        clocks.begin()
        var feed = CaseClockFeed()
        for event in events {
            let moment = event.draft.occurredAt ?? DeskFixture.start
            let (kind, facts) = (event.kind.rawValue, event.draft.facts)
            feed.take(kind, facts, at: moment, recordedAt: moment, to: &clocks)
        }
        return clocks.readings(at: DeskFixture.at(minute))
    }

    private static func move(
        _ status: String,
        _ state: CaseState,
        by actor: CaseActor = .vendor
    ) -> (inout CaseChange) throws -> Void {
        {
            var standing = CaseFixture.standing(status, state)
            standing.actor = actor
            $0.observe(standing)
        }
    }

    @Test("it starts when the case is with the vendor, and a draft has none")
    func start() throws {
        let shown = try readings(at: 31)
        #expect(shown[.acknowledge]?.due == DeskFixture.at(61))
        #expect(shown[.fix]?.due == DeskFixture.at(601))
        #expect(shown[.update] == nil)
        #expect(shown[.reaction] == nil)
        var clocks = TicketClocks(try Self.plans(), ofVendor: true)
        clocks.begin()
        var feed = CaseClockFeed()
        for event in try CaseFixture.opening().events {
            let start = DeskFixture.start
            feed.take("opened", event.draft.facts, at: start, recordedAt: start, to: &clocks)
        }
        #expect(clocks.readings(at: DeskFixture.at(50)).nextDue == nil)
    }

    @Test("only what a person of the vendor's did meets a target")
    func actors() throws {
        for actor in CaseActor.allCases {
            let wrote: (inout CaseChange) throws -> Void = { try $0.takeWords("Hello", by: actor) }
            let shown = try readings(at: 90, [(20, wrote)])
            let isMet = actor == .vendor
            #expect(shown[.acknowledge]?.state == (isMet ? .met : .breached), "\(actor)")
            let moved = try readings(at: 90, [(20, Self.move("open", .working, by: actor))])
            #expect(moved[.acknowledge]?.state == (isMet ? .met : .breached), "\(actor)")
            let fixed = try readings(at: 700, [(20, Self.move("done", .fixOffered, by: actor))])
            let stops = actor != .automatic
            #expect(fixed[.fix]?.state == (stops ? .met : .breached), "\(actor)")
        }
        let quiet = try readings(at: 90, [(20, { try $0.note("Asked by phone") })])
        #expect(quiet[.acknowledge]?.state == .breached)
    }

    @Test("waiting for us pauses update and fix, and a program that reopens it ends the pause")
    func pause() throws {
        let acts: [(Int64, (inout CaseChange) throws -> Void)] = [
            (20, Self.move("stalled", .needsUs)), (80, Self.move("open", .working, by: .automatic)),
        ]
        let paused = try readings(at: 60, Array(acts.prefix(1)))
        #expect(paused[.fix]?.state == .paused)
        #expect(paused[.fix]?.due == nil)
        #expect(paused[.acknowledge]?.state == .met)
        let resumed = try readings(at: 90, acts)
        #expect(resumed[.fix]?.due == DeskFixture.at(661))
    }

    @Test("the update clock starts with the first answer, and our message starts it again")
    func update() throws {
        let wrote: (inout CaseChange) throws -> Void = { try $0.takeWords("Hello") }
        #expect(try readings(at: 40, [(30, wrote)])[.update]?.due == DeskFixture.at(150))
        let ours: (inout CaseChange) throws -> Void = {
            $0.noteSent(CaseMessage(.addComment, key: "MS-1.1"), outbox: 8, remoteItem: nil)
        }
        let asked = try readings(at: 60, [(30, wrote), (50, ours)])
        #expect(asked[.update]?.due == DeskFixture.at(170))
    }

    @Test("another priority has another target for the whole clock")
    func priority() throws {
        let shown = try readings(at: 25, [(20, { try $0.prioritise(as: .p1) })])
        #expect(shown[.acknowledge]?.state == .breached)
        let none = try readings(at: 25, [(20, { try $0.setContract(nil) })])
        #expect(none[.acknowledge] == nil)
    }
}
