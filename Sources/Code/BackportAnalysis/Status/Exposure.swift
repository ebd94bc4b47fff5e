/// What the introducers say at a tip, in one of the cases that are possible there.
struct Exposure: Hashable {
    /// Whether introducers are recorded.
    var isRecorded = false
    /// Whether the defect came in.
    var isExposed = false
    /// Whether every fix counts, wherever it is: the defect came in by no commit that is seen.
    var countsAll = true
    /// Commits by which the defect came in, ascending, each once.
    ///
    /// Unless every fix counts, what is below all of them does not.
    var rows: [CommitRow] = []

    /// Whether `event` is not below every applied introducer.
    func counts(_ event: FixEvent, _ ancestry: Ancestry) -> Bool {
        countsAll || rows.isEmpty
            || !rows.allSatisfy { ancestry.isProperAncestor(event.row, $0) }
    }
}

/// One case while introducers are gone through, one by one.
private struct ExposureCase: Hashable {
    var isAny: Bool
    var isAll = true
    var countsAll: Bool
    var rows: [CommitRow] = []

    func exposure(_ introducers: IntroducerSet) -> Exposure {
        Exposure(
            isRecorded: true,
            isExposed: introducers.requiresAll ? isAll && isAny : isAny,
            countsAll: countsAll || !isAny,
            rows: countsAll ? [] : Set(rows).sorted()
        )
    }
}

extension TipReader {
    /// The possible cases, each once; one, unless something is not known.
    mutating func exposures(_ introducers: IntroducerSet?) -> [Exposure] {
        guard let introducers, !introducers.isEmpty else { return [Exposure()] }
        let start = ExposureCase(
            isAny: introducers.sinceBeginning,
            countsAll: introducers.sinceBeginning
        )
        var cases = [start]
        for events in introducers.introducers {
            var reading = EventReading(
                events.filter(isVisible),
                ancestry: ancestry,
                isOpen: gap != nil
            )
            let (states, _) = states(of: &reading)
            let rows = reading.applies
            if !states.isDisjoint(with: .present) { introducing.formUnion(rows) }
            cases = cases.reduce(into: []) { next, known in
                if !states.isDisjoint(with: .present) {
                    var applied = known
                    applied.isAny = true
                    // Applied below what is seen: no fix that is seen comes before it.
                    applied.countsAll = known.countsAll || rows.isEmpty
                    applied.rows = Set(known.rows + rows).sorted()
                    next.appendNew(applied)
                }
                if !states.isSubset(of: .present) {
                    var absent = known
                    absent.isAll = false
                    next.appendNew(absent)
                }
            }
        }
        return cases.reduce(into: []) { $0.appendNew($1.exposure(introducers)) }
    }
}

extension Array where Element: Equatable {
    /// Appends `element` unless it is there: a small set whose order is the same in every run.
    fileprivate mutating func appendNew(_ element: Element) {
        if !contains(element) { append(element) }
    }
}
