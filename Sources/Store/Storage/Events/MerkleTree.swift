package import SQLDatabase

/// A head that an anchor vouches for.
package struct AnchorLeaf: Sendable, Hashable, RowDecodable {
    /// The columns of `anchor_leaf` but the anchor.
    package static let columns: Query = "chain_id, seq, sha"

    /// The chain.
    package let chainID: Int64
    /// The number of its last event then.
    package let seq: Int64
    /// The hash of that event.
    package let sha: String

    /// Reads the columns of `anchor_leaf`.
    package init(_ row: inout RowReader) throws {
        chainID = try row.next()
        seq = try row.next()
        sha = try row.next()
    }

    /// The hash of the leaf in its tree.
    var treeSHA: String {
        Netstrings.sha("mst-leaf-1", [String(chainID), String(seq), sha])
    }
}

/// Hashes over many leaves so that one leaf can be shown to be among them with a few hashes.
///
/// With n(x) as in ``Event``:
///
///     leaf  = SHA-256("mst-leaf-1" n(chain_id) n(seq) n(sha))
///     inner = SHA-256("mst-node-1" n(left) n(right))
///
/// Each floor pairs its neighbours from the left; one that is left over goes up as it is. The
/// labels keep an inner hash from being shown as a leaf.
enum MerkleTree {
    /// One step from a leaf up to the top: the neighbour, and on which side it stands.
    struct Step: Sendable, Hashable {
        let sha: String
        let isLeft: Bool
    }

    /// The top over the hashes of leaves, and the steps to it from the leaf at a position.
    ///
    /// - Parameters:
    ///   - leaves: At least one.
    ///   - position: `nil`: no steps are wanted.
    /// - Returns: The hash at the top, and the steps, from the lowest.
    static func top(_ leaves: [String], from position: Int? = nil) -> (sha: String, path: [Step]) {
        var floor = leaves
        var position = position
        var path: [Step] = []
        while floor.count > 1 {
            if let here = position, floor.indices.contains(here ^ 1) {
                path.append(Step(sha: floor[here ^ 1], isLeft: here % 2 == 1))
            }
            position = position.map { $0 / 2 }
            floor = stride(from: 0, to: floor.count, by: 2)
                .map { left in
                    left + 1 < floor.count ? inner(floor[left], floor[left + 1]) : floor[left]
                }
        }
        return (floor.first ?? "", path)
    }

    /// The top that a leaf and its steps lead to.
    static func top(from leaf: String, by path: [Step]) -> String {
        path.reduce(leaf) { below, step in
            step.isLeft ? inner(step.sha, below) : inner(below, step.sha)
        }
    }

    private static func inner(_ left: String, _ right: String) -> String {
        Netstrings.sha("mst-node-1", [left, right])
    }
}
