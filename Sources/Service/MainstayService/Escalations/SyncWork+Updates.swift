import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Applying what is new: each update once, those of one case in their order.
extension SyncWork {
    private static let batch = 100
    /// How long a job waits for another one, in milliseconds: less than a poll's interval.
    private static let patienceMs: Int64 = 5000

    /// Applies the updates that wait.
    func applyUpdates(_ round: inout SyncRound) async throws {
        while true {
            let jobs = try await desk.instance.engine.write(.queue) {
                try $0.claimJobs(
                    in: updateQueue,
                    by: "sync",
                    limit: Self.batch,
                    leaseMs: Self.leaseMs
                )
            }
            if jobs.isEmpty { return }
            var stopped: Set<String> = []
            for job in jobs.sorted(by: { $0.id < $1.id }) {
                try await apply(job, &stopped, &round)
            }
        }
    }

    private func apply(
        _ job: Job,
        _ stopped: inout Set<String>,
        _ round: inout SyncRound
    ) async throws {
        let remoteID = job.args["update"]?["caseID"]?.text ?? ""
        do {
            // What comes later in a case waits for what came before.
            guard !stopped.contains(remoteID) else {
                throw Postponed()
            }
            let place = "Update of job \(job.id)"
            let update = try VendorUpdate(
                MessageMembers(job.args["update"] ?? .null, of: place)
            )
            guard let ref = try await apply(update, job) else { return }
            round.applied += 1
            if update.fixedCommit != nil, let tools {
                _ = try await desk.proposeFix(ofCase: ref, tools)
            }
        } catch let error as StorageError where error.code == .leaseLost {
            stopped.insert(remoteID)
        } catch is Postponed {
            stopped.insert(remoteID)
            try await desk.instance.engine.write {
                try $0.postpone(job, waitMs: Self.patienceMs)
            }
        } catch {
            stopped.insert(remoteID)
            round.failedUpdates += 1
            let words = (error as? any ExplainedError)?.message ?? "\(error)"
            try await desk.instance.engine.write { _ = try $0.fail(job, because: words) }
        }
    }

    /// Applies one update in one transaction with the end of its job; returns the case that it is
    /// news for, if any.
    private func apply(_ update: VendorUpdate, _ job: Job) async throws -> String? {
        let map = try await desk.read { connection, _ in
            try connection.statusMap(of: connector.id)
        }
        var standing = update.status.map {
            RemoteStanding($0, meaning: map.words[$0], mapVersion: map.version)
        }
        standing?.changedAt = update.at
        standing?.actor = update.ourActor
        if let word = update.status, map.words[word] == nil {
            let answer = try? await vendor.call(.mapStatus(word), audit: .reads)
            standing?.proposal = answer.flatMap {
                SupportDesk.CaseState(rawValue: $0.state.rawValue)
            }
        }
        let seen = standing
        let result = try await desk.write(ids: 64) { connection, acting, provision in
            try connection.checkLease(of: job)
            // Another worker may have one that came before, or have died with it.
            guard try !connection.hasJob(in: updateQueue, kind: job.kind, before: job.id) else {
                throw Postponed()
            }
            let called = try connection.vendorCase(of: connector.id, everCalled: update.caseID)
            guard let found = called else {
                let mayBecomeKnown =
                    try connection.hasUnsettledOpening(of: connector.id)
                    || connection.hasJob(in: updateQueue, before: job.id)
                if mayBecomeKnown {
                    // It may be for a case whose opening is not settled.
                    throw Postponed()
                }
                try connection.complete(job)
                return .null
            }
            let isNew = try connection.applyOnce(
                update,
                seen,
                to: found,
                at: desk,
                by: acting,
                &provision
            )
            try connection.complete(job)
            return isNew ? .text(found.ref) : .null
        }
        return result.text
    }
}

/// An update that has to wait for something else.
private struct Postponed: Error {}

extension VendorUpdate {
    /// Who did it, in our words.
    var ourActor: CaseActor { CaseActor(rawValue: actor.rawValue) ?? .automatic }
}

extension Connection {
    /// Applies an update to a case, unless that was done before; returns whether it was not.
    fileprivate func applyOnce(
        _ update: VendorUpdate,
        _ standing: RemoteStanding?,
        to found: SupportDesk.VendorCase,
        at desk: Desk,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws -> Bool {
        if let live = update.replacedBy {
            try join(found, into: live, at: desk, by: acting, &provision)
        }
        return try change(found.id, at: desk, by: acting, &provision) { state in
            let items = Set(try state.connection.remoteItems(of: found.id).map(\.remoteItemID))
            guard !items.contains(update.itemID) else { return .bool(false) }
            // What a case was before it was merged says nothing of where the live one stands.
            let isLive = state.change.vendorCase.remoteID == update.caseID
            try state.take(update, isLive ? standing : nil, known: items)
            let last = try state.flush()
            let seq = try last?.seq ?? state.connection.lockChain(found.id).seq
            let digest = BlobFolder.digest(of: Array((update.text ?? "").utf8))
            let former = state.change.vendorCase.remoteID == update.caseID ? nil : update.caseID
            let ids = [update.itemID, update.commentItemID, former.map { "case:\($0)" }]
            for id in ids.compactMap({ $0 })
            where !items.contains(id) {
                try state.connection.keep(
                    RemoteItem(of: found.id, id, .inwards, content: digest, eventSeq: seq)
                )
            }
            try state.noteActivity(.changed)
            return .bool(true)
        } == .bool(true)
    }
}

extension VendorUpdate {
    /// What it is called among the things that both sides know.
    fileprivate var itemID: String { "update:\(updateID)" }
    /// What its comment is called there.
    fileprivate var commentItemID: String? { commentID.map { "comment:\($0)" } }
}
