import MainstayCore

/// The commits that each small merge of the mainline brings in, by place of the merge on the
/// mainline's chain.
package struct MergedSides: Sendable {
    /// A merge that brings in more commits than this joins a branch, it is no fix.
    private static let mostMerged = 100

    /// Where the rows of each place start; one more at the end.
    private var starts: [Int32]
    private var rows: [Int32]
    private let chain: [CommitRow]

    /// Sorts all rows by the merge that brought them in; two passes over the rows.
    package init(_ containment: Containment) {
        chain = containment.mainlineChain
        let entries = containment.mainlineEntry
        let blocks = (containment.laneCount + 63) / 64
        var counts = [Int32](repeating: 0, count: chain.count)
        for row in 0..<entries.count where entries[row] >= 0 {
            let place = Int(entries[row])
            counts[place] += 1
            // A side that holds commits of some line's own chain joins that line.
            if (0..<blocks).contains(where: { containment.lineOnlyBits(row, block: $0) != 0 }),
                (1..<containment.laneCount)
                    .contains(where: {
                        containment.isOnLineChain(row, lane: $0)
                    })
            {
                counts[place] = Int32(Self.mostMerged) * 1000
            }
        }
        starts = [0]
        starts.reserveCapacity(chain.count + 1)
        for count in counts {
            let isSide = count > 1 && Int(count) <= Self.mostMerged + 1
            starts.append(starts[starts.count - 1] + (isSide ? count - 1 : 0))
        }
        var next = starts
        rows = Array(repeating: 0, count: Int(starts[starts.count - 1]))
        for row in 0..<entries.count where entries[row] >= 0 {
            let place = Int(entries[row])
            guard starts[place] < starts[place + 1], chain[place] != row else { continue }
            rows[Int(next[place])] = Int32(row)
            next[place] += 1
        }
    }

    /// Every small merge and what it brings in, parents first.
    var all: [(merge: CommitRow, rows: [CommitRow])] {
        chain.indices.filter(hasSide).map { (chain[$0], rows($0)) }
    }

    /// Whether the merge at `place` brings in a side.
    func hasSide(_ place: Int) -> Bool { place >= 0 && starts[place] < starts[place + 1] }

    /// The commits that the merge at `place` brings in, parents first.
    func rows(_ place: Int) -> [CommitRow] {
        rows[Int(starts[place])..<Int(starts[place + 1])].map { Int($0) }
    }
}
