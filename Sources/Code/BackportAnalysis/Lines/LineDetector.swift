package import MainstayCore

/// Finds the mainline, the release lines and the releases of a repository from its names.
package enum LineDetector {
    /// Reads the refs of `index` with ``LineTemplate``s, corrected by `settings`.
    ///
    /// Phases with dates are judged on `today`. In a bare repository (`isBare`) `HEAD` tells the
    /// mainline; elsewhere it only tells what somebody works on. A repository without any line is
    /// no error here; see ``LineError/noLines(namesSeen:)``.
    /// - Throws: ``LineError``: no mainline, a configured ref that does not exist, or settings that
    ///   contradict the repository.
    package static func detect(
        in index: CommitIndex,
        settings: LineSettings? = nil,
        today: CalendarDay,
        isBare: Bool = false
    ) throws(LineError) -> ReleaseLines {
        var detection = LineDetection(
            index: index,
            settings: settings ?? LineSettings(),
            today: today,
            isBare: isBare
        )
        return try detection.run()
    }
}

/// The state of one detection.
struct LineDetection {
    /// A line on its way.
    struct Candidate {
        var name: LineName
        /// Place of its template; the end of the list for tags.
        var template: Int
        var short: String
        var ref: String
        var tip: CommitRow
        /// What the settings say about it.
        var configured: LineSettings.Line?
        var isTail = false

        var isTag: Bool { ref.hasPrefix("refs/tags/") }
        var shown: String { configured?.name ?? name.shown }
    }

    /// What two names of one line have in common.
    enum Key: Hashable {
        case numbers([Int])
        case word(String)
    }

    let index: CommitIndex
    let settings: LineSettings
    let today: CalendarDay
    let isBare: Bool
    let refs: RefList
    var candidates: [Candidate] = []
    var passedOver: [ReleaseLines.PassedOver] = []
    var notes: [String] = []
    /// Lines whose tags say that they ended or moved on.
    var phaseHints: [Key: LineName.PhaseHint] = [:]

    init(index: CommitIndex, settings: LineSettings, today: CalendarDay, isBare: Bool) {
        self.index = index
        self.settings = settings
        self.today = today
        self.isBare = isBare
        refs = RefList(index)
    }

    mutating func run() throws(LineError) -> ReleaseLines {
        collectBranches()
        let mainline = try chooseMainline()
        candidates.removeAll { $0.ref == mainline.ref || $0.short == mainline.shortRef }
        chooseAmongEquals()
        addEndTags()
        try applySettings(mainline: mainline)
        let releases = try readReleases()
        addTailLines(mainline: mainline, releases: releases)
        let ordered = try order(candidates, mainline: mainline)
        return ReleaseLines(
            mainline: mainline,
            lines: makeLines(ordered, mainline: mainline),
            releases: releases,
            passedOver: passedOver.sorted { ($0.ref, $0.reason) < ($1.ref, $1.reason) },
            notes: notes.sorted()
        )
    }

    mutating func passOver(_ candidate: Candidate, _ reason: String) {
        passedOver.append(
            .init(name: candidate.name.shown, ref: candidate.ref, reason: reason)
        )
    }

    static func key(_ name: LineName) -> Key {
        name.numbers.map(Key.numbers) ?? .word(name.word ?? "")
    }
}

// MARK: - Branches

extension LineDetection {
    /// Fills `candidates` with one entry for each short name that a template matches.
    private mutating func collectBranches() {
        let templates = LineTemplate.branches
        var found: [String: (name: LineName, template: Int, entries: [RefList.Entry])] = [:]
        for entry in refs.branches {
            for place in templates.indices {
                guard let name = templates[place].match(entry.short) else { continue }
                found[entry.shortName, default: (name, place, [])].entries.append(entry)
                break
            }
        }
        for (short, match) in found.sorted(by: { $0.key < $1.key }) {
            let (ref, tip) = newest(of: match.entries)
            let candidate = Candidate(
                name: match.name,
                template: match.template,
                short: short,
                ref: ref,
                tip: tip
            )
            if let pattern = settings.ignore.first(where: {
                LineSettings.glob($0, matches: short)
            }) {
                passOver(candidate, "ignored by '\(pattern)' in .mainstay.yml")
            } else {
                candidates.append(candidate)
            }
        }
        dropLoneMembers()
    }

    private mutating func dropLoneMembers() {
        let counts = memberCounts()
        candidates = candidates.filter { candidate in
            let template = LineTemplate.branches[candidate.template]
            let members = counts[Self.family(candidate), default: 0]
            if members >= template.minimumMembers { return true }
            passOver(candidate, "the only branch named '\(candidate.name.project ?? "")-...'")
            return false
        }
    }

    private struct Family: Hashable {
        let template: Int
        let project: String?
    }

    private static func family(_ candidate: Candidate) -> Family {
        Family(template: candidate.template, project: candidate.name.project)
    }

    private func memberCounts() -> [Family: Int] {
        candidates.reduce(into: [:]) { $0[Self.family($1), default: 0] += 1 }
    }

    /// Of several names with one version, keeps the one whose template has most members, then the
    /// one whose tip is newest.
    private mutating func chooseAmongEquals() {
        let counts = memberCounts()
        func isBetter(_ left: Candidate, _ right: Candidate) -> Bool {
            let members = (counts[Self.family(left)] ?? 0, counts[Self.family(right)] ?? 0)
            if members.0 != members.1 { return members.0 > members.1 }
            let times = (index.commitTime(left.tip), index.commitTime(right.tip))
            if times.0 != times.1 { return times.0 > times.1 }
            return (left.short.count, left.short) < (right.short.count, right.short)
        }
        let groups = Dictionary(grouping: candidates) { Self.key($0.name) }
        var kept: [Candidate] = []
        for group in groups.values {
            let sorted = group.sorted(by: isBetter)
            kept.append(sorted[0])
            for loser in sorted.dropFirst() {
                passOver(loser, "'\(sorted[0].short)' is the line of this version")
            }
        }
        candidates = kept.sorted { $0.short < $1.short }
    }

    /// The ref and commit of one branch that may be here and on remotes: the one that contains the
    /// other; if they diverge, the remote one, with a note.
    mutating func newest(of entries: [RefList.Entry]) -> (ref: String, tip: CommitRow) {
        let local = entries.first { !$0.isRemote }
        let remotes = entries.filter(\.isRemote)
        let remote =
            remotes.first { $0.remote == "origin" } ?? remotes.first { $0.remote == "upstream" }
            ?? remotes.min { $0.remote < $1.remote }
        guard let local else { return remote.map { ($0.fullName, $0.row) } ?? ("", 0) }
        guard let remote, remote.row != local.row else { return (local.fullName, local.row) }
        if index.isAncestor(remote.row, of: local.row) { return (local.fullName, local.row) }
        if !index.isAncestor(local.row, of: remote.row) {
            let name = local.shortName
            notes.append(
                "Branch '\(name)' and '\(remote.remote)/\(name)' have diverged, "
                    + "'\(remote.remote)/\(name)' is used"
            )
        }
        return (remote.fullName, remote.row)
    }
}

// MARK: - Tags in which lines end

extension LineDetection {
    private mutating func addEndTags() {
        var found: [Key: [(name: LineName, entry: RefList.Entry)]] = [:]
        for entry in refs.tags where Self.mayEnd(entry.short) {
            guard let name = LineTemplate.endTag.match(entry.short) else { continue }
            found[Self.key(name), default: []].append((name, entry))
        }
        let known = Dictionary(
            candidates.map { (Self.key($0.name), $0.short) },
            uniquingKeysWith: { first, _ in first }
        )
        for (key, tags) in found {
            // `-eol` before `-eom` before `-em`.
            let sorted = tags.sorted { Self.rank($0.entry) < Self.rank($1.entry) }
            phaseHints[key] = sorted[0].name.phaseHint
            for (place, tag) in sorted.enumerated() {
                let short = tag.entry.shortName
                let candidate = Candidate(
                    name: tag.name,
                    template: LineTemplate.branches.count,
                    short: short,
                    ref: tag.entry.fullName,
                    tip: tag.entry.row
                )
                if let pattern = settings.ignore.first(where: {
                    LineSettings.glob($0, matches: short)
                }) {
                    passOver(candidate, "ignored by '\(pattern)' in .mainstay.yml")
                } else if let branch = known[key] {
                    passOver(candidate, "branch '\(branch)' is the line of this name")
                } else if place > 0 {
                    passOver(candidate, "the line ends in '\(sorted[0].entry.shortName)'")
                } else {
                    candidates.append(candidate)
                }
            }
        }
        candidates.sort { ($0.short, $0.ref) < ($1.short, $1.ref) }
    }

    private static func mayEnd(_ short: UnsafeRawBufferPointer) -> Bool {
        guard let last = short.last, last == 108 || last == 109 else { return false }
        return short.suffix(5).contains(45)
    }

    private static func rank(_ entry: RefList.Entry) -> Int {
        let suffix = entry.short.suffix(3)
        if suffix.elementsEqual("eol".utf8) { return 0 }
        return suffix.elementsEqual("eom".utf8) ? 1 : 2
    }
}
