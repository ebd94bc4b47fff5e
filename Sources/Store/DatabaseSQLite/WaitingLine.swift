import Dispatch
import SQLDatabase
import Synchronization

/// A body that waits for a connection, with the task that waits for its result.
struct WaitingBody: Sendable {
    /// Its number in the line.
    fileprivate let number: Int
    /// Whether it runs without end and alone.
    let isLong: Bool
    /// When it stops waiting.
    let patienceEnd: ContinuousClock.Instant
    /// Runs it; what comes back tells the task the result.
    let perform: @Sendable (SQLiteConnection) throws -> @Sendable () -> Void
    /// Tells the task that it failed.
    let fail: @Sendable (any Error) -> Void
}

/// The bodies that wait for a connection, first come, first served.
///
/// A class, because tasks and workers share it.
final class WaitingLine: Sendable {
    private struct State {
        var waiting: [WaitingBody] = []
        var issued = 0
        var workers = 0
        var isAlarmSet = false
        var isClosed = false
        var closing: [CheckedContinuation<Void, Never>] = []

        mutating func resumeClosing() {
            for continuation in closing { continuation.resume() }
            closing = []
        }
    }

    private let state = Mutex(State())
    private let limits: SQLiteDatabase.Limits
    private let workers: Int
    private let start: @Sendable (WaitingLine) -> Void

    /// Creates an empty line.
    ///
    /// - Parameters:
    ///   - workers: How many serve it at the same time.
    ///   - limits: How many may wait, and how long.
    ///   - start: Starts a worker, which asks for ``next()`` until there is none.
    init(
        workers: Int,
        limits: SQLiteDatabase.Limits,
        start: @escaping @Sendable (WaitingLine) -> Void
    ) {
        self.workers = workers
        self.limits = limits
        self.start = start
    }

    /// Waits in the line, runs the body and returns its result.
    ///
    /// - Throws: What the body throws; `CancellationError` when the task is cancelled before the
    ///   body runs; ``SQLError`` with ``SQLError/Code/busy`` when too many wait or the wait is too
    ///   long.
    func perform<T: Sendable>(
        isLong: Bool,
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        let number = state.withLock {
            $0.issued += 1
            return $0.issued
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(
                    WaitingBody(
                        number: number,
                        isLong: isLong,
                        patienceEnd: .now + limits.patience,
                        perform: { connection in
                            let result = try body(connection)
                            return { continuation.resume(returning: result) }
                        },
                        fail: { continuation.resume(throwing: $0) }
                    )
                )
            }
        } onCancel: {
            leave(number)
        }
    }

    /// How many wait.
    var count: Int { state.withLock { $0.waiting.count } }

    /// The body that has waited longest; `nil` ends the worker that asks.
    func next() -> WaitingBody? {
        state.withLock { state in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.workers -= 1
            if state.workers == 0 { state.resumeClosing() }
            return nil
        }
    }

    /// The body that has waited longest, unless there is none or it runs alone.
    func nextToJoin() -> WaitingBody? {
        state.withLock { state in
            guard let first = state.waiting.first, !first.isLong else { return nil }
            return state.waiting.removeFirst()
        }
    }

    /// Lets nobody in any more, turns away who waits, and returns when no worker is left.
    func close() async {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for body in waiting { body.fail(SQLError.closed) }
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.closing.append(continuation)
                if state.workers == 0 { state.resumeClosing() }
            }
        }
    }

    private func enter(_ body: WaitingBody) {
        let (refusal, needsWorker) = state.withLock { state -> ((any Error)?, Bool) in
            // Asked under the lock: a task that is cancelled later finds itself in the line.
            if Task.isCancelled { return (CancellationError(), false) }
            if state.isClosed { return (SQLError.closed, false) }
            if state.waiting.count >= limits.waiting {
                return (SQLError.tooMany(state.waiting.count), false)
            }
            state.waiting.append(body)
            setAlarm(&state)
            guard state.workers < workers else { return (nil, false) }
            state.workers += 1
            return (nil, true)
        }
        if let refusal { body.fail(refusal) }
        if needsWorker { start(self) }
    }

    private func leave(_ number: Int) {
        let body = state.withLock { state in
            state.waiting.firstIndex { $0.number == number }
                .map { state.waiting.remove(at: $0) }
        }
        body?.fail(CancellationError())
    }

    /// Sends away those whose patience has ended; all are equally patient, so they stand in front.
    private func sendAway() {
        let impatient = state.withLock { state in
            let now = ContinuousClock.now
            let count = state.waiting.prefix { $0.patienceEnd <= now }.count
            defer {
                state.waiting.removeFirst(count)
                state.isAlarmSet = false
                setAlarm(&state)
            }
            return state.waiting.prefix(count)
        }
        for body in impatient { body.fail(SQLError.tooLate(limits.patience)) }
    }

    private func setAlarm(_ state: inout State) {
        guard !state.isAlarmSet, let first = state.waiting.first else { return }
        state.isAlarmSet = true
        let delay = max((first.patienceEnd - .now) / .nanoseconds(1), 0)
        DispatchQueue.global()
            .asyncAfter(deadline: .now() + .nanoseconds(Int(delay))) {
                [weak self] in self?.sendAway()
            }
    }
}

extension SQLError {
    fileprivate static let closed = SQLError(.connection, "The database is closed")

    fileprivate static func tooMany(_ count: Int) -> SQLError {
        SQLError(.busy, "\(count) calls wait for the database already", hint: "Try again later")
    }

    fileprivate static func tooLate(_ patience: Duration) -> SQLError {
        SQLError(
            .busy,
            "The database had no time for this call within \(patience)",
            hint: "Try again later"
        )
    }
}
