package import MainstayCore
package import SQLDatabase

/// A claim moves `run_at` to the end of the lease, so jobs that are ready and jobs whose worker
/// died are one range of one index, and nothing has to look for dead workers.
extension Connection {
    /// Adds a job in the transaction that causes it.
    ///
    /// With a key that a live job has already, that job is asked for once more: it is brought
    /// forward unless it runs, and if it runs it runs again afterwards.
    package func enqueue(_ wish: JobWish, _ provision: inout Provision) throws {
        let now = try now()
        let runAt = wish.runAt ?? now
        try exec(
            """
            INSERT INTO job (id, queue, kind, args_json, dedup, wanted, run_at, attempt, max_attempts,
              created_at)
            VALUES (\(try provision.id()), \(wish.queue), \(wish.kind), \(wish.args), \(wish.dedup), 1,
              \(runAt), 0, \(wish.maxAttempts), \(now))
            ON CONFLICT (dedup) DO UPDATE SET wanted = job.wanted + 1,
              run_at = CASE WHEN job.leased_by IS NULL AND excluded.run_at < job.run_at
                THEN excluded.run_at ELSE job.run_at END
            """
        )
    }

    /// Takes jobs that are due, the longest due first, for a while; call it in a write of mode
    /// ``SQLDatabase/WriteMode/queue``.
    ///
    /// None returned does not prove an empty queue: another worker may have looked at the same
    /// moment.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - node: Who takes them, for people who look.
    ///   - limit: How many at most.
    ///   - leaseMs: After so many milliseconds they are due again unless they are done or extended.
    /// - Returns: The jobs as they are claimed.
    /// - Throws: ``SQLError``.
    package func claimJobs(
        in queue: String,
        by node: String,
        limit: Int,
        leaseMs: Int64 = Job.leaseMs
    ) throws -> [Job] {
        try all(
            """
            WITH due AS MATERIALIZED (SELECT id FROM job WHERE queue = \(queue) AND run_at <= \(clock)
              ORDER BY run_at, id LIMIT \(limit)\(postgres: " FOR UPDATE SKIP LOCKED"))
            UPDATE job SET run_at = \(clock) + \(leaseMs), attempt = attempt + 1, leased_by = \(node)
            WHERE id IN (SELECT id FROM due) RETURNING \(Job.columns)
            """
        )
    }

    /// Extends the lease of a job; workers do so at a third of it.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/leaseLost``: stop and throw the work
    ///   away.
    package func extendLease(of job: Job, leaseMs: Int64 = Job.leaseMs) throws {
        let kept = try exec(
            """
            UPDATE job SET run_at = \(clock) + \(leaseMs) WHERE id = \(job.id)
              AND attempt = \(job.attempt)
            """
        )
        if kept == 0 { throw StorageError.leaseLost(job) }
    }

    /// Throws unless the lease is still this worker's; the first line of every effect of a job.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/leaseLost``.
    package func checkLease(of job: Job) throws {
        let attempt: Int64? = try value(
            "SELECT attempt FROM job WHERE id = \(job.id)\(postgres: " FOR UPDATE")"
        )
        if attempt != job.attempt { throw StorageError.leaseLost(job) }
    }

    /// Ends a job that is done; one that was asked for again meanwhile is due at once instead.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/leaseLost``: the result must be thrown
    ///   away.
    package func complete(_ job: Job) throws {
        let ended = try exec(
            """
            DELETE FROM job WHERE id = \(job.id) AND attempt = \(job.attempt) AND wanted = \(job.wanted)
            """
        )
        if ended == 1 { return }
        let again = try exec(
            """
            UPDATE job SET run_at = \(clock), leased_by = NULL, max_attempts = max_attempts + 1
            WHERE id = \(job.id) AND attempt = \(job.attempt)
            """
        )
        if again == 0 { throw StorageError.leaseLost(job) }
    }

    /// Puts a job back that has to wait for another one: it did not fail, and no try is used up.
    ///
    /// - Parameters:
    ///   - job: The job as it was claimed.
    ///   - waitMs: How long to wait, in milliseconds.
    /// - Throws: ``StorageError`` with ``StorageError/Code/leaseLost``.
    package func postpone(_ job: Job, waitMs: Int64) throws {
        try checkLease(of: job)
        try exec(
            """
            UPDATE job SET run_at = \(clock) + \(waitMs), leased_by = NULL,
              max_attempts = max_attempts + 1
            WHERE id = \(job.id)
            """
        )
    }

    /// Puts a job that failed back, later each time, or among the dead when its tries are used up.
    ///
    /// - Parameters:
    ///   - job: The job as it was claimed.
    ///   - error: Why, in words without secrets.
    ///   - waitMs: How long to wait; `nil`: as long as ``Job/backoffMs(afterAttempt:)`` says.
    /// - Returns: When it is due again; `nil` when it is dead.
    /// - Throws: ``StorageError`` with ``StorageError/Code/leaseLost``.
    @discardableResult
    package func fail(
        _ job: Job,
        because error: String,
        waitMs: Int64? = nil
    ) throws -> Instant? {
        try checkLease(of: job)
        if job.attempt < job.maxAttempts {
            let wait = waitMs ?? Job.backoffMs(afterAttempt: job.attempt)
            let next = try now().advanced(by: wait)
            try exec(
                """
                UPDATE job SET run_at = \(next), leased_by = NULL, last_error = \(error)
                WHERE id = \(job.id)
                """
            )
            return next
        }
        try exec(
            """
            INSERT INTO job_dead (id, queue, kind, args_json, attempt, error, died_at)
            VALUES (\(job.id), \(job.queue), \(job.kind), \(job.args), \(job.attempt), \(error),
              \(try now()))
            """
        )
        try exec("DELETE FROM job WHERE id = \(job.id)")
        return nil
    }
}

extension SQLEngine {
    /// Runs the effect of a job's step exactly once, and only while the job's lease is held.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/leaseLost``; what the body throws.
    package func writeOnce(
        _ key: EffectKey,
        for job: Job,
        _ body: @escaping @Sendable (any Connection) throws -> JSONValue
    ) async throws -> JSONValue {
        try await writeOnce(key) { connection in
            try connection.checkLease(of: job)
            return try body(connection)
        }
    }
}

extension Job {
    /// How long a lease lasts, in milliseconds.
    package static let leaseMs: Int64 = 60_000

    /// How long to wait after a try that failed, in milliseconds: 5 s, doubled up to 1 h.
    package static func backoffMs(afterAttempt attempt: Int64) -> Int64 {
        min(3_600_000, 5000 << min(max(attempt - 1, 0), 20))
    }
}

extension StorageError {
    fileprivate static func leaseLost(_ job: Job) -> StorageError {
        StorageError(.leaseLost, "The lease of job \(job.id), attempt \(job.attempt), was lost")
    }
}
