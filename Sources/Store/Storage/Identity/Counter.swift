package import SQLDatabase

extension SQLEngine {
    /// Draws the next number of a counter, from 1, in a transaction of its own.
    ///
    /// So the rows that are named by it do not wait for one another. A number that is drawn and
    /// then not used leaves a gap, which is fine.
    ///
    /// - Parameter name: The counter, such as `ticket:MST`.
    /// - Returns: The number.
    /// - Throws: ``SQLError``.
    package func drawNumber(of name: String) async throws -> Int64 {
        try await write(.queue) { connection in
            try connection.value(
                """
                INSERT INTO counter (name, next) VALUES (\(name), 2)
                ON CONFLICT (name) DO UPDATE SET next = counter.next + 1 RETURNING next - 1
                """
            ) ?? 0
        }
    }
}
