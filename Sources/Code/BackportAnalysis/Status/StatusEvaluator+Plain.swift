import MainstayCore

// The common cases, answered without going through what is possible.

extension StatusEvaluator {
    /// The verdict where the tip holds whole applying events alone, of one class of the fix and
    /// of any introducers.
    ///
    /// `nil` where that does not decide.
    func plainVerdict(
        _ fix: FixSet,
        _ introducers: IntroducerSet?,
        _ target: LineTarget
    ) -> LineVerdict? {
        guard let introducers, !introducers.isEmpty else { return plainVerdict(fix, target) }
        guard let events = fix.soleClass, gap(target.tip) == nil else { return nil }
        var brought: [FixEvent] = []
        var isAny = introducers.sinceBeginning
        var isAll = true
        for introducer in introducers.introducers {
            let held = introducer.filter { contains($0.row, target.tip) }
            guard held.allSatisfy(\.isWholeApply) else { return nil }
            isAny = isAny || !held.isEmpty
            isAll = isAll && !held.isEmpty
            brought += ancestry.maximal(held)
        }
        // A fix with a higher row comes before no introducer; the others need a closer look.
        let last = brought.map(\.row).max() ?? 0
        guard !events.contains(where: { $0.row < last && contains($0.row, target.tip) }),
            var verdict = plainVerdict(fix, target)
        else { return nil }
        verdict.introducers = Set(brought.map(\.row)).sorted()
        if !isAny || introducers.requiresAll && !isAll {
            verdict.status = .notAffected
            verdict.firstRelease = nil
        } else if verdict.status == .missing {
            verdict.status = .affected
        }
        verdict.reason = reason(verdict.status, introducers, isPassedOver: false, brought.isEmpty)
        return verdict
    }

    private func plainVerdict(_ fix: FixSet, _ target: LineTarget) -> LineVerdict? {
        guard let events = fix.soleClass else { return nil }
        let held = events.filter { contains($0.row, target.tip) }
        guard !held.isEmpty else {
            return gap(target.tip) == nil ? LineVerdict(status: .missing) : nil
        }
        guard held.allSatisfy(\.isWholeApply) else { return nil }
        func isFixed(_ release: CommitRow) -> Bool {
            held.contains { contains($0.row, release) }
        }
        let commits = held.count == 1 ? [held[0].row] : ancestry.maximal(held).map(\.row)
        var verdict = LineVerdict(status: .fixed, commits: Set(commits).sorted())
        guard let newest = target.newestRelease else {
            verdict.status = .fixedUnreleased
            return verdict
        }
        if isFixed(newest) {
            verdict.firstRelease = firstRelease(target, isFixed: isFixed)
        } else {
            guard gap(newest) == nil else { return nil }
            verdict.status = .fixedUnreleased
        }
        return verdict
    }
}

extension FixEvent {
    /// Whether the event applies the whole change.
    fileprivate var isWholeApply: Bool { kind == .apply && !isPartial }
}
