import Glibc
import Synchronization

/// Runs `body` once for each worker number below `count`, each on a thread of its own, and waits.
///
/// The first worker is the calling thread. The corresponding C function is `pthread_create`; where
/// no thread can be had, the calling thread does that worker's share as well.
func runWorkers(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Share: Sendable {
        let number: Int
        let body: @Sendable (Int) -> Void
        init(_ number: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.number = number
            self.body = body
        }
    }
    var threads: [pthread_t] = []
    for number in stride(from: 1, to: count, by: 1) {
        let share = Unmanaged.passRetained(Share(number, body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let share = Unmanaged<Share>.fromOpaque(argument).takeRetainedValue()
                share.body(share.number)
                return nil
            },
            share.toOpaque()
        )
        if code == 0 {
            threads.append(thread)
        } else {
            share.release()
            body(number)
        }
    }
    body(0)
    for thread in threads { pthread_join(thread, nil) }
}
