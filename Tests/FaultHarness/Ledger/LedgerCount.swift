import MainstayCore
import SQLDatabase
import Storage

/// What a database knows of the effects of a ledger, as it stood at one moment.
struct LedgerCount: Sendable {
    /// The place of each effect on its chain, by its number; the last one if it happened twice.
    private var places: [Int: Int64] = [:]
    /// How often each effect happened, by its number.
    private var counted: [Int: Int64] = [:]
    private var doubled = 0
    /// Ids that two effects drew.
    private var repeatedIDs = 0
    /// How many results are kept for keys.
    private var keys = 0
    /// Customers whose row is not as their chain says.
    private var halfCustomers = 0

    /// How many effects there are.
    var effects: Int { places.count }

    /// Counts on one snapshot.
    init(_ engine: any SQLEngine) async throws {
        self = try await engine.read(.long) { try LedgerCount($0) }
    }

    private init(_ connection: any Connection) throws {
        var ids: Set<Int64> = []
        var (places, counted) = (places, counted)
        var (doubled, repeatedIDs) = (0, 0)
        try connection.run(
            "SELECT facts_json, seq FROM event WHERE kind = \(Ledger.eventKind)"
        ) { row in
            let (facts, seq): (JSONValue, Int64) = (try row.next(), try row.next())
            let number = Int(facts["number"]?.int ?? -1)
            if !ids.insert(facts["id"]?.int ?? -1).inserted { repeatedIDs += 1 }
            if places.updateValue(seq, forKey: number) != nil { doubled += 1 }
        }
        try connection.run("SELECT name, next FROM counter WHERE name LIKE 'effect:%'") { row in
            let (name, count): (String, Int64) = (try row.next(), try row.next())
            counted[Int(name.dropFirst("effect:".count)) ?? -1] = count
        }
        (self.places, self.counted) = (places, counted)
        (self.doubled, self.repeatedIDs) = (doubled, repeatedIDs)
        keys = try connection.value("SELECT COUNT(*) FROM idempotency WHERE result_json <> ''") ?? 0
        halfCustomers =
            try connection.value(
                """
                SELECT COUNT(*) FROM customer JOIN chain ON chain.id = customer.id
                WHERE CAST(chain.seq AS TEXT) <> customer.name
                """
            ) ?? -1
    }

    /// Compares with what callers were told, and sets the counts of a tally.
    func compare(with acknowledged: [Int: Int64], _ tally: inout Tally) {
        tally.acknowledged = acknowledged.count
        tally.lost = acknowledged.count { places[$0.key] != $0.value }
        tally.doubled = max(doubled, counted.values.count { $0 > 1 })
        tally.half = Set(places.keys).symmetricDifference(counted.keys).count + halfCustomers
        tally.expect(keys == effects, "\(keys) keys of \(effects) effects have results")
        tally.expect(repeatedIDs == 0, "\(repeatedIDs) ids were made twice")
    }
}

extension Place {
    /// Opens the database after a fault, counts its effects and proves the whole of it.
    ///
    /// - Parameters:
    ///   - acknowledged: What callers were told: number and place of each effect.
    ///   - tally: Its counts are set, its problems added to.
    /// - Throws: What the engine throws when it cannot open or read.
    func check(_ acknowledged: [Int: Int64], _ tally: inout Tally) async throws {
        tally = try await opened { [tally] engine in
            var tally = tally
            try await LedgerCount(engine).compare(with: acknowledged, &tally)
            try await engine.prove(&tally)
            return tally
        }
    }
}

extension SQLEngine {
    /// Proves the whole database, and adds what is wrong to a tally.
    func prove(_ tally: inout Tally) async throws {
        for fault in try await verify(blobs: BlobFolder("/none")).prefix(5) {
            tally.problems.append("verify: \(fault)")
        }
        guard dialect == .sqlite else { return }
        let words = try await read(.long) {
            try $0.values("PRAGMA integrity_check", as: String.self)
        }
        tally.expect(words == ["ok"], "integrity_check: \(words.prefix(3))")
    }
}
