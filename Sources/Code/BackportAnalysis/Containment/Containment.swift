/// Which commits the lines and releases of a repository contain.
///
/// Lines are named by lane: 0 is the mainline, lane `i` is `lines[i - 1]`. Everything is computed
/// by loops over all rows, once, when the object is made or first asked; nothing depends on how
/// many commits are looked at afterwards. Safe to use from several threads.
package final class Containment: Sendable {
    /// The index that was swept.
    package let index: CommitIndex
    /// The lines and releases that were swept.
    package let lines: ReleaseLines
    /// How many lanes there are: the mainline and each line.
    package let laneCount: Int

    let chain: MainlineChain
    let bits: LaneBits
    private let lineOnly: LineOnlyRows
    private let branchPlaces: [Int]
    private let lazy: LazySweeps

    /// Sweeps from the tips of all lines.
    ///
    /// Cost: three loops over all rows for every 64 lines.
    package init(index: CommitIndex, lines: ReleaseLines) {
        self.index = index
        self.lines = lines
        let tips = lines.all.map(\.tip)
        laneCount = tips.count
        let chain = MainlineChain(index, tip: lines.mainline.tip)
        let bits = LaneBits(index, starts: tips)
        self.chain = chain
        self.bits = bits
        branchPlaces = tips.indices.map { lane in
            lane == 0 ? chain.rows.count - 1 : chain.newestPlace { bits.contains($0, lane) }
        }
        lineOnly = LineOnlyRows(
            index,
            chain: chain,
            bits: bits,
            tips: tips,
            branchPlaces: branchPlaces
        )
        lazy = LazySweeps(index: index, lines: lines, chain: chain, bits: bits)
    }
}

// MARK: - Mainline

extension Containment {
    /// First-parent chain of the mainline, oldest first.
    package var mainlineChain: [CommitRow] { chain.rows }

    /// For each row, the place on the chain of the oldest chain commit that contains it.
    ///
    /// -1 where none does; as many as the index has rows.
    /// The side of a mainline merge at place `k` is the rows with entry `k` other than itself.
    package var mainlineEntry: UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(start: chain.entries, count: index.count)
    }

    /// Place of `row` on the mainline's chain, 0 being the oldest; `nil` off it.
    package func chainPosition(_ row: CommitRow) -> Int? {
        chain.places[row] < 0 ? nil : Int(chain.places[row])
    }

    /// Whether `row` stands on the first-parent chain of the mainline.
    package func isOnMainlineChain(_ row: CommitRow) -> Bool { chain.places[row] >= 0 }

    /// Place on the mainline's chain of the newest commit that the lane's tip contains.
    ///
    /// `nil` if the histories have no such commit; for lane 0 the last place.
    package func branchPoint(_ lane: Int) -> Int? {
        branchPlaces[lane] < 0 ? nil : branchPlaces[lane]
    }
}

// MARK: - Lines

extension Containment {
    /// Whether the tip of `lane` is `row` or one of its descendants.
    @inline(__always)
    package func contains(_ row: CommitRow, lane: Int) -> Bool { bits.contains(row, lane) }

    /// The lanes that contain `row`, ascending.
    package func lanes(of row: CommitRow) -> [Int] {
        var lanes: [Int] = []
        bits.forEachLane(of: row) { lanes.append($0) }
        return lanes
    }

    /// Calls `body` with each lane that contains `row`, ascending.
    @inline(__always)
    package func forEachLane(of row: CommitRow, _ body: (Int) -> Void) {
        bits.forEachLane(of: row, body)
    }

    /// Whether `row` was made for the line of `lane`, even if the line was merged back later.
    ///
    /// That is: the line contains it and its branch point does not, or it stands on the first-parent
    /// chain of the line. Commits of the mainline's chain never count.
    @inline(__always)
    package func isLineOnly(_ row: CommitRow, lane: Int) -> Bool {
        lineOnly.contains(row, lane)
    }

    /// Calls `body` with each lane for which `row` was made, ascending.
    @inline(__always)
    package func forEachLineOnlyLane(of row: CommitRow, _ body: (Int) -> Void) {
        lineOnly.forEachLane(of: row, body)
    }

    /// Lanes `64 * block` to `64 * block + 63` for which `row` was made, one bit each.
    @inline(__always)
    package func lineOnlyBits(_ row: CommitRow, block: Int = 0) -> UInt64 {
        lineOnly.word(row, block)
    }

    /// The rows that were made for some line, ascending, each once.
    package func lineOnlyRows() -> [CommitRow] { lineOnly.rows() }

    /// Whether `row` stands on the first-parent chain of the line of `lane`, above the mainline's.
    package func isOnLineChain(_ row: CommitRow, lane: Int) -> Bool {
        lane == 0 ? isOnMainlineChain(row) : lineOnly.isOnChain(row, lane)
    }
}

// MARK: - Releases

extension Containment {
    /// Rank of the newest release that the lane's tip contains, of any family; `nil` if none.
    ///
    /// That is the one that no other release in the lane contains; of several, and of several at
    /// one commit, the one of highest rank. Rank alone would mislead where a project changed its
    /// way of counting (2015.1, then 12.0).
    package func newestRelease(_ lane: Int) -> Int? { lazy.order().newest[lane] }

    /// Whether the newest release of `lane` contains `row`; `false` if it has none.
    package func isReleased(_ row: CommitRow, lane: Int) -> Bool {
        lazy.released().contains(row, lane)
    }

    /// The ranks of the releases that the lane's tip contains, ascending, without pre-releases.
    package func releases(in lane: Int) -> [Int] { lazy.releases(in: lane) }

    /// Whether the release of `rank` contains `row`; pre-releases too.
    package func contains(_ row: CommitRow, release rank: Int) -> Bool {
        lazy.releaseBits(rank >> 6).contains(row, rank & 63)
    }

    /// Which commits each release contains, for many questions in a row.
    ///
    /// Cost: one loop over all rows for every 64 releases, the first time.
    package func releaseTable() -> ReleaseTable {
        let blocks = (lines.releases.count + 63) / 64
        return ReleaseTable(blocks: (0..<blocks).map { lazy.releaseBits($0) })
    }

    /// Rank of the first release that the lane's tip contains and that contains `row`; `nil` if
    /// there is none.
    ///
    /// That is one that contains no other such release; of several, and of several at one commit,
    /// one of low rank.
    package func firstRelease(_ row: CommitRow, lane: Int) -> Int? {
        lazy.firstRelease(row, lane)
    }

    /// Whether of any two releases in the lane one contains the other.
    ///
    /// Then ``firstRelease(_:lane:)`` is the first of an unbroken run of releases.
    package func isReleaseChain(_ lane: Int) -> Bool { lazy.isReleaseChain(lane) }
}

// MARK: - Positions and gaps

extension Containment {
    /// The nearest release at or before `row` and how many commits came since, as
    /// `git describe --tags` counts over release tags; `nil` before the first release.
    ///
    /// Among the releases that `row` contains it is the one that contains most commits, of equals
    /// the one of highest rank.
    package func position(of row: CommitRow) -> (rank: Int, commits: Int)? {
        lazy.positions().position(of: row)
    }

    /// How many commits `row` contains, itself included.
    package func ancestorCount(_ row: CommitRow) -> Int { lazy.positions().ancestorCount(row) }

    /// What cuts the history below `row`, if something does.
    package func reachesGap(_ row: CommitRow) -> HistoryGap? { lazy.gaps().gap(row) }
}

/// Which commits each release contains.
package struct ReleaseTable: Sendable {
    let blocks: [LaneBits]

    /// Whether the release of `rank` contains `row`; pre-releases too.
    @inline(__always)
    package func contains(_ row: CommitRow, release rank: Int) -> Bool {
        blocks[rank >> 6].contains(row, rank & 63)
    }
}

/// Why the history below a commit is not complete.
package enum HistoryGap: String, Sendable, Hashable {
    /// The clone is shallow.
    case shallow
    /// An object is absent from the repository.
    case absentObject = "absent-object"
}
