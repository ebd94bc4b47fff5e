/// The commits that the lines and releases contain, cut into runs.
///
/// A run is a root or a merge with all commits that follow from it without another merge. What
/// changes at a few commits alone is known everywhere once it is known at those and at the starts
/// of the runs: every other commit says what the nearest of them below it in its run says.
final class CommitRuns: Sendable {
    let index: CommitIndex
    /// Roots and merges, ascending.
    let starts: [CommitRow]
    /// Whether a part of the history is absent.
    let hasGap: Bool
    /// Place in `starts` of the run that each row is in; -1 for rows that nothing contains.
    private let places: [Int32]
    /// Rows of one run that follow from a row stand behind it, in a row of `sizes` places.
    private let entered: [Int32]
    private let sizes: [Int32]

    /// Cuts what `tips` contain.
    ///
    /// Cost: three loops over all rows.
    init(_ index: CommitIndex, tips: [CommitRow]) {
        self.index = index
        let count = index.count
        var reached = [Bool](repeating: false, count: count)
        for tip in tips { reached[tip] = true }
        var sizes = [Int32](repeating: 0, count: count)
        for row in stride(from: count - 1, through: 0, by: -1) where reached[row] {
            sizes[row] += 1
            index.forEachParent(of: row) { reached[$0] = true }
            if let parent = Self.parentInRun(of: row, index) { sizes[parent] += sizes[row] }
        }
        var starts: [CommitRow] = []
        var places = [Int32](repeating: -1, count: count)
        var entered = [Int32](repeating: 0, count: count)
        var next = [Int32](repeating: 0, count: count)
        var end: Int32 = 0
        var hasGap = false
        for row in 0..<count where reached[row] {
            if let parent = Self.parentInRun(of: row, index) {
                places[row] = places[parent]
                entered[row] = next[parent]
                next[parent] += sizes[row]
            } else {
                places[row] = Int32(starts.count)
                starts.append(row)
                entered[row] = end
                end += sizes[row]
                hasGap = hasGap || index.gap(at: row) < CommitIndexImage.ParentMark.none
            }
            next[row] = entered[row] + 1
        }
        self.starts = starts
        self.hasGap = hasGap
        self.places = places
        self.entered = entered
        self.sizes = sizes
    }

    private static func parentInRun(of row: CommitRow, _ index: CommitIndex) -> CommitRow? {
        index.isMerge(row) ? nil : index.firstParent(of: row)
    }

    /// Whether a line or a release contains `row`.
    func contains(_ row: CommitRow) -> Bool { places[row] >= 0 }

    /// Place in `starts` of the run of `row`.
    ///
    /// - Precondition: A line or a release contains `row`.
    @inline(__always)
    func place(of row: CommitRow) -> Int { Int(places[row]) }

    /// Whether `row` is `other` or follows from it without a merge between them.
    func follows(_ row: CommitRow, _ other: CommitRow) -> Bool {
        entered[row] >= entered[other] && entered[row] < entered[other] + sizes[other]
    }
}
