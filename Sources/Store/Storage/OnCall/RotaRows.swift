package import MainstayCore
package import SQLDatabase
package import SupportDesk

extension Rota: TableRow {
    static var table: StoredTable { .rota }
    var values: [any SQLValue] {
        [name, validFrom, validFrom, productID, componentID, level, zone, rules]
    }

    /// Reads a row of `rota`.
    package init(_ row: inout RowReader) throws {
        let (name, validFrom): (String, Instant) = (try row.next(), try row.next())
        _ = try row.next(Instant.self)
        let (product, component): (Int64?, Int64?) = (try row.next(), try row.next())
        let (level, zone): (SupportLevel, String) = (try row.next(), try row.next())
        let rules: JSONValue = try row.next()
        guard let weekday = rules["weekday"]?.text.flatMap(Weekday.init) else {
            throw SQLError(.decode, "Rota '\(name)' hands over on no day of the week")
        }
        try self.init(
            name,
            from: validFrom,
            for: (level, product, component),
            zone: zone,
            handover: (weekday, rules["time"]?.text ?? ""),
            members: rules["members"]?.list?.compactMap(\.int) ?? []
        )
    }
}

extension RotaOverride: TableRow {
    static var table: StoredTable { .rotaOverride }
    var values: [any SQLValue] { [id, rota, accountID, from, to, createdAt] }

    /// Reads a row of `rota_override`.
    package init(_ row: inout RowReader) throws {
        try self.init(
            id: try row.next(),
            rota: try row.next(),
            account: try row.next(),
            from: try row.next(),
            to: try row.next(),
            createdAt: try row.next()
        )
    }
}

extension Connection {
    /// Adds a rota, or what it is from now on.
    package func insert(_ rota: Rota) throws { try add(rota) }

    /// Returns the rotas that hold at a moment, by name.
    package func rotas(at moment: Instant) throws -> [Rota] {
        try rows(
            """
            WHERE valid_from_at = (SELECT MAX(r.valid_from_at) FROM rota r
              WHERE r.name = rota.name AND r.valid_from_at <= \(moment)) ORDER BY name
            """
        )
    }

    /// Adds an override.
    package func insert(_ override: RotaOverride) throws { try add(override) }

    /// Returns the overrides of a rota that end after a moment, in order of number.
    package func overrides(of rota: String, after moment: Instant) throws -> [RotaOverride] {
        try rows("WHERE rota = \(rota) AND to_at > \(moment) ORDER BY id")
    }
}
