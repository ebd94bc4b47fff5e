/// A path inside a tree: the bytes as Git stores them, parts separated by `/`.
///
/// Not necessarily UTF-8. Ordered by its bytes, which is the order of Git.
package struct TreePath: Hashable, Sendable, Comparable {
    /// The bytes, without a leading or trailing `/`; empty for the root.
    package let bytes: [UInt8]

    /// Creates a path from its bytes.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Creates a path from text.
    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The path as text; bytes that are not UTF-8 become replacement characters.
    ///
    /// May hold control characters: quote it before showing it.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The last part of the path.
    package var basename: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// The folder that holds it; the root for a path of one part.
    package var folder: TreePath {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return TreePath(bytes: []) }
        return TreePath(bytes: Array(bytes[..<slash]))
    }

    /// Whether this is the root of the tree.
    package var isRoot: Bool { bytes.isEmpty }

    /// Returns the path of `name` inside this folder.
    package func appending(_ name: some Collection<UInt8>) -> TreePath {
        if bytes.isEmpty { return TreePath(bytes: Array(name)) }
        var joined: [UInt8] = []
        joined.reserveCapacity(bytes.count + 1 + name.count)
        joined.append(contentsOf: bytes)
        joined.append(UInt8(ascii: "/"))
        joined.append(contentsOf: name)
        return TreePath(bytes: joined)
    }

    /// Whether this path lies below `folder`, at any depth.
    package func isInside(_ folder: TreePath) -> Bool {
        folder.isRoot
            || bytes.count > folder.bytes.count + 1
                && bytes[folder.bytes.count] == UInt8(ascii: "/")
                && bytes.starts(with: folder.bytes)
    }

    /// Byte order.
    package static func < (left: TreePath, right: TreePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension TreePath: CustomStringConvertible {
    /// The path as text.
    package var description: String { text }
}
