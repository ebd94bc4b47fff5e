/// The refs of an index, sorted into branches and tags without a `String` per ref.
struct RefList {
    /// A branch or tag; the bytes live as long as the index.
    struct Entry {
        let name: UnsafeRawBufferPointer
        let short: UnsafeRawBufferPointer
        let row: CommitRow
        let isRemote: Bool

        var fullName: String { String(decoding: name, as: UTF8.self) }
        var shortName: String { String(decoding: short, as: UTF8.self) }
        /// Name of the remote; empty for local branches and tags.
        var remote: String {
            isRemote
                ? String(decoding: name[13..<(name.count - short.count - 1)], as: UTF8.self) : ""
        }
    }

    /// Local and remote-tracking branches.
    private(set) var branches: [Entry] = []
    /// Tags.
    private(set) var tags: [Entry] = []
    /// Targets of symbolic refs by full name, `HEAD` among them.
    private(set) var targets: [String: String] = [:]
    /// The commit of a `HEAD` that names no branch.
    private(set) var detachedHead: CommitRow?

    init(_ index: CommitIndex) {
        branches.reserveCapacity(1024)
        tags.reserveCapacity(1024)
        index.forEachRef { name, row, target in
            if !target.isEmpty {
                let name = String(decoding: name, as: UTF8.self)
                targets[name] = String(decoding: target, as: UTF8.self)
            } else if row >= 0 {
                add(name, row)
            }
        }
    }

    private mutating func add(_ name: UnsafeRawBufferPointer, _ row: CommitRow) {
        func rest(_ start: Int) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: name[start...])
        }
        var reader = NameReader(name)
        if reader.take("refs/tags/") {
            tags.append(Entry(name: name, short: rest(10), row: row, isRemote: false))
        } else if reader.take("refs/heads/") {
            branches.append(Entry(name: name, short: rest(11), row: row, isRemote: false))
        } else if reader.take("refs/remotes/") {
            guard let slash = name[13...].firstIndex(of: 47), slash + 1 < name.count else { return }
            let short = rest(slash + 1)
            if short.elementsEqual("HEAD".utf8) { return }
            branches.append(Entry(name: name, short: short, row: row, isRemote: true))
        } else if name.elementsEqual("HEAD".utf8) {
            detachedHead = row
        }
    }

    /// The branches with the short name `short`, local first.
    func branches(named short: String) -> [Entry] {
        Self.entries(branches, named: short)
    }

    /// The tag with the short name `short`.
    func tag(named short: String) -> Entry? { Self.entries(tags, named: short).first }

    private static func entries(_ entries: [Entry], named short: String) -> [Entry] {
        var short = short
        return short.withUTF8 { wanted in
            entries.filter { $0.short.count == wanted.count && $0.short.elementsEqual(wanted) }
        }
    }
}

extension CommitIndex {
    /// Whether `row` is `descendant` or one of its ancestors.
    ///
    /// Cost: the rows between the two.
    func isAncestor(_ row: CommitRow, of descendant: CommitRow) -> Bool {
        if row >= descendant { return row == descendant }
        var seen = [Bool](repeating: false, count: descendant - row + 1)
        var stack = [descendant]
        while let next = stack.popLast() {
            if next == row { return true }
            forEachParent(of: next) { parent in
                guard parent >= row, !seen[parent - row] else { return }
                seen[parent - row] = true
                stack.append(parent)
            }
        }
        return false
    }
}
