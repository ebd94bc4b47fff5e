import MainstayCore
import SupportDesk

/// A case of a small desk: vendor 5, contract 6, chain 100.
enum CaseFixture {
    static func signature(_ minute: Int64 = 0, isSecret: Bool = false) throws -> CaseSignature {
        let moment = DeskFixture.at(minute)
        return try CaseSignature(occurredAt: moment, now: moment, isSecret: isSecret)
    }

    static func draft(connector: Int64? = nil) -> VendorCase {
        VendorCase(
            id: 100,
            ref: "MS-1",
            vendor: 5,
            connector: connector,
            contract: 6,
            priority: .p2,
            title: "It stops",
            openedAt: DeskFixture.start
        )
    }

    static func opening(connector: Int64? = nil) throws -> CaseChange {
        try CaseChange(
            opening: draft(connector: connector),
            body: "At once",
            checkAt: connector == nil ? DeskFixture.at(10_000) : nil,
            signature()
        )
    }

    /// A case that is with the vendor, and its events so far.
    static func submitted(
        connector: Int64? = nil
    ) throws -> (vendorCase: VendorCase, events: [CaseEvent]) {
        let opened = try opening(connector: connector)
        var change = try CaseChange(of: opened.vendorCase, signature(1))
        change.noteSent(CaseMessage(.openCase, key: "MS-1"), outbox: 7, remoteItem: nil)
        return (change.vendorCase, opened.events + change.events)
    }

    /// A standing that the map has a meaning for.
    static func standing(_ status: String, _ meaning: CaseState?) -> RemoteStanding {
        RemoteStanding(status, meaning: meaning, mapVersion: 1)
    }
}
