package import SQLDatabase

extension Connection {
    /// Returns a value that holds for the whole installation.
    package func setting(_ name: String) throws -> String? {
        try value("SELECT value FROM setting WHERE name = \(name)")
    }

    /// Sets a value that holds for the whole installation.
    package func setSetting(_ name: String, to value: String) throws {
        let now = try now()
        try exec(
            """
            INSERT INTO setting (name, value, updated_at) VALUES (\(name), \(value), \(now))
            ON CONFLICT (name) DO UPDATE SET value = \(value), updated_at = \(now)
            """
        )
    }
}
