package import LTSReleases
package import MainstayCore

/// What a scan of a repository found.
package struct ScanReport: Sendable {
    /// What happened to a ref since the last scan.
    package enum RefNews: String, Sendable {
        /// A tag names another commit: what was released is not what was published.
        case tagMoved = "tag-moved"
        /// A tag is gone.
        case tagGone = "tag-gone"
        /// A line was rewritten: its old tip is no ancestor of the new one.
        case lineRewritten = "line-rewritten"
        /// A line's branch is gone.
        case lineGone = "line-gone"
    }

    /// A link that a commit's message gave.
    package struct FoundLink: Sendable {
        /// The defect.
        package let defect: String
        /// The link.
        package let link: DefectCommit
        /// The title of the commit.
        package let title: String
    }

    /// A status that is another one than at the last scan.
    package struct StatusChange: Sendable {
        /// The defect.
        package let defect: String
        /// The line.
        package let line: String
        /// What it was; `nil`: never judged.
        package let old: LineStatus?
        /// What it is.
        package let new: LineStatus
        /// The first release that holds the fix.
        package let release: String?
    }

    /// How many branches and tags the fetch changed.
    package var changedRefs = 0
    /// Lines that were taken up, at the first scan.
    package var newLines: [String] = []
    /// Names that look like lines and are none yet, with their refs: a person adds them.
    package var proposals: [(name: String, ref: String)] = []
    /// Refs that did not just move on, by name.
    package var refNews: [(ref: String, news: RefNews)] = []
    /// Links found in messages.
    package var links: [FoundLink] = []
    /// Statuses that changed, by defect.
    package var changes: [StatusChange] = []
    /// Tickets that waited for a release which is out.
    package var resumedTickets: [String] = []
    /// How many defects were judged.
    package var defects = 0
    /// Whole sentences about what was taken for granted.
    package var warnings: [String] = []

    /// The report with what concerns these defects alone.
    func keeping(_ defects: Set<String>) -> ScanReport {
        var report = self
        report.links = links.filter { defects.contains($0.defect) }
        report.changes = changes.filter { defects.contains($0.defect) }
        report.defects = defects.count
        return report
    }
}
