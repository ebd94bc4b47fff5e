import Glibc

/// Runs work that waits on a thread of its own, so that no thread of Swift's pool waits with it.
///
/// - Throws: What the work throws; ``HTTPError`` with ``HTTPError/Code/other`` when the system has
///   no thread left.
func onThread<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let job = Unmanaged.passRetained(
            ThreadJob { continuation.resume(with: Swift.Result { try work() }) }
        )
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 1 << 20)
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
        guard status != 0 else { return }
        job.release()
        continuation.resume(
            throwing: HTTPError(.other, "No thread: \(String(cString: strerror(status)))")
        )
    }
}

/// What a thread does; a class, because a C function takes one pointer.
private final class ThreadJob: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
