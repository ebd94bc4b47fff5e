package import MainstayCore

/// Gathers commits, parents before children, and lays them out as the bytes of a commit index.
///
/// Starts empty or with the rows of an older index, whose numbers stay as they are. The two groups
/// of columns know nothing of each other, so that two threads can fill them.
package struct CommitIndexBuilder {
    private var facts: FactColumns
    private var texts: TextColumns

    /// How many commits have been added.
    package var count: Int { facts.count }

    /// Starts without commits, with room for `capacity` of them.
    package init(capacity: Int = 0) {
        facts = FactColumns(capacity: capacity)
        texts = TextColumns(capacity: capacity)
    }

    /// Takes columns to which the same commits were added in the same order.
    package init(_ facts: FactColumns, _ texts: TextColumns) {
        self.facts = facts
        self.texts = texts
    }

    /// Adds one commit and returns its row.
    ///
    /// `parents` are rows below the new one or marks (``CommitIndexImage/ParentMark``), in order.
    /// - Precondition: no commit with this id has been added, and every parent's row is lower.
    @discardableResult
    package mutating func add(
        _ id: CommitID,
        parents: UnsafeBufferPointer<Int32>,
        commit: ScannedCommit,
        text: UnsafeRawBufferPointer,
        records: UnsafeRawBufferPointer
    ) -> CommitRow {
        facts.add(id, parents: parents, commit: commit)
        texts.add(commit, text: text, records: records)
        return count - 1
    }

    /// Lays the columns out as one image; checksums are left zero.
    package func finish(
        identity: UInt64,
        refs: [IndexedRef],
        fingerprint: [UInt8]
    ) -> CommitIndexBytes {
        var refBytes: [UInt8] = []
        CommitIndex.write(refs, to: &refBytes)
        var layout = ImageLayout(rowCount: count, identity: identity)
        facts.add(to: &layout)
        texts.add(to: &layout)
        layout.add(.refs, refBytes)
        layout.add(.fingerprint, fingerprint)
        return layout.finish()
    }
}

/// The bytes of an image in memory, aligned to 64 bytes.
package final class CommitIndexBytes: @unchecked Sendable {
    // Sound: written only by the one who makes it, before it is shared.

    /// The bytes; they live as long as this object.
    package let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: CommitIndexImage.alignment)
    }

    deinit { bytes.deallocate() }

    /// The index in these bytes; `nil` if they are no sound index.
    package var index: CommitIndex? {
        CommitIndex(image: UnsafeRawBufferPointer(bytes), owner: self)
    }
}

/// Collects sections and copies them into one aligned image.
struct ImageLayout {
    private typealias Image = CommitIndexImage
    private var sections: [(section: CommitIndexImage.Section, column: Column)] = []
    private let rowCount: Int
    private let identity: UInt64

    init(rowCount: Int, identity: UInt64) {
        self.rowCount = rowCount
        self.identity = identity
    }

    mutating func add<Element: BitwiseCopyable>(
        _ section: CommitIndexImage.Section,
        _ column: [Element]
    ) {
        sections.append(
            (
                section,
                Column(length: column.count * MemoryLayout<Element>.stride) { target in
                    column.withUnsafeBytes { target.copyBytes(from: $0) }
                }
            )
        )
    }

    /// A column that is copied once, to its place.
    private struct Column {
        var length: Int
        var copy: (UnsafeMutableRawBufferPointer) -> Void
    }

    func finish() -> CommitIndexBytes {
        func aligned(_ length: Int) -> Int {
            (length + Image.alignment - 1) / Image.alignment * Image.alignment
        }
        let total = sections.reduce(aligned(Image.checkedLength)) { $0 + aligned($1.column.length) }
        let result = CommitIndexBytes(count: total)
        let image = result.bytes
        UnsafeMutableRawBufferPointer(rebasing: image[..<aligned(Image.checkedLength)])
            .initializeMemory(as: UInt8.self, repeating: 0)
        image.storeBytes(of: Image.magic, as: UInt64.self)
        image.storeBytes(of: Image.version, toByteOffset: 8, as: UInt32.self)
        image.storeBytes(of: Image.byteOrderMark, toByteOffset: 12, as: UInt32.self)
        image.storeBytes(of: 20, toByteOffset: 16, as: UInt32.self)
        image.storeBytes(of: UInt32(sections.count), toByteOffset: 20, as: UInt32.self)
        image.storeBytes(of: UInt64(rowCount), toByteOffset: 24, as: UInt64.self)
        image.storeBytes(of: identity, toByteOffset: 32, as: UInt64.self)
        var offset = aligned(Image.checkedLength)
        let ordered = sections.sorted { $0.section.rawValue < $1.section.rawValue }
        for (number, entry) in ordered.enumerated() {
            let row = Image.headerLength + number * Image.sectionRowLength
            image.storeBytes(of: entry.section.rawValue, toByteOffset: row, as: UInt32.self)
            image.storeBytes(of: UInt64(offset), toByteOffset: row + 8, as: UInt64.self)
            image.storeBytes(
                of: UInt64(entry.column.length),
                toByteOffset: row + 16,
                as: UInt64.self
            )
            let end = offset + entry.column.length
            entry.column.copy(UnsafeMutableRawBufferPointer(rebasing: image[offset..<end]))
            offset += aligned(entry.column.length)
            UnsafeMutableRawBufferPointer(rebasing: image[end..<offset])
                .initializeMemory(as: UInt8.self, repeating: 0)
        }
        return result
    }
}

/// A 64-bit hash of `bytes` that is the same in every run and on every machine.
@inlinable
package func hashBytes(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var hash = seed ^ (UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15)
    var offset = 0
    while offset + 8 <= bytes.count {
        let word = UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        )
        hash = mix(hash ^ word)
        offset += 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
        tail = tail << 8 | UInt64(bytes[offset])
        offset += 1
    }
    return mix(hash ^ tail)
}

/// Spreads every bit of `value` over the whole word; a bijection.
@inlinable
package func mix(_ value: UInt64) -> UInt64 {
    var word = value
    word ^= word >> 32
    word = word &* 0xE9B5_DBA5_B5C0_FBCF
    word ^= word >> 29
    word = word &* 0x8CB9_2BA7_2F3D_8DD7
    word ^= word >> 32
    return word
}
