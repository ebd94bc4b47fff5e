internal import Glibc

/// Does work that waits on a thread of its own, so that no thread of Swift's pool waits with it.
///
/// Dispatch would do, but gives a third waiting thread on two cores a second late.
/// - Throws: ``ConnectorError`` when the system has no thread left.
func onThread<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let job = Unmanaged.passRetained(ThreadJob { continuation.resume(returning: work()) })
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 512 << 10)
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
        let why = "No thread is left for a request"
        continuation.resume(throwing: ConnectorError(.failed, code: "connection", why))
    }
}

/// What a thread does; a class, because a C function takes one pointer.
private final class ThreadJob: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
