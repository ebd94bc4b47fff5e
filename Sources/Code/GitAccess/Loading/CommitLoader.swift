import BackportAnalysis
import CGit2
import MainstayCore

/// Walks the history from the refs and lays it out as an index.
///
/// What a prescan has found is taken from there; everything else (deltas, loose objects, packs of
/// other repositories) is read through libgit2. Commits of an older index are not read again.
struct CommitLoader {
    private let repository: Repository
    private let base: CommitIndex?
    private let shallow: Set<CommitID>
    private let progress: any ProgressSink
    private var nodes: CommitNodes
    /// Row of each node, or one of the marks below.
    private var rows: [Int32]
    /// The nodes in the order of their rows.
    private var order: [Int32] = []

    /// Whether an object that a ref or a commit names was absent.
    private(set) var hasMetAbsent = false

    private static let unvisited: Int32 = -10
    private static let open: Int32 = -11

    /// Prepares a walk over `repository` that goes on from `base`.
    init(
        _ repository: Repository,
        base: CommitIndex?,
        prescanned: [CommitStage],
        progress: any ProgressSink
    ) {
        self.repository = repository
        self.base = base
        self.progress = progress
        shallow = Self.readShallow(repository.folder)
        nodes = CommitNodes(prescanned)
        rows = Array(repeating: Self.unvisited, count: nodes.count)
        order.reserveCapacity(nodes.count)
    }

    private static func readShallow(_ folder: RepositoryFolder) -> Set<CommitID> {
        let text = FilePath.read(FilePath.join(folder.commonFolder, "shallow")) ?? []
        return Set(
            text.split(separator: 10)
                .compactMap {
                    CommitID(hex: String(decoding: $0, as: UTF8.self).trimmed)
                }
        )
    }

    /// Whether a walk may go on from `base`: its history is cut where the repository's is now.
    ///
    /// Cost: one pass over the rows.
    static func canExtend(_ base: CommitIndex, in folder: RepositoryFolder) -> Bool {
        let shallow = readShallow(folder)
        let cut = CommitIndexImage.ParentMark.cut
        for row in 0..<base.count where base.firstParents[row] == cut {
            guard shallow.contains(base.id(row)) else { return false }
        }
        return shallow.allSatisfy { id in
            base.row(of: id).map { base.firstParents[$0] < 0 } ?? true
        }
    }

    /// Walks from every ref and returns the refs with their rows, by name.
    /// - Throws: ``GitError`` where an object is damaged.
    mutating func walk(_ refs: RefList) throws(GitError) -> [IndexedRef] {
        var indexed: [IndexedRef] = []
        for ref in refs.entries {
            guard let id = ref.id else {
                indexed.append(IndexedRef(name: ref.name, row: nil, target: ref.target))
                continue
            }
            let isTag = ref.name.hasPrefix("refs/tags/")
            let tip = isTag ? try peel(ref.peeled ?? id) : id
            let row = try tip.map { id throws(GitError) in try visit(id) } ?? nil
            indexed.append(IndexedRef(name: ref.name, row: row))
        }
        return indexed
    }

    /// The commit behind a tag object or chain of them; `nil` if it names no commit.
    private mutating func peel(_ id: CommitID) throws(GitError) -> CommitID? {
        var id = id
        for _ in 0..<16 {
            if nodes.find(id) != nil || base?.row(of: id) != nil { return id }
            let next = try repository.withObject(id) { type, bytes -> CommitID? in
                if type == GIT_OBJECT_COMMIT { return id }
                guard type == GIT_OBJECT_TAG, bytes.count > 48, let start = bytes.baseAddress else {
                    return nil
                }
                return CommitID(hexDigits: (start + 7).assumingMemoryBound(to: UInt8.self))
            }
            guard let next else {
                hasMetAbsent = true
                return nil
            }
            guard let target = next else { return nil }
            if target == id { return id }
            id = target
        }
        return nil
    }

    // MARK: - The walk

    /// One commit on the path of the walk, and those of its parents that are still to be looked at.
    private struct Step {
        var node: Int
        var links: Range<Int>
    }

    /// Gives rows to the commit `id` and to all its ancestors; the row of `id`, or `nil` if it is
    /// absent or no commit.
    private mutating func visit(_ id: CommitID) throws(GitError) -> CommitRow? {
        let tip = try resolve(id)
        guard let node = tip.node else { return tip.row }
        if rows[node] >= 0 { return Int(rows[node]) }
        let first = base?.count ?? 0
        var path = [step(to: node)]
        while let last = path.indices.last {
            let link = path[last].links.popFirst()
            guard let link else {
                rows[path[last].node] = Int32(first + order.count)
                order.append(Int32(path[last].node))
                path.removeLast()
                continue
            }
            if nodes.links[link] == .unresolved {
                nodes.links[link] = try resolve(nodes.parentID(path[last].node, link))
            }
            guard let parent = nodes.links[link].node, rows[parent] == Self.unvisited else {
                continue
            }
            path.append(step(to: parent))
        }
        return Int(rows[node])
    }

    /// Opens `node`: its parents come before it.
    private mutating func step(to node: Int) -> Step {
        rows[node] = Self.open
        let links = nodes.links(of: node)
        return Step(node: node, links: isCut(node) ? links.upperBound..<links.upperBound : links)
    }

    private func isCut(_ node: Int) -> Bool {
        !shallow.isEmpty && shallow.contains(nodes.id(node))
    }

    /// Where the commit `id` is, read if it was not met before.
    private mutating func resolve(_ id: CommitID) throws(GitError) -> CommitNodes.Link {
        if let row = base?.row(of: id) { return .row(row) }
        if let node = nodes.find(id) { return .node(node) }
        let added = try repository.withObject(id) { type, bytes in
            type == GIT_OBJECT_COMMIT && nodes.add(id, raw: bytes)
        }
        guard added == true else {
            hasMetAbsent = hasMetAbsent || added == nil
            return .absent
        }
        rows.append(Self.unvisited)
        let node = nodes.count - 1
        if node & 2047 == 0 { progress.report("Reading commits", done: node, total: 0) }
        return .node(node)
    }

    // MARK: - The columns

    /// The columns of all commits met; a thread of its own fills half of them if `hasThread`.
    func finish(hasThread: Bool) -> CommitIndexBuilder {
        let texts = Meanwhile(hasThread: hasThread) { [nodes, order, base] in
            var texts = TextColumns(extending: base, capacity: order.count)
            for node in order {
                nodes.withTexts(of: Int(node)) { texts.add($0, text: $1, records: $2) }
            }
            return texts
        }
        var facts = FactColumns(extending: base, capacity: order.count)
        var parents: [Int32] = []
        for node in order {
            parents.removeAll(keepingCapacity: true)
            for link in nodes.links(of: Int(node)) {
                parents.append(parentRow(nodes.links[link], of: Int(node)))
            }
            parents.withUnsafeBufferPointer { parents in
                facts.add(nodes.id(Int(node)), parents: parents, commit: nodes.commit(Int(node)))
            }
        }
        return CommitIndexBuilder(facts, texts.result())
    }

    /// The row of a parent of `node`, or a mark.
    private func parentRow(_ link: CommitNodes.Link, of node: Int) -> Int32 {
        if isCut(node) { return CommitIndexImage.ParentMark.cut }
        if let row = link.row { return Int32(row) }
        // A damaged pack may name a commit that comes from this one.
        guard let parent = link.node, rows[parent] < rows[node] else {
            return CommitIndexImage.ParentMark.absent
        }
        return rows[parent]
    }
}
