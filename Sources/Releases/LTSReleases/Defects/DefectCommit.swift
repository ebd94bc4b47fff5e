package import MainstayCore

/// What a commit is to a defect.
package enum CommitRole: String, Sendable, Hashable, CaseIterable {
    /// It brought the defect in.
    case introduces
    /// It takes the defect away, alone or with the other parts.
    case fixes
    /// A fix needs it; it changes no status.
    case prerequisite
}

/// Who or what tied a commit to a defect.
package enum LinkSource: String, Sendable, Hashable, CaseIterable {
    /// A person.
    case person
    /// The commit's own message.
    case trailer
    /// A list that was read in, such as a project's advisories.
    case `import`
    /// An analysis, such as a bisection, or a message beside the fix that a person named.
    case analysis
    /// A vendor's case.
    case vendor

    /// Whether a link counts before a person has confirmed it.
    package var countsAtOnce: Bool { [.person, .trailer, .import].contains(self) }
}

/// What people say to a link.
package enum LinkState: String, Sendable, Hashable, CaseIterable {
    /// Nobody has judged it.
    case found
    /// A person agrees.
    case confirmed
    /// A person disagrees; the link is kept so that it is not found again.
    case denied
}

/// A commit tied to a defect.
package struct DefectCommit: Sendable, Hashable {
    /// The defect.
    package let defectID: Int64
    /// The repository of the commit.
    package let repositoryID: Int64
    /// The commit; ``MainstayCore/CommitID/zero``: since the beginning.
    package let commit: CommitID
    /// What it is to the defect.
    package let role: CommitRole
    /// Which part of the fix, from 1: all parts are needed, the commits of one part are
    /// alternatives.
    package var part: Int64
    /// The one line that it counts on; `nil`: wherever it or an equal commit lands.
    package var lineID: Int64?
    /// Who or what tied it.
    package let source: LinkSource
    /// What people say to it.
    package var state: LinkState
    /// The event of the defect that tells of its last change.
    package var eventSeq: Int64

    /// Creates a link.
    package init(
        defectID: Int64,
        repositoryID: Int64,
        commit: CommitID,
        role: CommitRole,
        part: Int64 = 1,
        lineID: Int64? = nil,
        source: LinkSource,
        state: LinkState,
        eventSeq: Int64
    ) {
        self.defectID = defectID
        self.repositoryID = repositoryID
        self.commit = commit
        self.role = role
        self.part = part
        self.lineID = lineID
        self.source = source
        self.state = state
        self.eventSeq = eventSeq
    }

    /// Whether it changes the status of lines.
    package var counts: Bool {
        switch state {
        case .confirmed: true
        case .denied: false
        case .found: source.countsAtOnce
        }
    }

    /// Whether it stands for "since the beginning".
    package var isBeginning: Bool { commit == .zero }
}
