package import MainstayCore
package import SQLDatabase

/// Where the root of an anchor is sent, outside the reach of whoever can write the database.
package enum AnchorWitness: String, Sendable, Hashable, CaseIterable, SQLValue {
    /// The log of the process.
    case log
    /// Mail.
    case mail
    /// A git repository.
    case git
}

/// One hash over the heads of many chains: history before it cannot be rewritten unnoticed by
/// anybody who kept the root.
///
/// With n(x) as in ``Event`` and the tree of ``MerkleTree`` over the leaves in order of chain id:
///
///     root_sha = SHA-256("mst-root-1" n(prev_root_sha) n(id) n(made_at) n(leaf_count) n(sent_to)
/// n(top))
///
/// The first anchor has an empty `prev_root_sha`. Anchors are ordered by `made_at`, which always
/// grows.
package struct Anchor: Sendable, Hashable, RowDecodable {
    /// The columns of `anchor`.
    package static let columns: Query = "id, made_at, leaf_count, root_sha, prev_root_sha, sent_to"
    /// How many heads an anchor holds at most.
    package static let mostLeaves = 1000
    /// The row of `setting` that has the newest root and serves as the lock of those who make
    /// anchors.
    static let setting = "anchor"

    /// Its id.
    package let id: Int64
    /// When it was made; later than the one before it.
    package let madeAt: Instant
    /// How many heads it vouches for.
    package let leafCount: Int64
    /// The hash to keep elsewhere.
    package private(set) var root: String
    /// The root of the anchor before it; empty for the first.
    package let previousRoot: String
    /// Where the root goes, as it is stored.
    private let witness: String

    /// Where the root goes; `nil` for a place that is none.
    package var sentTo: AnchorWitness? { AnchorWitness(rawValue: witness) }

    /// Reads the columns of `anchor`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        madeAt = try row.next()
        leafCount = try row.next()
        root = try row.next()
        previousRoot = try row.next()
        witness = try row.next()
    }

    fileprivate init(
        id: Int64,
        at madeAt: Instant,
        after previous: String,
        over leaves: [AnchorLeaf]
    ) {
        self.id = id
        self.madeAt = madeAt
        leafCount = Int64(leaves.count)
        previousRoot = previous
        witness = AnchorWitness.log.rawValue
        root = ""
        root = computedRoot(over: MerkleTree.top(leaves.map(\.treeSHA)).sha)
    }

    /// The root that the anchor should have over the top of its tree.
    func computedRoot(over top: String) -> String {
        let fields = [previousRoot, String(id), String(madeAt.milliseconds), String(leafCount)]
        return Netstrings.sha("mst-root-1", fields + [witness, top])
    }
}

/// What shows that an anchor vouches for a head, to somebody who has the anchor's root alone.
package struct AnchorProof: Sendable, Hashable {
    /// The anchor.
    package let anchor: Anchor
    /// The head.
    package let leaf: AnchorLeaf
    /// The hashes from the leaf up to the top of the tree.
    let path: [MerkleTree.Step]

    /// The root that the leaf leads to; it must be the one that was kept.
    package var root: String {
        anchor.computedRoot(over: MerkleTree.top(from: leaf.treeSHA, by: path))
    }
}

extension Connection {
    /// Vouches for the heads that moved since they were anchored last, at most 1000, in order of
    /// id.
    ///
    /// Call it until it returns `nil`, then send the last root away.
    /// - Returns: The anchor; `nil` if no head moved.
    package func makeAnchor(_ provision: inout Provision) throws -> Anchor? {
        // Whoever makes an anchor changes this row, so that two at once are one after the other.
        try exec(
            """
            INSERT INTO setting (name, value, updated_at) VALUES (\(Anchor.setting), '', 0)
            ON CONFLICT (name) DO UPDATE SET value = setting.value
            """
        )
        let leaves: [AnchorLeaf] = try all(
            """
            SELECT id, seq, head_sha FROM chain WHERE seq > anchored_seq ORDER BY id
            LIMIT \(Anchor.mostLeaves)\(postgres: " FOR UPDATE")
            """
        )
        guard !leaves.isEmpty else { return nil }
        var last: (root: String, at: Instant) = ("", Instant(milliseconds: 0))
        try run("SELECT value, updated_at FROM setting WHERE name = \(Anchor.setting)") {
            last = (try $0.next(), try $0.next())
        }
        let anchor = Anchor(
            id: try provision.id(),
            at: max(try now(), last.at.advanced(by: 1)),
            after: last.root,
            over: leaves
        )
        try keep(anchor, leaves)
        return anchor
    }

    private func keep(_ anchor: Anchor, _ leaves: [AnchorLeaf]) throws {
        try exec(
            """
            INSERT INTO anchor (\(Anchor.columns))
            VALUES (\(anchor.id), \(anchor.madeAt), \(anchor.leafCount), \(anchor.root),
              \(anchor.previousRoot), \(anchor.sentTo))
            """
        )
        var rest = leaves[...]
        try bulk("anchor_leaf", "anchor_id, chain_id, seq, sha") {
            rest.popFirst()
                .map { [.int(anchor.id), .int($0.chainID), .int($0.seq), .text($0.sha)] }
        }
        try exec(
            """
            UPDATE chain SET anchored_seq = seq
            WHERE id IN (SELECT chain_id FROM anchor_leaf WHERE anchor_id = \(anchor.id))
            """
        )
        try exec(
            """
            UPDATE setting SET value = \(anchor.root), updated_at = \(anchor.madeAt)
            WHERE name = \(Anchor.setting)
            """
        )
    }

    /// Returns the heads that an anchor vouches for, in order of chain id.
    func leaves(of anchor: Int64) throws -> [AnchorLeaf] {
        try all(
            """
            SELECT \(AnchorLeaf.columns) FROM anchor_leaf WHERE anchor_id = \(anchor)
            ORDER BY chain_id
            """
        )
    }

    /// Returns what shows that an anchor vouches for a chain; `nil` if it does not.
    package func proof(of chain: Int64, in anchorID: Int64) throws -> AnchorProof? {
        let leaves = try leaves(of: anchorID)
        let found: Anchor? = try one("SELECT \(Anchor.columns) FROM anchor WHERE id = \(anchorID)")
        guard let anchor = found, let place = leaves.firstIndex(where: { $0.chainID == chain })
        else { return nil }
        let path = MerkleTree.top(leaves.map(\.treeSHA), from: place).path
        return AnchorProof(anchor: anchor, leaf: leaves[place], path: path)
    }
}
