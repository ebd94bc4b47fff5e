import BackportAnalysis
import CGit2
import MainstayCore

/// One file that differs between two trees.
struct ChangedFile {
    /// Hash of the path.
    var path: UInt64
    /// The file before; `nil` where it was added.
    var old: CommitID?
    /// The file after; `nil` where it was removed.
    var new: CommitID?
    /// Whether either side is a submodule, whose content is elsewhere.
    var isSubmodule = false
}

/// Compares trees entry by entry; reads no blobs and only the folders that differ.
struct TreeDiff {
    private let repository: Repository
    /// Whether a tree was absent.
    private(set) var isIncomplete = false
    private(set) var files: [ChangedFile] = []
    /// The paths of `files`, in the same order, where they were asked for.
    private(set) var names: [String] = []
    private let collectsNames: Bool

    init(_ repository: Repository, collectsNames: Bool = false) {
        self.repository = repository
        self.collectsNames = collectsNames
    }

    /// Collects the files that differ between two trees; `nil` stands for the empty tree.
    ///
    /// `path` is the hash of the folder's path, `name` the path itself with a slash behind it.
    mutating func compare(
        _ old: CommitID?,
        _ new: CommitID?,
        path: UInt64 = 1,
        name: String = ""
    ) {
        guard old != new else { return }
        guard let old = read(old), let new = read(new) else {
            isIncomplete = true
            return
        }
        var left = TreeReader(old.bytes)
        var right = TreeReader(new.bytes)
        while true {
            switch (left.entry, right.entry) {
            case (nil, nil): return
            case (let entry?, nil):
                add(entry, nil, path, name)
                left.advance()
            case (nil, let entry?):
                add(nil, entry, path, name)
                right.advance()
            case (let first?, let second?):
                let order = TreeReader.order(first, second)
                if order == 0 {
                    if first.id != second.id || first.mode != second.mode {
                        add(first, second, path, name)
                    }
                    left.advance()
                    right.advance()
                } else if order < 0 {
                    add(first, nil, path, name)
                    left.advance()
                } else {
                    add(nil, second, path, name)
                    right.advance()
                }
            }
        }
    }

    /// Adds one entry that differs; where both are given they have one name and are of one kind.
    private mutating func add(
        _ old: RawTreeEntry?,
        _ new: RawTreeEntry?,
        _ folder: UInt64,
        _ folderName: String
    ) {
        guard let named = new ?? old else { return }
        let path = hashBytes(named.name, seed: folder)
        var name = folderName
        if collectsNames { name += String(decoding: named.name, as: UTF8.self) }
        if named.isTree {
            if collectsNames { name += "/" }
            compare(old?.id, new?.id, path: path, name: name)
        } else {
            let isSubmodule = old?.isSubmodule ?? false || new?.isSubmodule ?? false
            files.append(
                ChangedFile(path: path, old: old?.id, new: new?.id, isSubmodule: isSubmodule)
            )
            if collectsNames { names.append(name) }
        }
    }

    private func read(_ id: CommitID?) -> TreeObject? {
        guard let id else { return TreeObject(object: nil) }
        var oid = git_oid(id)
        var object: OpaquePointer?
        guard git_odb_read(&object, repository.odb, &oid) == 0, let object else { return nil }
        return TreeObject(object: object)
    }
}

/// Keeps a tree object's bytes alive while they are read.
private final class TreeObject {
    private let object: OpaquePointer?

    init(object: OpaquePointer?) { self.object = object }

    deinit { git_odb_object_free(object) }

    var bytes: UnsafeRawBufferPointer {
        guard let object else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(
            start: git_odb_object_data(object),
            count: git_odb_object_size(object)
        )
    }
}

/// One entry of a tree object.
struct RawTreeEntry {
    var mode: UInt32
    var name: UnsafeRawBufferPointer
    var id: CommitID

    var isTree: Bool { mode & 0o170000 == 0o040000 }
    var isSubmodule: Bool { mode & 0o170000 == 0o160000 }
}

/// Reads a tree object: mode in octal, blank, name, zero byte, 20 bytes of id; by name, where
/// folders count as if their name ended in a slash.
struct TreeReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private(set) var entry: RawTreeEntry?

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        advance()
    }

    mutating func advance() {
        entry = nil
        var mode: UInt32 = 0
        while offset < bytes.count, bytes[offset] != 32 {
            mode = mode << 3 | UInt32(bytes[offset] & 7)
            offset += 1
        }
        let start = offset + 1
        var end = start
        while end < bytes.count, bytes[end] != 0 { end += 1 }
        guard end + 21 <= bytes.count, let base = bytes.baseAddress else {
            offset = bytes.count
            return
        }
        offset = end + 21
        entry = RawTreeEntry(
            mode: Self.canonical(mode),
            name: UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
            id: CommitID(bytes: base + end + 1)
        )
    }

    /// The mode as git reads it: of a file's permissions only the owner's right to run it counts.
    private static func canonical(_ mode: UInt32) -> UInt32 {
        guard mode & 0o170000 == 0o100000 else { return mode & 0o170000 }
        return mode & 0o100 != 0 ? 0o100755 : 0o100644
    }

    /// Below 0 if `left` stands before `right` in a tree, 0 if they are of one name and kind.
    static func order(_ left: RawTreeEntry, _ right: RawTreeEntry) -> Int {
        let shared = min(left.name.count, right.name.count)
        for index in 0..<shared where left.name[index] != right.name[index] {
            return Int(left.name[index]) - Int(right.name[index])
        }
        func next(_ entry: RawTreeEntry) -> Int {
            entry.name.count > shared ? Int(entry.name[shared]) : (entry.isTree ? 47 : 0)
        }
        let order = next(left) - next(right)
        if order != 0 { return order }
        return left.name.count - right.name.count
    }
}
