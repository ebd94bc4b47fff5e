import MainstayCore
import Synchronization

/// The sweeps that not every answer needs, each made when it is first asked for.
final class LazySweeps: Sendable {
    private let index: CommitIndex
    private let lines: ReleaseLines
    private let chain: MainlineChain
    private let bits: LaneBits
    /// For each lane, one bit per rank: releases that its tip contains, without pre-releases.
    private let laneReleases: [[UInt64]]
    private let made = Mutex(Made())

    private struct Made {
        var released: LaneBits?
        var order: ReleaseOrder?
        var releaseBits: [LaneBits?] = []
        var positions: Positions?
        var gaps: GapColumn?
    }

    init(index: CommitIndex, lines: ReleaseLines, chain: MainlineChain, bits: LaneBits) {
        self.index = index
        self.lines = lines
        self.chain = chain
        self.bits = bits
        let releases = lines.releases
        let words = (releases.count + 63) / 64
        var laneReleases = [[UInt64]](
            repeating: [UInt64](repeating: 0, count: words),
            count: bits.lanes
        )
        for rank in releases.indices where !releases[rank].isPrerelease {
            bits.forEachLane(of: releases[rank].row) { lane in
                laneReleases[lane][rank >> 6] |= 1 << UInt64(rank & 63)
            }
        }
        self.laneReleases = laneReleases
    }

    /// Per lane, what its newest release contains.
    func released() -> LaneBits {
        let order = order()
        return made.withLock { made in
            if let released = made.released { return released }
            let starts = order.newest.map { rank in rank.map { lines.releases[$0].row } ?? -1 }
            let released = LaneBits(index, starts: starts)
            made.released = released
            return released
        }
    }

    /// What releases `64 * block` to `64 * block + 63` contain.
    func releaseBits(_ block: Int) -> LaneBits {
        made.withLock { made in
            if made.releaseBits.isEmpty {
                made.releaseBits = Array(repeating: nil, count: (lines.releases.count + 63) / 64)
            }
            if let known = made.releaseBits[block] { return known }
            let end = min(lines.releases.count, block * 64 + 64)
            let swept = LaneBits(index, starts: lines.releases[(block * 64)..<end].map(\.row))
            made.releaseBits[block] = swept
            return swept
        }
    }

    func releases(in lane: Int) -> [Int] { ReleaseOrder.ranks(laneReleases[lane]) }

    /// Which releases contain which, and the newest of each lane.
    func order() -> ReleaseOrder {
        if let known = made.withLock({ $0.order }) { return known }
        let blocks = (0..<((lines.releases.count + 63) / 64)).map { releaseBits($0) }
        let order = ReleaseOrder(
            rows: lines.releases.map(\.row),
            containers: blocks,
            laneReleases: laneReleases
        )
        made.withLock { $0.order = order }
        return order
    }

    /// Of the lane's releases that contain `row`, those that contain no other of them; of several
    /// the one of lowest rank.
    func firstRelease(_ row: CommitRow, _ lane: Int) -> Int? {
        var found = laneReleases[lane]
        for block in found.indices where found[block] != 0 {
            found[block] &= releaseBits(block).column(0)[row]
        }
        guard var first = ReleaseOrder.lowest(found) else { return nil }
        let order = order()
        while true {
            found = order.older(than: first, among: found)
            guard let next = ReleaseOrder.lowest(found) else { return first }
            first = next
        }
    }

    func isReleaseChain(_ lane: Int) -> Bool { order().isChain(laneReleases[lane]) }

    func positions() -> Positions {
        made.withLock { made in
            if let positions = made.positions { return positions }
            let positions = Positions(index: index, lines: lines, chain: chain)
            made.positions = positions
            return positions
        }
    }

    func gaps() -> GapColumn {
        made.withLock { made in
            if let gaps = made.gaps { return gaps }
            let gaps = GapColumn(index)
            made.gaps = gaps
            return gaps
        }
    }
}

/// For each row, what cuts the history below it.
final class GapColumn: @unchecked Sendable {
    // Sound: the bytes are written in `init` alone.
    private let marks: UnsafeMutablePointer<UInt8>

    private static let cut: UInt8 = 1
    private static let absent: UInt8 = 2

    init(_ index: CommitIndex) {
        let marks = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, index.count))
        self.marks = marks
        for row in 0..<index.count {
            var mark: UInt8 = 0
            switch index.gap(at: row) {
            case CommitIndexImage.ParentMark.cut: mark = Self.cut
            case CommitIndexImage.ParentMark.absent: mark = Self.absent
            default: break
            }
            index.forEachParent(of: row) { mark |= marks[$0] }
            (marks + row).initialize(to: mark)
        }
    }

    deinit { marks.deallocate() }

    func gap(_ row: CommitRow) -> HistoryGap? {
        if marks[row] & Self.absent != 0 { return .absentObject }
        return marks[row] & Self.cut != 0 ? .shallow : nil
    }
}
