import SQLDatabase
import Storage

extension Instance {
    /// Does work that may outlast the lease of its job, which is extended meanwhile.
    ///
    /// - Parameters:
    ///   - job: The job as it was claimed.
    ///   - leaseMs: How long it stays claimed when this process dies, in milliseconds.
    ///   - work: What is done.
    /// - Returns: What the work returns.
    func keepingLease<T: Sendable>(
        of job: Job,
        leaseMs: Int64 = Job.leaseMs,
        _ work: @Sendable () async throws -> T
    ) async rethrows -> T {
        let engine = engine
        let keeper = Task {
            while true {
                try await Task.sleep(for: .milliseconds(leaseMs / 3))
                try await engine.write(.queue) { try $0.extendLease(of: job, leaseMs: leaseMs) }
            }
        }
        defer { keeper.cancel() }
        return try await work()
    }
}
