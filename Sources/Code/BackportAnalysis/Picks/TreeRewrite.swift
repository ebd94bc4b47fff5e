import MainstayCore

/// What becomes of one leaf of a tree.
struct TreeEdit {
    /// The path.
    var path: TreePath
    /// The entry to put there; `nil` takes away what is there.
    var entry: TreeEntry?
}

/// Makes the tree that results from edits of another one, in memory.
struct TreeRewrite {
    let objects: PickObjects
    /// The new trees, folders before the root.
    private(set) var made: [MadeObject] = []
    /// Paths at which a file and a folder would both stand.
    private(set) var clashes: [TreePath] = []

    init(objects: PickObjects) {
        self.objects = objects
    }

    /// Returns the id of `root` after `edits`; `nil` if nothing is left or there are clashes.
    ///
    /// - Throws: ``ObjectFault`` if a tree on the way is absent.
    mutating func apply(
        _ edits: [TreeEdit],
        to root: CommitID?
    ) throws(ObjectFault) -> CommitID? {
        let sorted = edits.sorted { $0.path < $1.path }
        return try rewrite(root, sorted[...], depth: 0)
    }

    /// One name in a folder, and all edits at or below it.
    private struct Touched {
        var name: ArraySlice<UInt8>
        var leaf: TreeEdit?
        var below: [TreeEdit] = []
    }

    private mutating func rewrite(
        _ tree: CommitID?,
        _ edits: ArraySlice<TreeEdit>,
        depth: Int
    ) throws(ObjectFault) -> CommitID? {
        let listing = try objects.tree(tree)
        var fresh: [(name: ArraySlice<UInt8>, entry: TreeEntry)] = []
        var touchedNames: Set<ArraySlice<UInt8>> = []
        for touched in Self.byName(edits, depth: depth) {
            touchedNames.insert(touched.name)
            let entry = try self.entry(touched, in: listing, depth: depth)
            if let entry { fresh.append((touched.name, entry)) }
        }
        let bytes = Self.bytes(of: listing, without: touchedNames, with: fresh)
        if bytes.isEmpty { return nil }
        if bytes == listing.bytes { return tree }
        let id = try objects.objectID(of: bytes, kind: .tree)
        made.append(MadeObject(id: id, kind: .tree, bytes: bytes))
        return id
    }

    private mutating func entry(
        _ touched: Touched,
        in listing: TreeListing,
        depth: Int
    ) throws(ObjectFault) -> TreeEntry? {
        let existing = listing.entry(named: touched.name)
        var folder = existing?.mode == .folder ? existing?.id : nil
        if !touched.below.isEmpty {
            folder = try rewrite(
                folder,
                touched.below[...],
                depth: depth + touched.name.count + 1
            )
        }
        var leaf = existing?.mode == .folder ? nil : existing
        if let edit = touched.leaf { leaf = edit.entry }
        guard let folder else { return leaf }
        if leaf != nil {
            let path = touched.leaf?.path ?? touched.below.first { $0.entry != nil }?.path
            clashes.append(path ?? TreePath(bytes: Array(touched.name)))
        }
        return TreeEntry(mode: .folder, id: folder)
    }

    private static func byName(_ edits: ArraySlice<TreeEdit>, depth: Int) -> [Touched] {
        var places: [ArraySlice<UInt8>: Int] = [:]
        var all: [Touched] = []
        for edit in edits {
            let rest = edit.path.bytes[depth...]
            let name = rest.prefix { $0 != UInt8(ascii: "/") }
            let place = places[name] ?? all.count
            if place == all.count {
                places[name] = place
                all.append(Touched(name: name))
            }
            if name.count == rest.count {
                all[place].leaf = edit
            } else {
                all[place].below.append(edit)
            }
        }
        return all
    }

    /// Returns the bytes of a tree with the names of `fresh` in the places where Git sorts them.
    private static func bytes(
        of listing: TreeListing,
        without touched: Set<ArraySlice<UInt8>>,
        with fresh: [(name: ArraySlice<UInt8>, entry: TreeEntry)]
    ) -> [UInt8] {
        var added = fresh.map { (key: sortKey($0.name, $0.entry.mode), item: $0) }
        added.sort { $1.key.lexicographicallyPrecedes($0.key) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(listing.bytes.count + fresh.count * 48)
        listing.forEach { buffer, item in
            let name = Array(buffer[item.name])
            if touched.contains(name[...]) { return true }
            let key = sortKey(name[...], item.entry.mode)
            while let next = added.last, next.key.lexicographicallyPrecedes(key) {
                append(next.item.name, next.item.entry, to: &bytes)
                added.removeLast()
            }
            if item.isCanonical {
                bytes.append(contentsOf: buffer[item.start..<item.end])
            } else {
                append(name[...], item.entry, to: &bytes)
            }
            return true
        }
        for next in added.reversed() { append(next.item.name, next.item.entry, to: &bytes) }
        return bytes
    }

    private static func sortKey(_ name: ArraySlice<UInt8>, _ mode: FileMode) -> [UInt8] {
        mode == .folder ? Array(name) + [UInt8(ascii: "/")] : Array(name)
    }

    private static func append(
        _ name: ArraySlice<UInt8>,
        _ entry: TreeEntry,
        to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: String(entry.mode.rawValue, radix: 8).utf8)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: name)
        bytes.append(0)
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { raw in
            guard let base = raw.baseAddress else { return }
            entry.id.store(to: base)
            bytes.append(contentsOf: raw)
        }
    }
}
