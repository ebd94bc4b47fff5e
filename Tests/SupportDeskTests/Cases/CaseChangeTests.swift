import MainstayCore
import SupportDesk
import Testing

@Suite("CaseChange") struct CaseChangeTests {
    @Test("a case kept by hand needs a day on which somebody looks again")
    func check() throws {
        for checkAt in [nil, DeskFixture.start, DeskFixture.at(-1)] {
            let error = #expect(throws: DeskError.self) {
                try CaseChange(
                    opening: CaseFixture.draft(),
                    body: "",
                    checkAt: checkAt,
                    CaseFixture.signature()
                )
            }
            #expect(error?.code == .time)
        }
        let followed = try CaseChange(
            opening: CaseFixture.draft(connector: 9),
            body: "",
            checkAt: nil,
            CaseFixture.signature()
        )
        #expect(followed.vendorCase.nextCheckAt == nil)
        var change = try CaseFixture.opening()
        #expect(throws: DeskError.self) { try change.planCheck(at: DeskFixture.start) }
        #expect(change.vendorCase.nextCheckAt == DeskFixture.at(10_000))
        try change.setState(.closed)
        try change.planCheck(at: DeskFixture.start)
        #expect(change.events.map(\.kind) == [.opened, .stateSet, .checkPlanned])
    }

    @Test("nobody sets a case to draft or unknown, nor a draft to anything but closed")
    func setting() throws {
        for state in CaseState.allCases {
            var change = try CaseFixture.opening()
            if state == .closed {
                try change.setState(state)
                #expect(change.vendorCase.state == .closed)
            } else {
                #expect(throws: DeskError.self) { try change.setState(state) }
                #expect(change.events.count == 1)
            }
            var sent = try CaseChange(
                of: CaseFixture.submitted().vendorCase,
                CaseFixture.signature(2)
            )
            let isRefused = [.draft, .unknown, .submitted].contains(state)
            if isRefused {
                let error = #expect(throws: DeskError.self) { try sent.setState(state) }
                #expect(error?.code == (state == .submitted ? .unchanged : .status))
            } else {
                try sent.setState(state, words: " ")
                #expect(sent.vendorCase.state == state)
                #expect(sent.events.last?.draft.text == nil)
            }
        }
    }

    @Test("a person's correction stands until the vendor moves")
    func holding() throws {
        let submitted = try CaseFixture.submitted(connector: 9).vendorCase
        var change = try CaseChange(of: submitted, CaseFixture.signature(2))
        var moves = [
            change.observe(CaseFixture.standing("open", .working)),
            change.observe(CaseFixture.standing("open", .working)),
        ]
        try change.setState(.needsUs)
        #expect(change.vendorCase.isHeld)
        moves.append(change.observe(CaseFixture.standing("open", .working)))
        #expect(change.vendorCase.state == .needsUs)
        moves.append(change.observe(CaseFixture.standing("stalled", .needsUs)))
        #expect(!change.vendorCase.isHeld)
        moves.append(change.observe(CaseFixture.standing("open", .working)))
        #expect(change.vendorCase.state == .working)
        #expect(moves == [true, false, false, true, true])
    }

    @Test("a word without a meaning is shown raw and raises one task that carries the proposal")
    func unknown() throws {
        let submitted = try CaseFixture.submitted(connector: 9).vendorCase
        var change = try CaseChange(of: submitted, CaseFixture.signature(2))
        var standing = CaseFixture.standing("triage", nil)
        standing.proposal = .acknowledged
        change.observe(standing)
        change.observe(standing)
        #expect(change.vendorCase.state == .unknown)
        #expect(change.vendorCase.remoteStatus == "triage")
        let tasks = change.events.filter { $0.row == .task(.mapStatus) }
        #expect(tasks.map { $0.draft.facts["proposal"] } == ["acknowledged"])
        change.apply(meaning: .acknowledged, mapVersion: 2)
        #expect(change.vendorCase.state == .acknowledged)
        #expect(change.vendorCase.mapVersion == 2)
    }

    @Test("a merged case is followed, a vanished one is gone once, and both names stay known")
    func remote() throws {
        let submitted = try CaseFixture.submitted(connector: 9).vendorCase
        var change = try CaseChange(of: submitted, CaseFixture.signature(2))
        try change.setRemote(id: "11", url: nil)
        change.follow(to: "12", url: "https://v.example/12")
        change.follow(to: "12", url: nil)
        #expect(change.vendorCase.remoteID == "12")
        #expect(change.events.last?.draft.facts["replaced_id"] == "11")
        change.disappear(because: "not_found")
        change.disappear(because: "not_found")
        #expect(change.vendorCase.state == .gone)
        #expect(change.events.map(\.kind) == [.remoteKnown, .merged, .moved])
    }

    @Test("no ticket waits for a case that is over, and none twice")
    func tickets() throws {
        var change = try CaseFixture.opening()
        try change.setTicket(1, ref: "MST-1", isHolding: true, known: nil)
        #expect(throws: DeskError.self) {
            try change.setTicket(1, ref: "MST-1", isHolding: true, known: true)
        }
        try change.setTicket(1, ref: "MST-1", isHolding: false, known: true)
        try change.end("Given up")
        #expect(change.isMovedByUs)
        let error = #expect(throws: DeskError.self) {
            try change.setTicket(2, ref: "MST-2", isHolding: true, known: nil)
        }
        #expect(error?.code == .status)
        #expect(throws: DeskError.self) { try change.end("Again") }
        #expect(throws: DeskError.self) { try change.comment("Hello", key: "MS-1.1") }
    }

    @Test("what is about an embargo is told to nobody else")
    func embargo() throws {
        let signature = try CaseFixture.signature(2, isSecret: true)
        var change = try CaseChange(of: CaseFixture.submitted().vendorCase, signature)
        try change.note("Careful")
        try change.takeWords("We know")
        #expect(change.events.allSatisfy { $0.draft.audience == .embargo })
        var open = try CaseChange(
            of: CaseFixture.submitted().vendorCase,
            CaseFixture.signature(2)
        )
        try open.takeWords("We know")
        #expect(open.events.allSatisfy { $0.draft.audience == .staff })
    }

    /// Random acts, most of which some rule refuses.
    private func act(_ change: inout CaseChange, _ random: inout SeededRandom) throws {
        let states = CaseState.allCases
        let state = states[Int(random.next() % UInt64(states.count))]
        switch random.next() % 11 {
        case 0: try change.setState(state, words: "so")
        case 1: change.observe(CaseFixture.standing("s\(random.next() % 4)", state))
        case 2: change.observe(CaseFixture.standing("s\(random.next() % 4)", nil))
        case 3: try change.setRemote(id: "\(random.next() % 3)", url: nil)
        case 4: change.follow(to: "\(random.next() % 3)", url: nil)
        case 5: try change.setFix(version: "\(random.next() % 2)", commit: nil)
        case 6: try change.prioritise(as: random.next() % 2 == 0 ? .p1 : .p4)
        case 7: try change.setContract(random.next() % 2 == 0 ? 6 : nil)
        case 8: change.disappear(because: "not_found")
        case 9: change.apply(meaning: state, mapVersion: 3)
        default: try change.end("enough")
        }
    }

    @Test("the codes of a case are what its events leave, whatever happens to it")
    func replay() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("CaseChangeTests seed \(seed)")
        var random = SeededRandom(seed: seed)
        var refused = 0
        for _ in 0..<300 {
            let connector: Int64? = random.next() % 2 == 0 ? 9 : nil
            var change = try CaseFixture.opening(connector: connector)
            for _ in 0..<30 {
                let before = change
                do { try act(&change, &random) } catch is DeskError {
                    refused += 1
                    #expect(change.vendorCase == before.vendorCase, "seed \(seed)")
                    #expect(change.events == before.events, "seed \(seed)")
                }
            }
            var history = TicketHistory()
            for event in change.events {
                try history.replay(event.draft.facts, occurredAt: DeskFixture.start)
            }
            #expect(history.codes == change.vendorCase.codes, "seed \(seed)")
        }
        #expect(refused > 100)
    }
}

@Suite("TicketChange, cases at vendors") struct TicketCaseTests {
    private func waiting(_ levels: ProductLevels) throws -> TicketChange {
        var ticket = try DeskFixture.ticket(.incident, ["level": 2, "assignee_id": 21])
        ticket.dueAt = nil
        var change = try TicketChange(of: ticket, by: DeskFixture.staff())
        try change.wait(forCase: 100, in: levels)
        return change
    }

    @Test("a ticket that waits stands at level 4 with whoever had it, and comes back to 3")
    func level() throws {
        var change = try waiting(ProductLevels())
        #expect(change.ticket.level == .vendor)
        #expect(change.ticket.status == .waitingVendor)
        #expect(change.ticket.assigneeID == 21)
        #expect(change.events.map(\.kind) == [.caseLinked, .escalated, .waiting])
        change.stopWaiting(forCase: 100, in: ProductLevels())
        #expect(change.ticket.level == .specialists)
        #expect(change.ticket.status == .open)
        #expect(change.ticket.assigneeID == 21)
        let moves = change.events.compactMap { event -> EscalationReason? in
            guard case .escalation(let move)? = event.row else { return nil }
            return move.reason
        }
        #expect(moves == [.vendor, .returned])
    }

    @Test("a product without level 3 takes it at the nearest below, one without 4 leaves it there")
    func levels() throws {
        let short = ProductLevels(names: [.firstContact: "1", .analysis: "2", .vendor: "4"])
        var change = try waiting(short)
        change.stopWaiting(forCase: 100, in: short)
        #expect(change.ticket.level == .analysis)
        let none = ProductLevels(names: [.firstContact: "1", .analysis: "2", .specialists: "3"])
        var other = try waiting(none)
        #expect(other.ticket.level == .analysis)
        #expect(other.ticket.status == .waitingVendor)
        other.stopWaiting(forCase: 100, in: none)
        #expect(other.ticket.level == .analysis)
        #expect(other.ticket.status == .open)
    }

    @Test("one that was resolved meanwhile stays so, and nobody else is told of the case")
    func resolved() throws {
        var change = try waiting(ProductLevels())
        try change.move(to: .resolved, text: "A way round it")
        change.noteCase(100, is: .fixOffered, verify: true)
        change.stopWaiting(forCase: 100, in: ProductLevels())
        #expect(change.ticket.status == .resolved)
        #expect(change.ticket.level == .specialists)
        let told = change.events.filter { $0.facts["case_id"] != nil }
        #expect(told.map(\.kind) == [.caseLinked, .caseMoved, .caseUnlinked])
        #expect(told.allSatisfy { $0.audience == .staff })
        #expect(told[1].row == .task(.verifyFix, accountID: 21))
    }

    @Test("a closed ticket waits for nothing")
    func closed() throws {
        var change = try TicketChange(of: DeskFixture.ticket(.closed), by: DeskFixture.staff())
        let error = #expect(throws: DeskError.self) {
            try change.wait(forCase: 100, in: ProductLevels())
        }
        #expect(error?.code == .status)
        #expect(change.events.isEmpty)
    }
}
