import MainstayCore

/// What is known of a fix in one release.
struct ReleaseState {
    /// Whether every step is applied there; `nil` if that is not known.
    var isFixed: Bool?
    /// Why it is not known.
    var doubts: [String] = []
}

extension StatusEvaluator {
    /// The common case: applied if the tip holds any member.
    ///
    /// `nil` where that does not decide.
    func plainVerdict(_ fix: FixSet, _ target: LineTarget) -> LineVerdict? {
        let events = fix.steps[0].alternatives[0]
        let held = events.filter { contains($0.row, target.tip) }
        guard !held.isEmpty else {
            return gap(target.tip) == nil ? LineVerdict(status: .missing) : nil
        }
        func isFixed(_ release: CommitRow) -> Bool {
            events.contains { contains($0.row, release) }
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

    /// What is known of the fix in the newest release of `target`.
    func releaseState(
        _ fix: FixSet,
        _ introducers: IntroducerSet?,
        _ target: LineTarget
    ) -> ReleaseState {
        guard let newest = target.newestRelease else { return ReleaseState(isFixed: false) }
        if newest == target.tip { return ReleaseState(isFixed: true) }
        return releaseState(fix, introducers, release: newest)
    }

    /// What is known of the fix in one release.
    func releaseState(
        _ fix: FixSet,
        _ introducers: IntroducerSet?,
        release: CommitRow
    ) -> ReleaseState {
        var reader = TipReader(self, tip: release)
        var outcomes: Set<FixOutcome> = []
        for exposure in reader.exposures(introducers) {
            outcomes.formUnion(reader.outcomes(of: fix, in: exposure))
        }
        guard outcomes.contains(.applied) else { return ReleaseState(isFixed: false) }
        return outcomes.count == 1
            ? ReleaseState(isFixed: true) : ReleaseState(isFixed: nil, doubts: reader.doubts)
    }

    /// The first of the unbroken run of fixed releases that ends in the newest one.
    func firstRelease(_ target: LineTarget, isFixed: (CommitRow) -> Bool) -> Int? {
        let releases = target.releases
        let newest = releases.lastIndex { $0 == target.newestRelease }
        var place = (newest ?? releases.count - 1) + 1
        while place > 0, isFixed(releases[place - 1]) { place -= 1 }
        return place <= (newest ?? releases.count - 1) ? place : nil
    }

    /// Why, where the status does not say all.
    func reason(
        _ verdict: LineVerdict,
        _ fix: FixSet,
        _ introducers: IntroducerSet?,
        _ reader: TipReader,
        _ release: ReleaseState
    ) -> String? {
        switch verdict.status {
        case .unknown:
            var doubts = reader.doubts
            for doubt in release.doubts where !doubts.contains(doubt) { doubts.append(doubt) }
            return doubts.joined(separator: "; ")
        case .partial: return partialReason(verdict, fix, reader)
        case .affected where reader.isPassedOver:
            return "the fix came before the introducing commit"
        case .affected where introducers?.sinceBeginning == true && verdict.introducers.isEmpty:
            return "there since the beginning"
        case .notAffected where introducers?.requiresAll == true && !verdict.introducers.isEmpty:
            return "not every introducing commit is applied"
        default: return nil
        }
    }

    private func partialReason(
        _ verdict: LineVerdict,
        _ fix: FixSet,
        _ reader: TipReader
    ) -> String {
        if fix.steps.count > 1 {
            let steps = "\(reader.appliedSteps) of \(fix.steps.count) steps applied"
            return reader.hasPartialStep ? steps + ", another one in part" : steps
        }
        return verdict.reverts.isEmpty ? "applied in part" : "reverted in part"
    }
}
