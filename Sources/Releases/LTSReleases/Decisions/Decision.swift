package import MainstayCore

/// What people decided about a defect on a line; it lies over the computed status and never hides it.
package enum DecisionKind: String, Sendable, Hashable, CaseIterable {
    /// It was seen there, whatever git knows.
    case affected
    /// The line is not concerned.
    case notApplicable = "not-applicable"
    /// It stays as it is.
    case wontFix = "wont-fix"
    /// It waits for a release or a day.
    case deferred
    /// Somebody is finding out.
    case underInvestigation = "under-investigation"
    /// What was decided before does not hold any more.
    case withdrawn
}

/// The ground of a decision, one word of a closed list.
package enum Justification: String, Sendable, Hashable, CaseIterable {
    /// The line does not have the component.
    case componentNotPresent = "component_not_present"
    /// The component does not have the faulty code.
    case vulnerableCodeNotPresent = "vulnerable_code_not_present"
    /// The faulty code is never run.
    case vulnerableCodeNotInExecutePath = "vulnerable_code_not_in_execute_path"
    /// An attacker cannot reach the faulty code.
    case vulnerableCodeCannotBeControlled = "vulnerable_code_cannot_be_controlled_by_adversary"
    /// Something else in the line keeps it from doing harm.
    case inlineMitigationsAlreadyExist = "inline_mitigations_already_exist"
    /// The fix would endanger more than it mends.
    case risk
    /// The fix takes more work than it is worth.
    case effort
    /// The line is too old for it.
    case phase

    /// Whether it says why a line is not concerned: the flags of CSAF 2.0, section 3.2.3.5.
    package var isFlag: Bool { ![.risk, .effort, .phase].contains(self) }
}

/// One decision about a defect on a line; the last one is in force, all are kept.
package struct Decision: Sendable, Hashable {
    /// The defect.
    package let defectID: Int64
    /// The line.
    package let lineID: Int64
    /// The event of the defect that tells of it, with the reason in words.
    package let eventSeq: Int64
    /// What was decided.
    package let kind: DecisionKind
    /// On what ground.
    package let justification: Justification?
    /// The release that a deferral waits for.
    package let releaseID: Int64?
    /// The day that a deferral waits for.
    package let until: CalendarDay?
    /// Who decided.
    package let decidedBy: Int64
    /// When.
    package let decidedAt: Instant

    /// Creates a decision.
    ///
    /// - Throws: ``ReleaseError`` with ``ReleaseError/Code/decision`` when the kind wants another
    ///   ground, or a deferral waits for nothing.
    package init(
        _ kind: DecisionKind,
        because justification: Justification?,
        on place: (defect: Int64, line: Int64),
        waitingFor wait: (release: Int64?, day: CalendarDay?) = (nil, nil),
        by signature: (account: Int64, at: Instant, seq: Int64)
    ) throws(ReleaseError) {
        try Self.check(kind, justification, waits: wait.release != nil || wait.day != nil)
        self.kind = kind
        self.justification = justification
        (defectID, lineID) = place
        (releaseID, until) = wait
        (decidedBy, decidedAt, eventSeq) = signature
    }

    private static func check(
        _ kind: DecisionKind,
        _ justification: Justification?,
        waits: Bool
    ) throws(ReleaseError) {
        let fitting: [Justification]
        switch kind {
        case .notApplicable: fitting = Justification.allCases.filter(\.isFlag)
        case .wontFix: fitting = Justification.allCases.filter { !$0.isFlag }
        case .affected, .deferred, .underInvestigation, .withdrawn: fitting = []
        }
        let words = fitting.map(\.rawValue).joined(separator: ", ")
        if let justification, !fitting.contains(justification) {
            throw ReleaseError(
                .decision,
                "Decision '\(kind.rawValue)' does not rest on '\(justification.rawValue)'",
                hint: fitting.isEmpty ? "Leave --because out" : "It rests on one of \(words)"
            )
        }
        if justification == nil, !fitting.isEmpty {
            throw ReleaseError(
                .decision,
                "Decision '\(kind.rawValue)' needs a ground",
                hint: "Give --because with one of \(words)"
            )
        }
        if (kind == .deferred) != waits {
            throw ReleaseError(
                .decision,
                waits
                    ? "Decision '\(kind.rawValue)' waits for nothing"
                    : "A deferral waits for a release or a day, none is given",
                hint: waits ? "Leave --until out" : "Give --until with a release or a day"
            )
        }
    }
}
