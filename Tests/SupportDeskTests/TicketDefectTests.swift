import MainstayCore
import SupportDesk
import Testing

@Suite("Defects of a ticket") struct TicketDefectTests {
    private func change(isCustomer: Bool = false) throws -> TicketChange {
        let ticket = try DeskFixture.opening(.defect).ticket
        let signature =
            isCustomer
            ? try DeskFixture.customer(minute: 1)
            : try DeskFixture.staff(roles: [.engineer], minute: 1)
        return try TicketChange(of: ticket, by: signature)
    }

    @Test(
        "a ticket is tied to a defect once, by staff, and what is under embargo is told to nobody"
    )
    func tie() throws {
        var change = try change()
        try change.setDefect(7, ref: "MST-D7", isOn: true, isSecret: false, defects: [])
        try change.setDefect(8, ref: "MST-D8", isOn: true, isSecret: true, defects: [7])
        #expect(change.events.map(\.audience) == [.staff, .embargo])
        #expect(change.events.map(\.row) == [.defect(7), .defect(8)])
        let twice = #expect(throws: DeskError.self) {
            try change.setDefect(7, ref: "MST-D7", isOn: true, isSecret: false, defects: [7])
        }
        #expect(twice?.code == .unchanged)
        var theirs = try self.change(isCustomer: true)
        let refused = #expect(throws: DeskError.self) {
            try theirs.setDefect(7, ref: "MST-D7", isOn: true, isSecret: false, defects: [])
        }
        #expect(refused?.code == .staffOnly)
    }

    @Test(
        "a release that holds the fix opens a ticket that waits for it, with a task, and no other"
    )
    func resume() throws {
        var change = try change()
        change.resume(becauseOf: "2.0.4")
        #expect(change.events.isEmpty)
        try change.move(to: .waitingRelease)
        change.resume(becauseOf: "2.0.4")
        #expect(change.ticket.status == .open)
        #expect(change.events.last?.row == .task(.tellCustomer, accountID: nil))
        #expect(change.events.last?.facts["release"] == "2.0.4")
        #expect(change.events.last?.audience == .customer)
    }
}
