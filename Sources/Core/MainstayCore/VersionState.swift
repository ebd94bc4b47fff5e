/// What the world is told about a version and a defect.
///
/// The raw value is the word of JSON and of stored claims.
package enum VersionState: String, Sendable, Hashable, Codable, CaseIterable {
    /// It has the defect.
    case affected
    /// It never had the defect, or people decided that the defect does no harm there.
    case notAffected = "not-affected"
    /// It holds the whole fix.
    case fixed
    /// Nobody can say yet.
    case unknown
}

/// A commit from which on a defect is there, or is not there any more.
package enum RangeEvent: Sendable, Hashable {
    /// The commit and those that follow from it have the defect; `nil`: since the beginning.
    case introduced(CommitID?)
    /// The commit and those that follow from it do not have the defect.
    case fixed(CommitID)
}
