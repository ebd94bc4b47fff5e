import MainstayCore
import Synchronization

/// Where commits stand after the nearest release, by exact counts of ancestors.
final class Positions: Sendable {
    private let releases: [Release]
    private let nearest: Column
    private let counter: Mutex<AncestorCounter>

    init(index: CommitIndex, lines: ReleaseLines, chain: MainlineChain) {
        var counter = AncestorCounter(index: index, chain: chain)
        for line in lines.lines { counter.countChain(from: line.tip) }
        releases = lines.releases
        nearest = Column(count: index.count)
        let counts = releases.map { $0.isPrerelease ? 0 : counter.count($0.row) }
        self.counter = Mutex(counter)
        // Of several releases at one commit the highest rank stays.
        for rank in releases.indices where !releases[rank].isPrerelease {
            nearest.values[releases[rank].row] = Int32(rank)
        }
        let values = nearest.values
        for row in 0..<index.count where values[row] < 0 {
            var best: Int32 = -1
            index.forEachParent(of: row) { parent in
                let rank = values[parent]
                guard rank >= 0 else { return }
                if best < 0 || (counts[Int(rank)], rank) > (counts[Int(best)], best) {
                    best = rank
                }
            }
            values[row] = best
        }
    }

    func ancestorCount(_ row: CommitRow) -> Int { counter.withLock { $0.count(row) } }

    func position(of row: CommitRow) -> (rank: Int, commits: Int)? {
        let rank = Int(nearest.values[row])
        guard rank >= 0 else { return nil }
        let tag = releases[rank].row
        if tag == row { return (rank, 0) }
        return counter.withLock { (rank, $0.count(row) - $0.count(tag)) }
    }
}

/// A column of 32-bit numbers, -1 at first.
final class Column: @unchecked Sendable {
    // Sound: whoever makes it writes it before it is shared, or guards it by a lock.
    let values: UnsafeMutablePointer<Int32>

    init(count: Int) {
        values = .allocate(capacity: max(1, count))
        values.initialize(repeating: -1, count: max(1, count))
    }

    deinit { values.deallocate() }
}

/// Counts the ancestors of commits, themselves included, and remembers the counts.
///
/// The ancestors of the mainline commit at place `k` are the rows whose entry is at most `k`. What
/// another commit contains beside those of the newest mainline commit in it is walked.
private struct AncestorCounter {
    private let index: CommitIndex
    private let chain: MainlineChain
    /// Count of each row, -1 where unknown.
    private let counts: Column
    /// Newest place on the mainline's chain that each row contains, -1 where none.
    private let bases: Column
    /// Number of the last walk that met each row.
    private let marks: Column
    private let stack: Column
    private var walk: Int32 = 0

    init(index: CommitIndex, chain: MainlineChain) {
        self.index = index
        self.chain = chain
        counts = Column(count: index.count)
        bases = Column(count: index.count)
        marks = Column(count: index.count)
        stack = Column(count: index.count)
        let base = bases.values
        for row in 0..<index.count {
            var place = chain.places[row]
            index.forEachParent(of: row) { place = max(place, base[$0]) }
            base[row] = place
        }
        countMainline()
    }

    private func countMainline() {
        let length = chain.rows.count
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(1, length)) { entered in
            entered.initialize(repeating: 0)
            for row in 0..<index.count where chain.entries[row] >= 0 {
                entered[Int(chain.entries[row])] += 1
            }
            var total: Int32 = 0
            for place in 0..<length {
                total += entered[place]
                counts.values[chain.rows[place]] = total
            }
        }
    }

    /// Counts all commits of the first-parent chain of `tip` down to a known one, in one walk.
    mutating func countChain(from tip: CommitRow) {
        var depth = 0
        var row = tip
        while row >= 0, chain.places[row] < 0 {
            depth += 1
            row = Int(index.firstParents[row])
        }
        guard depth > 0 else { return }
        let fork = row >= 0 ? chain.places[row] : -1
        var total = row >= 0 ? counts.values[row] : 0
        let own = UnsafeMutablePointer<Int32>.allocate(capacity: depth)
        defer { own.deallocate() }
        row = tip
        for place in stride(from: depth - 1, through: 0, by: -1) {
            own[place] = Int32(row)
            row = Int(index.firstParents[row])
        }
        walk += 1
        for place in 0..<depth {
            let row = Int(own[place])
            total += walkNew(from: row, beyond: fork)
            counts.values[row] = total
        }
    }

    /// How many commits `row` contains, itself included.
    mutating func count(_ row: CommitRow) -> Int {
        var steps: Int32 = 0
        var known = row
        while counts.values[known] < 0, index.moreParents[known] == 0,
            index.firstParents[known] >= 0
        {
            steps += 1
            known = Int(index.firstParents[known])
        }
        if counts.values[known] < 0 {
            let base = bases.values[known]
            walk += 1
            let rest = walkNew(from: known, beyond: base)
            let before = base < 0 ? 0 : counts.values[chain.rows[Int(base)]]
            counts.values[known] = before + rest
        }
        let total = counts.values[known] + steps
        counts.values[row] = total
        return Int(total)
    }

    /// Marks what `row` contains, itself included, that has no mark of this walk and that the
    /// mainline commit at place `base` does not contain; returns how many those are.
    private func walkNew(from row: CommitRow, beyond base: Int32) -> Int32 {
        let mark = marks.values
        let stack = stack.values
        let entries = chain.entries
        let walk = walk
        func isNew(_ row: CommitRow) -> Bool {
            mark[row] != walk && (entries[row] < 0 || entries[row] > base)
        }
        guard isNew(row) else { return 0 }
        mark[row] = walk
        stack[0] = Int32(row)
        var depth = 1
        var met: Int32 = 0
        while depth > 0 {
            depth -= 1
            met += 1
            index.forEachParent(of: Int(stack[depth])) { parent in
                guard isNew(parent) else { return }
                mark[parent] = walk
                stack[depth] = Int32(parent)
                depth += 1
            }
        }
        return met
    }
}
