import MainstayCore
import SQLDatabase

/// A transaction as its body sees it.
///
/// BEGIN goes out with the first statement, COMMIT with those that were only sent, so that a body
/// of one statement makes one or two ways to the server. A statement that failed ends the
/// transaction: every later one, and the commit, throws the same error.
final class OpenTransaction: Connection {
    /// What a transaction is opened for.
    enum Kind {
        case read(ReadMode)
        case write(WriteMode)

        /// Whether nothing is lost if its COMMIT is.
        var isRead: Bool {
            if case .read = self { true } else { false }
        }
    }

    /// How many statements are held back at most.
    private static let heldLimit = 64

    private let session: Session
    private let kind: Kind
    private let makeClock: @Sendable (Query) -> Query
    private var hasBegun = false
    private var held = 0
    private var moment: Instant?
    /// Why the transaction can only be rolled back.
    private(set) var failure: SQLError?

    /// Creates a transaction that begins with its first statement.
    init(_ session: Session, _ kind: Kind, clock: @escaping @Sendable (Query) -> Query) {
        self.session = session
        self.kind = kind
        makeClock = clock
    }

    var dialect: Dialect { .postgres }

    var clock: Query {
        makeClock("CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)")
    }

    func now() throws -> Instant {
        if let moment { return moment }
        guard let read = try value("SELECT \(clock)", as: Instant.self) else { throw SQLError.lost }
        moment = read
        return read
    }

    @discardableResult
    func run(_ query: Query, _ each: (inout RowReader) throws -> Void) throws -> Int {
        let (sql, arguments) = try query.render(for: .postgres)
        let answer = try failing {
            try queue(sql, arguments)
            return try collect()
        }
        guard let answer else { return 0 }
        for row in 0..<answer.rows {
            answer.row = row
            var reader = RowReader(answer)
            try each(&reader)
        }
        return answer.changed
    }

    func send(_ query: Query) throws {
        let (sql, arguments) = try query.render(for: .postgres)
        try failing {
            try queue(sql, arguments)
            held += 1
            if held >= Self.heldLimit { _ = try collect() }
        }
    }

    func bulk(
        _ table: StaticString,
        _ columns: StaticString,
        _ rows: () throws -> [Value]?
    ) throws {
        try failing {
            try begin()
            _ = try collect()
        }
        do { try session.copy("COPY \(table) (\(columns)) FROM STDIN", rows) } catch {
            failure = error as? SQLError ?? SQLError(.other, "The rows for '\(table)' broke off")
            throw error
        }
    }

    // MARK: The end

    /// Commits.
    ///
    /// A read does not wait for the answer.
    ///
    /// - Throws: ``SQLError``: that of a statement, also of one that the body took lightly.
    func commit() throws {
        if let failure { throw failure }
        guard hasBegun else { return }
        try failing {
            if kind.isRead {
                if held > 0 { _ = try collect() }
                try session.queue("COMMIT")
                try session.sync()
            } else {
                guard !session.hasEnded else { throw session.lose(.lost) }
                try commitWrite()
            }
        }
    }

    private func commitWrite() throws(SQLError) {
        do throws(SQLError) {
            try session.queue("COMMIT")
            guard let answer = try session.collect(), answer.tag == "COMMIT" else {
                throw SQLError(.other, "The server rolled back what should be committed")
            }
        } catch {
            throw session.isLost ? .commitUnknown : error
        }
    }

    /// Undoes everything, without waiting for the answer.
    func rollBack() {
        guard hasBegun, !session.isLost else { return }
        // A failure of what was held back must not take the ROLLBACK with it.
        do throws(SQLError) {
            try session.sync()
            try session.queue("ROLLBACK", isKept: false)
            try session.sync()
        } catch { failure = failure ?? error }
    }

    // MARK: Statements

    private func queue(_ sql: String, _ arguments: [Value]) throws(SQLError) {
        try begin()
        try session.queue(sql, arguments)
    }

    private func collect() throws(SQLError) -> Answer? {
        held = 0
        return try session.collect()
    }

    private func begin() throws(SQLError) {
        guard !hasBegun else { return }
        hasBegun = true
        for statement in kind.opening(inPool: session.hasPooler) { try session.queue(statement) }
    }

    /// Runs `body` unless a statement has failed before, and remembers its failure.
    private func failing<Result>(_ body: () throws -> Result) throws -> Result {
        if let failure { throw failure }
        do { return try body() } catch {
            failure = error as? SQLError
            throw error
        }
    }
}

extension OpenTransaction.Kind {
    /// The statements that open it.
    fileprivate func opening(inPool hasPooler: Bool) -> [String] {
        switch self {
        case .read(.standard): [Self.beginRead] + (hasPooler ? Self.timeouts : [])
        case .read(.long): [Self.beginRead] + Self.noTimeouts
        case .write(.standard): [Self.beginWrite] + (hasPooler ? Self.timeouts : [])
        case .write(.long): [Self.beginWrite] + Self.noTimeouts
        case .write(.queue): [Self.beginQueue] + (hasPooler ? Self.timeouts : [])
        }
    }

    private static let beginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    private static let beginWrite = "BEGIN ISOLATION LEVEL REPEATABLE READ"
    private static let beginQueue = "BEGIN ISOLATION LEVEL READ COMMITTED"
    private static let timeouts = [
        "SET LOCAL statement_timeout = '30s'",
        "SET LOCAL idle_in_transaction_session_timeout = '30s'",
    ]
    private static let noTimeouts = [
        "SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0",
    ]
}
