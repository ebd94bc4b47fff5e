package import MainstayCore
package import SQLDatabase

/// Work that is to be done after the transaction that causes it.
///
/// Delivery is at least once. What the work does to the outside goes through
/// ``SQLDatabase/SQLEngine/writeOnce(_:for:_:)``, which also checks that the lease is still held.
package struct Job: Sendable, Hashable, RowDecodable {
    /// The columns of `job` that a worker needs.
    package static let columns: Query =
        "id, queue, kind, args_json, wanted, attempt, max_attempts, run_at"

    /// Its id.
    package let id: Int64
    /// The queue it waits in.
    package let queue: String
    /// What is to be done.
    package let kind: String
    /// With what.
    package let args: JSONValue
    /// How often it was asked for; a wish that comes while it runs makes it run again.
    package let wanted: Int64
    /// Which try this is, from 1: the fence against a worker whose lease is over.
    package let attempt: Int64
    /// How many tries there are.
    package let maxAttempts: Int64
    /// The end of the lease.
    package let leasedUntil: Instant

    /// Reads the columns of `job`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        queue = try row.next()
        kind = try row.next()
        args = try row.next()
        wanted = try row.next()
        attempt = try row.next()
        maxAttempts = try row.next()
        leasedUntil = try row.next()
    }

    /// The key of one step of this job, for work that has no better name.
    package func effectKey(step: String) -> EffectKey {
        EffectKey("job:\(id):\(wanted):\(step)", request: args.json.utf8)
    }
}

/// A wish that a job be done.
package struct JobWish: Sendable, Hashable {
    /// The queue to wait in.
    package var queue: String
    /// What is to be done.
    package var kind: String
    /// With what.
    package var args: JSONValue
    /// There is one live job per key at most: a further wish makes that one run again.
    package var dedup: String?
    /// Not before; `nil`: at once.
    package var runAt: Instant?
    /// How many tries there are, 1 or more.
    package var maxAttempts: Int64

    /// Creates a wish.
    package init(
        _ kind: String,
        in queue: String,
        args: JSONValue = [:],
        dedup: String? = nil,
        runAt: Instant? = nil,
        maxAttempts: Int64 = 20
    ) {
        self.queue = queue
        self.kind = kind
        self.args = args
        self.dedup = dedup
        self.runAt = runAt
        self.maxAttempts = maxAttempts
    }
}
