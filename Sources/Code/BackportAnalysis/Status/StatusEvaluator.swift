import MainstayCore

/// Computes what a line or version says about a fix, from events in its history alone.
///
/// Nothing is guessed about history that is absent, except that it lies below what is seen: a fix
/// that is seen applied is applied, one that is seen reverted is reverted. Beyond that, a verdict
/// is `unknown` where what is absent could make it another one. `fixed` stands even if it is not
/// known whether the line was ever exposed.
package struct StatusEvaluator {
    /// Returns whether the history of the tip, given second, holds the row given first.
    package typealias Containment = (CommitRow, CommitRow) -> Bool
    /// Returns what the content of a tip says, where these events, in its history and below no
    /// other one, disagree.
    package typealias ContentTest = ([FixEvent], CommitRow) -> ContentFinding
    /// Returns why history below a tip is absent, as a clause; `nil` where it is whole.
    package typealias GapTest = (CommitRow) -> String?

    let ancestry: Ancestry
    let contains: Containment
    let content: ContentTest
    let gap: GapTest

    /// Creates an evaluator.
    ///
    /// - Parameters:
    ///   - ancestry: Answers how events lie to one another; asked only where a tip holds several.
    ///   - contains: Must answer for every tip and release of the targets. Without it `ancestry`
    ///     is asked. One call for each event and tip; most of the time goes here.
    ///   - gap: Asked for each tip that does not surely hold the fix. Without it the marks of the
    ///     index decide.
    ///   - content: Without it, events that disagree give `unknown`.
    package init(
        ancestry: Ancestry,
        contains: Containment? = nil,
        gap: GapTest? = nil,
        content: @escaping ContentTest = { _, _ in .unknown(Self.parallelEvents) }
    ) {
        self.ancestry = ancestry
        self.contains = contains ?? { ancestry.isAncestor($0, $1) }
        self.gap = gap ?? { ancestry.gap(below: $0).map(Self.words(forGap:)) }
        self.content = content
    }

    /// The reason for `unknown` where parallel branches disagree and nothing is known of content.
    package static let parallelEvents = "parallel branches apply and revert the fix"

    /// A clause for a mark of ``CommitIndexImage/ParentMark`` below a tip.
    package static func words(forGap mark: Int32) -> String {
        mark == CommitIndexImage.ParentMark.cut
            ? "the history is cut (shallow clone)" : "commits of the history are absent"
    }

    /// Returns the verdict on `target`.
    ///
    /// `introducers` without any introducer is the same as `nil`.
    package func verdict(
        of fix: FixSet,
        introducers: IntroducerSet? = nil,
        on target: LineTarget
    ) -> LineVerdict {
        if fix.isPlain, introducers?.isEmpty ?? true, let verdict = plainVerdict(fix, target) {
            return verdict
        }
        var reader = TipReader(self, tip: target.tip)
        var cases: Set<CaseOutcome> = []
        for exposure in reader.exposures(introducers) {
            for outcome in reader.outcomes(of: fix, in: exposure) {
                cases.insert(CaseOutcome(exposure, outcome))
            }
        }
        let release =
            cases.contains { $0.outcome == .applied && $0.isOpen }
            ? releaseState(fix, introducers, target) : ReleaseState(isFixed: false)
        var statuses = Set(cases.flatMap { $0.statuses(release) })
        // A fix that is seen is told without knowing whether it is needed.
        if statuses.isSubset(of: [.notAffected, .fixed])
            || statuses.isSubset(of: [.notAffected, .fixedUnreleased]), statuses.count > 1
        {
            statuses.remove(.notAffected)
        }
        var verdict = LineVerdict(
            status: statuses.count == 1 ? statuses.first ?? .unknown : .unknown,
            commits: reader.commits.sorted(),
            reverts: reader.reverts.sorted(),
            introducers: reader.introducing.sorted(),
            isMixed: reader.isMixed
        )
        if verdict.status == .fixed {
            verdict.firstRelease = firstRelease(target) {
                releaseState(fix, introducers, release: $0).isFixed == true
            }
        }
        verdict.reason = reason(verdict, fix, introducers, reader, release)
        return verdict
    }
}

/// One case that is possible at a tip.
private struct CaseOutcome: Hashable {
    let isRecorded: Bool
    let isExposed: Bool
    let outcome: FixOutcome

    init(_ exposure: Exposure, _ outcome: FixOutcome) {
        isRecorded = exposure.isRecorded
        isExposed = exposure.isExposed
        self.outcome = outcome
    }

    /// Whether the fix matters: the line is exposed, or may be for all that is recorded.
    var isOpen: Bool { !isRecorded || isExposed }

    /// The rows of the table, from the top.
    func statuses(_ release: ReleaseState) -> [LineStatus] {
        guard isOpen else { return [.notAffected] }
        switch outcome {
        case .applied:
            return release.isFixed.map { $0 ? [.fixed] : [.fixedUnreleased] }
                ?? [.fixed, .fixedUnreleased]
        case .partial: return [.partial]
        case .reverted: return [.reverted]
        case .nothing: return [isExposed ? .affected : .missing]
        }
    }
}
