import MainstayCore
import SupportDesk
import Testing

@Suite("Priority")
struct PriorityTests {
    private static let march = Instant("2026-03-01T00:00:00Z")

    @Test("the first matrix goes by the sum")
    func first() {
        let matrix = PriorityMatrix.first(validFrom: nil)
        // Rows: impact 1 to 4; columns: urgency 1 to 4.
        let expected: [[Int64]] = [[1, 1, 2, 2], [1, 2, 2, 3], [2, 2, 3, 4], [2, 3, 4, 5]]
        let seen = Grade.allCases.map { impact in
            Grade.allCases.map { matrix.priority(impact: impact, urgency: $0).rawValue }
        }
        #expect(seen == expected)
        #expect(matrix.name == "matrix 1")
    }

    @Test("a matrix has all 16 cells")
    func cells() throws {
        var cells = Dictionary(
            uniqueKeysWithValues: PriorityMatrix.Cell.all.map { ($0, Priority.p4) }
        )
        #expect(cells.count == 16)
        let matrix = try PriorityMatrix(version: 2, validFrom: nil, priorities: cells)
        #expect(matrix.priority(impact: .low, urgency: .critical) == .p4)
        cells[PriorityMatrix.Cell(impact: .low, urgency: .low)] = nil
        let error = #expect(throws: DeskError.self) {
            try PriorityMatrix(version: 2, validFrom: nil, priorities: cells)
        }
        #expect(error?.message == "Priority matrix 2 has 15 cells, expected 16")
    }

    @Test("the version in force is the last that began, and never one without a date")
    func inForce() throws {
        let cells = Dictionary(
            uniqueKeysWithValues: PriorityMatrix.Cell.all.map { ($0, Priority.p4) }
        )
        let versions = try [
            PriorityMatrix(version: 3, validFrom: DeskFixture.at(100), priorities: cells),
            PriorityMatrix(version: 4, validFrom: nil, priorities: cells),
            PriorityMatrix(version: 2, validFrom: DeskFixture.at(50), priorities: cells),
            PriorityMatrix.first(validFrom: DeskFixture.at(0)),
        ]
        let seen = [-1, 0, 49, 50, 99, 100, 101]
            .map {
                versions.inForce(at: DeskFixture.at($0))?.version
            }
        #expect(seen == [nil, 1, 1, 2, 2, 3, 3])
    }

    @Test("a service code moves the priority by one and never beyond 1 and 5")
    func codes() {
        let seen = ServiceCode.allCases.map { code in
            Priority.allCases.map { $0.adjusted(by: code).rawValue }
        }
        #expect(seen == [[1, 1, 2, 3, 4], [1, 2, 3, 4, 5], [2, 3, 4, 5, 5]])
        #expect(Priority.p2.adjusted(by: nil) == .p2)
    }

    private static func explained(_ code: ServiceCode?, _ judgement: Judgement?) throws -> String {
        let matrix = PriorityMatrix.first(validFrom: march)
        let basis = PriorityBasis(matrix, serviceCode: code)
        var change = try TicketChange(
            opening: DeskFixture.request(),
            in: ProductLevels(),
            by: basis,
            signature: DeskFixture.staff()
        )
        if let judgement { try change.prioritise(judgement, by: basis) }
        return change.ticket.standing.explanation(by: matrix)
    }

    @Test("the explanation names what went into the priority")
    func explanation() throws {
        let judgement = Judgement(impact: .high, urgency: .medium)
        var byHand = judgement
        byHand.byHand = .p4
        byHand.reason = "Nobody uses it"
        #expect(
            try Self.explained(.raised, judgement)
                == "P1 = impact 2 x urgency 3 (P2), code -1, matrix of 2026-03"
        )
        #expect(
            try Self.explained(.lowered, judgement)
                == "P3 = impact 2 x urgency 3 (P2), code +1, matrix of 2026-03"
        )
        #expect(
            try Self.explained(.plain, byHand)
                == "P4 by hand, not P2 = impact 2 x urgency 3 (P2), code 0, matrix of 2026-03"
        )
        #expect(
            try Self.explained(nil, nil)
                == "P3 = impact 3 x urgency 3 (P3), matrix of 2026-03, not judged yet"
        )
    }

    @Test("a priority by hand needs a reason, and a later judgement takes it back")
    func byHand() throws {
        var change = try TicketChange(of: DeskFixture.ticket(), by: DeskFixture.staff())
        var judgement = Judgement(impact: .low, urgency: .low)
        judgement.byHand = .p1
        let error = #expect(throws: DeskError.self) {
            try change.prioritise(judgement, by: DeskFixture.basis)
        }
        #expect(error?.message == "Priority P1 by hand of ticket MST-1 has no reason")
        judgement.reason = "The board asked"
        try change.prioritise(judgement, by: DeskFixture.basis)
        #expect(change.ticket.standing.priority == .p1)
        #expect(change.ticket.standing.isOverridden)
        #expect(change.events.last?.text == "The board asked")
        #expect(change.events.last?.audience == .staff)
        judgement.byHand = nil
        try change.prioritise(judgement, by: DeskFixture.basis)
        #expect(change.ticket.standing.priority == .p5)
        #expect(!change.ticket.standing.isOverridden)
    }

    @Test("the customer's urgency changes no priority, and is disputed once we judge otherwise")
    func dispute() throws {
        var change = try TicketChange(of: DeskFixture.ticket(), by: DeskFixture.customer())
        try change.setCustomerUrgency(.critical)
        #expect(change.ticket.standing.priority == .p3)
        #expect(!change.ticket.isUrgencyDisputed)
        var judged = try TicketChange(of: change.ticket, by: DeskFixture.staff())
        try judged.prioritise(Judgement(impact: .low, urgency: .low), by: DeskFixture.basis)
        #expect(judged.ticket.isUrgencyDisputed)
        try judged.prioritise(Judgement(impact: .low, urgency: .critical), by: DeskFixture.basis)
        #expect(!judged.ticket.isUrgencyDisputed)
    }
}
