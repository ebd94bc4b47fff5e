import Glibc
import SQLDatabase
import Synchronization

/// One queue of bodies and the threads that run them, each with a connection of its own.
///
/// Threads start as bodies wait for one, up to a limit, and end when the queue is closed and empty.
/// libpq blocks, so it stays on them and off Swift's cooperative pool.
final class BodyQueue: Sendable {
    /// What a thread does for one caller; an error instead of a worker says why it is not run.
    typealias Job = @Sendable (Result<Worker, any Error>) -> Void

    fileprivate struct Waiting: Sendable {
        let number: Int
        let deadline: ContinuousClock.Instant
        let job: Job
    }

    private let state = Mutex(State())
    private let work = WorkSignal()
    private let limits: PostgresDatabase.Limits
    private let makeWorker: @Sendable () -> Worker

    /// Creates a queue without threads.
    init(limits: PostgresDatabase.Limits, makeWorker: @escaping @Sendable () -> Worker) {
        self.limits = limits
        self.makeWorker = makeWorker
    }

    /// How many threads there are, and how many bodies wait for one.
    var load: (threads: Int, waiting: Int) {
        state.withLock { ($0.threads, $0.waiting.count) }
    }

    /// Runs `body` on a thread and returns its result.
    ///
    /// - Throws: What `body` throws; `CancellationError` when the task is cancelled before a thread
    ///   takes the body; ``SQLError`` with ``SQLError/Code/busy`` when too many wait, or this one
    ///   too long.
    func run<T: Sendable>(_ body: @escaping @Sendable (Worker) throws -> T) async throws -> T {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(number) { worker in
                    continuation.resume(with: Result { try body(worker.get()) })
                }
                // A task cancelled before the body was queued found nothing to take out.
                if Task.isCancelled { cancel(number) }
            }
        } onCancel: {
            cancel(number)
        }
    }

    /// Refuses new bodies, waits for those that were accepted and ends the threads.
    func close() async {
        await withCheckedContinuation { continuation in
            let threads = state.withLock { state in
                state.isClosed = true
                if state.threads > 0 { state.closing.append(continuation) }
                return state.threads
            }
            if threads == 0 { continuation.resume() }
            work.post(threads)
        }
    }

    /// As ``close()``, without waiting.
    func abandon() {
        let threads = state.withLock { state in
            state.isClosed = true
            return state.threads
        }
        work.post(threads)
    }

    // MARK: Waiting

    private func enqueue(_ number: Int, _ job: @escaping Job) {
        let deadline = ContinuousClock.now + limits.patience
        let waiting = Waiting(number: number, deadline: deadline, job: job)
        let verdict = state.withLock { $0.add(waiting, limits) }
        guard case .queued(let startsThread, let startsWatch) = verdict else {
            if case .refused(let error) = verdict { job(.failure(error)) }
            return
        }
        if startsThread { startThread() }
        if startsWatch { Task.detached { await self.watch() } }
        work.post(1)
    }

    private func cancel(_ number: Int) {
        let left = state.withLock { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
        }
        left?.job(.failure(CancellationError()))
    }

    /// Turns away bodies that waited too long, for as long as any wait.
    private func watch() async {
        while let next = state.withLock({ $0.nextDeadline() }) {
            try? await Task.sleep(until: next, clock: .continuous)
            let now = ContinuousClock.now
            let late = state.withLock { state in
                let late = state.waiting.prefix { $0.deadline <= now }
                state.waiting.removeFirst(late.count)
                return late
            }
            for waiting in late { waiting.job(.failure(SQLError.waitedTooLong(limits.patience))) }
        }
    }

    // MARK: Threads

    private func startThread() {
        let start = Unmanaged.passRetained(self)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 1 << 20)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let status = pthread_create(&thread, &attributes, threadMain, start.toOpaque())
        guard status != 0 else { return }
        start.release()
        let stranded = state.withLock { $0.threadFailed() }
        for waiting in stranded { waiting.job(.failure(SQLError.noThread(status))) }
    }

    fileprivate func serve() {
        let worker = makeWorker()
        while true {
            work.wait()
            switch state.withLock({ $0.take() }) {
            case .job(let job):
                job(.success(worker))
                state.withLock { $0.idle += 1 }
            case .nothing: continue
            case .end:
                worker.disconnect()
                for waiting in state.withLock({ $0.threadEnded() }) { waiting.resume() }
                return
            }
        }
    }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<BodyQueue>.fromOpaque(argument).takeRetainedValue().serve() }
    return nil
}

extension BodyQueue {
    private enum Verdict {
        case refused(SQLError)
        case queued(startsThread: Bool, startsWatch: Bool)
    }

    private enum Next {
        case job(Job)
        case nothing
        case end
    }

    /// What the threads and the callers share.
    private struct State: Sendable {
        var waiting: [Waiting] = []
        var lastNumber = 0
        var threads = 0
        /// Threads that run no body, those about to start among them.
        var idle = 0
        var isWatched = false
        var isClosed = false
        var closing: [CheckedContinuation<Void, Never>] = []

        mutating func add(_ body: Waiting, _ limits: PostgresDatabase.Limits) -> Verdict {
            if isClosed { return .refused(.closed) }
            if waiting.count >= limits.waiting { return .refused(.tooManyWait(limits.waiting)) }
            waiting.append(body)
            guard waiting.count > idle else {
                return .queued(startsThread: false, startsWatch: false)
            }
            if threads < limits.threads {
                threads += 1
                idle += 1
                return .queued(startsThread: true, startsWatch: false)
            }
            defer { isWatched = true }
            return .queued(startsThread: false, startsWatch: !isWatched)
        }

        mutating func take() -> Next {
            guard waiting.isEmpty else {
                idle -= 1
                return .job(waiting.removeFirst().job)
            }
            return isClosed ? .end : .nothing
        }

        /// When the oldest body has waited too long; `nil`, and no watch any more, if none waits.
        mutating func nextDeadline() -> ContinuousClock.Instant? {
            isWatched = !waiting.isEmpty
            return waiting.first?.deadline
        }

        /// Whom to tell that the last thread has ended.
        mutating func threadEnded() -> [CheckedContinuation<Void, Never>] {
            threads -= 1
            idle -= 1
            guard threads == 0 else { return [] }
            defer { closing = [] }
            return closing
        }

        /// The bodies that nobody will run, because the first thread could not be started.
        mutating func threadFailed() -> [Waiting] {
            threads -= 1
            idle -= 1
            guard threads == 0 else { return [] }
            defer { waiting = [] }
            return waiting
        }
    }
}

/// Counts what there is to do, so that threads can wait for it.
///
/// The corresponding page of the manual is `sem_overview(7)`.
private final class WorkSignal: Sendable {
    /// Safe to share: all that is done with the semaphore is atomic.
    private nonisolated(unsafe) let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func post(_ count: Int) {
        for _ in 0..<count { sem_post(semaphore) }
    }

    func wait() {
        while sem_wait(semaphore) != 0 && errno == EINTR {}
    }
}
