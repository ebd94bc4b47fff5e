import MainstayCore
package import SQLDatabase
package import SupportDesk

extension Grade: SQLValue {}
extension Priority: SQLValue {}
extension ServiceCode: SQLValue {}

extension Connection {
    /// Returns all versions of the priority matrix, by version.
    package func priorityMatrices() throws -> [PriorityMatrix] {
        var cells: [Int64: [PriorityMatrix.Cell: Priority]] = [:]
        try run("SELECT version, impact, urgency, priority FROM priority_matrix") { row in
            let version: Int64 = try row.next()
            let cell = PriorityMatrix.Cell(impact: try row.next(), urgency: try row.next())
            cells[version, default: [:]][cell] = try row.next()
        }
        var matrices: [PriorityMatrix] = []
        try run("SELECT version, valid_from_at FROM priority_version ORDER BY version") { row in
            let version: Int64 = try row.next()
            matrices.append(
                try PriorityMatrix(
                    version: version,
                    validFrom: try row.next(),
                    priorities: cells[version] ?? [:]
                )
            )
        }
        return matrices
    }

    /// Adds a version of the matrix.
    package func insert(_ matrix: PriorityMatrix) throws {
        try exec(
            """
            INSERT INTO priority_version (version, valid_from_at, created_at)
            VALUES (\(matrix.version), \(matrix.validFrom), \(try now()))
            """
        )
        for cell in PriorityMatrix.Cell.all {
            let priority = matrix.priority(impact: cell.impact, urgency: cell.urgency)
            try exec(
                """
                INSERT INTO priority_matrix (version, impact, urgency, priority)
                VALUES (\(matrix.version), \(cell.impact), \(cell.urgency), \(priority))
                """
            )
        }
    }
}
