/// For each row, the lines for which it was made.
///
/// A line merged back into the mainline has nothing that the mainline lacks, so what it contains
/// is compared with its branch point and with its own first-parent chain.
final class LineOnlyRows: @unchecked Sendable {
    // Sound: the words are written in `init` alone.
    private let count: Int
    private let blocks: Int
    /// Per block: one word per row for the line-only bits, then one for the lines' own chains.
    private let words: UnsafeMutablePointer<UInt64>

    init(
        _ index: CommitIndex,
        chain: MainlineChain,
        bits: LaneBits,
        tips: [CommitRow],
        branchPlaces: [Int]
    ) {
        count = index.count
        blocks = bits.blocks
        words = .allocate(capacity: max(1, blocks * count * 2))
        words.initialize(repeating: 0, count: max(1, blocks * count * 2))
        for lane in tips.indices.dropFirst() { markChain(index, chain, lane, tip: tips[lane]) }
        for block in 0..<blocks { fill(block, chain, bits, branchPlaces) }
    }

    deinit { words.deallocate() }

    private func markChain(
        _ index: CommitIndex,
        _ chain: MainlineChain,
        _ lane: Int,
        tip: CommitRow
    ) {
        let own = words + ((lane >> 6) * 2 + 1) * count
        var row = tip
        while row >= 0, chain.places[row] < 0 {
            own[row] |= 1 << UInt64(lane & 63)
            row = Int(index.firstParents[row])
        }
    }

    private func fill(
        _ block: Int,
        _ chain: MainlineChain,
        _ bits: LaneBits,
        _ branchPlaces: [Int]
    ) {
        let result = words + block * 2 * count
        let own = result + count
        let contained = bits.column(block)
        let lanes = max(1, block * 64)..<min(bits.lanes, block * 64 + 64)
        let entries = chain.entries
        let places = chain.places
        // For each place of the chain, the lanes that branched before it; the last word stands
        // for rows that no chain commit contains.
        let length = chain.rows.count
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: length + 1) { before in
            before.initialize(repeating: 0)
            for lane in lanes { before[branchPlaces[lane] + 1] |= 1 << UInt64(lane & 63) }
            for place in 1..<(length + 1) { before[place] |= before[place - 1] }
            let all = before[length]
            for row in 0..<count where contained[row] != 0 && places[row] < 0 {
                let entry = Int(entries[row])
                let above = entry < 0 ? all : before[entry]
                result[row] = contained[row] & (above | own[row])
            }
        }
    }

    @inline(__always)
    func word(_ row: CommitRow, _ block: Int) -> UInt64 { words[block * 2 * count + row] }

    @inline(__always)
    func contains(_ row: CommitRow, _ lane: Int) -> Bool {
        word(row, lane >> 6) >> UInt64(lane & 63) & 1 != 0
    }

    func isOnChain(_ row: CommitRow, _ lane: Int) -> Bool {
        words[((lane >> 6) * 2 + 1) * count + row] >> UInt64(lane & 63) & 1 != 0
    }

    @inline(__always)
    func forEachLane(of row: CommitRow, _ body: (Int) -> Void) {
        for block in 0..<blocks {
            var bits = word(row, block)
            while bits != 0 {
                body(block * 64 + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
    }

    /// Rows with any bit, ascending.
    func rows() -> [CommitRow] {
        func hasAny(_ row: Int) -> Bool {
            for block in 0..<blocks where word(row, block) != 0 { return true }
            return false
        }
        var total = 0
        for row in 0..<count where hasAny(row) { total += 1 }
        return Array(unsafeUninitializedCapacity: total) { buffer, used in
            for row in 0..<count where hasAny(row) {
                buffer.initializeElement(at: used, to: row)
                used += 1
            }
        }
    }
}
