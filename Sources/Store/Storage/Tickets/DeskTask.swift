package import MainstayCore
package import SQLDatabase
package import SupportDesk

/// What a person must do next, found by the program or promised.
package struct DeskTask: Sendable, Hashable, RowDecodable {
    /// The columns of `task`.
    package static let columns: Query =
        "id, chain_id, event_seq, kind, account_id, opened_at, due_at, done_at, done_by"

    /// Its number.
    package let id: Int64
    /// The chain that it is about.
    package let chainID: Int64
    /// The event that opened it; its words are there.
    package let eventSeq: Int64
    /// What is to be done.
    package let kind: TaskKind
    /// Who has to do it; `nil`: nobody by name.
    package let accountID: Int64?
    /// Since when it is open.
    package let openedAt: Instant
    /// By when it should be done.
    package let dueAt: Instant?
    /// When it was done; `nil`: it is open.
    package let doneAt: Instant?
    /// Who did it.
    package let doneBy: Int64?

    /// Creates an open task.
    package init(
        id: Int64,
        chainID: Int64,
        eventSeq: Int64,
        kind: TaskKind,
        opened: (at: Instant, for: Int64?, due: Instant?)
    ) {
        self.id = id
        self.chainID = chainID
        self.eventSeq = eventSeq
        self.kind = kind
        (openedAt, accountID, dueAt) = opened
        (doneAt, doneBy) = (nil, nil)
    }

    /// Reads the columns of `task`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        chainID = try row.next()
        eventSeq = try row.next()
        kind = try row.next()
        accountID = try row.next()
        openedAt = try row.next()
        dueAt = try row.next()
        doneAt = try row.next()
        doneBy = try row.next()
    }
}

extension Connection {
    /// Adds a task.
    package func insert(_ task: DeskTask) throws {
        try exec(
            """
            INSERT INTO task (id, chain_id, event_seq, kind, account_id, opened_at, due_at)
            VALUES (\(task.id), \(task.chainID), \(task.eventSeq), \(task.kind), \(task.accountID),
              \(task.openedAt), \(task.dueAt))
            """
        )
    }

    /// Returns a task by its number.
    package func task(_ id: Int64) throws -> DeskTask? {
        try one("SELECT \(DeskTask.columns) FROM task WHERE id = \(id)")
    }

    /// Returns open tasks, those due first, then the oldest.
    ///
    /// - Parameter accounts: Whose; those of nobody by name are among them. `nil`: all.
    /// - Returns: The tasks.
    /// - Throws: ``SQLError``.
    package func openTasks(of accounts: Set<Int64>?) throws -> [DeskTask] {
        let whose: Query =
            accounts.map { "AND (account_id IS NULL OR account_id IN \(list: $0.sorted()))" } ?? ""
        return try all(
            """
            SELECT \(DeskTask.columns) FROM task WHERE done_at IS NULL \(whose)
            ORDER BY due_at NULLS LAST, opened_at, id
            """
        )
    }

    /// Returns the open tasks on a chain, those due first.
    package func openTasks(on chain: Int64) throws -> [DeskTask] {
        try all(
            """
            SELECT \(DeskTask.columns) FROM task WHERE done_at IS NULL AND chain_id = \(chain)
            ORDER BY due_at NULLS LAST, opened_at, id
            """
        )
    }

    /// Ends a task; returns whether it was open.
    package func finishTask(_ id: Int64, at moment: Instant, by account: Int64) throws -> Bool {
        try exec(
            """
            UPDATE task SET done_at = \(moment), done_by = \(account)
            WHERE id = \(id) AND done_at IS NULL
            """
        ) == 1
    }
}

/// Action plans.
extension Connection {
    /// Returns the action plan on a chain, in its order.
    package func steps(on chain: Int64) throws -> [ActionStep] {
        var steps: [ActionStep] = []
        try run(
            """
            SELECT id, position, what, owner_id, due_day, done_at, dropped_at FROM action_step
            WHERE chain_id = \(chain) ORDER BY position, id
            """
        ) { row in
            var step = ActionStep(
                id: try row.next(),
                position: try row.next(),
                what: try row.next(),
                ownerID: try row.next(),
                dueDay: try row.next()
            )
            step.doneAt = try row.next()
            step.droppedAt = try row.next()
            steps.append(step)
        }
        return steps
    }

    /// Writes a step of an action plan, new or settled, beside its event.
    package func write(_ step: ActionStep, of event: Event) throws {
        try exec(
            """
            INSERT INTO action_step (id, chain_id, event_seq, position, what, owner_id, due_day)
            VALUES (\(step.id), \(event.chainID), \(event.seq), \(step.position), \(step.what),
              \(step.ownerID), \(step.dueDay))
            ON CONFLICT (id) DO UPDATE SET done_at = \(step.doneAt), dropped_at = \(step.droppedAt)
            """
        )
    }
}
