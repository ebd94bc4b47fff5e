import MainstayCore

extension PickSession {
    /// Settles the changes about files that the line or the fix moved.
    mutating func settleMoves() throws(ObjectFault) {
        let lineMoves = try findLineMoves()
        let fixMoves = try findFixMoves()
        guard !lineMoves.isEmpty || !fixMoves.isEmpty else { return }
        let changeAt = Dictionary(uniqueKeysWithValues: changes.map { ($0.path, $0) })
        for source in Set(lineMoves.keys).union(fixMoves.keys).sorted() {
            guard let change = changeAt[source] else { continue }
            switch (lineMoves[source], fixMoves[source]) {
            case (let onLine?, nil):
                try settle(change, movedOnLineTo: onLine, taken: changeAt[onLine] != nil)
            case (nil, let inFix?):
                try settle(change, movedByFixTo: inFix, arrival: changeAt[inFix]?.new)
            case (let onLine?, let inFix?):
                try settle(change, movedTo: onLine, and: inFix, arrival: changeAt[inFix]?.new)
            case (nil, nil): break
            }
        }
    }

    /// Where the line moved files that the fix changes, by their old path.
    private func findLineMoves() throws(ObjectFault) -> [TreePath: TreePath] {
        let wanted = changes.filter { $0.old != nil && lineEntries[$0.path] == nil }
        guard !wanted.isEmpty else { return [:] }
        var search = RenameSearch(
            objects: objects,
            changes: try objects.changes(from: base, to: target, isPresenceOnly: true),
            relevant: Set(wanted.map(\.path))
        )
        return Self.byPath(try search.run(), wanted)
    }

    /// Where the fix moved files that the line changed or lacks, by their old path.
    private func findFixMoves() throws(ObjectFault) -> [TreePath: TreePath] {
        let wanted = changes.filter { change in
            change.old != nil && change.new == nil && lineEntries[change.path] != change.old
        }
        guard !wanted.isEmpty else { return [:] }
        var search = RenameSearch(
            objects: objects,
            changes: changes,
            relevant: Set(wanted.map(\.path))
        )
        return Self.byPath(try search.run(), wanted)
    }

    private static func byPath(
        _ renames: [FoundRename],
        _ wanted: [TreeChange]
    ) -> [TreePath: TreePath] {
        let paths = Set(wanted.map(\.path))
        var targets: [TreePath: TreePath] = [:]
        for rename in renames where paths.contains(rename.source) {
            targets[rename.source] = rename.target
        }
        return targets
    }

    private mutating func settle(
        _ change: TreeChange,
        movedOnLineTo place: TreePath,
        taken: Bool
    ) throws(ObjectFault) {
        settled.insert(change.path)
        guard let new = change.new else {
            return decide(change.path, .conflict(.movedAndDeleted), renamedTo: place)
        }
        guard let line = try objects.entry(at: place, in: target), !taken else {
            return decide(change.path, .conflict(.movedOnto), renamedTo: place)
        }
        switch outcome(change.old, line, new) {
        case .success(let entry) where entry == line:
            decide(change.path, .alreadyThere, renamedTo: place)
        case .success(let entry):
            edit(change.path, to: entry, renamedTo: place)
        case .failure(let stop):
            decide(change.path, stop.result, renamedTo: place)
        }
    }

    private mutating func settle(
        _ change: TreeChange,
        movedByFixTo place: TreePath,
        arrival: TreeEntry?
    ) throws(ObjectFault) {
        settled.insert(change.path)
        settled.insert(place)
        guard let arrival, let line = lineEntries[change.path] else {
            return decide(place, .conflict(.movedAndDeleted))
        }
        guard lineEntries[place] == nil else { return decide(place, .conflict(.movedOnto)) }
        switch outcome(change.old, line, arrival) {
        case .success(let entry):
            edit(change.path, to: nil)
            edit(place, to: entry)
        case .failure(let stop):
            decide(place, stop.result)
        }
    }

    private mutating func settle(
        _ change: TreeChange,
        movedTo onLine: TreePath,
        and inFix: TreePath,
        arrival: TreeEntry?
    ) throws(ObjectFault) {
        settled.insert(change.path)
        settled.insert(inFix)
        guard onLine == inFix, let arrival, let line = lineEntries[onLine] else {
            return decide(inFix, .conflict(.movedApart), renamedTo: onLine)
        }
        decide(change.path, .alreadyThere)
        switch outcome(change.old, line, arrival) {
        case .success(let entry) where entry == line: decide(inFix, .alreadyThere)
        case .success(let entry): edit(inFix, to: entry)
        case .failure(let stop): decide(inFix, stop.result)
        }
    }
}
