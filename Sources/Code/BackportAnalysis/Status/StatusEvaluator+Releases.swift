import MainstayCore

/// What is known of a fix in one release.
struct ReleaseState {
    /// Whether every step is applied there; `nil` if that is not known.
    var isFixed: Bool?
    /// Why it is not known.
    var doubts: [String] = []
}

extension StatusEvaluator {
    /// What is known of the fix in one release.
    func releaseState(_ held: HeldSets, release: CommitRow) -> ReleaseState {
        var reader = TipReader(self, tip: release) { contains($0.row, release) }
        var outcomes: Set<FixOutcome> = []
        for exposure in reader.exposures(held.introducers) {
            outcomes.formUnion(reader.outcomes(of: held.fix, in: exposure))
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
        _ held: HeldSets,
        _ reader: TipReader,
        _ release: ReleaseState
    ) -> String? {
        switch verdict.status {
        case .unknown:
            var doubts = reader.doubts
            for doubt in release.doubts where !doubts.contains(doubt) { doubts.append(doubt) }
            return doubts.joined(separator: "; ")
        case .partial: return partialReason(verdict, held.fix, reader)
        default:
            return reason(
                verdict.status,
                held.introducers,
                isPassedOver: reader.isPassedOver,
                verdict.introducers.isEmpty
            )
        }
    }

    /// Why a line is affected or not, where the status does not say all; the last argument is
    /// whether it holds no introducing commit.
    func reason(
        _ status: LineStatus,
        _ introducers: IntroducerSet?,
        isPassedOver: Bool,
        _ holdsNone: Bool
    ) -> String? {
        switch status {
        case .affected where isPassedOver: "the fix came before the introducing commit"
        case .affected where introducers?.sinceBeginning == true && holdsNone:
            "there since the beginning"
        case .notAffected where introducers?.requiresAll == true && !holdsNone:
            "not every introducing commit is applied"
        default: nil
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
