package import MainstayCore

/// Where an advisory stands.
package enum AdvisoryState: String, Sendable, Hashable, CaseIterable {
    /// It is being written.
    case draft
    /// It is written and waits for its day.
    case embargoed
    /// Everybody may read it.
    case published
    /// It is taken back.
    case withdrawn
}

/// What we tell the world about security defects.
package struct Advisory: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// What people call it: `MST-SA-2026-1`.
    package let ref: String
    /// The product it is about.
    package let productID: Int64
    /// Its CVE id.
    package var cveID: String?
    /// Where it stands.
    package var state = AdvisoryState.draft
    /// Until when nobody without the right may know of it.
    package var embargoUntil: Instant?
    /// What it is about, in one line.
    package var title: String
    /// What it says.
    package var body: String
    /// When it was changed last.
    package var updatedAt: Instant

    /// Creates a draft.
    package init(
        id: Int64,
        ref: String,
        productID: Int64,
        title: String,
        body: String,
        updatedAt: Instant
    ) {
        self.id = id
        self.ref = ref
        self.productID = productID
        self.title = title
        self.body = body
        self.updatedAt = updatedAt
    }

    /// Whether everybody may know of it at a moment.
    package var isPublic: Bool { state == .published || state == .withdrawn }
}

/// In which form something was published.
package enum PublicationKind: String, Sendable, Hashable, CaseIterable {
    /// An OSV record.
    case osv
    /// A CSAF VEX document.
    case csaf
    /// Release notes.
    case notes
    /// A word to a customer on a ticket.
    case notice
}
