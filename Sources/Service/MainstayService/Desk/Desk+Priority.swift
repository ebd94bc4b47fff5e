package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

extension Desk {
    /// Returns all versions of the priority matrix and the number of the one in force.
    package func priorityMatrices() async throws -> (all: [PriorityMatrix], inForce: Int64?) {
        try await read { connection, acting in
            try acting.requireAnyRole()
            let all = try connection.priorityMatrices()
            return (all, all.inForce(at: try connection.now())?.version)
        }
    }

    /// A version of the priority matrix.
    ///
    /// Carried out it throws ``UseError`` with ``UseError/Code/refused`` for a moment that is over.
    ///
    /// - Parameters:
    ///   - cells: The priorities that differ from the version in force.
    ///   - validFrom: From when on; `nil`: from now.
    /// - Returns: The change, which nobody has made yet; it gives out the number of the version.
    package func newPriorityMatrix(
        changing cells: [PriorityMatrix.Cell: Priority],
        validFrom: Instant?
    ) -> ServiceChange {
        ServiceChange(ids: 1, from: validFrom) { connection, acting, provision in
            try acting.require(.setUpPriority)
            let now = try connection.now()
            let from = validFrom ?? now
            guard from >= now else {
                throw UseError(.refused, "A matrix cannot be valid from \(from), which is over")
            }
            let all = try connection.priorityMatrices()
            guard let base = all.inForce(at: from) else {
                throw UseError(.unknown, "No priority matrix is in force at \(from)")
            }
            let priorities = Dictionary(
                uniqueKeysWithValues: PriorityMatrix.Cell.all.map { cell in
                    let old = base.priority(impact: cell.impact, urgency: cell.urgency)
                    return (cell, cells[cell] ?? old)
                }
            )
            let version = (all.map(\.version).max() ?? 0) + 1
            try connection.insert(
                PriorityMatrix(version: version, validFrom: from, priorities: priorities)
            )
            let made = EventDraft("matrix_made", facts: ["version": .int(version)])
            try connection.record(made, by: acting, &provision)
            return .int(version)
        }
    }
}
