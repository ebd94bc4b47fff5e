import MainstayCore

/// One prediction while it is being made.
struct PickSession {
    let objects: PickObjects
    let merger: EntryMerger
    let attributes: MergeAttributes
    let base: CommitID?
    let fix: CommitID
    let target: CommitID
    /// What the fix changes, in byte order of the paths.
    let changes: [TreeChange]
    /// What the line has at the path of each change; folders count as nothing.
    var lineEntries: [TreePath: TreeEntry] = [:]
    /// What has been decided.
    var results: [PathPrediction] = []
    var edits: [TreeEdit] = []
    /// Changes that a move has dealt with.
    var settled: Set<TreePath> = []
    /// What is to be said beside the results.
    var notes: [String] = []
    /// Blobs in `edits` that only exist in memory.
    var mergedBlobs: [CommitID: MergeKey] = [:]
    /// The names of the sides at the markers of a draft; `nil` where conflicts end a pick.
    let labels: (line: String, fix: String)?
    /// What a draft has for the paths that conflict.
    var marked: [MadeObject] = []

    init(
        predictor: PickPredictor,
        base: CommitID?,
        fix: CommitID,
        target: CommitID,
        labels: (line: String, fix: String)? = nil
    ) throws(ObjectFault) {
        self.labels = labels
        objects = predictor.objects
        merger = predictor.merger
        attributes = predictor.attributes
        self.base = base
        self.fix = fix
        self.target = target
        changes = try objects.changes(from: base, to: fix)
        for change in changes {
            let entry = try objects.entry(at: change.path, in: target)
            if let entry, entry.mode != .folder { lineEntries[change.path] = entry }
        }
    }

    mutating func run(isKeepingObjects: Bool) throws(ObjectFault) -> PickPrediction {
        do throws(ObjectFault) {
            try settleMoves()
        } catch {
            guard error.kind == .blob else { throw error }
            settleUnreadable(error)
        }
        for change in changes where !settled.contains(change.path) { settle(change) }
        return try conclude(isKeepingObjects: isKeepingObjects)
    }

    /// Settles one change by the entries at its own path.
    private mutating func settle(_ change: TreeChange) {
        let line = lineEntries[change.path]
        switch (change.old, line, change.new) {
        case (_, nil, nil):
            decide(change.path, .alreadyThere)
        case (nil, nil, let new?):
            edit(change.path, to: new)
        case (_?, nil, let new?):
            draft(change.path, new)
            decide(change.path, .conflict(.missing))
        case (let old, let line?, nil):
            if line == old {
                edit(change.path, to: nil)
            } else {
                decide(change.path, .conflict(.deleted))
            }
        case (let old, let line?, let new?):
            merge(old, line, new, at: change.path)
        }
    }

    /// Merges three entries at the path that the fix gives them.
    private mutating func merge(
        _ old: TreeEntry?,
        _ line: TreeEntry,
        _ new: TreeEntry,
        at path: TreePath
    ) {
        switch outcome(old, line, new, at: path) {
        case .success(let entry) where entry == line: decide(path, .alreadyThere)
        case .success(let entry): edit(path, to: entry)
        case .failure(let stop):
            draft(path, stop.marked)
            decide(path, stop.result)
        }
    }

    /// What keeps a path from being clean.
    struct Stop: Error {
        let result: PathResult
        /// What a draft has there.
        var marked: TreeEntry?
    }

    /// Merges three entries that meet at `place`, and remembers a blob that the merge made.
    mutating func outcome(
        _ old: TreeEntry?,
        _ line: TreeEntry,
        _ new: TreeEntry,
        at place: TreePath
    ) -> Result<TreeEntry, Stop> {
        do throws(ObjectFault) {
            if line.mode.isFile, Set([old?.id, line.id, new.id]).count == 3,
                let note = try attributes.value(for: place, in: target).note(for: place)
            {
                notes.append(note)
            }
            switch try merger.merge(base: old, line: line, fix: new) {
            case .conflict(let cause):
                var stop = Stop(result: .conflict(cause))
                stop.marked = try markedEntry(old, line, new, cause)
                return .failure(stop)
            case .merged(let entry):
                if entry.id != line.id, entry.id != new.id {
                    let known = old.flatMap { $0.mode.isFile ? $0.id : nil }
                    mergedBlobs[entry.id] = MergeKey(base: known, line: line.id, fix: new.id)
                }
                return .success(entry)
            }
        } catch {
            return .failure(Stop(result: .unknown(error)))
        }
    }

    /// The text of both sides with markers, where there is one and a draft is wanted.
    private mutating func markedEntry(
        _ old: TreeEntry?,
        _ line: TreeEntry,
        _ new: TreeEntry,
        _ cause: ConflictCause
    ) throws(ObjectFault) -> TreeEntry? {
        guard let labels, cause == .content || cause == .added else { return nil }
        let base = old.flatMap { $0.mode.isFile ? $0.id : nil }
        let key = MergeKey(base: base, line: line.id, fix: new.id)
        let bytes = try objects.markedText(key, labels: labels)
        let id = try objects.objectID(of: bytes, kind: .blob)
        marked.append(MadeObject(id: id, kind: .blob, bytes: bytes))
        return TreeEntry(mode: line.mode, id: id)
    }

    /// Puts `entry` at a path in conflict, if a draft is wanted; else the line's stays.
    mutating func draft(_ path: TreePath, _ entry: TreeEntry?) {
        guard labels != nil, let entry else { return }
        edits.append(TreeEdit(path: path, entry: entry))
    }

    mutating func decide(_ path: TreePath, _ result: PathResult, renamedTo: TreePath? = nil) {
        results.append(PathPrediction(path: path, result: result, renamedTo: renamedTo))
    }

    mutating func edit(_ path: TreePath, to entry: TreeEntry?, renamedTo: TreePath? = nil) {
        edits.append(TreeEdit(path: renamedTo ?? path, entry: entry))
        decide(path, .clean, renamedTo: renamedTo)
    }

    /// Gives up on every path whose move could not be looked up.
    private mutating func settleUnreadable(_ fault: ObjectFault) {
        results = []
        edits = []
        settled = []
        for change in changes where change.old != nil && lineEntries[change.path] == nil {
            settled.insert(change.path)
            decide(change.path, .unknown(fault))
        }
    }

    private mutating func conclude(isKeepingObjects: Bool) throws(ObjectFault) -> PickPrediction {
        results.sort { $0.path < $1.path }
        var verdict = verdict
        if labels == nil, verdict != .clean {
            return PickPrediction(verdict: verdict, paths: results, notes: notes)
        }
        var rewrite = TreeRewrite(objects: objects)
        var rewritten = edits.isEmpty ? target : try rewrite.apply(edits, to: target)
        if !rewrite.clashes.isEmpty {
            mark(rewrite.clashes)
            guard labels != nil else {
                return PickPrediction(verdict: .conflict, paths: results, notes: notes)
            }
            edits.removeAll { rewrite.clashes.contains($0.path) }
            rewrite = TreeRewrite(objects: objects)
            rewritten = try rewrite.apply(edits, to: target)
            verdict = .conflict
        }
        let tree = if let rewritten { rewritten } else { try objects.objectID(of: [], kind: .tree) }
        if verdict == .clean, tree == target { verdict = .alreadyThere }
        var prediction = PickPrediction(verdict: verdict, paths: results, notes: notes, tree: tree)
        if isKeepingObjects { prediction.made = try madeBlobs() + marked + rewrite.made }
        return prediction
    }

    /// What the results so far come to.
    private var verdict: PickVerdict {
        for case .conflict in results.map(\.result) { return .conflict }
        for case .unknown(let fault) in results.map(\.result) {
            return .unknown(reason: fault.message)
        }
        return .clean
    }

    private mutating func mark(_ clashes: [TreePath]) {
        for index in results.indices {
            let place = results[index].renamedTo ?? results[index].path
            if clashes.contains(place) { results[index].result = .conflict(.folder) }
        }
    }

    private func madeBlobs() throws(ObjectFault) -> [MadeObject] {
        var made: [MadeObject] = []
        for edit in edits {
            guard let id = edit.entry?.id, let key = mergedBlobs[id] else { continue }
            guard let bytes = try merger.content(of: key, id: id) else { continue }
            made.append(MadeObject(id: id, kind: .blob, bytes: bytes))
        }
        return made
    }
}
