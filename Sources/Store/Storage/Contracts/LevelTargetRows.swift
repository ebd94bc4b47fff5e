package import MainstayCore
package import SQLDatabase
package import SupportDesk

extension Connection {
    /// Returns what is expected of the levels of a product, each oldest first.
    package func levelTargets(of product: Int64) throws -> [SupportLevel: [LevelTarget]] {
        var targets: [SupportLevel: [LevelTarget]] = [:]
        try run(
            """
            SELECT level, valid_from_at, calendar, accept_min, return_min FROM level_target
            WHERE product_id = \(product) ORDER BY level, valid_from_at
            """
        ) { row in
            let level: SupportLevel = try row.next()
            let target = LevelTarget(
                validFrom: try row.next(),
                calendar: try row.next(),
                accept: try row.next(),
                return: try row.next()
            )
            targets[level, default: []].append(target)
        }
        return targets
    }

    /// Adds what is expected of a level of a product from an instant on.
    package func insert(
        _ target: LevelTarget,
        of level: SupportLevel,
        for product: Int64,
        at moment: Instant
    ) throws {
        try exec(
            """
            INSERT INTO level_target (product_id, level, valid_from_at, created_at, accept_min,
              return_min, calendar)
            VALUES (\(product), \(level), \(target.validFrom), \(moment), \(target.acceptMinutes),
              \(target.returnMinutes), \(target.calendar))
            """
        )
    }

    /// The calendar by which an account works; `nil`: always.
    package func workingHours(of account: Int64) throws -> String? {
        try value(
            "SELECT calendar FROM account WHERE id = \(account) AND calendar IS NOT NULL"
        )
    }

    /// Sets the calendar by which an account works; `nil`: always.
    package func setWorkingHours(of account: Int64, to calendar: String?) throws {
        try exec("UPDATE account SET calendar = \(calendar) WHERE id = \(account)")
    }
}
