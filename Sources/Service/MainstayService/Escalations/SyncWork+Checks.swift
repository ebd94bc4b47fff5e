import ConnectorLink
import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Looking at single cases: those that were taken over, merged or failed, and now and then each one,
/// should an update ever have been missed.
extension SyncWork {
    private static let mostChecks = 100
    private static let mostMerges = 5

    /// Looks at the cases whose check is due.
    func checkCases(_ round: inout SyncRound) async throws {
        let due = try await desk.read { connection, _ in
            try connection.dueCases(followedBy: connector.id, limit: Self.mostChecks)
        }
        for found in due {
            round.checks += 1
            try await check(found)
        }
    }

    /// Looks at one case, and follows it to the one that it was merged into.
    func check(_ found: SupportDesk.VendorCase) async throws {
        guard let remoteID = found.remoteID else { return }
        let start = ContinuousClock.now
        var seen: [ConnectorMessages.VendorCase] = []
        do {
            var next: String? = remoteID
            while let id = next {
                guard seen.count <= Self.mostMerges, !seen.contains(where: { $0.caseID == id })
                else { throw CheckFault.loop(found.ref, seen.map(\.caseID)) }
                let one = try await vendor.call(.readCase(id), audit: .reads)
                seen.append(one)
                next = one.replacedBy
            }
            try await take(seen, for: found, tookMs: start.milliseconds)
        } catch let fault as LinkFault where fault.watchError == .unsupported {
            try await plan(found)
        } catch let fault as LinkFault {
            try await note(fault.watchError, fault.message, for: found, start.milliseconds)
        } catch let fault as CheckFault {
            try await note(.badItem, fault.message, for: found, start.milliseconds)
        }
    }

    /// Takes over what the vendor's system says; the last of `seen` is the live case.
    private func take(
        _ seen: [ConnectorMessages.VendorCase],
        for found: SupportDesk.VendorCase,
        tookMs: Int64
    ) async throws {
        guard let live = seen.last else { return }
        try await desk.write(ids: 64) { connection, acting, provision in
            let map = try connection.statusMap(of: connector.id)
            var standing = RemoteStanding(
                live.status,
                meaning: map.words[live.status],
                mapVersion: map.version
            )
            standing.changedAt = live.changedAt
            let seenStanding = standing
            try connection.join(found, into: live.caseID, at: desk, by: acting, &provision)
            _ = try connection.change(found.id, at: desk, by: acting, &provision) { state in
                // It was merged while it was looked at: that look says nothing of the live case.
                guard state.change.vendorCase.remoteID == found.remoteID else { return .null }
                try state.follow(to: live.caseID, live.url)
                state.change.observe(seenStanding)
                try state.takeFix(live.fixedVersion, live.fixedCommit, by: .automatic)
                if let former = found.remoteID, former != state.change.vendorCase.remoteID {
                    try state.keepFormerName(former)
                }
                let isSame = state.change.events.isEmpty
                let wait = try connection.checkDelayMs(of: connector)
                state.change.noteCheck(at: try connection.now(), nextIn: wait)
                try state.noteActivity(isSame ? .unchanged : .changed, tookMs: tookMs)
                return .null
            }
            return .null
        }
    }

    /// Plans the next look.
    private func plan(_ found: SupportDesk.VendorCase) async throws {
        try await desk.write { connection, acting, provision in
            let wait = try connection.checkDelayMs(of: connector)
            return try connection.change(found.id, at: desk, by: acting, &provision) { state in
                state.change.noteCheck(at: nil, nextIn: wait)
                return .null
            }
        }
    }

    /// Notes a look that failed; two absences in a row of a case that we once read, and it is gone.
    private func note(
        _ error: WatchError,
        _ words: String,
        for found: SupportDesk.VendorCase,
        _ tookMs: Int64
    ) async throws {
        let jitter = Double.random(in: -1...1)
        try await desk.write(ids: 64) { connection, acting, provision in
            try connection.change(found.id, at: desk, by: acting, &provision) { state in
                let last = try connection.activities(of: found.id, limit: 1).first
                try state.noteActivity(.error, error, words, tookMs: tookMs)
                let wasAbsent = last?.error?.isAbsence ?? false
                if error.isAbsence, wasAbsent, found.checkedAt != nil {
                    state.change.disappear(because: error.rawValue)
                }
                let failures = state.change.vendorCase.failures + 1
                let wait = CheckDelay.milliseconds(afterFailures: failures, jitter: jitter)
                state.change.noteFailedCheck(words, nextIn: wait)
                return .null
            }
        }
    }
}

extension Connection {
    /// How long a case of a connector goes without a look of its own, in milliseconds.
    fileprivate func checkDelayMs(of connector: ConnectorInstance) throws -> Int64 {
        CheckDelay.milliseconds(
            following: try caseCount(followedBy: connector.id),
            pollMs: ConnectorConfig(json: connector.config).pollSeconds * 1000
        )
    }
}

/// Why the live case was not found.
private struct CheckFault: ExplainedError {
    let message: String
    var hint: String? { nil }

    static func loop(_ ref: String, _ ids: [String]) -> CheckFault {
        CheckFault(
            message: "Case \(ref) was merged again and again: \(ids.joined(separator: ", "))"
        )
    }
}

extension ContinuousClock.Instant {
    /// How long ago this was, in milliseconds.
    fileprivate var milliseconds: Int64 {
        let passed = ContinuousClock.now - self
        return passed.components.seconds * 1000
            + passed.components.attoseconds / 1_000_000_000_000_000
    }
}
