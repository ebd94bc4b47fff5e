import Glibc
import SQLDatabase

/// What one thread owns: a connection, made when it is needed and again when it is lost.
final class Worker {
    private let address: ServerAddress
    private let limits: PostgresDatabase.Limits
    private let clock: @Sendable (Query) -> Query
    private var session: Session?

    /// Creates a worker that is not connected.
    init(
        _ address: ServerAddress,
        _ limits: PostgresDatabase.Limits,
        clock: @escaping @Sendable (Query) -> Query
    ) {
        self.address = address
        self.limits = limits
        self.clock = clock
    }

    /// Connects unless there is a connection, and returns it.
    func connected() throws(SQLError) -> Session {
        session?.settle()
        if let session, !session.isLost { return session }
        session = nil
        let fresh = try Session(address, statements: limits.statements)
        session = fresh
        return fresh
    }

    /// Closes the connection.
    func disconnect() {
        session?.settle()
        session = nil
    }

    /// Runs a body in a transaction, and again after what passes, until `deadline`.
    func perform<T>(
        _ kind: OpenTransaction.Kind,
        until deadline: ContinuousClock.Instant,
        _ body: (any Connection) throws -> T
    ) throws -> T {
        var attempt = 0
        while true {
            do { return try performOnce(kind, body) } catch let passing as Passing {
                guard ContinuousClock.now < deadline else { throw passing.error }
                attempt += 1
                pause(before: attempt, passing.error)
            }
        }
    }

    /// An error after which the body is run again, whatever the body made of it.
    private struct Passing: Error {
        let error: SQLError
    }

    private func performOnce<T>(
        _ kind: OpenTransaction.Kind,
        _ body: (any Connection) throws -> T
    ) throws -> T {
        let session: Session
        do { session = try connected() } catch {
            throw error.isPassing ? Passing(error: error) : error
        }
        let transaction = OpenTransaction(session, kind, clock: clock)
        do {
            let result = try body(transaction)
            try transaction.commit()
            return result
        } catch {
            transaction.rollBack()
            if let failure = transaction.failure, failure.isPassing {
                throw Passing(error: failure)
            }
            throw error
        }
    }

    /// Waits a random while, so that those who met do not meet again: up to 64 ms, or 1 s for a
    /// server.
    private func pause(before attempt: Int, _ error: SQLError) {
        let longest: UInt32 = error.code == .connection ? 1_000_000 : 64_000
        let limit = min(longest, 1000 << UInt32(min(attempt, 10)))
        usleep(UInt32.random(in: 0..<limit))
    }
}
