import MainstayCore
import SupportDesk
import Testing

@Suite("Escalation")
struct EscalationTests {
    private static func change(at level: Int64 = 1, assignee: Int64? = 20) throws -> TicketChange {
        let ticket = try DeskFixture.ticket(
            .incident,
            ["level": .int(level), "assignee_id": assignee.map(JSONValue.int) ?? .null]
        )
        return try TicketChange(of: ticket, by: DeskFixture.staff())
    }

    @Test("one act records levels, accounts, reason and handover")
    func record() throws {
        var change = try Self.change()
        var escalation = Escalation(.up, reason: .skill)
        escalation.handover = Handover([
            "zone": "DMZ", "environment": "Debian 12", "what was tried": "A restart",
            "open questions": "  ",
        ])
        escalation.assigneeID = 21
        let member = Membership(accountID: 21, level: .analysis, productID: 7, componentID: nil)
        let levels = ProductLevels(requirements: [.specialists: ["zone"]])
        try change.escalate(escalation, in: levels, members: [member])
        let event = try #require(change.events.first)
        #expect(change.events.count == 1)
        #expect(
            event.facts.json
                == #"{"from_account_id":20,"from_level":1,"#
                + #""items":["what was tried","environment","zone"],"missing":[],"#
                + #""now":{"assignee_id":21,"level":2},"reason":"skill","to_account_id":21,"#
                + #""to_level":2,"was":{"assignee_id":20,"level":1}}"#
        )
        #expect(
            event.text == """
                what was tried:
                A restart

                environment:
                Debian 12

                zone:
                DMZ
                """
        )
        #expect(event.audience == .staff)
        let accounts: (Int64?, Int64?) = (20, 21)
        let move = LevelMove(from: .firstContact, to: .analysis, accounts: accounts, reason: .skill)
        #expect(event.row == .escalation(move))
    }

    @Test("a handover without what the level needs is refused with the names, or forced")
    func handover() throws {
        var change = try Self.change()
        let levels = ProductLevels(
            requirements: [.analysis: ["steps to reproduce", "environment", "licence"]]
        )
        var escalation = Escalation(.up, reason: .time)
        escalation.handover = Handover(["environment": "Debian 12"])
        let error = #expect(throws: DeskError.self) {
            try change.escalate(escalation, in: levels, members: [])
        }
        #expect(
            error?.description == """
                Handover of ticket MST-1 to level 2 lacks 'licence', 'steps to reproduce'
                Hint: Give these items, or use '--force' with a reason
                """
        )
        escalation.forcedBecause = " "
        #expect(
            refusal { try change.escalate(escalation, in: levels, members: []) } == .handover
        )
        escalation.forcedBecause = "The customer is down"
        try change.escalate(escalation, in: levels, members: [])
        let event = try #require(change.events.first)
        #expect(event.text == "The customer is down\n\nenvironment:\nDebian 12")
        #expect(event.facts["missing"] == ["licence", "steps to reproduce"])
        #expect(change.ticket.assigneeID == nil)
    }

    @Test("an item that nobody declared is refused, for its name would stay in the facts")
    func undeclared() throws {
        var change = try Self.change()
        var escalation = Escalation(.up, reason: .skill)
        escalation.handover = Handover(["call Mrs Smith": "At noon"])
        let error = #expect(throws: DeskError.self) {
            try change.escalate(escalation, in: ProductLevels(), members: [])
        }
        #expect(
            error?.message == "Handover of ticket MST-1 has the item 'call Mrs Smith', expected "
                + "'attachments', 'environment', 'open questions', 'steps to reproduce', "
                + "'what was tried'"
        )
    }

    @Test("refusals name the levels and the members there are")
    func messages() throws {
        let levels = ProductLevels(names: [.firstContact: "Front", .specialists: "Makers"])
        func message(_ target: Escalation.Target, from: Int64, to account: Int64?) throws -> String?
        {
            var change = try Self.change(at: from)
            var escalation = Escalation(target, reason: .skill)
            escalation.assigneeID = account
            let member = Membership(
                accountID: 22,
                level: .specialists,
                productID: 7,
                componentID: nil
            )
            return #expect(throws: DeskError.self) {
                try change.escalate(escalation, in: levels, members: [member])
            }?
            .message
        }
        #expect(
            try message(.level(.analysis), from: 1, to: nil)
                == "Ticket MST-1 cannot go to level 2, its product has the levels 1, 3"
        )
        #expect(
            try message(.up, from: 3, to: nil)
                == "Ticket MST-1 cannot go above level 3, its product has the levels 1, 3"
        )
        #expect(
            try message(.level(.firstContact), from: 1, to: nil)
                == "Ticket MST-1 stands at level 1 already"
        )
        #expect(
            try message(.up, from: 1, to: 21)
                == "Account 21 is no member of level 3 for ticket MST-1 which has the members 22"
        )
    }

    @Test("level 4 is entered and left through a vendor case alone")
    func vendor() throws {
        var up = try Self.change(at: 3)
        let error = #expect(throws: DeskError.self) {
            try up.escalate(Escalation(.up, reason: .vendor), in: ProductLevels(), members: [])
        }
        #expect(
            error?.description == """
                Ticket MST-1 cannot go from level 3 to 4 by itself, only a vendor case moves a \
                ticket to level 4 and back
                Hint: Open a case with 'mainstay case open'
                """
        )
        var down = try Self.change(at: 4)
        #expect(
            refusal {
                let back = Escalation(.down, reason: .returned)
                try down.escalate(back, in: ProductLevels(), members: [])
            } == .vendorCase
        )
    }

    @Test("members of the component come before those of the product, each once")
    func responsible() {
        func member(_ account: Int64, _ component: Int64?, product: Int64 = 7) -> Membership {
            Membership(
                accountID: account,
                level: .analysis,
                productID: product,
                componentID: component
            )
        }
        let members = [
            member(29, 1), member(21, nil), member(25, 1), member(25, nil), member(20, 2),
            member(22, nil, product: 8),
        ]
        #expect(members.responsible(at: .analysis, product: 7, component: 1) == [25, 29, 21])
        #expect(members.responsible(at: .analysis, product: 7, component: nil) == [21, 25])
        #expect(members.responsible(at: .analysis, product: nil, component: nil) == [])
        #expect(members.responsible(at: .specialists, product: 7, component: 1) == [])
    }

    @Test("a ticket starts at the first level from 1 up")
    func entry() {
        #expect(ProductLevels().entry == .firstContact)
        #expect(
            ProductLevels(names: [.selfService: "Web", .specialists: "Us"]).entry == .specialists
        )
        #expect(ProductLevels(names: [.selfService: "Web"]).entry == .selfService)
        #expect(ProductLevels().name(of: .analysis) == "Analysis")
    }

    /// One random escalation, as numbers and sets that brute force can go through.
    private struct Case {
        let has: Set<Int64>
        let here: Int64
        let target: Int64  // 5 is up, 6 is down
        let required: Set<String>
        let given: Set<String>
        let isForced: Bool
        let component: Int64?
        let account: Int64?
        let members: [Membership]

        init(_ random: inout SeededRandom) {
            let set = Set((0...4).filter { _ in random.oneIn(2) }.map(Int64.init))
            has = set.isEmpty ? [0, 1, 2, 3, 4] : set
            here = random.pick(0...4)
            target = random.pick(0...6)
            let names = Handover.standardNames
            required = Set(names.filter { _ in random.oneIn(5) })
            given = Set(names.filter { _ in !random.oneIn(3) })
            isForced = random.oneIn(3)
            component = random.pick([nil, 1, 2])
            account = random.pick([nil, 20, 21, 22])
            members = (0..<random.pick(0...12))
                .map { _ in
                    Membership(
                        accountID: random.pick(20...23),
                        level: random.pick(SupportLevel.allCases),
                        productID: random.pick([7, 7, 8]),
                        componentID: random.pick([nil, 1, 2])
                    )
                }
        }

        /// What happens, told without the module: a level, or the code of the refusal.
        var expected: (level: Int64?, code: DeskError.Code?) {
            var level = target
            if target == 5 {
                level = here + 1
                while level < 5, !has.contains(level) { level += 1 }
            } else if target == 6 {
                level = here - 1
                while level >= 0, !has.contains(level) { level -= 1 }
            }
            if !has.contains(level) || level == here { return (nil, .level) }
            if level == 4 || here == 4 { return (nil, .vendorCase) }
            for name in required where !given.contains(name) && !isForced {
                return (nil, .handover)
            }
            guard let account else { return (level, nil) }
            for member in members where member.accountID == account && member.productID == 7 {
                guard member.level.rawValue == level else { continue }
                if member.componentID == nil || member.componentID == component {
                    return (level, nil)
                }
            }
            return (nil, .member)
        }
    }

    @Test("5,000 random escalations over random levels end as brute force says", .tags(.slow))
    func random() throws {
        let seed: UInt64 = 4
        var random = SeededRandom(seed: seed)
        var codes: [DeskError.Code?: Int] = [:]
        for number in 0..<5_000 {
            let one = Case(&random)
            let ticket = try DeskFixture.ticket(
                .incident,
                [
                    "level": .int(one.here),
                    "component_id": one.component.map(JSONValue.int) ?? .null,
                ]
            )
            var change = try TicketChange(of: ticket, by: DeskFixture.staff())
            let names = one.has.compactMap(SupportLevel.init).map { ($0, $0.defaultName) }
            let needs = SupportLevel.allCases.map { ($0, one.required) }
            let levels = ProductLevels(
                names: Dictionary(uniqueKeysWithValues: names),
                requirements: Dictionary(uniqueKeysWithValues: needs)
            )
            let target: Escalation.Target =
                SupportLevel(rawValue: one.target).map(Escalation.Target.level)
                ?? (one.target == 5 ? .up : .down)
            var escalation = Escalation(target, reason: .skill)
            escalation.handover = Handover(
                Dictionary(uniqueKeysWithValues: one.given.map { ($0, "words") })
            )
            escalation.forcedBecause = one.isForced ? "Because" : nil
            escalation.assigneeID = one.account
            let code = refusal {
                try change.escalate(escalation, in: levels, members: one.members)
            }
            let (level, expected) = one.expected
            let what = Comment(rawValue: "seed \(seed), case \(number)")
            try #require(code == expected, what)
            try #require(change.ticket.level.rawValue == level ?? one.here, what)
            codes[expected, default: 0] += 1
        }
        #expect(codes.count == 5 && codes.values.allSatisfy { $0 > 50 })
    }
}
