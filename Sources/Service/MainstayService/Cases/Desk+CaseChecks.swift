import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Desk {
    /// Raises the task to look at each case kept by hand whose day has come; once each.
    ///
    /// - Returns: How many.
    func noteDueChecks() async throws -> Int {
        var count = 0
        while true {
            let result = try await write(ids: 64) { connection, acting, provision in
                let due = try connection.uncheckedCases(limit: 10)
                for found in due {
                    _ = try connection.change(found.id, at: self, by: acting, &provision) {
                        $0.change.noteCheckDue()
                        return .null
                    }
                }
                return .int(Int64(due.count))
            }
            guard let found = result.int, found > 0 else { return count }
            count += Int(found)
        }
    }
}

extension Connection {
    /// Carries out what the end of a task means: the fix of a vendor holds, so the ticket waits for
    /// his case no more.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a check of a case that nobody would
    ///   look at again.
    func carryOutEnd(
        of task: DeskTask,
        at desk: Desk,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        switch task.kind {
        case .checkCase:
            guard let found = try vendorCase(task.chainID), found.isByHand, !found.state.isOver,
                try found.nextCheckAt.map({ try $0 <= now() }) ?? true
            else { return }
            throw UseError(
                .refused,
                "Case \(found.ref) is kept by hand and has no next check",
                hint: "Say when somebody looks again: 'mainstay case set \(found.ref) --check DAY'"
            )
        case .verifyFix:
            let event = try event(task.chainID, task.eventSeq)
            guard let id = try event?.facts["case_id"]?.int, let ticket = try ticket(task.chainID),
                try tickets(ofCase: id)
                    .contains(where: { $0.ticketID == ticket.id && $0.isHolding })
            else { return }
            _ = try change(id, at: desk, by: acting, &provision) {
                try $0.release(ticket)
                return .null
            }
        default: return
        }
    }
}
