import MainstayCore

/// Which commits change a path, learnt by comparing trees along it and kept.
///
/// A class because many searches share what it learns. Used by one thread at a time.
final class PathHistory {
    private let objects: PickObjects
    private let containment: Containment
    private var index: CommitIndex { containment.index }
    private var roots: [CommitRow: CommitID] = [:]
    /// By path, one byte for each place of the mainline's chain.
    private var known: [TreePath: [Answer]] = [:]

    private enum Answer: UInt8 { case unknown, same, changed }

    init(_ objects: PickObjects, containment: Containment) {
        self.objects = objects
        self.containment = containment
    }

    /// The tree of the commit at `row`.
    func root(_ row: CommitRow) throws(ObjectFault) -> CommitID {
        if let root = roots[row] { return root }
        let root = try objects.commit(index.id(row)).tree
        roots[row] = root
        return root
    }

    /// Whether the commit at `row` changes `path` against its first parent.
    func isChanged(_ path: TreePath, at row: CommitRow) throws(ObjectFault) -> Bool {
        guard let place = containment.chainPosition(row) else { return try compare(path, row) }
        if let answer = known[path]?[place], answer != .unknown { return answer == .changed }
        let isChanged = try compare(path, row)
        let unknown = [Answer](repeating: .unknown, count: containment.mainlineChain.count)
        known[path, default: unknown][place] = isChanged ? .changed : .same
        return isChanged
    }

    private func compare(_ path: TreePath, _ row: CommitRow) throws(ObjectFault) -> Bool {
        guard let parent = index.firstParent(of: row) else { return true }
        var (left, right): (CommitID?, CommitID?) = (try root(row), try root(parent))
        var rest = path.bytes[...]
        while left != right, !rest.isEmpty {
            let name = rest.prefix { $0 != UInt8(ascii: "/") }
            let mine = try objects.tree(left).entry(named: name)
            let other = try objects.tree(right).entry(named: name)
            rest = rest.dropFirst(name.count + 1)
            if rest.isEmpty { return mine != other }
            left = mine.flatMap { $0.mode == .folder ? $0.id : nil }
            right = other.flatMap { $0.mode == .folder ? $0.id : nil }
        }
        return false
    }

    /// The content of the file at `path` at `row`; `nil` where there is no file.
    func file(_ path: TreePath, at row: CommitRow?) throws(ObjectFault) -> [UInt8]? {
        guard let row else { return nil }
        return try objects.file(path, in: root(row))
    }

    /// The path from which the commit at `row` moved a file to `path`; `nil` if it did not.
    func source(of path: TreePath, at row: CommitRow) throws(ObjectFault) -> TreePath? {
        guard let parent = index.firstParent(of: row) else { return nil }
        let changes = try objects.changes(from: root(parent), to: root(row), isPresenceOnly: true)
        let gone = Set(changes.filter { $0.new == nil }.map(\.path))
        var search = RenameSearch(objects: objects, changes: changes, relevant: gone)
        return try search.run().first { $0.target == path }?.source
    }
}

extension PickObjects {
    /// Returns the content of the file at `path` in the tree `root`; `nil` where there is none.
    ///
    /// - Throws: ``ObjectFault`` if a tree on the way or the content is absent.
    func file(_ path: TreePath, in root: CommitID?) throws(ObjectFault) -> [UInt8]? {
        guard let entry = try entry(at: path, in: root), entry.mode.isFile else { return nil }
        return try blob(entry.id)
    }
}
