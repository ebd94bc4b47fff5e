import MainstayCore
import SupportDesk
import Testing

@Suite("TicketHistory")
struct TicketHistoryTests {
    /// Stands in every text of people, and so must stand in no facts.
    private static let words = "people's words"

    /// Does one random act; some are refused.
    private static func act(on change: inout TicketChange, _ random: inout SeededRandom) throws {
        let account: Int64? = random.pick([nil, 20, 21, 22])
        let kinds: [TicketKind] = [.incident, .problem, .defect, .security]
        switch random.pick(0...22) {
        case 0:
            try change.comment(
                words,
                through: random.pick(TicketChannel.allCases),
                isFromCustomer: random.oneIn(2)
            )
        case 1: try change.note(words)
        case 2: try change.assign(to: account)
        case 3: try escalate(&change, &random)
        case 4, 5, 6: try change.move(to: random.pick(TicketStatus.allCases), text: words)
        case 7: try change.setCustomerUrgency(random.pick([nil] + Grade.allCases.map { $0 }))
        case 8:
            var judgement = Judgement(
                impact: random.pick(Grade.allCases),
                urgency: random.pick(Grade.allCases)
            )
            judgement.byHand = random.pick([nil, nil, .p1, .p5])
            judgement.reason = random.oneIn(3) ? nil : words
            let code = random.pick([nil] + ServiceCode.allCases.map { $0 })
            let basis = PriorityBasis(.first(validFrom: nil), serviceCode: code)
            try change.prioritise(judgement, by: basis)
        case 9: try change.retitle(words + " \(random.pick(0...3))")
        case 10:
            try change.reclassify(
                as: Classification(
                    random.pick(kinds),
                    area: random.pick(TicketArea.allCases),
                    component: random.pick([nil, 1, 2])
                )
            )
        case 11: try change.move(to: .waitingRelease)
        case 12: try change.relate(to: random.pick(1...3), as: random.pick(TicketRelation.allCases))
        case 13:
            let due = DeskFixture.at(random.pick([0, 100]))
            try change.promise(Callback(to: "+49 30 1", window: "late", dueAt: due))
        case 14:
            let follows = random.oneIn(2)
            try change.setFollowing(random.pick(20...22), follows: follows, followers: [21])
        case 15:
            try change.setDefect(
                random.pick(1...2),
                ref: "MST-D1",
                isOn: random.oneIn(2),
                isSecret: random.oneIn(2),
                defects: [1]
            )
        case 16:
            change.noteLines(["defect_id": .int(1)], isSecret: random.oneIn(2))
            let now = change.signature.now
            change.tell(ClockThreshold(clock: "fix", cycle: 0, percent: 50, at: now))
            change.resume(becauseOf: "2.0.4")
        case 17: try change.setContract(random.pick([nil, 1, 2]))
        case 18: try change.setDeadline(random.pick([nil, DeskFixture.at(0), DeskFixture.at(100)]))
        case 19: try enter(&change, &random)
        case 20: try follow(&change, &random)
        default: try plan(&change, &random)
        }
    }

    private static func follow(_ change: inout TicketChange, _ random: inout SeededRandom) throws {
        switch random.pick(0...4) {
        case 0: try change.wait(forCase: 1, in: ProductLevels())
        case 1: change.stopWaiting(forCase: 1, in: ProductLevels())
        case 2: change.noteCase(random.pick(1...2))
        case 3: change.leaveCase(random.pick(1...2))
        default:
            let state = random.pick(CaseState.allCases)
            change.noteCase(1, is: state, verify: random.oneIn(2))
        }
    }

    private static func enter(_ change: inout TicketChange, _ random: inout SeededRandom) throws {
        let (contract, day) = (change.ticket.contractID, DeskFixture.start.day)
        let minutes = Int64(random.pick([0, 15, 1440]))
        let time = TimeEntry(
            id: 1,
            by: 20,
            under: contract,
            minutes: minutes,
            isBillable: random.oneIn(2),
            on: day,
            rate: random.pick([nil, "senior"])
        )
        let material = MaterialEntry(
            id: 2,
            by: 20,
            under: contract,
            item: ("disk", "piece", minutes * 100),
            isBillable: random.oneIn(2),
            on: day,
            rate: nil
        )
        switch random.pick(0...3) {
        case 0: try change.enter(time, worked: minutes, text: words)
        case 1: try change.enter(time.reversed(as: 3, by: 21), worked: -minutes, reversing: 1)
        case 2: try change.enter(material, text: words)
        default: try change.enter(material.reversed(as: 4, by: 21), reversing: 2)
        }
    }

    private static func plan(_ change: inout TicketChange, _ random: inout SeededRandom) throws {
        var step = ActionStep(
            id: 5,
            position: 1,
            what: words,
            ownerID: 20,
            dueDay: DeskFixture.start.day
        )
        switch random.pick(0...4) {
        case 0: try change.plan(step)
        case 2: try change.rate(random.pick(0...5), words: random.oneIn(2) ? words : nil)
        case 1:
            let label = try DeskFixture.label(random.pick(1...2))
            try change.setLabel(label, isOn: random.oneIn(2), labels: [1])
        default:
            step.doneAt = random.oneIn(4) ? DeskFixture.start : nil
            try change.settle(step, isDone: random.oneIn(2))
        }
    }

    private static func escalate(
        _ change: inout TicketChange,
        _ random: inout SeededRandom
    ) throws {
        let target: Escalation.Target = random.pick([
            .up, .down, .level(random.pick(SupportLevel.allCases)),
        ])
        var escalation = Escalation(target, reason: random.pick(EscalationReason.allCases))
        escalation.assigneeID = random.pick([nil, 20, 21])
        escalation.handover = Handover([
            "environment": words, "steps to reproduce": random.oneIn(2) ? words : " ",
        ])
        escalation.forcedBecause = random.oneIn(2) ? words : nil
        let members = SupportLevel.allCases.map {
            Membership(accountID: 20, level: $0, productID: 7, componentID: nil)
        }
        let levels = ProductLevels(requirements: [.specialists: ["steps to reproduce"]])
        try change.escalate(escalation, in: levels, members: members)
    }

    private static func signature(_ random: inout SeededRandom, minute: Int64) throws -> Signature {
        random.oneIn(3)
            ? try DeskFixture.customer(minute: minute)
            : try DeskFixture.staff(
                roles: random.oneIn(2) ? [.agent] : [.security],
                minute: minute
            )
    }

    @Test(
        "after 2,000 random sequences of acts the log alone gives the ticket's codes",
        .tags(.slow)
    )
    func replay() throws {
        let seed: UInt64 = 21
        var random = SeededRandom(seed: seed)
        var refused = 0
        var kinds: Set<TicketEventKind> = []
        for sequence in 0..<2_000 {
            let what = Comment(rawValue: "seed \(seed), sequence \(sequence)")
            var change = try DeskFixture.opening(random.pick(TicketKind.allCases))
            var events = change.events
            for minute in 1...Int64(random.pick(1...16)) {
                let signature = try Self.signature(&random, minute: minute)
                change = try TicketChange(of: change.ticket, by: signature)
                for _ in 0..<random.pick(1...2) {
                    let before = change
                    do {
                        try Self.act(on: &change, &random)
                    } catch is DeskError {
                        refused += 1
                        try #require(change.ticket == before.ticket, what)
                        try #require(change.events == before.events, what)
                    }
                }
                events += change.events
            }
            try check(events, against: change.ticket, what)
            kinds.formUnion(events.map(\.kind))
        }
        #expect(refused > 5_000)
        #expect(kinds == Set(TicketEventKind.allCases))
    }

    private func check(
        _ events: [TicketEvent],
        against ticket: Ticket,
        _ what: Comment
    ) throws {
        var history = TicketHistory()
        for event in events {
            try history.replay(event.facts, occurredAt: event.occurredAt)
            try #require(!event.facts.json.contains(Self.words), what)
            for (name, code) in event.row?.facts ?? [:] {
                try #require(event.facts[name] == code, what)
            }
        }
        try #require(history.codes == ticket.codes, what)
        let moved = events.last { $0.facts["now"]?["status"] != nil }
        try #require(history.statusSince == moved?.occurredAt, what)
        try #require(try Ticket(row: ticket.row) == ticket, what)
    }

    @Test("a missing event, a false one and a changed row are found")
    func tampering() throws {
        var change = try TicketChange(of: DeskFixture.ticket(), by: DeskFixture.staff())
        try change.move(to: .open)
        try change.move(to: .waitingVendor)
        let events = try DeskFixture.opening().events + change.events
        var history = TicketHistory()
        for event in events { try history.replay(event.facts, occurredAt: event.occurredAt) }
        #expect(history.codes == change.ticket.codes)
        let row = change.ticket.row
        let other = try Ticket(row: row.merging(["level": 3, "title": "X"]) { $1 })
        #expect(history.codes != other.codes)
        #expect(history.codes.filter { other.codes[$0.key] != $0.value } == ["level": 1])

        var gap = TicketHistory()
        try gap.replay(events[0].facts, occurredAt: events[0].occurredAt)
        let error = #expect(throws: DeskError.self) {
            try gap.replay(events[2].facts, occurredAt: events[2].occurredAt)
        }
        #expect(
            error?.message == #"Event at 2026-03-01T09:10:00Z changes 'status' from "open" "#
                + #"where the events before it left "new""#
        )
    }

    @Test("the columns are those of the table, and all are codes but words, names and the clock's")
    func columns() {
        let codes = """
            ref product_id component_id customer_id kind status level area channel impact \
            urgency matrix_version service_code priority is_judged is_overridden customer_urgency \
            reporter_id assignee_id opened_at closed_at contract_id promised_at
            """
        let others = "id title body customer_release updated_at due_at"
        #expect(TicketColumn.codes.map(\.name) == codes.split(separator: " ").map(String.init))
        let rest = TicketColumn.all.filter { !$0.isCode }.map(\.name)
        #expect(rest == others.split(separator: " ").map(String.init))
    }

    @Test("a row with an unknown word, or without a column, is no ticket")
    func rows() throws {
        var row = try DeskFixture.ticket().row
        #expect(row.count == TicketColumn.all.count)
        row["status"] = "asleep"
        let unknown = #expect(throws: DeskError.self) { try Ticket(row: row) }
        #expect(
            unknown?.message
                == #"Ticket MST-1 has "asleep" in the column 'status' which the desk does not know"#
        )
        row["status"] = nil
        let missing = #expect(throws: DeskError.self) { try Ticket(row: row) }
        #expect(missing?.message == "Row of a ticket lacks the column 'status'")
    }
}
