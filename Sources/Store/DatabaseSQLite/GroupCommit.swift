import SQLDatabase

/// Bodies that are committed together, so that one wait for the disk serves them all.
struct GroupCommit {
    private let connection: SQLiteConnection
    /// Bodies that ran, each with what tells its task how it ended.
    private var ended: [(body: WaitingBody, tell: @Sendable () -> Void)] = []

    private static let limit = 256

    /// Runs `first`, and whoever waits by then, in one transaction.
    ///
    /// Bodies join as long as `budget` is not used up. A body that throws undoes only itself.
    /// Nobody hears how a body ended before the commit: even an error may rest on what another body
    /// of the transaction wrote.
    ///
    /// - Throws: ``SQLError`` when the transaction cannot be opened; then no body ran and nobody
    ///   was told.
    static func run(
        _ first: WaitingBody,
        from line: WaitingLine,
        on connection: SQLiteConnection,
        within budget: Duration
    ) throws {
        try connection.beginWriting(patience: first.patienceEnd - .now)
        var group = GroupCommit(connection: connection)
        group.fill(first, from: line, until: .now + budget)
    }

    private init(connection: SQLiteConnection) {
        self.connection = connection
    }

    private mutating func fill(
        _ first: WaitingBody,
        from line: WaitingLine,
        until end: ContinuousClock.Instant
    ) {
        var next: WaitingBody? = first
        while let body = next {
            let failure = run(body)
            // SQLite undoes everything by itself when the disk is full or fails; a further
            // savepoint would then open, and commit, a transaction of its own.
            if let failure, !connection.isInTransaction { return failAll(failure) }
            let isFull = first.isLong || ended.count >= Self.limit || .now >= end
            next = isFull ? nil : line.nextToJoin()
        }
        do {
            try connection.commit()
        } catch {
            return failAll(error)
        }
        for (_, tell) in ended { tell() }
    }

    private mutating func run(_ body: WaitingBody) -> (any Error)? {
        do {
            let tell = try connection.inSavepoint { try body.perform($0) }
            ended.append((body, tell))
            return nil
        } catch {
            ended.append((body, { body.fail(error) }))
            return error
        }
    }

    private func failAll(_ error: any Error) {
        for (body, _) in ended { body.fail(error) }
    }
}
