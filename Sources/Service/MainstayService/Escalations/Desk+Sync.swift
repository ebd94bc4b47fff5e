import ConnectorLink
import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What one round of a sync with a vendor's system came to.
package struct SyncRound: Sendable, Hashable {
    /// Updates that were read.
    package var updates = 0
    /// Updates that were news for a case.
    package var applied = 0
    /// Updates that failed; they are tried again.
    package var failedUpdates = 0
    /// Cases that were looked at in the vendor's system.
    package var checks = 0
    /// Messages that reached the vendor.
    package var sent = 0
    /// Messages that the vendor turned down.
    package var refused = 0
    /// Messages that a person has to look at again.
    package var held = 0
    /// Messages of which nobody knows whether they arrived, and those that wait for another try.
    package var unsettled = 0
    /// Why the vendor's system was not reached; `nil`: it was.
    package var failure: String?

    /// Nothing yet.
    package init() {}

    /// Whether nothing came of it; what was known already may have been read again.
    package var isQuiet: Bool {
        var news = self
        news.updates = 0
        return news == SyncRound()
    }
}

extension Desk {
    /// Brings our cases and those in a vendor's system together, once: reads what is new there,
    /// applies it, checks cases of their own, sends what was approved.
    ///
    /// Any number may run at once, on any node, and any may be killed at any moment.
    ///
    /// - Parameters:
    ///   - name: The connector.
    ///   - vendor: The way to the vendor's system.
    ///   - tools: For looking up commits that the vendor names; `nil`: they are not looked up.
    /// - Returns: What was done.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a connector that is paused;
    ///   ``SQLDatabase/SQLError``. What the vendor's side does wrong is no error but a result.
    package func sync(
        connector name: String,
        through vendor: any VendorSystem,
        _ tools: CodeTools? = nil
    ) async throws -> SyncRound {
        let connector = try await read { connection, acting in
            try acting.require(.keepCases)
            return try connection.knownConnector(name)
        }
        guard connector.state == .enabled else {
            throw UseError(
                .refused,
                "Connector '\(name)' is \(connector.state.rawValue)",
                hint: "Start it again with 'mainstay connector resume \(name)'"
            )
        }
        let work = SyncWork(desk: self, connector: connector, vendor: vendor, tools: tools)
        return try await work.run()
    }
}

/// One round of a sync.
struct SyncWork: Sendable {
    /// The desk, as the account under which the sync runs.
    let desk: Desk
    /// The configured link.
    let connector: ConnectorInstance
    /// The way to the vendor's system.
    let vendor: any VendorSystem
    /// For looking up commits.
    let tools: CodeTools?

    /// Carries the round out.
    func run() async throws -> SyncRound {
        var round = SyncRound()
        try await applyMap()
        guard try await mayTry() else {
            round.failure = "It is left alone until its server is asked again"
            return round
        }
        do {
            round.updates = try await poll()
            try await noteSuccess()
        } catch let fault as LinkFault {
            try await note(fault)
            round.failure = fault.message
        }
        try await applyUpdates(&round)
        // A server that does not answer is not asked for more.
        guard round.failure == nil else { return round }
        try await checkCases(&round)
        try await sendMessages(&round)
        return round
    }

    /// Gives the vendor's last words the meanings of a newer map.
    private func applyMap() async throws {
        try await desk.write(ids: 1024) { connection, acting, provision in
            let map = try connection.statusMap(of: connector.id)
            for found in try connection.vendorCases(followedBy: connector.id) {
                guard let word = found.remoteStatus, let meaning = map.words[word],
                    found.mapVersion.map({ $0 < map.version }) ?? false, !found.isHeld,
                    found.state != meaning
                else { continue }
                _ = try connection.change(found.id, at: desk, by: acting, &provision) { state in
                    state.change.apply(meaning: meaning, mapVersion: map.version)
                    return .null
                }
            }
            return .null
        }
    }
}
