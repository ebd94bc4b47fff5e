import LTSReleases
import MainstayCore
import SQLDatabase
package import Storage
import SupportDesk

extension Desk {
    /// Returns open tasks with the refs of their tickets and defects, those due first.
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
                try connection.subject(of: task, to: acting).map { subject in
                    (task, subject.ref, task.accountID.flatMap { logins[$0] })
                }
            }
        }
    }

    /// Ends a task.
    package func finishTask(_ id: Int64) async throws {
        try await write { connection, acting, provision in
            let unknown = UseError.unknown("task", "\(id)", list: "task list")
            guard let task = try connection.task(id),
                let subject = try connection.subject(of: task, to: acting)
            else { throw unknown }
            try acting.require(subject.use, product: subject.product, customer: subject.customer)
            var head = try connection.lockChain(task.chainID)
            guard try connection.finishTask(id, at: try connection.now(), by: acting.account.id)
            else { throw UseError(.refused, "Task \(id) is done already") }
            let draft = EventDraft("task_done", facts: ["task_id": .int(id)])
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .int(head.seq)
        }
    }
}

/// The ticket or defect that a task is about.
private struct TaskSubject {
    let ref: String
    let use: UseCase
    let product: Int64?
    let customer: Int64?
}

extension Connection {
    /// What a task is about; `nil` where the account may not see it.
    fileprivate func subject(of task: DeskTask, to acting: ActingAccount) throws -> TaskSubject? {
        if let ticket = try ticket(task.chainID) {
            guard try isVisible(ticket, to: acting) else { return nil }
            let origin = ticket.origin
            return TaskSubject(
                ref: ticket.ref,
                use: .work,
                product: origin.productID,
                customer: origin.customerID
            )
        }
        guard let defect = try defect(task.chainID) else { return nil }
        let isOpen = try publishedDefects(of: defect.productID).contains(defect.id)
        let isSecret = defect.kind == .security && !isOpen
        guard try isVisible(defect, isUnderEmbargo: isSecret, to: acting) else { return nil }
        return TaskSubject(
            ref: defect.ref,
            use: .workOnDefects,
            product: defect.productID,
            customer: nil
        )
    }
}
