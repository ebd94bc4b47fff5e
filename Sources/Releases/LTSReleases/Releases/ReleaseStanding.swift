package import MainstayCore

/// What keeps a defect from being in a release.
package enum Obstacle: Sendable, Hashable {
    /// There is no fix that could be picked.
    case noFix
    /// The pick conflicts, and no set of other picks was found that lets it through.
    case conflict
    /// Somebody has to find out; why, as a clause.
    case unknown(String)
    /// The line's phase does not take it; why, as a clause.
    case refused(String)
    /// Newer lines come first.
    case newerLines([String])
    /// Nobody has decided whether a release is made for it.
    case undecided
    /// Somebody who must approve has not done so.
    case unapproved(Approver)
    /// People decided that nothing is done.
    case decidedAgainst(DecisionKind)
    /// A vendor has to act first: the case at his place, with its state in our words.
    case vendorCase(String, vendor: String, state: String)

    /// The word for tables and exports.
    package var word: String {
        switch self {
        case .noFix, .conflict: "missing"
        case .unknown, .undecided: "undecided"
        case .unapproved: "unapproved"
        case .refused, .newerLines, .decidedAgainst, .vendorCase: "blocked"
        }
    }

    /// What it is, as a clause.
    package var words: String {
        switch self {
        case .noFix: "no fix is known"
        case .conflict: "the pick conflicts"
        case .unknown(let why), .refused(let why): why
        case .newerLines(let lines): "first on \(lines.joined(separator: ", "))"
        case .undecided: "no decision on a release"
        case .unapproved(let who): "to be approved by \(who.rawValue)"
        case .decidedAgainst(let decision): "decided: \(decision.rawValue)"
        case .vendorCase(let ref, let vendor, let state):
            "waits for case \(ref) at \(vendor) (\(state.replacing("_", with: " ")))"
        }
    }
}

extension ReleasePolicy {
    /// What keeps a defect from being in a release of a line, apart from what picks meet.
    ///
    /// - Parameters:
    ///   - remaining: What remains to be done there.
    ///   - phase: The phase of the line.
    ///   - item: How it stands in the release.
    ///   - decision: The decision in force about it on the line.
    ///   - isDecided: Whether it was decided that a release is made for it, or the next one holds it.
    /// - Returns: The obstacles; none: it is ready, or in.
    package func obstacles(
        _ remaining: Remaining,
        in phase: LifecyclePhase,
        item: ReleaseItemState,
        decision: DecisionKind?,
        isDecided: Bool
    ) -> [Obstacle] {
        var found: [Obstacle] = []
        switch remaining {
        case .nothing, .release: return []
        case .pick: break
        case .fix: found.append(.noFix)
        case .pickAfter(let lines): found.append(.newerLines(lines))
        case .investigate(let why): found.append(.unknown(why))
        case .refused(let why): found.append(.refused(why))
        case .decided: found.append(.decidedAgainst(decision ?? .wontFix))
        }
        if !isDecided { found.append(.undecided) }
        if item == .wanted, approver(in: phase) != .nobody {
            found.append(.unapproved(approver(in: phase)))
        }
        return found
    }
}

extension PlannedRelease {
    /// The name of the release after the newest of a line: its last number grows by one.
    ///
    /// `glibc-2.38` gives `2.38.1`, `v2.0.3` gives `2.0.4`; `nil` for a name without a number.
    package static func name(after newest: ReleaseVersion, lineNumbers: Int) -> String? {
        var numbers = newest.numbers
        guard let last = numbers.last else { return nil }
        if numbers.count <= lineNumbers {
            numbers.append(1)
        } else {
            numbers[numbers.count - 1] = last + 1
        }
        return numbers.map { "\($0)" }.joined(separator: ".")
    }
}
