/// The order in which picks are made: that of the mainline.
package enum PickOrder {
    /// Returns `rows`, each once: parents first, then by commit time, then by id.
    ///
    /// Cost: one loop over all rows of the index for every 64 of `rows`.
    package static func sorted(_ rows: [CommitRow], in index: CommitIndex) -> [CommitRow] {
        var waiting = Set(rows)
            .sorted { left, right in
                (index.commitTime(left), index.id(left)) < (
                    index.commitTime(right), index.id(right)
                )
            }
        let starts = waiting
        let bits = LaneBits(index, starts: starts)
        let lane = Dictionary(uniqueKeysWithValues: starts.enumerated().map { ($1, $0) })
        var sorted: [CommitRow] = []
        while !waiting.isEmpty {
            let next = waiting.firstIndex { row in
                !waiting.contains { $0 != row && bits.contains($0, lane[row] ?? 0) }
            }
            sorted.append(waiting.remove(at: next ?? 0))
        }
        return sorted
    }
}
