/// What a release line says about one fix, computed from Git alone.
///
/// The raw value is the word shown to people and written to every export.
package enum LineStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// The answer needs history or objects that are absent; the reason says which.
    case unknown
    /// Introducing commits are recorded and none of them is applied on the line.
    case notAffected = "not-affected"
    /// Applied at the tip and in the newest release that the line contains.
    case fixed
    /// Applied at the tip, in no release of the line yet.
    case fixedUnreleased = "fixed-unreleased"
    /// Some steps of the fix are applied, or one is applied in part.
    case partial
    /// Nothing is applied now, something was applied earlier.
    case reverted
    /// An introducing commit is applied, or the defect is there since the beginning.
    case affected
    /// The fix is absent and the introducing commit is not recorded.
    case missing
}

/// Where a release line stands in its life.
///
/// Ordered from the youngest to the oldest phase.
package enum LifecyclePhase: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Not released yet: the mainline.
    case development
    /// The newest line; every fix is taken.
    case active
    /// An older line that still takes every fix.
    case maintenance
    /// Takes security fixes only.
    case security
    /// Takes only security fixes of severity 1 or 2.
    case extended
    /// Ended: takes nothing.
    case eol

    /// Age order, `development` first.
    package static func < (left: LifecyclePhase, right: LifecyclePhase) -> Bool {
        left.age < right.age
    }

    private var age: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Whether a line is kept for longer than the others.
package enum LineKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Kept until the next lines take over.
    case regular
    /// Kept for long.
    case longTerm = "long_term"
}
