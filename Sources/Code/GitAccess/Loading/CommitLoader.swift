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
    private var stages: [CommitStage]
    private var nodes: NodeTable
    private var builder: CommitIndexBuilder
    /// Row of each node, or a mark, or `unvisited`.
    private var rows: [Int32]

    /// Whether an object that a ref or a commit names was absent.
    private(set) var hasMetAbsent = false

    /// For each stage, by place in its parent ids: the parent's node, or one of the marks below,
    /// or a row of the base less `rowMark`.
    private var links: [[Int32]]

    private static let unresolved: Int32 = -1
    private static let absentLink: Int32 = -2
    private static let rowMark = Int32.max
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
        // The last stage takes what the walk reads by itself.
        stages = prescanned + [CommitStage()]
        links = stages.map { Array(repeating: Self.unresolved, count: $0.parentIDs.count) }
        let count = prescanned.reduce(0) { $0 + $1.entries.count }
        nodes = NodeTable(capacity: count)
        rows = Array(repeating: Self.unvisited, count: count)
        builder =
            base.map { CommitIndexBuilder(extending: $0) }
            ?? CommitIndexBuilder(capacity: count)
        var node = 0
        for (number, stage) in prescanned.enumerated() {
            for entry in stage.entries.indices {
                nodes.add(stage.entries[entry].id, stage: number, entry: entry)
                node += 1
            }
        }
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

    /// The columns of all commits met.
    consuming func finish() -> CommitIndexBuilder { builder }

    /// The commit behind a tag object or chain of them; `nil` if it names no commit.
    private mutating func peel(_ id: CommitID) throws(GitError) -> CommitID? {
        var id = id
        for _ in 0..<16 {
            if nodes.find(id, in: stages) != nil || base?.row(of: id) != nil { return id }
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

    /// One commit on the path of the walk, and how many of its parents have been looked at.
    private struct Step {
        var node: Int
        var next: Int32
    }

    /// Gives rows to the commit `id` and to all its ancestors; the row of `id`, or `nil` if it is
    /// absent or no commit.
    private mutating func visit(_ id: CommitID) throws(GitError) -> CommitRow? {
        let tip = try resolve(id)
        guard case .node(let node) = tip else {
            if case .row(let row) = tip { return row }
            return nil
        }
        if rows[node] >= 0 { return Int(rows[node]) }
        var path = [Step(node: node, next: 0)]
        rows[node] = Self.open
        while let last = path.indices.last {
            let step = path[last]
            let parents = stages[nodes.stage(step.node)].entries[nodes.entry(step.node)].parents
            let isCut = !shallow.isEmpty && shallow.contains(stageEntry(step.node).id)
            if isCut || step.next >= Int32(parents.count) {
                try add(step.node, isCut: isCut)
                path.removeLast()
                continue
            }
            path[last].next += 1
            let place = Int(parents.lowerBound + step.next)
            let parent = try resolveParent(nodes.stage(step.node), place)
            guard case .node(let node) = parent, rows[node] == Self.unvisited else { continue }
            rows[node] = Self.open
            path.append(Step(node: node, next: 0))
        }
        return Int(rows[node])
    }

    private enum Place {
        case row(CommitRow)
        case node(Int)
        case absent
    }

    /// The same as ``resolve(_:)`` for a parent of a staged commit, looked up once.
    private mutating func resolveParent(_ stage: Int, _ place: Int) throws(GitError) -> Place {
        let link = links[stage].indices.contains(place) ? links[stage][place] : Self.unresolved
        switch link {
        case 0...: return .node(Int(link))
        case Self.absentLink: return .absent
        case Self.unresolved: break
        default: return .row(Int(link &+ Self.rowMark))
        }
        let found = try resolve(stages[stage].parentIDs[place])
        while links[stage].count <= place { links[stage].append(Self.unresolved) }
        switch found {
        case .node(let node): links[stage][place] = Int32(node)
        case .absent: links[stage][place] = Self.absentLink
        case .row(let row): links[stage][place] = Int32(row) &- Self.rowMark
        }
        return found
    }

    /// Where the commit `id` is, read if it was not met before.
    private mutating func resolve(_ id: CommitID) throws(GitError) -> Place {
        if let row = base?.row(of: id) { return .row(row) }
        if let node = nodes.find(id, in: stages) { return .node(node) }
        let last = stages.count - 1
        var late = CommitStage()
        swap(&late, &stages[last])
        let added = try repository.withObject(id) { type, bytes in
            type == GIT_OBJECT_COMMIT && late.add(id, raw: bytes)
        }
        swap(&late, &stages[last])
        guard added == true else {
            hasMetAbsent = hasMetAbsent || added == nil
            return .absent
        }
        let entry = stages[last].entries.count - 1
        let node = nodes.add(id, stage: last, entry: entry)
        rows.append(Self.unvisited)
        if node & 2047 == 0 { progress.report("Reading commits", done: node, total: 0) }
        return .node(node)
    }

    private func stageEntry(_ node: Int) -> CommitStage.Entry {
        stages[nodes.stage(node)].entries[nodes.entry(node)]
    }

    /// Appends the commit of `node`, all of whose parents have rows or are absent.
    private mutating func add(_ node: Int, isCut: Bool) throws(GitError) {
        let number = nodes.stage(node)
        let entry = stages[number].entries[nodes.entry(node)]
        var parents: [Int32] = []
        for index in entry.parents {
            if isCut {
                parents.append(CommitIndexImage.ParentMark.cut)
                continue
            }
            switch try resolveParent(nodes.stage(node), Int(index)) {
            case .row(let row): parents.append(Int32(row))
            case .node(let parent) where rows[parent] >= 0: parents.append(rows[parent])
            case .node, .absent: parents.append(CommitIndexImage.ParentMark.absent)
            }
        }
        let row = stages[number].text
            .withUnsafeBytes { text in
                stages[number].records
                    .withUnsafeBytes { records in
                        let span = Int(entry.records.lowerBound)..<Int(entry.records.upperBound)
                        return parents.withUnsafeBufferPointer { parents in
                            builder.add(
                                entry.id,
                                parents: parents,
                                commit: entry.commit,
                                text: text,
                                records: UnsafeRawBufferPointer(rebasing: records[span])
                            )
                        }
                    }
            }
        rows[node] = Int32(row)
    }
}

/// Finds staged commits by id.
///
/// Nodes are numbered in the order in which they are added.
private struct NodeTable {
    private var places: [UInt64] = []
    private var slots: [UInt32]

    init(capacity: Int) {
        places.reserveCapacity(capacity)
        slots = Array(repeating: 0, count: max(1024, capacity * 2 + 1))
    }

    func stage(_ node: Int) -> Int { Int(places[node] >> 32) }
    func entry(_ node: Int) -> Int { Int(places[node] & 0xFFFF_FFFF) }

    @discardableResult
    mutating func add(_ id: CommitID, stage: Int, entry: Int) -> Int {
        if (places.count + 1) * 3 > slots.count * 2 { grow() }
        places.append(UInt64(stage) << 32 | UInt64(entry))
        insert(UInt32(places.count), high: id.high)
        highs.append(id.high)
        return places.count - 1
    }

    /// First eight bytes of each id, to grow without asking the stages.
    private var highs: [UInt64] = []

    private mutating func insert(_ value: UInt32, high: UInt64) {
        var slot = Int(high.multipliedFullWidth(by: UInt64(slots.count)).high)
        while slots[slot] != 0 { slot = slot + 1 == slots.count ? 0 : slot + 1 }
        slots[slot] = value
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for node in places.indices { insert(UInt32(node + 1), high: highs[node]) }
    }

    func find(_ id: CommitID, in stages: [CommitStage]) -> Int? {
        var slot = Int(id.high.multipliedFullWidth(by: UInt64(slots.count)).high)
        while slots[slot] != 0 {
            let node = Int(slots[slot]) - 1
            if highs[node] == id.high, stages[stage(node)].entries[entry(node)].id == id {
                return node
            }
            slot = slot + 1 == slots.count ? 0 : slot + 1
        }
        return nil
    }
}
