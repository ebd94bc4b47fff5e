import MainstayCore

// Releases, and the lines of which only release tags are left.

extension LineDetection {
    /// The releases in rank order.
    func readReleases() throws(LineError) -> [Release] {
        var releases: [Release] = []
        func add(_ entry: RefList.Entry, _ version: ReleaseVersion) {
            let isEarly = version.isPrerelease || version.isDevelopmentSnapshot
            releases.append(
                Release(
                    tag: entry.shortName,
                    version: version,
                    row: entry.row,
                    isPrerelease: isEarly && !settings.countsPrereleases
                )
            )
        }
        if let pattern = settings.releasePattern {
            let expression = try Self.compile(pattern)
            for entry in refs.tags {
                guard let match = try? expression.wholeMatch(in: entry.shortName),
                    match.output.count > 1, let text = match.output[1].substring,
                    let version = ReleaseVersion(text)
                else { continue }
                add(entry, version)
            }
        } else {
            for parsed in ReleaseTags.parse(refs.tags.map(\.short)) {
                add(refs.tags[parsed.tag], parsed.version)
            }
        }
        return releases.sorted { left, right in
            if left.version != right.version { return left.version < right.version }
            let times = (index.commitTime(left.row), index.commitTime(right.row))
            return times.0 != times.1 ? times.0 < times.1 : left.tag < right.tag
        }
    }

    private static func compile(
        _ pattern: String
    ) throws(LineError) -> Regex<AnyRegexOutput> {
        guard let expression = try? Regex(pattern) else {
            throw .badSettings(
                "Setting 'tags.release' in .mainstay.yml is no regular expression: '\(pattern)'",
                hint: #"Write one group for the version, for example '^v(\d+\.\d+\.\d+)$'"#
            )
        }
        return expression
    }

    /// Adds a line for each family of releases that has no branch, if at least two of its tags
    /// stand beside all first-parent chains.
    mutating func addTailLines(mainline: ReleaseLine, releases: [Release]) {
        guard settings.findsTagLines, let depth = familyDepth() else { return }
        func family(_ numbers: [Int]) -> [Int] {
            (0..<depth).map { $0 < numbers.count ? numbers[$0] : 0 }
        }
        let known = Set(candidates.compactMap { $0.name.numbers.map(family) })
        let chains = firstParentChains(from: [mainline.tip] + candidates.map(\.tip))
        var tails: [[Int]: [Release]] = [:]
        for release in releases
        where !release.version.isPrerelease && !release.version.isDevelopmentSnapshot {
            let family = family(release.version.numbers)
            if !known.contains(family) { tails[family, default: []].append(release) }
        }
        for (family, releases) in tails {
            guard let last = releases.last, !chains[last.row] else { continue }
            let beside = Set(releases.lazy.map(\.row).filter { !chains[$0] })
            if beside.count < 2 { continue }
            if settings.ignore.contains(where: { LineSettings.glob($0, matches: last.tag) }) {
                continue
            }
            candidates.append(
                Candidate(
                    name: LineName(numbers: family),
                    template: LineTemplate.branches.count,
                    short: last.tag,
                    ref: "refs/tags/\(last.tag)",
                    tip: last.row,
                    isTail: true
                )
            )
        }
    }

    /// For each row, whether it stands on the first-parent chain of one of `tips`.
    private func firstParentChains(from tips: [CommitRow]) -> [Bool] {
        var chains = [Bool](repeating: false, count: index.count)
        for tip in tips {
            var row = tip
            while row >= 0, !chains[row] {
                chains[row] = true
                row = Int(index.firstParents[row])
            }
        }
        return chains
    }

    /// How many numbers name a family of releases: what at least two branches and three in four
    /// agree on.
    private func familyDepth() -> Int? {
        let depths = candidates.filter { !$0.isTag }.compactMap { $0.name.numbers?.count }
        let counts = depths.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            most.value >= 2, most.value * 4 >= depths.count * 3
        else { return nil }
        return most.key
    }
}
