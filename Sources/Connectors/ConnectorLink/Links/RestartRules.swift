package import MainstayCore

/// When a connector that failed is started again, and when no longer.
package struct RestartRules: Sendable, Hashable {
    /// The wait after the first failed start, in milliseconds; doubled with every other one.
    package static let firstWait: Int64 = 1_000
    /// The longest wait, in milliseconds.
    package static let longestWait: Int64 = 15 * 60_000
    /// So many crashes within ``window`` are too many.
    package static let mostCrashes = 5
    /// One hour, in milliseconds.
    package static let window: Int64 = 3_600_000

    /// Whether nothing is started until a person says so.
    package private(set) var isQuarantined = false
    /// Before then, nothing is started.
    package private(set) var restsUntil: Instant?
    private var failedStarts = 0
    private var crashes: [Instant] = []

    /// Creates rules for a connector that did not fail yet, or one that is in quarantine.
    package init(isQuarantined: Bool = false) {
        self.isQuarantined = isQuarantined
    }

    /// The connector was made: earlier failures to start no longer count.
    package mutating func started() {
        failedStarts = 0
        restsUntil = nil
    }

    /// A start failed.
    package mutating func failedToStart(at now: Instant) {
        let wait = Self.firstWait << Int64(min(failedStarts, 20))
        failedStarts += 1
        restsUntil = now.advanced(by: min(wait, Self.longestWait))
    }

    /// The process crashed or had to be killed.
    ///
    /// - Returns: Whether that was one too many.
    package mutating func crashed(at now: Instant) -> Bool {
        crashes.removeAll { $0.advanced(by: Self.window) <= now }
        crashes.append(now)
        guard !isQuarantined, crashes.count >= Self.mostCrashes else { return false }
        isQuarantined = true
        return true
    }

    /// A person lifts the quarantine: all failures are forgotten.
    package mutating func lift() {
        self = RestartRules()
    }
}
