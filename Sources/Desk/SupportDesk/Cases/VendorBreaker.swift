package import MainstayCore

/// Keeps a vendor's server from being asked while it fails, or asked us for patience.
///
/// It opens after five failures in a row, lets one request through after a minute, and doubles that
/// up to a quarter of an hour. Only reads move it: a refused write says nothing of the server.
package struct VendorBreaker: Sendable, Hashable {
    /// How many failures open it.
    package static let mostFailures: Int64 = 5
    private static let waits: ClosedRange<Int64> = 60_000...900_000

    /// Failures in a row.
    package private(set) var failures: Int64 = 0
    /// Before when nothing is asked; `nil`: at once.
    package private(set) var notBefore: Instant?
    /// Since when no check came to anything; `nil`: the last one did.
    package private(set) var silentSince: Instant?
    /// Whether a person was called because of the silence.
    package private(set) var isTold = false
    private var waitMs: Int64 = 0

    /// Creates a closed one.
    package init() {}

    /// Whether the server may be asked.
    package func mayTry(at now: Instant) -> Bool { notBefore.map { $0 <= now } ?? true }

    /// Notes that the server answered.
    package mutating func succeed() { self = VendorBreaker() }

    /// Notes that it did not.
    package mutating func fail(at now: Instant) {
        failures += 1
        silentSince = silentSince ?? now
        guard failures >= Self.mostFailures else { return }
        waitMs = min(max(waitMs * 2, Self.waits.lowerBound), Self.waits.upperBound)
        notBefore = now.advanced(by: waitMs)
    }

    /// Notes that it was not asked, for a reason of ours: no failure of its.
    package mutating func stayAway(at now: Instant) { silentSince = silentSince ?? now }

    /// Notes that it asked for patience, which is no failure.
    package mutating func wait(until moment: Instant, from now: Instant) {
        silentSince = silentSince ?? now
        notBefore = moment
    }

    /// Whether a person is called now: once, when no check came to anything for three intervals, and
    /// for a quarter of an hour at least.
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - pollMs: How long an interval is, in milliseconds.
    /// - Returns: Whether it is time.
    package mutating func callsPerson(at now: Instant, pollMs: Int64) -> Bool {
        guard let silentSince, !isTold else { return false }
        isTold = now >= silentSince.advanced(by: max(3 * pollMs, 900_000))
        return isTold
    }

    /// As it is stored.
    package var json: JSONValue {
        [
            "failures": .int(failures), "wait_ms": .int(waitMs),
            "not_before": notBefore.map { .int($0.milliseconds) } ?? .null,
            "silent_since": silentSince.map { .int($0.milliseconds) } ?? .null,
            "told": .bool(isTold),
        ]
    }

    /// Reads one that was stored; anything else is a closed one.
    package init(json: JSONValue) {
        failures = json["failures"]?.int ?? 0
        waitMs = json["wait_ms"]?.int ?? 0
        notBefore = json["not_before"]?.int.map(Instant.init(milliseconds:))
        silentSince = json["silent_since"]?.int.map(Instant.init(milliseconds:))
        isTold = json["told"] == .bool(true)
    }
}

/// When a case is looked at again by itself, beside the polls that tell of all cases.
package enum CheckDelay {
    /// How long a case goes without a look that came to something: a day, or so long that nine of ten
    /// polls look at no case.
    ///
    /// - Parameters:
    ///   - count: How many cases the connector follows.
    ///   - pollMs: How long the interval of its polls is, in milliseconds.
    /// - Returns: The wait, in milliseconds.
    package static func milliseconds(following count: Int64, pollMs: Int64) -> Int64 {
        max(86_400_000, count * pollMs * 10)
    }

    /// How long to wait after checks that failed, in milliseconds: a minute, doubled up to six hours, by
    /// a fifth more or less.
    ///
    /// - Parameters:
    ///   - failures: How many checks failed in a row, from 1.
    ///   - jitter: From -1 to 1.
    /// - Returns: The wait.
    package static func milliseconds(afterFailures failures: Int64, jitter: Double) -> Int64 {
        let whole = min(21_600_000, Int64(60_000) << min(max(failures - 1, 0), 20))
        return whole + Int64(Double(whole) * 0.2 * min(max(jitter, -1), 1))
    }
}
