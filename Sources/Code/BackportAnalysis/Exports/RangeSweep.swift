import MainstayCore

/// Goes through the history once for one defect, parents first, and finds where its state changes.
///
/// A commit's state depends on the events of the defect that it holds, so it is computed once for
/// each set of them, and looked at only where that set can change: at the events themselves and at
/// merges of runs that differ. What parallel branches disagree about depends on content, too, and is
/// asked wherever it must be known.
struct RangeSweep {
    /// What is known at a commit.
    struct Standing: Hashable {
        /// Events of the defect in the history of the commit, ascending.
        var held: [CommitRow] = []
        /// Numbers of the changes that are in its history and below no other one, ascending.
        var nearest: [Int] = []
        /// Whether a part of its history is absent.
        var hasGap = false
    }

    /// A commit where the state is another one than what came before says.
    struct Change {
        var row: CommitRow
        var isAffected: Bool
        /// Numbers of all changes below it.
        var below: Set<Int>
    }

    private let runs: CommitRuns
    private let isEvent: (CommitRow) -> Bool
    /// Returns the state of a commit from what it holds.
    private let isAffected: (CommitRow, Standing) -> Bool
    /// Whether a commit that holds nothing is affected.
    private let startsAffected: Bool

    private(set) var changes: [Change] = []
    private var standings = [Standing()]
    private var numbers = [Standing(): 0]
    /// Number of the standing at the start of each run; `~number` where something changes inside.
    private var ofRun: [Int]
    /// By run: what changes inside, ascending.
    private var inside: [Int: [(row: CommitRow, standing: Int)]] = [:]

    /// Sweeps over `runs`, looking at `points` (ascending, each once) beside the starts of runs.
    init(
        _ runs: CommitRuns,
        points: [CommitRow],
        startsAffected: Bool,
        isEvent: @escaping (CommitRow) -> Bool,
        isAffected: @escaping (CommitRow, Standing) -> Bool
    ) {
        self.runs = runs
        self.startsAffected = startsAffected
        self.isEvent = isEvent
        self.isAffected = isAffected
        ofRun = [Int](repeating: 0, count: runs.starts.count)
        sweep(points)
    }

    private mutating func sweep(_ points: [CommitRow]) {
        let starts = runs.starts
        // Below the first point nothing is held, and the state is what it was from the start on.
        var place = runs.hasGap ? 0 : Self.firstPlace(in: starts, from: points.first)
        var point = 0
        while place < starts.count || point < points.count {
            let start = place < starts.count ? starts[place] : .max
            let next = point < points.count ? points[point] : .max
            if start < next {
                visitStart(place)
            } else {
                visitPoint(next)
                point += 1
            }
            if start <= next { place += 1 }
        }
    }

    private static func firstPlace(in starts: [CommitRow], from row: CommitRow?) -> Int {
        guard let row else { return starts.count }
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < row { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A merge of runs that say the same goes on with what they say.
    private mutating func visitStart(_ place: Int) {
        let row = runs.starts[place]
        var common = -1
        var isSame = runs.index.isMerge(row) && !runs.hasGap
        runs.index.forEachParent(of: row) { parent in
            let known = standing(at: parent)
            isSame = isSame && (common < 0 || known == common)
            common = known
        }
        ofRun[place] = isSame && common >= 0 ? common : settle(row)
    }

    private mutating func visitPoint(_ row: CommitRow) {
        let settled = settle(row)
        let place = runs.place(of: row)
        if runs.starts[place] == row {
            ofRun[place] = settled
        } else {
            if ofRun[place] >= 0 { ofRun[place] = ~ofRun[place] }
            inside[place, default: []].append((row, settled))
        }
    }

    /// What is known at `row`, which is no higher than what was looked at last.
    func known(at row: CommitRow) -> Standing { standings[standing(at: row)] }

    private func standing(at row: CommitRow) -> Int {
        let place = runs.place(of: row)
        let start = ofRun[place]
        if start >= 0 { return start }
        let last = inside[place]?.last { $0.row <= row && runs.follows(row, $0.row) }
        return last?.standing ?? ~start
    }

    // MARK: - Changes

    /// Computes what is known at `row` and adds a change there if its state asks for one.
    private mutating func settle(_ row: CommitRow) -> Int {
        var standing = inherited(by: row)
        let isAffected = isAffected(row, standing)
        let said = Set(standing.nearest.map { changes[$0].isAffected })
        let isSaid = said.isEmpty ? isAffected == startsAffected : said == [isAffected]
        if !isSaid {
            let below = standing.nearest.reduce(into: Set(standing.nearest)) {
                $0.formUnion(changes[$1].below)
            }
            standing.nearest = [changes.count]
            changes.append(Change(row: row, isAffected: isAffected, below: below))
        }
        if let number = numbers[standing] { return number }
        numbers[standing] = standings.count
        standings.append(standing)
        return standings.count - 1
    }

    /// What the parents say together, and the event of `row` itself.
    private func inherited(by row: CommitRow) -> Standing {
        var parents: [Int] = []
        runs.index.forEachParent(of: row) { parent in
            let known = standing(at: parent)
            if !parents.contains(known) { parents.append(known) }
        }
        var result = parents.first.map { standings[$0] } ?? Standing()
        if parents.count > 1 {
            let all = parents.map { standings[$0] }
            result.held = Set(all.flatMap(\.held)).sorted()
            let nearest = Set(all.flatMap(\.nearest))
            let below = nearest.reduce(into: Set<Int>()) { $0.formUnion(changes[$1].below) }
            result.nearest = nearest.subtracting(below).sorted()
            result.hasGap = all.contains(where: \.hasGap)
        }
        if isEvent(row), !result.held.contains(row) {
            result.held.append(row)
        }
        if runs.hasGap, runs.index.gap(at: row) < CommitIndexImage.ParentMark.none {
            result.hasGap = true
        }
        return result
    }
}
