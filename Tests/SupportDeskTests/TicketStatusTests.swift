import MainstayCore
import SupportDesk
import Testing

@Suite("TicketStatus")
struct TicketStatusTests {
    typealias Act = @Sendable (inout TicketChange) throws -> Void

    private static let staffActs: [String: Act] = [
        "comment": { try $0.comment("We look at it", through: .web) },
        "comment for him": { try $0.comment("It is back", through: .phone, isFromCustomer: true) },
        "note": { try $0.note("Seen before") },
        "assign": { try $0.assign(to: 21) },
        "escalate": {
            try $0.escalate(Escalation(.up, reason: .skill), in: ProductLevels(), members: [])
        },
        "open": { try $0.move(to: .open) },
        "wait customer": { try $0.move(to: .waitingCustomer) },
        "wait vendor": { try $0.move(to: .waitingVendor) },
        "wait release": { try $0.move(to: .waitingRelease) },
        "resolve": { try $0.move(to: .resolved) },
        "close": { try $0.move(to: .closed) },
        "new": { try $0.move(to: .new) },
        "prioritise": {
            try $0.prioritise(Judgement(impact: .high, urgency: .high), by: DeskFixture.basis)
        },
        "urgency": { try $0.setCustomerUrgency(.critical) },
        "relate": { try $0.relate(to: 2, as: .relates) },
        "label": { try $0.setLabel(DeskFixture.label(4), isOn: true, labels: []) },
        "retitle": { try $0.retitle("Export stops at night") },
        "reclassify": { try $0.reclassify(as: Classification(.problem)) },
    ]

    /// By hand from the design: the status after the act, `-` for a refusal.
    ///
    /// Columns: new, open, waiting for customer, vendor, release, resolved, closed.
    private static let table = """
        comment          n o c v r s x
        comment for him  n o o v r o x
        note             n o c v r s x
        assign           n o c v r s -
        escalate         n o c v r s -
        open             o - o o o o o
        wait customer    c c - c c c -
        wait vendor      v v v - v v -
        wait release     r r r r - r -
        resolve          s s s s s - -
        close            - - - - - x -
        new              - - - - - - -
        prioritise       n o c v r s -
        urgency          n o c v r s -
        relate           n o c v r s x
        label            n o c v r s x
        retitle          n o c v r s x
        reclassify       n o c v r s x
        """

    private static let customerTable = """
        comment          n o o v r o x
        comment for him  n o o v r o x
        note             - - - - - - -
        assign           - - - - - - -
        escalate         - - - - - - -
        open             - - - - - o o
        wait customer    - - - - - - -
        wait vendor      - - - - - - -
        wait release     - - - - - - -
        resolve          s s s s s - -
        close            - - - - - x -
        new              - - - - - - -
        prioritise       - - - - - - -
        urgency          n o c v r s -
        relate           - - - - - - -
        label            - - - - - - -
        retitle          - - - - - - -
        reclassify       - - - - - - -
        """

    private static let letters: [(Character, TicketStatus)] = [
        ("n", .new), ("o", .open), ("c", .waitingCustomer), ("v", .waitingVendor),
        ("r", .waitingRelease), ("s", .resolved), ("x", .closed),
    ]

    @Test("every act on every status does what the design's table says", arguments: [false, true])
    func table(isCustomer: Bool) throws {
        let signature = try isCustomer ? DeskFixture.customer() : DeskFixture.staff()
        let lines = (isCustomer ? Self.customerTable : Self.table).split(separator: "\n")
        #expect(lines.count == Self.staffActs.count)
        for line in lines {
            let name = line.prefix(17).split(separator: " ").joined(separator: " ")
            let act = try #require(Self.staffActs[name])
            let cells = line.dropFirst(17).filter { $0 != " " }
            for ((_, status), expected) in zip(Self.letters, cells) {
                var change = try TicketChange(of: DeskFixture.ticket(status), by: signature)
                let before = change.ticket
                try? act(&change)
                let seen = Self.letters.first { $0.1 == change.ticket.status }?.0
                let what = Comment(rawValue: "\(name) on \(status.rawValue)")
                #expect((change.events.isEmpty ? "-" : seen) == expected, what)
                if change.events.isEmpty { #expect(change.ticket == before, what) }
            }
        }
    }

    @Test("a closed ticket has its moment, a reopened one has none")
    func closing() throws {
        var change = try TicketChange(of: DeskFixture.ticket(.resolved), by: DeskFixture.staff())
        try change.move(to: .closed)
        #expect(change.ticket.closedAt == DeskFixture.at(10))
        try change.move(to: .open, text: "Not solved")
        #expect(change.ticket.closedAt == nil)
        #expect(change.events.map(\.kind) == [.closed, .reopened])
        #expect(change.events.map(\.text) == [nil, "Not solved"])
    }

    @Test("a customer's message comes before the status that it brings")
    func customerMessage() throws {
        for (status, kind) in [
            (TicketStatus.waitingCustomer, TicketEventKind.resumed),
            (.resolved, .reopened),
        ] {
            var change = try TicketChange(
                of: DeskFixture.ticket(status),
                by: DeskFixture.customer()
            )
            try change.comment("Here is the log", through: .email)
            #expect(change.events.map(\.kind) == [.commented, kind])
            let words: [JSONValue?] = [
                ["channel": "email", "is_from_customer": 1],
                [
                    "was": ["status": .text(status.rawValue)],
                    "now": ["status": "open"],
                ],
            ]
            #expect(change.events.map(\.facts) == words)
        }
    }

    @Test("a refused move names the moves that are allowed")
    func message() throws {
        var change = try TicketChange(of: DeskFixture.ticket(.open), by: DeskFixture.staff())
        let error = #expect(throws: DeskError.self) { try change.move(to: .closed) }
        #expect(
            error?.message
                == "Ticket MST-1 is open and cannot become closed, only waiting_customer, "
                + "waiting_vendor, waiting_release, resolved"
        )
        var closed = try TicketChange(of: DeskFixture.ticket(.closed), by: DeskFixture.staff())
        let refused = #expect(throws: DeskError.self) { try closed.assign(to: 21) }
        #expect(
            refused?.description == """
                Ticket MST-1 is closed and cannot be assigned
                Hint: Reopen it with 'mainstay ticket reopen MST-1'
                """
        )
    }

    @Test("a status says who waits for whom")
    func waiting() {
        let parties = TicketStatus.allCases.map { status in
            status.wait.map { "\($0.who)>\($0.whom)" } ?? "-"
        }
        #expect(
            parties == [
                "customer>desk", "customer>desk", "desk>customer", "desk>vendor", "desk>release",
                "desk>customer", "-",
            ]
        )
    }
}
