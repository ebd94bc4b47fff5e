/// Which releases contain which others.
///
/// Ranks follow versions, and versions do not always follow history: a project that went from
/// 2015.1 to 12.0 has its newest releases below its oldest. What is older is told by ancestry
/// first, by rank only between releases of which neither contains the other.
struct ReleaseOrder: Sendable {
    private let rows: [CommitRow]
    /// For each release, one bit per release of another commit that it contains.
    private let contained: [[UInt64]]
    /// For each release, one bit per release of another commit that contains it.
    private let containing: [[UInt64]]
    /// For each lane, the release that no other of the lane contains; of several the one of
    /// highest rank.
    let newest: [Int?]

    /// `containers` hold, per block of 64 releases, what those releases contain.
    init(rows: [CommitRow], containers: [LaneBits], laneReleases: [[UInt64]]) {
        self.rows = rows
        var contained = [[UInt64]](
            repeating: [UInt64](repeating: 0, count: containers.count),
            count: rows.count
        )
        var containing = contained
        for older in rows.indices {
            for block in containers.indices {
                containers[block]
                    .forEachLane(of: rows[older]) { lane in
                        let newer = block * 64 + lane
                        if rows[newer] == rows[older] { return }
                        contained[newer][older >> 6] |= 1 << UInt64(older & 63)
                        containing[older][block] |= 1 << UInt64(lane)
                    }
            }
        }
        self.contained = contained
        self.containing = containing
        newest = laneReleases.map { releases in
            Self.ranks(releases)
                .last { rank in
                    zip(containing[rank], releases).allSatisfy { $0 & $1 == 0 }
                }
        }
    }

    /// Those of `releases` that the release of `rank` contains and that stand at other commits.
    func older(than rank: Int, among releases: [UInt64]) -> [UInt64] {
        zip(contained[rank], releases).map { $0 & $1 }
    }

    /// Whether of any two of `releases` one contains the other.
    func isChain(_ releases: [UInt64]) -> Bool {
        let ranks = Self.ranks(releases)
        let sizes = ranks.map { rank in
            older(than: rank, among: releases).reduce(0) { $0 + $1.nonzeroBitCount }
        }
        let sorted = ranks.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }.map { ranks[$0] }
        return zip(sorted, sorted.dropFirst())
            .allSatisfy { older, newer in
                rows[older] == rows[newer]
                    || contained[newer][older >> 6] >> UInt64(older & 63) & 1 != 0
            }
    }

    /// The lowest rank in `releases`.
    static func lowest(_ releases: [UInt64]) -> Int? {
        for (block, word) in releases.enumerated() where word != 0 {
            return block * 64 + word.trailingZeroBitCount
        }
        return nil
    }

    /// The ranks in `releases`, ascending.
    static func ranks(_ releases: [UInt64]) -> [Int] {
        var ranks: [Int] = []
        for (block, word) in releases.enumerated() {
            var word = word
            while word != 0 {
                ranks.append(block * 64 + word.trailingZeroBitCount)
                word &= word - 1
            }
        }
        return ranks
    }
}
