import MainstayCore

/// Which line each release, and each commit, is of: a decision about a line speaks of those alone.
final class LineHomes {
    let containment: Containment
    /// The lane of each release by rank; `nil` where no line is its home.
    let ofRelease: [Int?]
    /// The lanes of the releases at a commit; -1 for one without a home, of which no decision speaks.
    private var tagged: [CommitRow: Set<Int>] = [:]
    private lazy var borders = makeBorders()

    /// Takes `ofRelease` as given by people, else what versions and chains say.
    init(_ containment: Containment, ofRelease: [Int?]?) {
        self.containment = containment
        self.ofRelease = ofRelease ?? containment.homeLanes()
        for (release, lane) in zip(containment.lines.releases, self.ofRelease) {
            tagged[release.row, default: []].insert(lane ?? -1)
        }
    }

    /// Whether `row` is of lines in `lanes` alone.
    func isOnly(of lanes: Set<Int>, _ row: CommitRow) -> Bool {
        let homes = self.lanes(of: row)
        return !homes.isEmpty && homes.isSubset(of: lanes)
    }

    /// Rows of which one of `lanes` is a home while it is none of a parent, or the other way round.
    func borders(of lanes: Set<Int>) -> [CommitRow] {
        borders.filter { !$0.lanes.isDisjoint(with: lanes) }.map(\.row)
    }

    /// The lines that `row` is of: those of the releases at it; else those on whose own chain it
    /// stands; else those that it was made for; else the mainline if that contains it.
    private func lanes(of row: CommitRow) -> Set<Int> {
        if let lanes = tagged[row] { return lanes }
        var made: Set<Int> = []
        var chained: Set<Int> = []
        containment.forEachLineOnlyLane(of: row) { lane in
            made.insert(lane)
            if containment.isOnLineChain(row, lane: lane) { chained.insert(lane) }
        }
        if !made.isEmpty { return chained.isEmpty ? made : chained }
        return containment.contains(row, lane: 0) ? [0] : []
    }

    /// Every row whose homes are not those of all its parents, ascending, with all homes meant.
    private func makeBorders() -> [(row: CommitRow, lanes: Set<Int>)] {
        let index = containment.index
        return (0..<index.count)
            .compactMap { row in
                let own = lanes(of: row)
                let parents = index.parents(of: row).map { lanes(of: $0) }
                if !parents.isEmpty, parents.allSatisfy({ $0 == own }) { return nil }
                return (row, parents.reduce(own) { $0.union($1) })
            }
    }
}

extension Containment {
    /// The lane of the line that each release is of, by rank; `nil` where there is none.
    ///
    /// That is the line with the longest version that the release's version begins with, among those
    /// that contain it; else the only line on whose own chain it stands, or that it was made for;
    /// else the mainline if that contains it.
    package func homeLanes() -> [Int?] {
        lines.releases.map { release in
            let family = lanes(of: release.row)
                .filter { lane in
                    guard lane > 0, let version = lines.lines[lane - 1].version else {
                        return false
                    }
                    return release.version.numbers.starts(with: version.numbers)
                }
                .max { familyLength($0) < familyLength($1) }
            if let family { return family }
            var made: [Int] = []
            forEachLineOnlyLane(of: release.row) { made.append($0) }
            let chained = made.filter { isOnLineChain(release.row, lane: $0) }
            if let only = chained.count == 1 ? chained.first : nil { return only }
            if let only = made.count == 1 ? made.first : nil { return only }
            return made.isEmpty && contains(release.row, lane: 0) ? 0 : nil
        }
    }

    private func familyLength(_ lane: Int) -> Int {
        lines.lines[lane - 1].version?.numbers.count ?? 0
    }
}
