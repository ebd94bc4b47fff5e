package import MainstayCore

/// One path on which two trees differ; files, links and submodules, never folders.
package struct TreeChange: Sendable, Hashable {
    /// The path.
    package var path: TreePath
    /// What the first tree has there; `nil` if nothing or a folder.
    package var old: TreeEntry?
    /// What the second tree has there; `nil` if nothing or a folder.
    package var new: TreeEntry?
}

extension PickObjects {
    /// Returns the paths on which two trees differ, in byte order.
    ///
    /// Folders with the same id are not read. With `isPresenceOnly` a path that both trees have
    /// is left out even if its content differs.
    ///
    /// - Throws: ``ObjectFault`` if a tree is absent.
    package func changes(
        from old: CommitID?,
        to new: CommitID?,
        isPresenceOnly: Bool = false
    ) throws(ObjectFault) -> [TreeChange] {
        var walk = ChangeWalk(objects: self, isPresenceOnly: isPresenceOnly)
        try walk.compare(old, new, in: TreePath(bytes: []))
        return walk.changes
    }
}

/// The walk through two trees side by side.
private struct ChangeWalk {
    let objects: PickObjects
    let isPresenceOnly: Bool
    var changes: [TreeChange] = []

    /// A name that one or both trees hold.
    private struct Pair {
        var name: ArraySlice<UInt8>
        var old: TreeEntry?
        var new: TreeEntry?
    }

    mutating func compare(
        _ old: CommitID?,
        _ new: CommitID?,
        in folder: TreePath
    ) throws(ObjectFault) {
        guard old != new else { return }
        let (oldTree, newTree) = (try objects.tree(old), try objects.tree(new))
        for pair in pairs(oldTree, newTree) {
            let path = folder.appending(pair.name)
            if (pair.old ?? pair.new)?.mode == .folder {
                try compare(pair.old?.id, pair.new?.id, in: path)
            } else {
                changes.append(TreeChange(path: path, old: pair.old, new: pair.new))
            }
        }
    }

    /// Pairs the entries that differ.
    ///
    /// A file and a folder of one name are two names, since a
    /// folder sorts as if its name ended in `/`.
    private func pairs(_ oldTree: TreeListing, _ newTree: TreeListing) -> [Pair] {
        var found: [Pair] = []
        oldTree.bytes.withUnsafeBufferPointer { old in
            newTree.bytes.withUnsafeBufferPointer { new in
                var left = TreeListing.checkedItem(in: old, at: 0)
                var right = TreeListing.checkedItem(in: new, at: 0)
                while left != nil || right != nil {
                    let order = Self.order(old, left, new, right)
                    let (mine, theirs) = (order <= 0 ? left : nil, order >= 0 ? right : nil)
                    if isWanted(mine?.entry, theirs?.entry) {
                        let name =
                            mine.map { oldTree.bytes[$0.name] }
                            ?? theirs.map { newTree.bytes[$0.name] }
                        found.append(Pair(name: name ?? [], old: mine?.entry, new: theirs?.entry))
                    }
                    if let mine { left = TreeListing.checkedItem(in: old, at: mine.end) }
                    if let theirs { right = TreeListing.checkedItem(in: new, at: theirs.end) }
                }
            }
        }
        return found
    }

    private func isWanted(_ old: TreeEntry?, _ new: TreeEntry?) -> Bool {
        guard old != new else { return false }
        return !isPresenceOnly || old == nil || new == nil || old?.mode == .folder
    }

    private static func order(
        _ old: UnsafeBufferPointer<UInt8>,
        _ left: TreeListing.Item?,
        _ new: UnsafeBufferPointer<UInt8>,
        _ right: TreeListing.Item?
    ) -> Int {
        guard let left else { return 1 }
        guard let right else { return -1 }
        let common = min(left.name.count, right.name.count)
        for index in 0..<common {
            let (mine, theirs) = (
                old[left.name.lowerBound + index], new[right.name.lowerBound + index]
            )
            if mine != theirs { return mine < theirs ? -1 : 1 }
        }
        func next(_ bytes: UnsafeBufferPointer<UInt8>, _ item: TreeListing.Item) -> UInt8 {
            if item.name.count > common { return bytes[item.name.lowerBound + common] }
            return item.entry.mode == .folder ? UInt8(ascii: "/") : 0
        }
        return Int(next(old, left)) - Int(next(new, right))
    }
}
