import MainstayCore
import SQLDatabase

extension Connection {
    /// Proves every anchor: its leaves, its root, the root before it, and what the chains say of
    /// it.
    func proveAnchors(_ report: @escaping FaultReport) throws {
        try proveRoots(report)
        try run(
            """
            SELECT l.anchor_id, l.chain_id, l.seq FROM anchor_leaf l
            LEFT JOIN event e ON e.chain_id = l.chain_id AND e.seq = l.seq
            WHERE e.sha IS NULL OR e.sha <> l.sha ORDER BY l.anchor_id, l.chain_id
            """
        ) { row in
            let (anchor, chain, seq): (Int64, Int64, Int64) =
                (try row.next(), try row.next(), try row.next())
            report(
                Fault(
                    "anchor_leaf",
                    "\(anchor)/\(chain)",
                    seq: seq,
                    "The chain does not have the event that the anchor vouches for"
                )
            )
        }
        try run(
            """
            SELECT c.id, c.anchored_seq, COALESCE(l.seq, 0) FROM chain c
            LEFT JOIN (SELECT chain_id, MAX(seq) AS seq FROM anchor_leaf GROUP BY chain_id) l
              ON l.chain_id = c.id
            WHERE c.anchored_seq <> COALESCE(l.seq, 0) ORDER BY c.id
            """
        ) { row in
            let (chain, seen, known): (Int64, Int64, Int64) =
                (try row.next(), try row.next(), try row.next())
            report(
                Fault("chain", chain, "anchored_seq is \(seen), but the last anchored is \(known)")
            )
        }
    }

    private func proveRoots(_ report: @escaping FaultReport) throws {
        var last = (root: "", madeAt: Instant.earliest)
        while true {
            let piece: [Anchor] = try all(
                """
                SELECT \(Anchor.columns) FROM anchor WHERE made_at > \(last.madeAt)
                ORDER BY made_at LIMIT 100
                """
            )
            for anchor in piece {
                try prove(anchor, after: last.root, report)
                last = (anchor.root, anchor.madeAt)
            }
            if piece.count < 100 { break }
        }
        let newest: String? = try value("SELECT value FROM setting WHERE name = \(Anchor.setting)")
        if newest ?? "" != last.root {
            report(Fault("setting", Anchor.setting, "It is not the root of the newest anchor"))
        }
    }

    private func prove(_ anchor: Anchor, after root: String, _ report: @escaping FaultReport) throws
    {
        func fault(_ what: String) { report(Fault("anchor", anchor.id, what)) }
        let leaves = try leaves(of: anchor.id)
        if Int64(leaves.count) != anchor.leafCount {
            fault("It has \(leaves.count) leaves, expected \(anchor.leafCount)")
        }
        if anchor.previousRoot != root { fault("prev_root_sha is not the root before it") }
        if anchor.computedRoot(over: MerkleTree.top(leaves.map(\.treeSHA)).sha) != anchor.root {
            fault("root_sha is not the hash of its leaves")
        }
    }
}
