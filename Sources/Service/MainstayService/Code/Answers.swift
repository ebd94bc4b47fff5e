import BackportAnalysis
package import MainstayCore

// What the questions about one repository answer with. These are plain values in the order in
// which they are shown; the faces only lay them out.

/// One answer with what must be said beside it.
package struct Answer<Results: Sendable>: Sendable {
    /// The repository's folder, as an absolute path.
    package var repository: String
    /// What was asked for.
    package var results: Results
    /// Whole sentences for standard error and the `warnings` of JSON, in a fixed order.
    package var warnings: [String]

    /// Creates an answer about the repository at `repository`.
    package init(repository: String, results: Results, warnings: [String]) {
        self.repository = repository
        self.results = results
        self.warnings = warnings
    }
}

/// Why two commits are held to be the same change.
package struct EvidenceItem: Sendable, Hashable {
    /// The rule's name in output, for example `author-date-title`.
    package var kind: String
    /// 0 to 1; from .900 the match changes status, from .600 it is a suggestion.
    package var confidence: Double
    /// What was seen, for people; absent where the kind says all.
    package var detail: String?

    /// Creates one piece of evidence.
    package init(kind: String, confidence: Double, detail: String? = nil) {
        self.kind = kind
        self.confidence = confidence
        self.detail = detail
    }
}

/// One backport on one line: a row of `mainstay backports`.
package struct BackportRow: Sendable {
    /// Shown name of the line that holds the backport.
    package var line: String
    /// The commit on the line.
    package var backport: CommitID
    /// The commit that it repeats.
    package var upstream: CommitID
    /// Strongest first, never empty.
    package var evidence: [EvidenceItem]
    /// Confidence of the strongest evidence.
    package var confidence: Double

    /// Creates a row.
    package init(
        line: String,
        backport: CommitID,
        upstream: CommitID,
        evidence: [EvidenceItem],
        confidence: Double
    ) {
        self.line = line
        self.backport = backport
        self.upstream = upstream
        self.evidence = evidence
        self.confidence = confidence
    }
}

/// A release line, or the mainline: a row of `mainstay lines`.
package struct LineRow: Sendable {
    /// Shown name, for example `2.39` or `master`.
    package var name: String
    /// Full name of the branch or tag, for example `refs/heads/release/2.39/master`.
    package var ref: String
    /// Commit that the ref names.
    package var tip: CommitID
    /// Newest mainline commit that the line contains; absent for the mainline itself.
    package var branchPoint: CommitID?
    /// Version read from the name; absent for named lines.
    package var version: String?
    /// Where the line stands in its life.
    package var phase: LifecyclePhase
    /// Whether the phase was guessed from names rather than read from settings.
    package var phaseInferred: Bool
    /// Newest release on the line, as its tag.
    package var latestRelease: String?
    /// Commits on the line since that release.
    package var commitsSince: Int?
    /// Whether this is the mainline.
    package var isMainline: Bool
    /// Why a name that looks like a line is not one; set only in `lines --all`.
    package var passedOver: String?

    /// Creates a row.
    package init(
        name: String,
        ref: String,
        tip: CommitID,
        branchPoint: CommitID? = nil,
        version: String? = nil,
        phase: LifecyclePhase,
        phaseInferred: Bool,
        latestRelease: String? = nil,
        commitsSince: Int? = nil,
        isMainline: Bool = false,
        passedOver: String? = nil
    ) {
        self.name = name
        self.ref = ref
        self.tip = tip
        self.branchPoint = branchPoint
        self.version = version
        self.phase = phase
        self.phaseInferred = phaseInferred
        self.latestRelease = latestRelease
        self.commitsSince = commitsSince
        self.isMainline = isMainline
        self.passedOver = passedOver
    }
}

/// A place in history as `git describe` gives it.
package struct Position: Sendable, Hashable {
    /// Nearest release tag at or before the commit.
    package var tag: String
    /// Commits since that tag; 0 at the tag itself.
    package var commits: Int

    /// Creates a position `commits` after `tag`.
    package init(tag: String, commits: Int) {
        self.tag = tag
        self.commits = commits
    }
}

extension Position: CustomStringConvertible {
    /// `glibc-2.38-27`, or the bare tag at the tag itself.
    package var description: String { commits == 0 ? tag : "\(tag)-\(commits)" }
}

/// What one line says about one fix.
package struct MatrixCell: Sendable {
    /// The computed status.
    package var status: LineStatus
    /// Why, in one clause; absent where the status says all.
    package var reason: String?
    /// Commits of the fix on this line, in order of commit time; empty when none.
    package var commits: [CommitID]
    /// Tag of the first release of the unbroken run that holds the fix.
    package var release: String?
    /// Place of the last commit of the fix on this line.
    package var position: Position?
    /// Strongest first; empty for the mainline's own commits and where the fix is absent.
    package var evidence: [EvidenceItem]
    /// Confidence of the strongest evidence; 1 for ancestry; absent where nothing was found.
    package var confidence: Double?
    /// Words such as `upgrade-regression` and `suggestion`, sorted.
    package var flags: [String]

    /// Creates a cell.
    package init(
        status: LineStatus,
        reason: String? = nil,
        commits: [CommitID] = [],
        release: String? = nil,
        position: Position? = nil,
        evidence: [EvidenceItem] = [],
        confidence: Double? = nil,
        flags: [String] = []
    ) {
        self.status = status
        self.reason = reason
        self.commits = commits
        self.release = release
        self.position = position
        self.evidence = evidence
        self.confidence = confidence
        self.flags = flags
    }
}

extension [MatrixCell] {
    /// Flags the lines from which an upgrade loses the fix.
    mutating func flagRegressions(on lines: ReleaseLines) {
        let standings = indices.map { lane in
            LineStanding(self[lane].status, isSupported: lines.all[lane].phase != .eol)
        }
        for (lane, isRegression) in upgradeRegressions(standings).enumerated() where isRegression {
            self[lane].flags.append("upgrade-regression")
        }
    }
}

/// One fix on all lines.
package struct MatrixFix: Sendable {
    /// The fix as shown: the full id of its root, or `A+B` and `A,B` as asked for.
    package var fix: String
    /// The commit that the class is named after: of the first step, where there are several.
    package var root: CommitID
    /// What people call it in place of its root's id, such as `MST-D7`.
    package var label: String?
    /// Subject of the root, safe to show.
    package var title: String
    /// When the root was committed: seconds since 1970, UTC.
    package var commitTime: Int64
    /// One cell per line, in the order of the lines.
    package var cells: [MatrixCell]

    /// Creates the row of one fix.
    package init(
        fix: String,
        root: CommitID,
        title: String,
        commitTime: Int64,
        cells: [MatrixCell]
    ) {
        self.fix = fix
        self.root = root
        self.title = title
        self.commitTime = commitTime
        self.cells = cells
    }
}

/// Fixes by lines.
package struct Matrix: Sendable {
    /// Columns: the mainline first, then the lines, newest first.
    package var lines: [LineRow]
    /// Rows: by commit time of the root, then by id.
    package var fixes: [MatrixFix]
    /// Whether matches by content were left out (`--evidence quick`).
    package var isQuick: Bool

    /// Creates a matrix.
    package init(lines: [LineRow], fixes: [MatrixFix], isQuick: Bool) {
        self.lines = lines
        self.fixes = fixes
        self.isQuick = isQuick
    }
}

/// One commit that belongs to a fix.
package struct FixMember: Sendable {
    /// The commit.
    package var commit: CommitID
    /// Shown names of the lines that contain it, in line order.
    package var lines: [String]
    /// Strongest first; empty for the root.
    package var evidence: [EvidenceItem]
    /// Confidence of the strongest evidence; 1 for the root.
    package var confidence: Double
    /// Whether the commit takes the fix back.
    package var isRevert: Bool

    /// Creates a member.
    package init(
        commit: CommitID,
        lines: [String],
        evidence: [EvidenceItem],
        confidence: Double,
        isRevert: Bool = false
    ) {
        self.commit = commit
        self.lines = lines
        self.evidence = evidence
        self.confidence = confidence
        self.isRevert = isRevert
    }
}

/// Everything about one fix: the answer of `mainstay fix`.
package struct FixAnswer: Sendable {
    /// The commit that the class is named after.
    package var root: CommitID
    /// Its subject, safe to show.
    package var title: String
    /// Root first, then by line order, commit time and id.
    package var members: [FixMember]
    /// Columns of `row`.
    package var lines: [LineRow]
    /// State on every line.
    package var row: MatrixFix
    /// What picking the fix would do, for each line (by shown name) that lacks it.
    package var picks: [PickAnswer]

    /// Creates the answer.
    package init(
        root: CommitID,
        title: String,
        members: [FixMember],
        lines: [LineRow],
        row: MatrixFix,
        picks: [PickAnswer]
    ) {
        self.root = root
        self.title = title
        self.members = members
        self.lines = lines
        self.row = row
        self.picks = picks
    }
}

/// Whether one version or commit is affected: the answer of `mainstay affected`.
package struct AffectedAnswer: Sendable {
    /// The version or commit as asked for.
    package var target: String
    /// The full name of the tag or branch that `target` was taken for; absent for an id.
    package var ref: String?
    /// The commit that was judged.
    package var commit: CommitID
    /// `affected`, `not-affected`, `fixed`, `partial`, `reverted`, `missing` or `unknown`.
    package var status: LineStatus
    /// Introducing commits found in the target's history.
    package var introducedBy: [CommitID]
    /// Fixing commits found in the target's history.
    package var fixedBy: [CommitID]
    /// Why, in one sentence.
    package var reason: String

    /// Creates the answer.
    package init(
        target: String,
        ref: String? = nil,
        commit: CommitID,
        status: LineStatus,
        introducedBy: [CommitID],
        fixedBy: [CommitID],
        reason: String
    ) {
        self.target = target
        self.ref = ref
        self.commit = commit
        self.status = status
        self.introducedBy = introducedBy
        self.fixedBy = fixedBy
        self.reason = reason
    }
}
