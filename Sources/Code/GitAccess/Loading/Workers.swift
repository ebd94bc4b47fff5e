import Glibc
import Synchronization

/// Runs `body` once for each worker number below `count`, each on a thread of its own, and waits.
///
/// The first worker is the calling thread; where no thread can be had, it does that worker's share
/// as well.
func runWorkers(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let others = stride(from: 1, to: count, by: 1).map { number in Meanwhile { body(number) } }
    body(0)
    for other in others { other.result() }
}

/// Something that a thread of its own works out while its maker does something else.
///
/// The thread ends before this object does. The corresponding C functions are `pthread_create` and
/// `pthread_join`.
package final class Meanwhile<Result: Sendable>: Sendable {
    private let share: Share
    private let outcome = Outcome()
    private let thread: Mutex<pthread_t?>

    /// Starts `body`; where no thread can be had, or `hasThread` is false, `body` runs at once.
    init(hasThread: Bool = true, _ body: @escaping @Sendable () -> Result) {
        let outcome = outcome
        share = Share { outcome.value.withLock { $0 = body() } }
        thread = Mutex(hasThread ? share.start() : nil)
        if thread.withLock({ $0 == nil }) { share.body() }
    }

    deinit { wait() }

    /// What was worked out, waited for where it is not done yet.
    @discardableResult
    package func result() -> Result {
        wait()
        return outcome.value.withLock { value in
            guard let value else { preconditionFailure("The thread ended without a result") }
            return value
        }
    }

    private func wait() {
        thread.withLock { thread in
            if let thread { pthread_join(thread, nil) }
            thread = nil
        }
    }

    private final class Outcome: Sendable {
        let value = Mutex<Result?>(nil)
    }
}

/// What a new thread is handed.
private final class Share: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Runs the body on a new thread; `nil` where none can be had.
    func start() -> pthread_t? {
        let share = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Share>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            share.toOpaque()
        )
        if code == 0 { return thread }
        share.release()
        return nil
    }
}
