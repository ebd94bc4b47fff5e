/// For each row, which of some starting commits contain it: one bit per start.
///
/// Starts are numbered; 64 of them share a block of one word per row.
final class LaneBits: @unchecked Sendable {
    // Sound: the words are written in `init` alone.
    let lanes: Int
    let rows: Int
    let blocks: Int
    private let words: UnsafeMutablePointer<UInt64>

    /// Sweeps from the commits `starts`, one per lane; a negative one leaves its lane empty.
    init(_ index: CommitIndex, starts: [CommitRow]) {
        lanes = starts.count
        rows = index.count
        blocks = (starts.count + 63) / 64
        words = .allocate(capacity: max(1, blocks * rows))
        words.initialize(repeating: 0, count: max(1, blocks * rows))
        for block in 0..<blocks {
            let column = words + block * rows
            var highest = -1
            for lane in (block * 64)..<min(starts.count, block * 64 + 64) where starts[lane] >= 0 {
                column[starts[lane]] |= 1 << UInt64(lane - block * 64)
                highest = max(highest, starts[lane])
            }
            Self.sweep(index, column, from: highest)
        }
    }

    deinit { words.deallocate() }

    private static func sweep(
        _ index: CommitIndex,
        _ column: UnsafeMutablePointer<UInt64>,
        from highest: CommitRow
    ) {
        guard let first = index.firstParents.baseAddress,
            let more = index.moreParents.baseAddress
        else { return }
        let runs = index.parentRuns
        var row = highest
        while row >= 0 {
            let bits = column[row]
            if bits != 0 {
                let parent = Int(first[row])
                if parent >= 0 { column[parent] |= bits }
                let run = Int(more[row])
                if run != 0 {
                    for place in run..<(run + Int(runs[run - 1])) where runs[place] >= 0 {
                        column[Int(runs[place])] |= bits
                    }
                }
            }
            row -= 1
        }
    }

    /// The words of one block, one per row.
    @inline(__always)
    func column(_ block: Int) -> UnsafePointer<UInt64> { UnsafePointer(words + block * rows) }

    /// Whether the start of `lane` contains `row`.
    @inline(__always)
    func contains(_ row: CommitRow, _ lane: Int) -> Bool {
        words[(lane >> 6) * rows + row] >> UInt64(lane & 63) & 1 != 0
    }

    /// Calls `body` with each lane whose start contains `row`, ascending.
    @inline(__always)
    func forEachLane(of row: CommitRow, _ body: (Int) -> Void) {
        for block in 0..<blocks {
            var bits = words[block * rows + row]
            while bits != 0 {
                body(block * 64 + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
    }
}
