import ConnectorLink
import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Reading what is new: the cursor moves in the transaction that keeps the page.
extension SyncWork {
    /// The stream of updates, for cursors.
    static let updates = "updates"
    /// How many pages one round reads at most; the next goes on.
    private static let mostPages = 200

    /// The queue of updates that are to be applied.
    var updateQueue: String { "vendor-update:\(connector.id)" }

    /// The kind of the jobs with updates of one case: those are applied in their order.
    static func kind(of remoteID: String) -> String { "update:\(remoteID)" }

    /// Reads pages until the vendor has no more; returns how many updates they held.
    func poll() async throws -> Int {
        var count = 0
        for _ in 0..<Self.mostPages {
            let place = try await desk.read { connection, _ in
                try connection.syncCursor(of: connector.id, Self.updates)
            }
            let page = try await vendor.call(.fetchUpdates(since: place.cursor), audit: .reads)
            count += page.updates.count
            let isOurs = try await keep(page, after: place)
            // Where somebody else moved on, he has the page; the next one is for us again.
            guard page.hasMore, !isOurs || page.nextCursor != place.cursor else { break }
        }
        return count
    }

    /// Keeps a page as jobs, one for each update; returns whether nobody else did.
    private func keep(
        _ page: UpdatePage,
        after place: (cursor: String, version: Int64)
    ) async throws -> Bool {
        if page.updates.isEmpty, page.nextCursor == place.cursor { return true }
        let result = try await desk.write(ids: page.updates.count + 4) {
            connection,
            _,
            provision in
            let isMoved = try connection.moveCursor(
                of: connector.id,
                Self.updates,
                from: place.version,
                to: page.nextCursor
            )
            guard isMoved else { return .int(0) }
            // One for a case that is not known may be for one whose opening nobody has heard of, or
            // into which one of ours is merged by an update that is still to be applied.
            var keepsAll = try connection.hasUnsettledOpening(of: connector.id)
            keepsAll = try keepsAll || connection.hasJob(in: updateQueue)
            for update in page.updates {
                let known = try connection.vendorCase(
                    of: connector.id,
                    everCalled: update.caseID
                )
                guard keepsAll || known != nil else { continue }
                if update.replacedBy != nil { keepsAll = true }
                let wish = JobWish(
                    Self.kind(of: update.caseID),
                    in: updateQueue,
                    args: ["update": update.json],
                    dedup: "update:\(connector.id):\(update.updateID)",
                    maxAttempts: 100
                )
                try connection.enqueue(wish, &provision)
            }
            return .int(1)
        }
        return result.int == 1
    }
}
