import Glibc

/// Runs work that waits on a thread of its own, so that no thread of Swift's pool waits with it.
///
/// Dispatch would do, but gives a third waiting thread on two cores a second late.
///
/// - Parameters:
///   - failure: What is thrown when the system has no thread left, of its words.
///   - work: What is done.
/// - Returns: What the work returns.
/// - Throws: What the work throws, and `failure`.
package func onThread<Result: Sendable, Failure: Error>(
    _ failure: @escaping @Sendable (String) -> Failure,
    _ work: @escaping @Sendable () throws(Failure) -> Result
) async throws(Failure) -> Result {
    let result = await withCheckedContinuation { continuation in
        let status = startThread(stackBytes: 1 << 20) {
            continuation.resume(returning: Swift.Result(catching: work))
        }
        if status == 0 { return }
        let words = "No thread: \(String(cString: strerror(status)))"
        continuation.resume(returning: Swift.Result.failure(failure(words)))
    }
    return try result.get()
}

/// Starts a thread that nobody waits for.
///
/// - Parameters:
///   - stackBytes: The size of its stack.
///   - work: What it does.
/// - Returns: 0, or the error of `pthread_create`: then the work is not done.
package func startThread(stackBytes: Int, _ work: @escaping @Sendable () -> Void) -> CInt {
    let job = Unmanaged.passRetained(ThreadJob(work))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let status = pthread_create(
        &thread,
        &attributes,
        { context in
            guard let context else { return nil }
            Unmanaged<ThreadJob>.fromOpaque(context).takeRetainedValue().run()
            return nil
        },
        job.toOpaque()
    )
    if status != 0 { job.release() }
    return status
}

/// What a thread does; a class, because a C function takes one pointer.
private final class ThreadJob: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
