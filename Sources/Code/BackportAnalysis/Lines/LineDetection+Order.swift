import MainstayCore

// The order of the lines, their names and their phases.

extension LineDetection {
    /// Newest first: by version if each has one, otherwise all by branch point.
    func order(
        _ candidates: [Candidate],
        mainline: ReleaseLine
    ) throws(LineError) -> [Candidate] {
        let versions = candidates.map { $0.name.numbers.map { ReleaseVersion($0) } }
        var places = [Int](repeating: 0, count: candidates.count)
        if versions.contains(where: { $0 == nil }) {
            let chain = MainlineChain(index, tip: mainline.tip)
            let bits = LaneBits(index, starts: candidates.map(\.tip))
            places = candidates.indices.map { lane in
                chain.newestPlace { bits.contains($0, lane) }
            }
        }
        func isNewer(_ left: Int, _ right: Int) -> Bool {
            if places[left] != places[right] { return places[left] > places[right] }
            switch (versions[left], versions[right]) {
            case (let first?, let second?) where first != second: return first > second
            case (.some, nil): return true
            case (nil, .some): return false
            default: break
            }
            let names = (candidates[left].shown, candidates[right].shown)
            return names.0 != names.1
                ? names.0 > names.1 : candidates[left].ref > candidates[right].ref
        }
        let sorted = candidates.indices.sorted(by: isNewer).map { candidates[$0] }
        return try configuredOrder(sorted)
    }

    private func configuredOrder(_ sorted: [Candidate]) throws(LineError) -> [Candidate] {
        var rest = sorted
        var first: [Candidate] = []
        for name in settings.order {
            let named = rest.firstIndex { $0.shown == name || $0.short == name }
            guard let place = named ?? onlyPlace(ofVersion: name, in: rest) else {
                throw .badSettings(
                    "Setting 'order' in .mainstay.yml names '\(name)', which is no line here",
                    hint: NameSuggestion.hint(for: name, among: sorted.map(\.shown))
                )
            }
            first.append(rest.remove(at: place))
        }
        return first + rest
    }

    /// The place of the one candidate with this version.
    private func onlyPlace(ofVersion name: String, in candidates: [Candidate]) -> Int? {
        guard let version = ReleaseVersion(name) else { return nil }
        let places = candidates.indices.filter { place in
            candidates[place].name.numbers.map { ReleaseVersion($0) } == version
        }
        return places.count == 1 ? places[0] : nil
    }

    /// Lines with unique names and phases.
    func makeLines(_ ordered: [Candidate], mainline: ReleaseLine) -> [ReleaseLine] {
        var counts: [String: Int] = [mainline.name: 1]
        for candidate in ordered { counts[candidate.shown, default: 0] += 1 }
        var active = false
        return ordered.map { candidate in
            var phase = inferredPhase(candidate)
            if phase == .maintenance, !active {
                phase = .active
                active = true
            }
            let given = candidate.configured.flatMap { self.phase(of: $0.phases) }
            let isUnique = counts[candidate.shown] == 1 || candidate.configured != nil
            return ReleaseLine(
                name: isUnique ? candidate.shown : candidate.short,
                ref: candidate.ref,
                tip: candidate.tip,
                version: candidate.name.numbers.map { ReleaseVersion($0) },
                kind: candidate.configured?.kind
                    ?? (candidate.name.isLongTerm ? .longTerm : .regular),
                phase: given ?? phase,
                phaseInferred: given == nil,
                isMainline: false
            )
        }
    }

    /// What the name says; `maintenance` where it says nothing.
    private func inferredPhase(_ candidate: Candidate) -> LifecyclePhase {
        if candidate.isTail { return .eol }
        switch phaseHints[Self.key(candidate.name)] ?? candidate.name.phaseHint {
        case .ended: return .eol
        case .extended: return .extended
        case nil: return candidate.isTag ? .eol : .maintenance
        }
    }

    /// The phase that the dates give for today: the last that has begun; before all of them
    /// `development`, without any of them `nil`.
    func phase(of dates: [LifecyclePhase: CalendarDay]) -> LifecyclePhase? {
        if dates.isEmpty { return nil }
        let begun = dates.filter { $0.value <= today }
        return begun.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? .development
    }
}
