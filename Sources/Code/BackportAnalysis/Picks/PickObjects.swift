package import MainstayCore

/// Reads trees and blobs through two caches, and looks things up in trees.
///
/// Used by one thread at a time.
package final class PickObjects {
    /// Memory for trees, and for blobs, in bytes.
    package static let cacheLimit = 32 << 20

    private let source: any TreeSource
    private var trees = CostLimitedCache<CommitID, TreeListing>(limit: cacheLimit)
    private var blobs = CostLimitedCache<CommitID, [UInt8]>(limit: cacheLimit)
    private var fingerprints = CostLimitedCache<CommitID, ContentFingerprint>(limit: 8 << 20)
    private var sizes = CostLimitedCache<CommitID, Int>(limit: 4 << 20)
    private var made: [CommitID: MadeObject] = [:]

    /// Creates a reader over `source`.
    package init(source: any TreeSource) {
        self.source = source
    }

    /// Makes objects readable that are in memory only.
    package func adopt(_ objects: [MadeObject]) {
        for object in objects { made[object.id] = object }
    }

    /// Forgets the objects that were adopted.
    package func forgetAdopted() {
        made.removeAll()
    }

    /// Returns a tree; `nil` stands for a tree without entries.
    ///
    /// - Throws: ``ObjectFault`` if the tree is absent or damaged.
    package func tree(_ id: CommitID?) throws(ObjectFault) -> TreeListing {
        guard let id else { return .empty }
        if let known = trees.value(for: id) { return known }
        let bytes = try read(id, kind: .tree)
        guard let listing = TreeListing(bytes: bytes) else {
            throw ObjectFault(id, kind: .tree, reason: .unusable("an entry is cut short"))
        }
        trees.insert(listing, for: id, cost: bytes.count + 64)
        return listing
    }

    /// Returns the content of a blob.
    ///
    /// - Throws: ``ObjectFault`` if the blob is absent or cannot be read.
    package func blob(_ id: CommitID) throws(ObjectFault) -> [UInt8] {
        if let known = blobs.value(for: id) { return known }
        let bytes = try read(id, kind: .blob)
        keepBlob(bytes, id: id)
        return bytes
    }

    /// The content of a blob if it is at hand, without reading.
    func keptBlob(_ id: CommitID) -> [UInt8]? { blobs.value(for: id) }

    /// Keeps content that was just made, so that a later reader may find it.
    package func keepBlob(_ bytes: [UInt8], id: CommitID) {
        blobs.insert(bytes, for: id, cost: bytes.count + 64)
    }

    /// Returns the tree of the commit `id` and its first parent.
    ///
    /// - Throws: ``ObjectFault`` if the commit is absent or damaged.
    package func commit(
        _ id: CommitID
    ) throws(ObjectFault) -> (tree: CommitID, firstParent: CommitID?) {
        let bytes = try read(id, kind: .commit)
        let lines =
            bytes.split(
                separator: 10,
                maxSplits: 2,
                omittingEmptySubsequences: false
            )
            .map { String(decoding: $0.prefix(64), as: UTF8.self) }
        guard let first = lines.first, first.hasPrefix("tree "),
            let tree = CommitID(hex: first.dropFirst(5))
        else {
            throw ObjectFault(id, kind: .commit, reason: .unusable("it names no tree"))
        }
        guard lines.count > 1, lines[1].hasPrefix("parent ") else { return (tree, nil) }
        return (tree, CommitID(hex: lines[1].dropFirst(7)))
    }

    /// Returns what `path` holds in the tree `root`, a folder or a leaf; `nil` if nothing.
    ///
    /// - Throws: ``ObjectFault`` if a tree on the way is absent.
    package func entry(
        at path: TreePath,
        in root: CommitID?
    ) throws(ObjectFault) -> TreeEntry? {
        var current = root
        var rest = path.bytes[...]
        while let id = current {
            let part = rest.prefix { $0 != UInt8(ascii: "/") }
            guard let found = try tree(id).entry(named: part) else { return nil }
            rest = rest.dropFirst(part.count)
            if rest.isEmpty { return found }
            rest = rest.dropFirst()
            current = found.mode == .folder ? found.id : nil
        }
        return nil
    }

    /// Returns how alike two blobs are, 0 to ``ContentFingerprint/full``.
    ///
    /// - Throws: ``ObjectFault`` if one of them is absent.
    package func likeness(_ left: CommitID, _ right: CommitID) throws(ObjectFault) -> Int {
        if left == right { return ContentFingerprint.full }
        guard try !ContentFingerprint.areTooFarApart(size(left), size(right)) else { return 0 }
        return try fingerprint(left).likeness(to: fingerprint(right))
    }

    /// Returns the id of an object with these bytes.
    ///
    /// - Throws: ``ObjectFault`` if the bytes cannot be hashed.
    package func objectID(
        of bytes: [UInt8],
        kind: ObjectKind
    ) throws(ObjectFault) -> CommitID {
        try source.objectID(of: bytes, kind: kind)
    }

    /// Merges three texts; `nil` if they conflict.
    ///
    /// - Throws: ``ObjectFault`` if the merge itself fails.
    package func mergeTexts(
        base: [UInt8],
        line: [UInt8],
        fix: [UInt8]
    ) throws(ObjectFault) -> [UInt8]? {
        try source.mergeTexts(base: base, line: line, fix: fix)
    }

    /// Merges three texts, with both sides between markers where they conflict.
    ///
    /// - Throws: ``ObjectFault`` if a text is absent or the merge itself fails.
    func markedText(
        _ key: MergeKey,
        labels: (line: String, fix: String)
    ) throws(ObjectFault) -> [UInt8] {
        let base: [UInt8] = if let id = key.base { try blob(id) } else { [] }
        let (line, fix) = (try blob(key.line), try blob(key.fix))
        return try source.markedText(base: base, line: line, fix: fix, labels: labels)
    }

    private func size(_ id: CommitID) throws(ObjectFault) -> Int {
        if let known = sizes.value(for: id) { return known }
        if let object = made[id] { return object.bytes.count }
        let size = try source.blobSize(id)
        sizes.insert(size, for: id, cost: 96)
        return size
    }

    private func fingerprint(_ id: CommitID) throws(ObjectFault) -> ContentFingerprint {
        if let known = fingerprints.value(for: id) { return known }
        let print = try ContentFingerprint(of: blob(id))
        fingerprints.insert(print, for: id, cost: print.cost)
        return print
    }

    private func read(_ id: CommitID, kind: ObjectKind) throws(ObjectFault) -> [UInt8] {
        if let object = made[id], object.kind == kind { return object.bytes }
        return try source.readObject(id, kind: kind)
    }
}

/// An object that a prediction made in memory.
package struct MadeObject: Sendable, Hashable {
    /// The id that it would have in a repository.
    package let id: CommitID
    /// Tree or blob.
    package let kind: ObjectKind
    /// Its content.
    package let bytes: [UInt8]

    /// Creates an object.
    package init(id: CommitID, kind: ObjectKind, bytes: [UInt8]) {
        self.id = id
        self.kind = kind
        self.bytes = bytes
    }
}
