import MainstayTesting

/// A fault, how often it is met, and what meets it.
struct FaultKind: Sendable, CustomStringConvertible {
    /// How often a fault is to be met, and the random numbers that choose when.
    struct Order: Sendable {
        let count: Int
        var random: SeededGenerator
    }

    let name: String
    /// How often with each change.
    let short: Int
    /// How often before a release.
    let long: Int
    /// Whether it needs a PostgreSQL server.
    let needsPostgres: Bool
    let meet: @Sendable (Order) async throws -> Tally

    var description: String { name }

    /// All faults.
    static let all = [
        onSQLite("kill-sqlite", 25, 1000) { try await KilledWriter.meet($0, on: .sqlite) },
        onPostgres("kill-postgres", 25, 1000) { try await KilledWriter.meet($0, on: .postgres) },
        onPostgres("restart", 3, 100) { try await RestartedServer.meet($0) },
        onPostgres("cut-commit", 200, 10_000) { try await CutCommit.meet($0) },
        onSQLite("jobs-sqlite", 1000, 1_000_000) { try await KilledJobs.meet($0, on: .sqlite) },
        onPostgres("jobs-postgres", 1000, 1_000_000) {
            try await KilledJobs.meet($0, on: .postgres)
        },
        onSQLite("full-disk", 1, 20) { try await FullDisk.meet($0) },
        onSQLite("power-loss", 20, 1000) { try await PowerLoss.meet($0) },
        onSQLite("held-file", 1, 20) { try await HeldFile.meet($0) },
        onSQLite("race-sqlite", 1600, 100_000) { try await ContendedRow.meet($0, on: .sqlite) },
        onPostgres("race-postgres", 1600, 100_000) {
            try await ContendedRow.meet($0, on: .postgres)
        },
        onSQLite("notices-sqlite", 2000, 100_000) {
            try await KilledNotices.meet($0, on: .sqlite)
        },
        onPostgres("notices-postgres", 2000, 100_000) {
            try await KilledNotices.meet($0, on: .postgres)
        },
        onPostgres("dump", 13_000, 1_000_000) { try await ChangedEngine.meet($0) },
    ]

    private static func onSQLite(
        _ name: String,
        _ short: Int,
        _ long: Int,
        _ meet: @escaping @Sendable (Order) async throws -> Tally
    ) -> FaultKind {
        FaultKind(name: name, short: short, long: long, needsPostgres: false, meet: meet)
    }

    private static func onPostgres(
        _ name: String,
        _ short: Int,
        _ long: Int,
        _ meet: @escaping @Sendable (Order) async throws -> Tally
    ) -> FaultKind {
        FaultKind(name: name, short: short, long: long, needsPostgres: true, meet: meet)
    }
}
