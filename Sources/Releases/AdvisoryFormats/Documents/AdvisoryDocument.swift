package import MainstayCore

/// An advisory as the world reads it, in whatever format: what is known of some vulnerabilities at
/// one moment.
package struct AdvisoryDocument: Sendable, Hashable {
    /// Our name for it, such as `MST-SA-2026-1`: letters, digits and `. _ + -`.
    package var id: String
    /// What it is about, in one line.
    package var title: String
    /// What it says, in as many words as it takes.
    package var details: String
    /// Names that others gave to the same advisory; CVE ids are those of the vulnerabilities.
    package var aliases: [String] = []
    /// Whether more is to be expected.
    package var stage = Stage.final
    /// What was published when, oldest first, never empty: revision 1, 2 and so on.
    package var revisions: [Revision]
    /// When it was taken back; it stays readable.
    package var withdrawn: Instant?
    /// Where to read on.
    package var references: [Reference] = []
    /// Who is to be thanked.
    package var credits: [Credit] = []
    /// What the advisory is about; at least one.
    package var vulnerabilities: [Vulnerability]

    /// Creates an advisory that is not withdrawn.
    package init(
        id: String,
        title: String,
        details: String,
        revisions: [Revision],
        vulnerabilities: [Vulnerability]
    ) {
        self.id = id
        self.title = title
        self.details = details
        self.revisions = revisions
        self.vulnerabilities = vulnerabilities
    }

    /// Whether more is to be expected: the status of section 3.2.1.12.7 of CSAF 2.0.
    package enum Stage: String, Sendable, Hashable, CaseIterable {
        /// Not for the public yet.
        case draft
        /// Public, and it will change soon.
        case interim
        /// Public, and no change is expected.
        case final
    }

    /// One state of the text that was published.
    package struct Revision: Sendable, Hashable {
        /// When.
        package var date: Instant
        /// What changed, in one sentence.
        package var summary: String

        /// Creates a revision.
        package init(_ date: Instant, _ summary: String) {
            self.date = date
            self.summary = summary
        }
    }

    /// A page to read on.
    package struct Reference: Sendable, Hashable {
        /// What stands there; the raw value is the type of OSV.
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case advisory = "ADVISORY"
            case article = "ARTICLE"
            case detection = "DETECTION"
            case discussion = "DISCUSSION"
            case evidence = "EVIDENCE"
            case fix = "FIX"
            case introduced = "INTRODUCED"
            case package = "PACKAGE"
            case report = "REPORT"
            case web = "WEB"
        }

        /// What stands there.
        package var kind: Kind
        /// Where.
        package var url: String
        /// What it is called.
        package var title: String

        /// Creates a reference.
        package init(_ kind: Kind, _ url: String, title: String) {
            self.kind = kind
            self.url = url
            self.title = title
        }
    }

    /// Somebody to be thanked.
    package struct Credit: Sendable, Hashable {
        /// What for; the raw value is the type of OSV.
        package enum Role: String, Sendable, Hashable, CaseIterable {
            case finder = "FINDER"
            case reporter = "REPORTER"
            case analyst = "ANALYST"
            case coordinator = "COORDINATOR"
            case remediationDeveloper = "REMEDIATION_DEVELOPER"
            case remediationReviewer = "REMEDIATION_REVIEWER"
            case remediationVerifier = "REMEDIATION_VERIFIER"
            case tool = "TOOL"
            case sponsor = "SPONSOR"
            case other = "OTHER"
        }

        /// Who.
        package var name: String
        /// What for.
        package var role: Role
        /// Addresses with their scheme, such as `mailto:ada@example.org`.
        package var contacts: [String]

        /// Creates a credit.
        package init(_ name: String, _ role: Role, contacts: [String] = []) {
            self.name = name
            self.role = role
            self.contacts = contacts
        }
    }

    /// When the first revision was published.
    var published: Instant { revisions.first?.date ?? .earliest }

    /// When it was changed last.
    var modified: Instant {
        max(revisions.last?.date ?? .earliest, withdrawn ?? .earliest)
    }
}

/// Who publishes advisories, and where.
package struct AdvisoryPublisher: Sendable, Hashable {
    /// Shown name.
    package var name: String
    /// A URL that is the publisher's own and stands for it.
    package var namespace: String
    /// How to reach the publisher; `nil`: not told.
    package var contact: String?
    /// The `https` URL under which the folder of advisories is read, without a slash at the end.
    package var folderURL: String
    /// The prefix that the OSV project has registered for the publisher, without the hyphen.
    ///
    /// Ids that begin with it are ids of OSV records as they are; all others get `x_` before them,
    /// which the schema keeps for databases that it does not know.
    package var registeredPrefix: String?

    /// Creates a publisher.
    package init(
        name: String,
        namespace: String,
        contact: String? = nil,
        folderURL: String,
        registeredPrefix: String? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.contact = contact
        self.folderURL = folderURL
        self.registeredPrefix = registeredPrefix
    }
}
