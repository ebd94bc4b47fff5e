import LTSReleases
import MainstayCore
import SQLDatabase
package import Storage
import SupportDesk

extension Desk {
    /// Returns open tasks with the refs of their tickets or defects, those due first.
    ///
    /// - Parameter everybodys: Also those of other people; otherwise one's own and nobody's.
    /// - Returns: Tasks on tickets and defects that the account may see.
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``.
    package func tasks(
        everybodys: Bool
    ) async throws -> [(task: DeskTask, ref: String, login: String?)] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "tasks")
            let whose: Set<Int64>? = everybodys ? nil : [acting.account.id]
            let tasks = try connection.openTasks(of: whose)
            let logins = try connection.logins(of: Set(tasks.compactMap(\.accountID)))
            return try tasks.compactMap { task in
                guard let subject = try connection.subject(of: task, for: acting) else {
                    return nil
                }
                return (task, subject.ref, task.accountID.flatMap { logins[$0] })
            }
        }
    }

    /// Ends a task.
    package func finishTask(_ id: Int64) async throws {
        try await write(ids: 64) { connection, acting, provision in
            let unknown = UseError.unknown("task", "\(id)", list: "task list")
            guard let task = try connection.task(id),
                let subject = try connection.subject(of: task, for: acting)
            else { throw unknown }
            try acting.require(
                subject.use,
                product: subject.product,
                customer: subject.customer
            )
            var head = try connection.lockChain(task.chainID)
            guard try connection.finishTask(id, at: try connection.now(), by: acting.account.id)
            else { throw UseError(.refused, "Task \(id) is done already") }
            let draft = EventDraft("task_done", facts: ["task_id": .int(id)])
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            try connection.carryOutEnd(of: task, at: self, by: acting, &provision)
            return .int(head.seq)
        }
    }
}

/// What a task is about: a ticket, a defect, a case or a vendor.
private struct TaskSubject {
    let ref: String
    let product: Int64?
    let customer: Int64?
    /// What somebody must be allowed to do, to end the task.
    let use: UseCase
}

extension Connection {
    /// What a task is about; `nil` where the account may not see that.
    fileprivate func subject(of task: DeskTask, for acting: ActingAccount) throws -> TaskSubject? {
        if let ticket = try ticket(task.chainID) {
            guard try isVisible(ticket, to: acting) else { return nil }
            let origin = ticket.origin
            return TaskSubject(
                ref: ticket.ref,
                product: origin.productID,
                customer: origin.customerID,
                use: .work
            )
        }
        if let found = try vendorCase(task.chainID) {
            guard try isVisible(found, to: acting) else { return nil }
            return TaskSubject(ref: found.ref, product: nil, customer: nil, use: .keepCases)
        }
        if let vendor = try vendor(task.chainID) {
            return TaskSubject(ref: vendor.name, product: nil, customer: nil, use: .keepVendors)
        }
        guard let defect = try defect(task.chainID), try isVisible(defect, to: acting) else {
            return nil
        }
        return TaskSubject(
            ref: defect.ref,
            product: defect.productID,
            customer: nil,
            use: .workOnDefects
        )
    }
}
