import Foundation
import MainstayCore
import MainstayService
import MainstayTesting
import Storage
import SupportDesk
import Testing

@Suite("Clocks of tickets, kept with every act")
struct TicketClockTests {
    @Test(
        "a duplicate of the same customer lends its earlier start, one of another does not",
        arguments: TestEngine.allCases
    )
    func duplicates(kind: TestEngine) async throws {
        try await ClockPlace.with(kind) { place in
            let hour: Int64 = 3_600_000
            let early = try await place.register("acme", at: place.now.advanced(by: -3 * hour))
            let kept = try await place.register("acme", at: place.now.advanced(by: -hour))
            let other = try await place.register("other", at: place.now.advanced(by: -5 * hour))
            #expect(try await place.due(kept) == place.now.advanced(by: 3 * hour))
            try await place.desk.relate(TicketHandle(other), to: kept, as: .duplicates)
            #expect(try await place.due(kept) == place.now.advanced(by: 3 * hour))
            try await place.desk.relate(TicketHandle(early), to: kept, as: .duplicates)
            #expect(try await place.due(kept) == place.now.advanced(by: hour))
            #expect(try await place.explained(kept)[.fix]?.due == place.now.advanced(by: hour))
        }
    }

    @Test("the queue goes by priority, then by what is due next", arguments: TestEngine.allCases)
    func queue(kind: TestEngine) async throws {
        try await ClockPlace.with(kind) { place in
            var refs: [String] = []
            for hours in [1, 3, 2] {
                let at = place.now.advanced(by: -Int64(hours) * 3_600_000)
                refs.append(try await place.register("acme", at: at))
            }
            let bare = try await place.desk.register(NewTicket(title: "Without a contract"))
            let listed = try await place.desk.list(TicketQuery()).tickets.map(\.ref)
            #expect(listed == [refs[1], refs[2], refs[0], bare])
            try await place.desk.move(TicketHandle(refs[1]), to: .waitingCustomer, "Which?")
            let later = try await place.desk.list(TicketQuery()).tickets
            #expect(later.map(\.ref) == [refs[2], refs[0], refs[1], bare])
            #expect(later[2].dueAt == nil)
        }
    }

    @Test("another term moves what is kept of every ticket", arguments: TestEngine.allCases)
    func terms(kind: TestEngine) async throws {
        try await ClockPlace.with(kind) { place in
            let ref = try await place.register("acme", at: place.now)
            let before = try #require(try await place.due(ref))
            var words = TermWords()
            words.targets = [TargetWords(.p3, .fix, minutes: 600, calendar: nil)]
            try await place.desk.carryOut(place.desk.newTerm(of: "acme", words, from: nil))
            let after = try #require(try await place.due(ref))
            #expect(after == before.advanced(by: 360 * 60_000))
        }
    }

    @Test(
        "what the house promises itself is not shown to customers",
        arguments: TestEngine.allCases
    )
    func internalClocks(kind: TestEngine) async throws {
        try await ClockPlace.with(kind) { place in
            let minutes: (Int64?, Int64?) = (30, nil)
            try await place.desk
                .setTarget(of: "MST", .firstContact, minutes: minutes, calendar: "24x7", from: nil)
            let ref = try await place.register("acme", at: nil)
            let promised = try #require(try await place.explained(ref)[.fix]?.due)
            let staff = try await place.desk.list(TicketQuery())
            #expect(staff.clocks.values.first?.map(\.clock) == ["accept", "fix"])
            let next = try #require(staff.due(staff.tickets[0]))
            #expect(next < promised)

            var account = NewAccount(login: "carla", name: "Carla")
            (account.osUser, account.customer) = ("carla", "acme")
            try await place.desk.makeAccount(account)
            let role = GrantWords(.customer, product: nil, customer: "acme")
            try await place.desk.setRole(of: "carla", role, isGiven: true)
            let customer = Desk(place.fresh.instance, as: .osUser("carla"))
            let listed = try await customer.list(TicketQuery())
            #expect(listed.clocks.values.first?.map(\.clock) == ["fix"])
            #expect(listed.due(listed.tickets[0]) == promised)
            #expect(try await customer.show(ref).clocks[.accept] == nil)
        }
    }
}

/// An installation with two customers whose contracts promise a fix within four hours, always.
private struct ClockPlace {
    let fresh: FreshDesk
    /// When the test began, to the second.
    let now: Instant

    var desk: Desk { fresh.desk }

    static func with(_ kind: TestEngine, _ body: (ClockPlace) async throws -> Void) async throws {
        try await FreshDesk.with(kind) { fresh in
            let desk = fresh.desk
            try await desk.makeProduct(prefix: "MST", name: "Server")
            var always = CalendarWords()
            always.isAlways = true
            try await desk.makeCalendar("24x7", always, from: nil)
            for name in ["acme", "other"] {
                try await desk.makeCustomer(name, name: name, kind: .company)
                let day = CalendarDay(secondsSince1970: Instant.now.milliseconds / 1000 - 86_400)
                var contract = NewContract(
                    name,
                    with: .customer(name),
                    model: .timeAndMaterials,
                    from: day
                )
                contract.terms.calendar = "24x7"
                contract.terms.targets = [TargetWords(.p3, .fix, minutes: 240, calendar: nil)]
                try await desk.makeContract(contract)
            }
            let second = Instant.now.milliseconds / 1000 * 1000
            try await body(
                ClockPlace(fresh: fresh, now: Instant(milliseconds: second))
            )
        }
    }

    /// Registers a request that was made at a moment; `nil`: now.
    func register(_ customer: String, at moment: Instant?) async throws -> String {
        var request = NewTicket(title: "It fails")
        request.product = "MST"
        request.customer = customer
        request.occurredAt = moment
        return try await desk.register(request)
    }

    /// When the next clock of a ticket is due, as it was kept.
    func due(_ ref: String) async throws -> Instant? { try await desk.show(ref).ticket.dueAt }

    /// What the clocks of a ticket show.
    func explained(_ ref: String) async throws -> TicketReadings {
        try await desk.explainClocks(of: ref).readings
    }
}
