import MainstayCore
import SupportDesk
import Testing

@Suite("TicketChange")
struct TicketChangeTests {
    @Test("an opened ticket is new, nobody's, unjudged and at the first level")
    func opening() throws {
        var request = TicketRequest(
            id: 1,
            ref: "MST-1",
            origin: DeskFixture.request().origin,
            classification: Classification(.question, area: .commercial),
            title: "  Invoice 12 \n"
        )
        request.body = "Why?\r\n"
        request.customerUrgency = .high
        let change = try TicketChange(
            opening: request,
            in: ProductLevels(),
            by: DeskFixture.basis,
            signature: DeskFixture.customer()
        )
        #expect(change.ticket.title == "Invoice 12")
        #expect(change.ticket.level == .firstContact)
        #expect(change.ticket.standing.priority == .p3)
        #expect(!change.ticket.standing.isJudged)
        let event = try #require(change.events.first)
        #expect(event.text == "Invoice 12\n\nWhy?\n")
        #expect(event.facts["now"] == .object(change.ticket.codes))
        #expect(event.facts["now"]?["customer_urgency"] == 2)
    }

    @Test("acts outside the ticket's time are refused")
    func time() throws {
        let early = try DeskFixture.staff(minute: -1)
        let error = #expect(throws: DeskError.self) {
            try TicketChange(of: DeskFixture.ticket(), by: early)
        }
        #expect(
            error?.message == "Moment 2026-03-01T08:59:00Z is earlier than ticket MST-1 "
                + "which was opened at 2026-03-01T09:00:00Z"
        )
        let late = #expect(throws: DeskError.self) {
            try Signature(
                accountID: 20,
                isCustomer: false,
                roles: [],
                occurredAt: DeskFixture.at(2),
                now: DeskFixture.at(1)
            )
        }
        #expect(
            late?.message
                == "Moment 2026-03-01T09:02:00Z is later than now which is 2026-03-01T09:01:00Z"
        )
    }

    @Test("internal words never reach a customer, and nothing of a security ticket goes further")
    func audience() throws {
        for (kind, expected) in [
            (TicketKind.incident, [Audience.customer, .staff, .staff, .customer]),
            (.security, [.embargo, .embargo, .embargo, .embargo]),
        ] {
            var change = try TicketChange(of: DeskFixture.ticket(kind), by: DeskFixture.staff())
            try change.comment("We look", through: .web)
            try change.note("An old friend")
            try change.assign(to: 21)
            try change.move(to: .resolved)
            #expect(change.events.map(\.audience) == expected)
        }
    }

    @Test("only the role 'security' lifts an embargo, and the event that lifts it stays under it")
    func embargo() throws {
        let ticket = try DeskFixture.ticket(.security, ["status": "closed"])
        let defect = Classification(.defect)
        var agent = try TicketChange(of: ticket, by: DeskFixture.staff())
        #expect(refusal { try agent.reclassify(as: defect) } == .embargo)
        #expect(
            refusal { try agent.reclassify(as: Classification(.security, area: .other)) } == nil
        )
        var officer = try TicketChange(
            of: ticket,
            by: DeskFixture.staff(roles: [.security])
        )
        try officer.reclassify(as: defect)
        try officer.note("Told everybody")
        #expect(officer.events.map(\.audience) == [.embargo, .staff])
        var open = try TicketChange(of: officer.ticket, by: DeskFixture.staff())
        try open.reclassify(as: Classification(.security))
        #expect(open.events.map(\.audience) == [.embargo])
    }

    @Test("an act that would change nothing is refused")
    func unchanged() throws {
        var change = try TicketChange(of: DeskFixture.ticket(), by: DeskFixture.staff())
        let acts: [(inout TicketChange) throws -> Void] = [
            { try $0.assign(to: nil) },
            { try $0.retitle(" Export stops") },
            { try $0.reclassify(as: Classification(.incident)) },
            { try $0.setCustomerUrgency(nil) },
            { try $0.setLabel(DeskFixture.label(4), isOn: true, labels: [4]) },
            { try $0.setLabel(DeskFixture.label(4), isOn: false, labels: []) },
        ]
        for act in acts { #expect(refusal { try act(&change) } == .unchanged) }
        #expect(change.events.isEmpty)
        #expect(refusal { try change.comment(" \n", through: .web) } == .text)
    }

    @Test("links and labels bring the row that records them")
    func rows() throws {
        var change = try TicketChange(of: DeskFixture.ticket(), by: DeskFixture.staff())
        try change.relate(to: 2, as: .causedBy)
        try change.setLabel(DeskFixture.label(4), isOn: true, labels: [])
        try change.setLabel(DeskFixture.label(4), isOn: false, labels: [4])
        #expect(change.events.map(\.row) == [.link(otherID: 2, .causedBy), .label(4), .unlabel(4)])
        #expect(
            change.events.map(\.facts) == [
                ["other_id": 2, "relation": "caused_by"], ["label_id": 4], ["label_id": 4],
            ]
        )
        let error = #expect(throws: DeskError.self) { try change.relate(to: 1, as: .blocks) }
        #expect(error?.message == "Ticket MST-1 cannot be linked to itself")
    }

    @Test("a ticket without a product has no component")
    func component() throws {
        let ticket = try DeskFixture.ticket(.incident, ["product_id": .null])
        var change = try TicketChange(of: ticket, by: DeskFixture.staff())
        #expect(
            refusal { try change.reclassify(as: Classification(.incident, component: 1)) } == .plan
        )
    }

    @Test("only a problem has an action plan, and its steps are settled once")
    func plan() throws {
        let day = try #require(CalendarDay("2026-03-05"))
        let step = ActionStep(id: 9, position: 1, what: "Add a disk", ownerID: 21, dueDay: day)
        var incident = try TicketChange(of: DeskFixture.ticket(), by: DeskFixture.staff())
        let error = #expect(throws: DeskError.self) { try incident.plan(step) }
        #expect(
            error?.message
                == "Ticket MST-1 is of kind 'incident' and has no action plan, "
                + "only problems have one"
        )
        var problem = try TicketChange(of: DeskFixture.ticket(.problem), by: DeskFixture.staff())
        try problem.plan(step)
        #expect(problem.events.first?.text == "Add a disk")
        #expect(
            problem.events.first?.facts
                == ["step_id": 9, "position": 1, "owner_id": 21, "due_day": "2026-03-05"]
        )
        try problem.settle(step, isDone: true)
        guard case .step(let done)? = problem.events.last?.row else {
            Issue.record("The settled step has no row")
            return
        }
        #expect(done.doneAt == DeskFixture.at(10))
        let settled = #expect(throws: DeskError.self) { try problem.settle(done, isDone: false) }
        #expect(settled?.message == "Step 1 of ticket MST-1 is done already")
        let next = try #require(CalendarDay("2026-03-06"))
        #expect([day, next].map(step.isLate) == [false, true])
        #expect(!done.isLate(on: next))
    }
}
