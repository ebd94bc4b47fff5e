import MainstayCore

/// A file that one side of a merge moved.
struct FoundRename: Hashable {
    /// Where it was.
    let source: TreePath
    /// Where it is.
    let target: TreePath
    /// How alike the two are, 0 to ``ContentFingerprint/full``.
    let likeness: Int
}

/// Finds the files that one side of a merge moved, as Git's merge does.
///
/// Three steps, each on what the ones before left over: equal content; the same basename, if it is
/// unique on both sides or the move of its folder is known; the best likeness of all pairs. Only
/// the first step looks at files that are not `relevant`, because they can take a target away.
struct RenameSearch {
    let objects: PickObjects
    /// Paths that the side lacks, in byte order.
    var sources: [(path: TreePath, entry: TreeEntry)]
    /// Paths that only the side has, in byte order.
    var targets: [(path: TreePath, entry: TreeEntry)]
    /// Sources on which something depends.
    let relevant: Set<TreePath>

    private var targetOfSource: [Int: Int] = [:]
    private var isTaken: [Bool] = []
    private var found: [FoundRename] = []

    init(objects: PickObjects, changes: [TreeChange], relevant: Set<TreePath>) {
        self.objects = objects
        self.relevant = relevant
        sources = changes.compactMap { change in
            change.new == nil ? change.old.map { (change.path, $0) } : nil
        }
        targets = changes.compactMap { change in
            change.old == nil ? change.new.map { (change.path, $0) } : nil
        }
        sources.removeAll { $0.entry.id == Self.emptyBlob }
        targets.removeAll { $0.entry.id == Self.emptyBlob }
        isTaken = Array(repeating: false, count: targets.count)
    }

    /// The file without content, which Git never holds for moved.
    private static let emptyBlob = CommitID(
        high: 0xe69d_e29b_b2d1_d643,
        middle: 0x4b8b_29ae_775a_d8c2,
        low: 0xe48c_5391
    )

    /// Returns all moves found, in no particular order.
    ///
    /// - Throws: ``ObjectFault`` if a blob that must be compared is absent.
    mutating func run() throws(ObjectFault) -> [FoundRename] {
        guard !targets.isEmpty, !relevant.isEmpty else { return [] }
        matchEqualContent()
        if isOpen {
            try matchBasenames()
            if isOpen { try matchBestPairs() }
        }
        return found
    }

    private var isOpen: Bool {
        found.count < targets.count
            && sources.indices.contains {
                targetOfSource[$0] == nil && relevant.contains(sources[$0].path)
            }
    }

    private mutating func record(_ source: Int, _ target: Int, likeness: Int) {
        targetOfSource[source] = target
        isTaken[target] = true
        found.append(
            FoundRename(
                source: sources[source].path,
                target: targets[target].path,
                likeness: likeness
            )
        )
    }

    private mutating func matchEqualContent() {
        var byContent: [CommitID: [Int]] = [:]
        for (index, source) in sources.enumerated() {
            byContent[source.entry.id, default: []].append(index)
        }
        for (index, target) in targets.enumerated() {
            var best: (source: Int, score: Int)?
            for source in byContent[target.entry.id] ?? [] where targetOfSource[source] == nil {
                let (old, new) = (sources[source].entry.mode, target.entry.mode)
                guard old == new || old.isFile && new.isFile else { continue }
                let score = sources[source].path.basename == target.path.basename ? 1 : 0
                if score > best?.score ?? -1 { best = (source, score) }
            }
            if let best { record(best.source, index, likeness: ContentFingerprint.full) }
        }
    }

    private mutating func matchBasenames() throws(ObjectFault) {
        let least = (ContentFingerprint.least + ContentFingerprint.full) / 2
        let guesses = FolderMoves(found, sourceFolders: Set(relevant.map(\.folder))).likeliest
        let openSources = sources.indices.filter { targetOfSource[$0] == nil }
        let sourceOf = Self.unique(openSources.map { (sources[$0].path.basename, $0) })
        let openTargets = targets.indices.filter { !isTaken[$0] }
        let targetOf = Self.unique(openTargets.map { (targets[$0].path.basename, $0) })
        let placeOf = Dictionary(
            uniqueKeysWithValues: openTargets.map { (targets[$0].path, $0) }
        )
        for source in openSources where relevant.contains(sources[source].path) {
            let path = sources[source].path
            guard let unique = targetOf[path.basename] else { continue }
            var target = unique
            if target == nil || sourceOf[path.basename] == .some(nil) {
                target = guesses[path.folder].flatMap { placeOf[$0.appending(path.basename)] }
            }
            guard let target, !isTaken[target] else { continue }
            let likeness = try self.likeness(source, target)
            if likeness >= least { record(source, target, likeness: likeness) }
        }
    }

    private mutating func matchBestPairs() throws(ObjectFault) {
        struct Candidate {
            var source: Int
            var target: Int
            var likeness: Int
            var hasSameName: Bool
        }
        let openSources = sources.indices.filter {
            targetOfSource[$0] == nil && relevant.contains(sources[$0].path)
        }
        var candidates: [Candidate] = []
        for target in targets.indices where !isTaken[target] {
            for source in openSources {
                let likeness = try self.likeness(source, target)
                guard likeness >= ContentFingerprint.least else { continue }
                let hasSameName = sources[source].path.basename == targets[target].path.basename
                candidates.append(
                    Candidate(
                        source: source,
                        target: target,
                        likeness: likeness,
                        hasSameName: hasSameName
                    )
                )
            }
        }
        candidates.sort { left, right in
            if left.likeness != right.likeness { return left.likeness > right.likeness }
            if left.hasSameName != right.hasSameName { return left.hasSameName }
            return (left.target, left.source) < (right.target, right.source)
        }
        for candidate in candidates
        where !isTaken[candidate.target] && targetOfSource[candidate.source] == nil {
            record(candidate.source, candidate.target, likeness: candidate.likeness)
        }
    }

    private func likeness(_ source: Int, _ target: Int) throws(ObjectFault) -> Int {
        let (old, new) = (sources[source].entry, targets[target].entry)
        guard old.mode.isFile, new.mode.isFile else { return 0 }
        return try objects.likeness(old.id, new.id)
    }

    /// Maps each name to its only index, or to `nil` where it has several.
    private static func unique(
        _ named: [(name: ArraySlice<UInt8>, index: Int)]
    ) -> [ArraySlice<UInt8>: Int?] {
        var places: [ArraySlice<UInt8>: Int?] = [:]
        for (name, index) in named {
            places.updateValue(places[name] == nil ? index : nil, forKey: name)
        }
        return places
    }
}

/// Where the files of each folder went, counted over moves of files.
struct FolderMoves {
    private var counts: [TreePath: [TreePath: Int]] = [:]

    /// Counts `renames`.
    ///
    /// A move of `a/b/x` to `c/b/y` says that `a/b` went to `c/b` and, because
    /// the last parts agree, that `a` went to `c`. Folders not in `sourceFolders` are left out.
    init(_ renames: [FoundRename], sourceFolders: Set<TreePath>) {
        for rename in renames {
            var (old, new) = (rename.source.folder, rename.target.folder)
            while true {
                if old != new, sourceFolders.contains(old) {
                    counts[old, default: [:]][new, default: 0] += 1
                }
                guard !old.isRoot, !new.isRoot, old.basename == new.basename else { break }
                (old, new) = (old.folder, new.folder)
            }
        }
    }

    /// Whether files of `folder` went to another folder.
    func hasMoves(of folder: TreePath) -> Bool { counts[folder] != nil }

    /// Returns the folder to which most files of each folder went; on a tie the first by name.
    var likeliest: [TreePath: TreePath] {
        counts.compactMapValues { targets in
            targets.max { left, right in
                left.value != right.value ? left.value < right.value : left.key > right.key
            }?
            .key
        }
    }
}
