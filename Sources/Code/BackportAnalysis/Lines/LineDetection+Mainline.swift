import MainstayCore

// Which branch is the mainline, and what the settings say about lines.

extension LineDetection {
    /// Names that projects give to their mainline, the commonest first.
    private static let usualNames = [
        "main", "master", "devel", "trunk", "develop", "development", "default",
    ]

    mutating func chooseMainline() throws(LineError) -> ReleaseLine {
        if let wanted = settings.mainline {
            guard let found = resolve(wanted) else {
                throw .unknownRef(wanted, key: "mainline", known: branchNames())
            }
            return mainline(found.ref, found.tip)
        }
        var passed: [String] = []
        for short in mainlineNames() {
            let entries = refs.branches(named: short)
            guard !entries.isEmpty else { continue }
            if candidates.contains(where: { $0.short == short }) {
                if !passed.contains(short) { passed.append(short) }
                continue
            }
            noteMainline(short, passed: passed)
            let found = newest(of: entries)
            return mainline(found.ref, found.tip)
        }
        if let short = passed.first {
            notes.append(
                "HEAD names the line '\(short)' and no other branch can be the mainline, so it is "
                    + "taken for both; name another with 'mainline:' in .mainstay.yml"
            )
            let found = newest(of: refs.branches(named: short))
            return mainline(found.ref, found.tip)
        }
        if let row = refs.detachedHead {
            notes.append("No branch can be taken for the mainline, the detached HEAD is used")
            return mainline("HEAD", row)
        }
        throw .noMainline(branches: branchNames())
    }

    private mutating func noteMainline(_ short: String, passed: [String]) {
        for name in passed {
            notes.append("HEAD names the line '\(name)', so '\(short)' is taken for the mainline")
        }
    }

    /// Short names in the order in which they are tried.
    private func mainlineNames() -> [String] {
        var names = targetName("refs/remotes/origin/HEAD")
        if isBare { names += targetName("HEAD") }
        let remoteHeads = refs.targets.keys.filter { $0.hasPrefix("refs/remotes/") }.sorted()
        let elsewhere = remoteHeads.flatMap { targetName($0) }
        // Another remote's HEAD tells more than a guess only where `origin` has no branches.
        if !refs.branches.contains(where: { $0.remote == "origin" }) { names += elsewhere }
        for name in Self.usualNames where isHere(name) { names.append(name) }
        names += Self.usualNames + elsewhere + targetName("HEAD")
        let others = Set(branchNames()).subtracting(candidates.map(\.short))
        if others.count == 1 { names += others }
        return names
    }

    /// Whether the branch is local or on `origin`.
    private func isHere(_ name: String) -> Bool {
        refs.branches(named: name).contains { !$0.isRemote || $0.remote == "origin" }
    }

    /// The short name that a symbolic ref stands for; empty if there is no such ref.
    private func targetName(_ symbolic: String) -> [String] {
        refs.targets[symbolic].map { [RefName($0).short] } ?? []
    }

    private func mainline(_ ref: String, _ tip: CommitRow) -> ReleaseLine {
        let configured = settings.lines.first { $0.ref == ref || $0.ref == RefName(ref).short }
        let phase = configured.flatMap { self.phase(of: $0.phases) }
        return ReleaseLine(
            name: configured?.name ?? RefName(ref).short,
            ref: ref,
            tip: tip,
            version: nil,
            kind: configured?.kind ?? .regular,
            phase: phase ?? .development,
            phaseInferred: phase == nil,
            isMainline: true
        )
    }

    /// Short names of all branches, sorted, each once.
    func branchNames() -> [String] { Set(refs.branches.map(\.shortName)).sorted() }

    /// The branch, else the tag, that a short or full name means.
    mutating func resolve(_ name: String) -> (ref: String, tip: CommitRow)? {
        if name.hasPrefix("refs/") {
            let entry = (refs.branches + refs.tags).first { $0.fullName == name }
            return entry.map { ($0.fullName, $0.row) }
        }
        let branches = refs.branches(named: name)
        if !branches.isEmpty { return newest(of: branches) }
        if let tag = refs.tag(named: name) { return (tag.fullName, tag.row) }
        let remote = refs.branches.first { $0.isRemote && "\($0.remote)/\($0.shortName)" == name }
        return remote.map { ($0.fullName, $0.row) }
    }
}

// MARK: - Configured lines

extension LineDetection {
    mutating func applySettings(mainline: ReleaseLine) throws(LineError) {
        for line in settings.lines {
            if line.ref == mainline.ref || line.ref == mainline.shortRef { continue }
            if line.ref == nil, let place = candidates.firstIndex(where: { $0.shown == line.name })
            {
                candidates[place].configured = line
                continue
            }
            let wanted = line.ref ?? line.name
            guard let found = resolve(wanted) else {
                throw .unknownRef(wanted, key: "lines", known: allNames())
            }
            if found.ref == mainline.ref {
                throw .badSettings(
                    "Line '\(line.name)' in .mainstay.yml is the mainline '\(mainline.name)'",
                    hint: "Give the line a 'ref' of its own, or set 'mainline'"
                )
            }
            configure(line, found)
        }
    }

    private mutating func configure(
        _ line: LineSettings.Line,
        _ found: (ref: String, tip: CommitRow)
    ) {
        let short = RefName(found.ref).short
        if let place = candidates.firstIndex(where: { $0.short == short && !$0.isTag }) {
            candidates[place].configured = line
            candidates[place].ref = found.ref
            candidates[place].tip = found.tip
            return
        }
        passedOver.removeAll { $0.ref == found.ref }
        let known = LineTemplate.branches.lazy.compactMap { template in
            var short = short
            return short.withUTF8 { template.match(UnsafeRawBufferPointer($0)) }
        }
        var name = known.first ?? LineName(word: line.name)
        if let version = ReleaseVersion(line.name), version.suffixes.isEmpty {
            name = LineName(numbers: version.numbers)
        }
        // A line found under this version would be the same line twice.
        for other in candidates where Self.key(other.name) == Self.key(name) {
            passOver(other, "'\(short)' is named as this line in .mainstay.yml")
        }
        candidates.removeAll { $0.configured == nil && Self.key($0.name) == Self.key(name) }
        candidates.append(
            Candidate(
                name: name,
                template: LineTemplate.branches.count,
                short: short,
                ref: found.ref,
                tip: found.tip,
                configured: line
            )
        )
    }

    private func allNames() -> [String] { branchNames() + refs.tags.map(\.shortName).sorted() }
}
