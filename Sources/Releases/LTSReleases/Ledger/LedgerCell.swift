package import MainstayCore

/// What remains to be done about a defect on a line.
package enum Remaining: Sendable, Hashable {
    /// Nothing: it is fixed, or the line is not concerned.
    case nothing
    /// The fix is on the branch and waits for a release.
    case release
    /// The fix is to be picked onto the line.
    case pick
    /// The fix is to be picked, once these newer lines have it.
    case pickAfter(lines: [String])
    /// There is no fix yet.
    case fix
    /// Somebody has to find out; why, as a clause.
    case investigate(String)
    /// The line does not take it; why, as a clause.
    case refused(String)
    /// People decided that nothing is done for now.
    case decided

    /// The word for tables and exports.
    package var word: String {
        switch self {
        case .nothing: "nothing"
        case .release: "release"
        case .pick: "pick"
        case .pickAfter: "pick-later"
        case .fix: "fix"
        case .investigate: "investigate"
        case .refused: "refused"
        case .decided: "decided"
        }
    }

    /// Why, as a clause; `nil` where the word says all.
    package var reason: String? {
        switch self {
        case .pickAfter(let lines): "first on \(lines.joined(separator: ", "))"
        case .investigate(let why), .refused(let why): why
        case .nothing, .release, .pick, .fix, .decided: nil
        }
    }
}

/// One line as the ledger judges a defect on it.
package struct LineOutlook: Sendable, Hashable {
    /// The line's name.
    package var name: String
    /// What git says.
    package var status: LineStatus
    /// Where the line stands in its life on the day of the question.
    package var phase: LifecyclePhase
    /// The decision in force; never `withdrawn`.
    package var decision: DecisionKind?

    /// Creates an outlook.
    package init(
        name: String,
        status: LineStatus,
        phase: LifecyclePhase,
        decision: DecisionKind? = nil
    ) {
        self.name = name
        self.status = status
        self.phase = phase
        self.decision = decision
    }

    /// Whether the status leaves something to be done or found out.
    package var isOpen: Bool { ![.fixed, .notAffected].contains(status) }
}

/// What a defect is and asks for, beside its lines.
package struct DefectDemand: Sendable, Hashable {
    /// What it is to the lines.
    package var kind: DefectKind
    /// How bad it is.
    package var severity: Severity
    /// Whether a commit that fixes it is known.
    package var hasFix: Bool

    /// Creates a demand.
    package init(kind: DefectKind, severity: Severity, hasFix: Bool) {
        self.kind = kind
        self.severity = severity
        self.hasFix = hasFix
    }
}

extension ReleasePolicy {
    /// What remains to be done on each line, in the order of `lines`: newest first, the mainline
    /// before all.
    ///
    /// Newer lines come first: a pick is held back while a newer line that takes the fix lacks it.
    package func remaining(_ demand: DefectDemand, on lines: [LineOutlook]) -> [Remaining] {
        var lacking: [String] = []
        return lines.map { line in
            let remaining = remaining(demand, on: line, after: lacking)
            switch remaining {
            case .pick, .pickAfter, .fix: lacking.append(line.name)
            default: break
            }
            return remaining
        }
    }

    private func remaining(
        _ demand: DefectDemand,
        on line: LineOutlook,
        after lacking: [String]
    ) -> Remaining {
        switch line.status {
        case .fixed, .notAffected: return .nothing
        case .fixedUnreleased: return .release
        case .unknown, .partial, .reverted, .affected, .missing: break
        }
        switch line.decision {
        case .notApplicable, .wontFix, .deferred: return .decided
        case .underInvestigation: return .investigate("under investigation")
        case .affected, .withdrawn, nil: break
        }
        if let refusal = refusal(of: demand.kind, demand.severity, in: line.phase) {
            return .refused(refusal)
        }
        if line.status == .unknown { return .investigate("git cannot tell") }
        guard demand.hasFix else { return .fix }
        return lacking.isEmpty ? .pick : .pickAfter(lines: lacking)
    }
}
