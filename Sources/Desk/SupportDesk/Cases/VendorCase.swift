package import MainstayCore

/// A case at a vendor as it stands now; how it came so is on its chain.
///
/// Only acts of ``CaseChange`` change the codes of one; what a check of the vendor's system found is
/// no act, and is set by whoever checked.
package struct VendorCase: Sendable, Hashable {
    /// The number of its row and of its chain of events.
    package let id: Int64
    /// What people call it, and the key that the vendor is sent: `MS-17`.
    package let ref: String
    /// Whom it is at.
    package let vendorID: Int64
    /// The connector that follows it; `nil`: it is kept by hand.
    package internal(set) var connectorID: Int64?
    /// What the vendor calls it; `nil` before it is with him.
    package internal(set) var remoteID: String?
    /// Where people see it at the vendor's.
    package internal(set) var url: String?
    /// Our contract with the vendor under which it is followed; without one it has no clocks.
    package internal(set) var contractID: Int64?
    /// How urgent it is to us: which targets of the contract count.
    package internal(set) var priority: Priority
    /// What it is about, in one line of ours.
    package internal(set) var title: String
    /// The vendor's own word for where it stands.
    package internal(set) var remoteStatus: String?
    /// The version of the status map that gave ``state``; `nil` where a person did.
    package internal(set) var mapVersion: Int64?
    /// Where it stands, in our words.
    package internal(set) var state: CaseState
    /// Whether a person set the state, which then stands until the vendor moves.
    package internal(set) var isHeld = false
    /// When the vendor changed it, by his clock.
    package internal(set) var remoteChangedAt: Instant?
    /// The vendor's version that has the fix, as he names it.
    package internal(set) var vendorVersion: String?
    /// The vendor's commit that is the fix, as he names it.
    package internal(set) var vendorCommit: String?
    /// When a check succeeded last.
    package var checkedAt: Instant?
    /// When it is checked next; of a case kept by hand, when a person looks again.
    package var nextCheckAt: Instant?
    /// How many checks have failed since.
    package var failures: Int64 = 0
    /// What the last of them said.
    package var lastError: String?
    /// When it was opened here.
    package let openedAt: Instant
    /// When it was changed last, by the desk's clock.
    package internal(set) var updatedAt: Instant

    /// Whether a person keeps it by hand.
    package var isByHand: Bool { connectorID == nil }

    /// Creates a draft.
    package init(
        id: Int64,
        ref: String,
        vendor: Int64,
        connector: Int64?,
        contract: Int64?,
        priority: Priority,
        title: String,
        openedAt: Instant
    ) {
        self.id = id
        self.ref = ref
        vendorID = vendor
        connectorID = connector
        contractID = contract
        self.priority = priority
        self.title = title
        state = .draft
        self.openedAt = openedAt
        updatedAt = openedAt
    }

    /// The columns whose values events repeat, by their names: all but its number, its title, and
    /// what checks found.
    package var codes: [String: JSONValue] {
        [
            "ref": .text(ref), "vendor_id": .int(vendorID), "connector_id": connectorID.column,
            "remote_id": .text(remoteID), "url": .text(url), "contract_id": contractID.column,
            "priority": .int(priority.rawValue), "remote_status": .text(remoteStatus),
            "map_version": mapVersion.column, "mapped": .text(state.rawValue),
            "is_held": isHeld.column, "remote_changed_at": remoteChangedAt.column,
            "vendor_version": .text(vendorVersion), "vendor_commit": .text(vendorCommit),
            "opened_at": openedAt.column,
        ]
    }
}

extension VendorCase {
    /// How a case stands, as a row of its table holds it.
    package struct Standing: Sendable {
        /// What the vendor calls it, where it is at his place, and his word for where it stands.
        package var remote: (id: String?, url: String?, status: String?) = (nil, nil, nil)
        /// The version of the map, the state, whether a person set it, when the vendor moved.
        package var state: (map: Int64?, now: CaseState, isHeld: Bool, changedAt: Instant?) =
            (nil, .draft, false, nil)
        /// The vendor's version and commit.
        package var fix: (version: String?, commit: String?) = (nil, nil)
        /// When it was changed last.
        package var updatedAt = Instant.earliest

        /// Creates the standing of a draft.
        package init() {}
    }

    /// Takes over how a case stands from its row.
    package mutating func stand(_ standing: Standing) {
        (remoteID, url, remoteStatus) = standing.remote
        (mapVersion, state, isHeld, remoteChangedAt) = standing.state
        (vendorVersion, vendorCommit) = standing.fix
        updatedAt = standing.updatedAt
    }
}
