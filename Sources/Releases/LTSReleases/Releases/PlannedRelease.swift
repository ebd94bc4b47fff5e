package import MainstayCore

/// Where a release stands.
package enum ReleaseState: String, Sendable, Hashable, CaseIterable {
    /// Its contents may change.
    case planned
    /// Its contents stand; only what is in may still be dropped.
    case frozen
    /// It is out.
    case published
    /// It was out and is taken back.
    case withdrawn
    /// It will not be made.
    case cancelled

    /// Whether it is still to come.
    package var isOpen: Bool { self == .planned || self == .frozen }
}

/// A release of a line, planned or published.
package struct PlannedRelease: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// The line it is of.
    package let lineID: Int64
    /// Its name, unique on the line: `2.38.1`.
    package let name: String
    /// Where it stands.
    package var state = ReleaseState.planned
    /// When it shall be out.
    package var plannedDay: CalendarDay?
    /// When it was published.
    package var publishedAt: Instant?

    /// Creates a release that is planned.
    package init(id: Int64, lineID: Int64, name: String) {
        self.id = id
        self.lineID = lineID
        self.name = name
    }
}

/// How a defect stands in a release.
package enum ReleaseItemState: String, Sendable, Hashable, CaseIterable {
    /// Somebody wants it in.
    case wanted
    /// Whoever must approve it has done so.
    case approved
    /// It is left out.
    case dropped
}

/// That a planned release shall hold the fix of a defect.
package struct ReleaseItem: Sendable, Hashable {
    /// The release.
    package let releaseID: Int64
    /// The defect.
    package let defectID: Int64
    /// Its place in the order of picks.
    package var position: Int64
    /// How it stands.
    package var state: ReleaseItemState
    /// The event of the release that tells of its last change.
    package var eventSeq: Int64

    /// Creates an item.
    package init(
        releaseID: Int64,
        defectID: Int64,
        position: Int64,
        state: ReleaseItemState,
        eventSeq: Int64
    ) {
        self.releaseID = releaseID
        self.defectID = defectID
        self.position = position
        self.state = state
        self.eventSeq = eventSeq
    }
}
