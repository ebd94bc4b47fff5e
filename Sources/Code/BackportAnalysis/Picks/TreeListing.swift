import MainstayCore

/// The raw bytes of one tree object, checked once and read in place.
package struct TreeListing: Sendable {
    /// One entry, its name as a range of ``TreeListing/bytes``.
    package struct Item: Sendable {
        /// Mode and object.
        package let entry: TreeEntry
        /// Whether the stored mode is the canonical form of ``TreeEntry/mode``.
        package let isCanonical: Bool
        /// Where the whole item starts, at its mode.
        package let start: Int
        /// Where the name stands.
        package let name: Range<Int>
        /// Where the next item starts.
        package var end: Int { name.upperBound + 21 }
    }

    /// The object as stored.
    package let bytes: [UInt8]

    /// A tree without entries.
    package static let empty = TreeListing(unchecked: [])

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Takes the bytes of a tree object; `nil` if they are not a sequence of whole entries.
    package init?(bytes: [UInt8]) {
        self.bytes = bytes
        let isWhole = bytes.withUnsafeBufferPointer { buffer in
            var offset = 0
            while offset < buffer.count {
                guard let item = Self.checkedItem(in: buffer, at: offset) else { return false }
                offset = item.end
            }
            return true
        }
        guard isWhole else { return nil }
    }

    /// Calls `body` for each entry in the order of the tree, until it returns `false`.
    package func forEach(_ body: (UnsafeBufferPointer<UInt8>, Item) -> Bool) {
        bytes.withUnsafeBufferPointer { buffer in
            var offset = 0
            while offset < buffer.count {
                guard let item = Self.checkedItem(in: buffer, at: offset) else { return }
                guard body(buffer, item) else { return }
                offset = item.end
            }
        }
    }

    /// Returns the entry called `name`, or `nil`; cost grows with the size of the tree.
    package func entry(named name: ArraySlice<UInt8>) -> TreeEntry? {
        var found: TreeEntry?
        name.withUnsafeBufferPointer { wanted in
            forEach { buffer, item in
                guard Self.isEqual(buffer, item.name, wanted) else { return true }
                found = item.entry
                return false
            }
        }
        return found
    }

    /// Returns the item that starts at `offset`, or `nil` at the end or where bytes are missing.
    package static func checkedItem(
        in buffer: UnsafeBufferPointer<UInt8>,
        at offset: Int
    ) -> Item? {
        var mode: UInt32 = 0
        var cursor = offset
        while cursor < buffer.count, buffer[cursor] != UInt8(ascii: " ") {
            let digit = buffer[cursor] &- UInt8(ascii: "0")
            guard digit < 8, cursor - offset < 7 else { return nil }
            mode = mode << 3 | UInt32(digit)
            cursor += 1
        }
        let nameStart = cursor + 1
        cursor = nameStart
        while cursor < buffer.count, buffer[cursor] != 0 { cursor += 1 }
        guard cursor > nameStart, cursor + 21 <= buffer.count, let base = buffer.baseAddress
        else { return nil }
        let canonical = FileMode(stored: mode)
        let id = CommitID(bytes: UnsafeRawPointer(base + cursor + 1))
        return Item(
            entry: TreeEntry(mode: canonical, id: id),
            isCanonical: canonical.rawValue == mode,
            start: offset,
            name: nameStart..<cursor
        )
    }

    private static func isEqual(
        _ buffer: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>,
        _ wanted: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard range.count == wanted.count else { return false }
        for index in 0..<wanted.count where buffer[range.lowerBound + index] != wanted[index] {
            return false
        }
        return true
    }
}
