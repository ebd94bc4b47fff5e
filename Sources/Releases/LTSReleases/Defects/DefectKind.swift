/// What a defect is to the lines that may take its fix.
package enum DefectKind: String, Sendable, Hashable, CaseIterable {
    /// Something that does not work.
    case bug
    /// Something that does not work any more.
    case regression
    /// A hole; under embargo until an advisory on it is published.
    case security
    /// A new function: it is tied to commits in the same way, and has no introducers.
    case feature
}

/// How bad a defect is; 1 is the worst, and `<` means worse.
package enum Severity: Int64, Sendable, Hashable, CaseIterable, Comparable {
    /// Nothing works, or everything is open to everybody.
    case critical = 1
    /// An important thing does not work.
    case high
    /// Something does not work, and there is a way around it.
    case medium
    /// An annoyance.
    case low
    /// Hardly noticed.
    case lowest

    /// Compares by how bad it is, the worst first.
    package static func < (left: Severity, right: Severity) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The word shown beside the number.
    package var word: String { "\(self)" }
}

/// Where a defect stands.
package enum DefectStatus: String, Sendable, Hashable, CaseIterable {
    /// Reported, judged by nobody.
    case new
    /// There is such a defect.
    case confirmed
    /// There is none.
    case invalid
    /// It is another one.
    case duplicate
    /// Nothing remains to be done.
    case closed

    /// Whether anybody still has to look at it.
    package var isOpen: Bool { self == .new || self == .confirmed }
}

/// What brought a defect about.
package enum DefectCause: String, Sendable, Hashable, CaseIterable {
    /// The code does not do what was meant.
    case code
    /// What was meant does not work.
    case design
    /// What was asked for was wrong.
    case specification
    /// Data that is wrong or damaged.
    case data
    /// Settings that are wrong.
    case configuration
    /// Something of another house.
    case thirdParty = "third_party"

    /// Whether a defect of this cause may end without a commit.
    package var needsNoCommit: Bool { [.data, .configuration, .thirdParty].contains(self) }
}

/// What came of a try to reproduce a defect.
package enum ReproductionOutcome: String, Sendable, Hashable, CaseIterable {
    /// It showed.
    case reproduced
    /// It did not show.
    case not
    /// It showed at times.
    case intermittent
}

/// What was put right at a customer's without a commit.
package enum InterventionKind: String, Sendable, Hashable, CaseIterable {
    /// Data.
    case data
    /// Settings.
    case configuration
}
