import DatabaseSQLite
import MainstayCore
import SQLDatabase
import Storage

/// Numbered effects that several processes cause, each of which can be counted afterwards.
///
/// An effect appends an event to the chain of a customer, renames the customer to the event's
/// number, and raises the effect's own row in `counter`, so that one that happens twice shows.
struct Ledger: Sendable {
    let engine: any SQLEngine
    let ids: IDSource

    static let eventKind = "fault-effect"
    private static let customers: ClosedRange<Int64> = 1...16
    private static let account: Int64 = 100

    /// Takes part with this process; the tables are there.
    ///
    /// - Parameters:
    ///   - engine: The database.
    ///   - clock: The clock that ids are made by.
    /// - Throws: What the engine throws.
    init(
        _ engine: any SQLEngine,
        clock: @escaping @Sendable () -> Instant = { .now }
    ) async throws {
        self.engine = engine
        let name = "fault \(UInt64.random(in: 0...UInt64.max))"
        ids = try await IDSource.join(engine, name: name, clock: clock)
    }

    private init(_ engine: any SQLEngine, ids: IDSource) {
        self.engine = engine
        self.ids = ids
    }

    /// The same ledger through another way to the database.
    func through(_ engine: any SQLEngine) -> Ledger { Ledger(engine, ids: ids) }

    /// Makes the tables and the rows that effects change.
    static func found(on engine: any SQLEngine) async throws {
        try await Migration.apply(on: engine)
        let ledger = try await Ledger(engine)
        let provision = try await ledger.ids.provision()
        try await engine.write { connection in
            var provision = provision
            let now = try connection.now()
            var head = try connection.beginChain(account, .account)
            try connection.append(EventDraft("created"), by: account, to: &head, &provision)
            try connection.exec(
                """
                INSERT INTO account (id, login, name, created_at)
                VALUES (\(account), 'fault', 'Fault', \(now))
                """
            )
            for id in customers {
                var head = try connection.beginChain(id, .customer)
                try connection.append(EventDraft("created"), by: account, to: &head, &provision)
                try connection.exec(
                    """
                    INSERT INTO customer VALUES (\(id), \("C\(id)"), '1', 'company', \(now), NULL)
                    """
                )
            }
        }
        try await ledger.ids.leave()
    }

    /// Causes an effect exactly once, however often it is called.
    ///
    /// - Parameters:
    ///   - number: Of the effect.
    ///   - words: What the event says.
    ///   - job: The job whose lease must be held, if it is one's effect.
    /// - Returns: The effect's place on its chain.
    /// - Throws: What the engine throws; `StorageError` when the lease was lost.
    func cause(
        _ number: Int,
        saying words: String = "An effect",
        for job: Job? = nil
    ) async throws -> Int64 {
        let provision = try await ids.provision(ids: 1)
        let body: @Sendable (any Connection) throws -> JSONValue = { connection in
            var provision = provision
            return .int(try Self.write(number, words, on: connection, &provision))
        }
        let result =
            if let job {
                try await engine.writeOnce(job.effectKey(step: "effect"), for: job, body)
            } else {
                try await engine.writeOnce(EffectKey("effect:\(number)", request: []), body)
            }
        return result.int ?? -1
    }

    private static func write(
        _ number: Int,
        _ words: String,
        on connection: any Connection,
        _ provision: inout Provision
    ) throws -> Int64 {
        let customer = customers.lowerBound + Int64(number % customers.count)
        var head = try connection.lockChain(customer)
        let facts: JSONValue = ["number": .int(Int64(number)), "id": .int(try provision.id())]
        let draft = EventDraft(eventKind, facts: facts, text: words)
        let seq = try connection.append(draft, by: account, to: &head, &provision).seq
        try connection.exec(
            """
            INSERT INTO counter (name, next) VALUES (\("effect:\(number)"), 1)
            ON CONFLICT (name) DO UPDATE SET next = counter.next + 1
            """
        )
        try connection.exec(
            "UPDATE customer SET name = \(String(seq)) WHERE id = \(customer)"
        )
        return seq
    }
}
