import MainstayCore

/// What one side of the merge moved, as far as the other side cares.
struct SideMoves {
    /// Where files went, by their old path.
    var files: [TreePath: TreePath] = [:]
    /// Paths that the other side added to a folder which this side moved.
    var strandedPaths: [TreePath] = []

    var isEmpty: Bool { files.isEmpty && strandedPaths.isEmpty }
}

extension PickSession {
    /// Settles the changes about files and folders that the line or the fix moved.
    mutating func settleMoves() throws(ObjectFault) {
        let line = try findLineMoves()
        let fix = try findFixMoves()
        guard !line.isEmpty || !fix.isEmpty else { return }
        let changeAt = Dictionary(uniqueKeysWithValues: changes.map { ($0.path, $0) })
        for source in Set(line.files.keys).union(fix.files.keys).sorted() {
            guard let change = changeAt[source] else { continue }
            switch (line.files[source], fix.files[source]) {
            case (let onLine?, nil):
                try settle(change, movedOnLineTo: onLine, added: changeAt[onLine]?.new)
            case (nil, let inFix?):
                settle(change, movedByFixTo: inFix, arrival: changeAt[inFix]?.new)
            case (let onLine?, let inFix?):
                settle(change, movedTo: onLine, and: inFix, arrival: changeAt[inFix]?.new)
            case (nil, nil): break
            }
        }
        strand(line.strandedPaths + fix.strandedPaths)
    }

    /// What the line moved.
    ///
    /// Files that the fix changes, and the folders to which it adds files.
    private func findLineMoves() throws(ObjectFault) -> SideMoves {
        var wanted: Set<TreePath> = []
        var added: [TreePath] = []
        for change in changes where lineEntries[change.path] == nil {
            if change.old == nil { added.append(change.path) } else { wanted.insert(change.path) }
        }
        var stranded: [TreePath] = []
        for path in added {
            let isGone = try !isFolder(path.folder, in: target)
            if isGone, try isFolder(path.folder, in: base) { stranded.append(path) }
        }
        guard !wanted.isEmpty || !stranded.isEmpty else { return SideMoves() }
        let lineChanges = try objects.changes(from: base, to: target, isPresenceOnly: true)
        return try search(lineChanges, wanted: wanted, stranded: stranded)
    }

    /// What the fix moved.
    ///
    /// Files that the line changed or lacks, and the folders to which the line added files.
    private func findFixMoves() throws(ObjectFault) -> SideMoves {
        guard changes.contains(where: { $0.old == nil && $0.new != nil }) else {
            return SideMoves()
        }
        var wanted: Set<TreePath> = []
        var left: Set<TreePath> = []
        for change in changes where change.old != nil && change.new == nil {
            if lineEntries[change.path] != change.old { wanted.insert(change.path) }
            var folder = change.path.folder
            while !folder.isRoot, left.insert(folder).inserted { folder = folder.folder }
        }
        var stranded: [TreePath] = []
        for folder in left.sorted() where try !isFolder(folder, in: fix) {
            stranded += try filesAddedByLine(in: folder)
        }
        guard !wanted.isEmpty || !stranded.isEmpty else { return SideMoves() }
        return try search(changes, wanted: wanted, stranded: stranded)
    }

    private func search(
        _ sideChanges: [TreeChange],
        wanted: Set<TreePath>,
        stranded: [TreePath]
    ) throws(ObjectFault) -> SideMoves {
        let folders = Set(stranded.map(\.folder))
        var relevant = wanted
        for change in sideChanges where change.new == nil && !folders.isEmpty {
            if folders.contains(where: { change.path.isInside($0) }) {
                relevant.insert(change.path)
            }
        }
        var search = RenameSearch(objects: objects, changes: sideChanges, relevant: relevant)
        let renames = try search.run()
        var moves = SideMoves()
        for rename in renames where wanted.contains(rename.source) {
            moves.files[rename.source] = rename.target
        }
        let folderMoves = FolderMoves(renames, sourceFolders: folders)
        moves.strandedPaths = stranded.filter { folderMoves.hasMoves(of: $0.folder) }
        return moves
    }

    /// Files directly in `folder` on the line that it lacks before the fix.
    private func filesAddedByLine(in folder: TreePath) throws(ObjectFault) -> [TreePath] {
        guard let before = try objects.entry(at: folder, in: base), before.mode == .folder,
            let onLine = try objects.entry(at: folder, in: target), onLine.mode == .folder,
            before.id != onLine.id
        else { return [] }
        let known = try objects.tree(before.id)
        var added: [TreePath] = []
        try objects.tree(onLine.id)
            .forEach { buffer, item in
                let name = Array(buffer[item.name])
                let isKnown = known.entry(named: name[...]).map { $0.mode != .folder } ?? false
                if item.entry.mode != .folder, !isKnown { added.append(folder.appending(name)) }
                return true
            }
        return added
    }

    private func isFolder(_ path: TreePath, in root: CommitID?) throws(ObjectFault) -> Bool {
        if path.isRoot { return true }
        return try objects.entry(at: path, in: root)?.mode == .folder
    }

    /// Files whose folder the other side moved: Git stops and asks where they belong.
    private mutating func strand(_ paths: [TreePath]) {
        for path in paths {
            settled.insert(path)
            results.removeAll { $0.path == path }
            decide(path, .conflict(.folderMoved))
        }
    }

    /// Settles a file that the line moved to `place`, where the fix may have `added` another.
    private mutating func settle(
        _ change: TreeChange,
        movedOnLineTo place: TreePath,
        added: TreeEntry?
    ) throws(ObjectFault) {
        settled.insert(change.path)
        if added != nil { settled.insert(place) }
        guard let old = change.old, let new = change.new else {
            return decide(change.path, .conflict(.movedAndDeleted), renamedTo: place)
        }
        guard old.mode.isSameKind(as: new.mode) else {
            return decide(change.path, .conflict(.kind), renamedTo: place)
        }
        guard let line = try objects.entry(at: place, in: target) else {
            return decide(change.path, .conflict(.movedOnto), renamedTo: place)
        }
        // Git takes what both sides added alike, and drops what the fix did at the old path.
        if added == line { return decide(change.path, .alreadyThere, renamedTo: place) }
        switch outcome(old, line, new, at: place) {
        case .success(let entry) where added != nil && entry != added:
            decide(change.path, .conflict(.movedOnto), renamedTo: place)
        case .success(let entry) where entry == line:
            decide(change.path, .alreadyThere, renamedTo: place)
        case .success(let entry):
            edit(change.path, to: entry, renamedTo: place)
        case .failure(let stop):
            draft(place, stop.marked)
            decide(change.path, stop.result, renamedTo: place)
        }
    }

    /// Settles a file that the fix moved to `place`, where the line may have another.
    private mutating func settle(
        _ change: TreeChange,
        movedByFixTo place: TreePath,
        arrival: TreeEntry?
    ) {
        settled.formUnion([change.path, place])
        guard let old = change.old, let arrival, let line = lineEntries[change.path] else {
            return decide(place, .conflict(.movedAndDeleted))
        }
        // Git takes what both sides added alike, and drops what the line did at the old path.
        if lineEntries[place] == arrival {
            edit(change.path, to: nil)
            return decide(place, .alreadyThere)
        }
        guard old.mode.isSameKind(as: line.mode) else { return decide(place, .conflict(.kind)) }
        switch outcome(old, line, arrival, at: place) {
        case .success(let entry):
            if let other = lineEntries[place], other != entry {
                return decide(place, .conflict(.movedOnto))
            }
            edit(change.path, to: nil)
            edit(place, to: entry)
        case .failure(let stop):
            if stop.marked != nil, lineEntries[place] == nil {
                draft(place, stop.marked)
                edits.append(TreeEdit(path: change.path, entry: nil))
            }
            decide(place, stop.result)
        }
    }

    private mutating func settle(
        _ change: TreeChange,
        movedTo onLine: TreePath,
        and inFix: TreePath,
        arrival: TreeEntry?
    ) {
        settled.formUnion([change.path, inFix])
        guard onLine == inFix, let arrival, let line = lineEntries[onLine] else {
            return decide(inFix, .conflict(.movedApart), renamedTo: onLine)
        }
        decide(change.path, .alreadyThere)
        switch outcome(change.old, line, arrival, at: inFix) {
        case .success(let entry) where entry == line: decide(inFix, .alreadyThere)
        case .success(let entry): edit(inFix, to: entry)
        case .failure(let stop):
            draft(inFix, stop.marked)
            decide(inFix, stop.result)
        }
    }
}
