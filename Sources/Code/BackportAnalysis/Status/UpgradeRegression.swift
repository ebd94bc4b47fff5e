package import MainstayCore

/// The status of one line, for ``upgradeRegressions(_:)``.
package struct LineStanding: Sendable, Hashable {
    /// The computed status.
    package var status: LineStatus
    /// Whether people may still move to the line: the mainline, and any line before its end.
    package var isSupported: Bool

    /// Creates the standing of a line.
    package init(_ status: LineStatus, isSupported: Bool = true) {
        self.status = status
        self.isSupported = isSupported
    }
}

/// Returns for each line whether an upgrade from it loses the fix.
///
/// A line is flagged if it is fixed, released or not, while a newer supported line is affected,
/// partial, reverted or missing. `lines` are in their order, newest first. The mainline comes
/// first and counts as the newest line, in development but supported: what it lacks, the next
/// release will lack. A line that is no longer supported can be flagged, but flags no other.
package func upgradeRegressions(_ lines: [LineStanding]) -> [Bool] {
    var isLacking = false
    return lines.map { line in
        switch line.status {
        case .fixed, .fixedUnreleased:
            return isLacking
        case .affected, .partial, .reverted, .missing:
            isLacking = isLacking || line.isSupported
            return false
        case .unknown, .notAffected:
            return false
        }
    }
}
