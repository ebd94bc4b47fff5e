package import MainstayCore

/// A line of releases: the mainline, a branch, or the tag in which a branch ended.
package struct ReleaseLine: Sendable, Hashable {
    /// Shown name, unique among the lines: `2.39`, `8.4.x`, `yoga`, `master`.
    package var name: String
    /// Full name of the branch or tag; `HEAD` where no branch names the mainline.
    package var ref: String
    /// Commit that the ref names.
    package var tip: CommitRow
    /// Version read from the name; `nil` for named lines and the mainline.
    package var version: ReleaseVersion?
    /// Whether the line is kept for long.
    package var kind: LineKind
    /// Where the line stands in its life.
    package var phase: LifecyclePhase
    /// Whether the phase was guessed from names rather than read from settings.
    package var phaseInferred: Bool
    /// Whether this is the mainline.
    package var isMainline: Bool

    /// Creates a line.
    package init(
        name: String,
        ref: String,
        tip: CommitRow,
        version: ReleaseVersion?,
        kind: LineKind,
        phase: LifecyclePhase,
        phaseInferred: Bool,
        isMainline: Bool
    ) {
        self.name = name
        self.ref = ref
        self.tip = tip
        self.version = version
        self.kind = kind
        self.phase = phase
        self.phaseInferred = phaseInferred
        self.isMainline = isMainline
    }

    /// The ref's name without `refs/heads/`, `refs/tags/` or `refs/remotes/<remote>/`.
    package var shortRef: String { RefName(ref).short }

    /// Whether the line ends in a tag: nothing will be added to it.
    package var isTag: Bool { ref.hasPrefix("refs/tags/") }
}

/// A tag that is a release.
package struct Release: Sendable, Hashable {
    /// The tag's name, without `refs/tags/`.
    package var tag: String
    /// The version read from the name.
    package var version: ReleaseVersion
    /// The commit that the tag names.
    package var row: CommitRow
    /// Whether it is left out where releases are shown or counted from: a pre-release or a
    /// development snapshot, unless the settings say that those are releases.
    package var isPrerelease: Bool

    /// Creates a release.
    package init(tag: String, version: ReleaseVersion, row: CommitRow, isPrerelease: Bool) {
        self.tag = tag
        self.version = version
        self.row = row
        self.isPrerelease = isPrerelease
    }
}

/// The lines and releases of one repository.
package struct ReleaseLines: Sendable {
    /// A name that looks like a line but is none.
    package struct PassedOver: Sendable, Hashable {
        /// The name that would be shown.
        package var name: String
        /// Full name of the branch or tag.
        package var ref: String
        /// Why it is none: a clause without capital and full stop.
        package var reason: String

        /// Creates an entry.
        package init(name: String, ref: String, reason: String) {
            self.name = name
            self.ref = ref
            self.reason = reason
        }
    }

    /// Where development goes on.
    package var mainline: ReleaseLine
    /// All other lines, newest first.
    package var lines: [ReleaseLine]
    /// Releases and pre-releases in rank order: by version, then commit time, then tag.
    package var releases: [Release]
    /// Names that look like lines but are none, by ref.
    package var passedOver: [PassedOver]
    /// Whole sentences about what was taken for granted, in a fixed order.
    package var notes: [String]

    /// Creates the result of a detection.
    package init(
        mainline: ReleaseLine,
        lines: [ReleaseLine],
        releases: [Release],
        passedOver: [PassedOver] = [],
        notes: [String] = []
    ) {
        self.mainline = mainline
        self.lines = lines
        self.releases = releases
        self.passedOver = passedOver
        self.notes = notes
    }

    /// The mainline, then the lines, newest first.
    package var all: [ReleaseLine] { [mainline] + lines }

    /// Returns the line that `name` means: a shown name, a short or full ref, or a version that
    /// only one line has, with or without `v`.
    ///
    /// - Throws: ``LineError`` with ``LineError/Code/unknownLine`` or
    ///   ``LineError/Code/ambiguousLine``.
    package func line(named name: String) throws(LineError) -> ReleaseLine {
        let all = all
        if let line = all.first(where: { $0.name == name }) { return line }
        if let line = all.first(where: { $0.ref == name }) { return line }
        let short = all.filter { $0.shortRef == name || RefName($0.ref).withRemote == name }
        if let line = try single(short, named: name) { return line }
        var text = Substring(name)
        if text.first == "v" || text.first == "V" { text.removeFirst() }
        if text.hasSuffix(".x") { text.removeLast(2) }
        if let version = ReleaseVersion(text),
            let line = try single(all.filter { $0.version == version }, named: name)
        {
            return line
        }
        throw .unknownLine(name, known: all.map(\.name), others: all.map(\.shortRef))
    }

    private func single(
        _ found: [ReleaseLine],
        named name: String
    ) throws(LineError)
        -> ReleaseLine?
    {
        if found.count > 1 { throw .ambiguousLine(name, refs: found.map(\.ref)) }
        return found.first
    }

    /// The ranks of the releases that `name` means: those with this tag, else those of this
    /// version; empty if there are none.
    package func releases(named name: String) -> [Int] {
        let exact = releases.indices.filter { releases[$0].tag == name }
        if !exact.isEmpty { return exact }
        let names = [Array(name.utf8)]
        let version = names[0].withUnsafeBytes { ReleaseTags.parse([$0]).first?.version }
        guard let version else { return [] }
        return releases.indices.filter { releases[$0].version == version }
    }
}

/// The parts of a full ref name.
struct RefName {
    /// What the ref is.
    enum Kind: Sendable, Hashable {
        case branch
        case remoteBranch(remote: String)
        case tag
        case other
    }

    let full: String
    let kind: Kind
    let short: String

    init(_ full: String) {
        self.full = full
        if full.hasPrefix("refs/heads/") {
            kind = .branch
            short = String(full.dropFirst(11))
        } else if full.hasPrefix("refs/tags/") {
            kind = .tag
            short = String(full.dropFirst(10))
        } else if full.hasPrefix("refs/remotes/"),
            let slash = full.dropFirst(13).firstIndex(of: "/")
        {
            kind = .remoteBranch(remote: String(full.dropFirst(13)[..<slash]))
            short = String(full[full.index(after: slash)...])
        } else {
            kind = .other
            short = full
        }
    }

    /// The short name with its remote, as Git shows it: `origin/main`.
    var withRemote: String {
        if case .remoteBranch(let remote) = kind { return "\(remote)/\(short)" }
        return short
    }
}
