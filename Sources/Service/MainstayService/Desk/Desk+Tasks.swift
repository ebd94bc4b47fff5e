import MainstayCore
import SQLDatabase
package import Storage
import SupportDesk

extension Desk {
    /// Returns open tasks with the refs of their tickets, those due first.
    ///
    /// - Parameter everybodys: Also those of other people; otherwise one's own and nobody's.
    /// - Returns: Tasks on tickets that the account may see.
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
                guard let ticket = try connection.ticket(task.chainID),
                    try connection.isVisible(ticket, to: acting)
                else { return nil }
                return (task, ticket.ref, task.accountID.flatMap { logins[$0] })
            }
        }
    }

    /// Ends a task.
    package func finishTask(_ id: Int64) async throws {
        try await write { connection, acting, provision in
            let unknown = UseError.unknown("task", "\(id)", list: "task list")
            guard let task = try connection.task(id),
                let ticket = try connection.ticket(task.chainID),
                try connection.isVisible(ticket, to: acting)
            else { throw unknown }
            try acting.require(
                .work,
                product: ticket.origin.productID,
                customer: ticket.origin.customerID
            )
            var head = try connection.lockChain(task.chainID)
            guard try connection.finishTask(id, at: try connection.now(), by: acting.account.id)
            else { throw UseError(.refused, "Task \(id) is done already") }
            let draft = EventDraft("task_done", facts: ["task_id": .int(id)])
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .int(head.seq)
        }
    }
}
