import BackportAnalysis
import GitAccess
import MainstayCore

/// One repository, read and swept: the ground on which every question is answered.
struct RepositoryHistory {
    let request: RepositoryRequest
    let folder: RepositoryFolder
    let index: CommitIndex
    let lines: ReleaseLines
    let containment: Containment
    /// See ``RepositoryFolder/partialCloneState``.
    let partialCloneState: UInt64?
    /// Sentences for the answer's warnings so far.
    var warnings: [String]
    private let store: MatchStore
    private let keeping: Meanwhile<String?>?

    /// Opens and reads the repository that `request` names.
    ///
    /// `choosing` gets the history and the lines that names alone give, and returns those to judge.
    /// - Throws: ``GitError``, ``LineError`` or what the settings file is refused for.
    init(
        _ request: RepositoryRequest,
        choosing: (CommitIndex, ReleaseLines) -> ReleaseLines = { $1 }
    ) throws {
        self.request = request
        folder = try RepositoryFolder(containing: request.path, homeFolder: request.homeFolder)
        let options = IndexStore.Options(
            usesPrescan: request.usesPrescan,
            threads: request.threads
        )
        let loaded = try IndexStore(folder, cacheFolder: request.cacheFolder, options: options)
            .load(progress: request.progress)
        index = loaded.index
        warnings = loaded.notes
        keeping = loaded.keeping
        guard index.count > 0 else { throw GitError(.empty, repository: folder.shown) }
        store = MatchStore(folder: loaded.cacheFolder)
        lines = choosing(index, try Self.detectLines(folder, index, store, now: request.now))
        containment = Containment(index: index, lines: lines)
        partialCloneState = folder.partialCloneState
        warnings += lines.notes
        for feature in folder.ignoredFeatures {
            warnings.append("\(feature) is ignored: history is read as it was committed")
        }
    }

    /// Finds the lines from names, corrected by `.mainstay.yml`: the one in the work tree, else the
    /// one at the tip of the mainline that the names alone give.
    private static func detectLines(
        _ folder: RepositoryFolder,
        _ index: CommitIndex,
        _ store: MatchStore,
        now: Int64
    ) throws -> ReleaseLines {
        let name = LineSettingsFile.name
        func detect(_ settings: LineSettings?) throws(LineError) -> ReleaseLines {
            try LineDetector.detect(
                in: index,
                settings: settings,
                today: CalendarDay(secondsSince1970: now),
                isBare: folder.workTree == nil
            )
        }
        if let file = folder.workTreeFile(named: name) {
            return try detect(try LineSettingsFile.read(file.text, file: file.path))
        }
        let detected = try detect(nil)
        let tip = index.id(detected.mainline.tip)
        var text = store.settings(at: tip)
        if text == nil {
            text = try Repository(folder).file(named: name, in: tip) ?? ""
            store.keepSettings(text ?? "", at: tip)
        }
        guard let text, !text.isEmpty else { return detected }
        let shown = "\(detected.mainline.shortRef):\(name)"
        return try detect(try LineSettingsFile.read(text, file: shown))
    }

    /// The answer with everything that must be said beside it; what is kept for later is kept then.
    func answer<Results>(_ results: Results) -> Answer<Results> {
        let failure = keeping?.result()
        return Answer(
            repository: folder.shown,
            results: results,
            warnings: (failure.map { [$0] } ?? []) + warnings
        )
    }

    /// The lines, or an error that tells how to name them where there are none.
    func requireLines() throws {
        guard lines.lines.isEmpty else { return }
        let others = Set(index.refs.compactMap { Self.branch($0.name) })
            .subtracting([lines.mainline.shortRef, "HEAD"])
        guard others.isEmpty, index.refs.contains(where: { $0.name == lines.mainline.ref }) else {
            throw LineError.noLines(namesSeen: others.sorted())
        }
        throw QuestionError.onlyMainline(lines.mainline.shortRef)
    }

    /// The name of a branch here or on a remote, without the remote's; `nil` for other refs.
    private static func branch(_ ref: String) -> String? {
        if ref.hasPrefix("refs/heads/") { return String(ref.dropFirst(11)) }
        guard ref.hasPrefix("refs/remotes/") else { return nil }
        let name = ref.dropFirst(13).split(separator: "/", maxSplits: 1)
        return name.count == 2 ? String(name[1]) : nil
    }

    // MARK: - Matches

    /// Every match of a line's commit, from the cache or made now.
    func matches() throws -> MatchSet {
        let name =
            (request.isQuick ? "quick" : "full")
            + (request.withoutTrailers ? "-without-trailers" : "")
        let way = wayOfMatching
        if let kept = store.matches(name, for: index, way: way) { return kept }
        let reader = try changeReader()
        var made = match(reader)
        if !request.isQuick {
            made.extents = extents(of: made, reader)
            if partialCloneState != nil {
                let absent = AbsentContent(self, made, reader)
                made.doubts = absent.doubts(of: made)
            }
        }
        store.keep(made, name, for: index, way: way)
        // What is absent today may be fetched tomorrow.
        if partialCloneState == nil {
            if reader.pathSets.isChanged { store.keep(reader.pathSets, for: index) }
            if reader.changes.isChanged { store.keep(reader.changes, for: index) }
        }
        return made
    }

    /// A reader of contents that starts from what earlier runs knew.
    func changeReader() throws -> ChangeReader {
        try ChangeReader(
            folder,
            index: index,
            pathSets: store.pathSets(for: index),
            changes: partialCloneState == nil ? store.changes(for: index) : ChangeTable(),
            threads: request.threads,
            progress: request.progress
        )
    }

    private func match(_ reader: ChangeReader) -> MatchSet {
        let lineCommits = containment.lineOnlyRows().filter { !index.isMerge($0) }
        let entries = containment.mainlineEntry
        let candidates = (0..<index.count)
            .filter { row in
                entries[row] >= 0 && !isLineOnly(row)
            }
        let request = MatchRequest(
            containment: containment,
            lineCommits: lineCommits,
            candidates: candidates,
            authorKeys: reader.authorKeys(),
            withoutTrailers: request.withoutTrailers,
            isQuick: request.isQuick
        )
        var matcher = BackportMatcher(request, source: reader, progress: self.request.progress)
        return matcher.match()
    }

    /// The commits of lines that none of `matches` holds to repeat another; no merges.
    ///
    /// How much each revert takes back of the fixes that lines hold.
    private func extents(
        of made: MatchSet,
        _ reader: ChangeReader
    ) -> [RevertedPair: RevertExtent] {
        let classes = FixClasses(made.matches, containment: containment)
        let reverts = RevertMap(made.reverts, classes: classes, index: index)
        var extents: [RevertedPair: RevertExtent] = [:]
        for key in reverts.revertedKeys where !classes.matches(of: key).isEmpty {
            _ = reverts.events(of: key) { revert, fix in
                let pair = RevertedPair(revert: revert, fix: fix)
                extents[pair] = extents[pair] ?? RevertExtent(of: pair, source: reader)
                return false
            }
        }
        return extents
    }

    /// Commits of lines that repeat no other, without merges.
    func unmatchedLineCommits(_ matches: [BackportMatch]) -> [CommitRow] {
        let matched = Set(
            matches.lazy.filter { $0.permille >= MatchWeight.equivalent }.map(\.backport)
        )
        return containment.lineOnlyRows().filter { !index.isMerge($0) && !matched.contains($0) }
    }

    private func isLineOnly(_ row: CommitRow) -> Bool {
        for block in 0..<((containment.laneCount + 63) / 64)
        where containment.lineOnlyBits(row, block: block) != 0 {
            return true
        }
        return false
    }

    /// A hash of everything beside the commits that matches depend on.
    private var wayOfMatching: UInt64 {
        lines.all.reduce(UInt64(index.count) ^ (partialCloneState ?? 0)) { hash, line in
            let id = index.id(line.tip)
            return mix(hash ^ id.high ^ mix(id.middle))
        }
    }
}
