package import MainstayCore

/// Gathers commits, parents before children, and lays them out as the bytes of a commit index.
///
/// Starts empty or with the rows of an older index, whose numbers stay as they are.
package struct CommitIndexBuilder {
    private var ids: [UInt8] = []
    private var firstParents: [Int32] = []
    private var moreParents: [UInt32] = []
    private var parentRuns: [Int32] = []
    private var authorTimes: [UInt32] = []
    private var commitTimes: [UInt32] = []
    private var wideTimes: [Int64] = []
    private var authors = TextTable()
    private var authorNumbers: [UInt32] = []
    private var authorEnds: [UInt32] = []
    private var subjects = TextTable()
    private var subjectStarts: [UInt32] = []
    private var subjectLengths: [UInt16] = []
    private var titles: [UInt64] = []
    private var flags: [UInt16] = []
    private var recordRows: [UInt32] = []
    private var recordEnds: [UInt32] = []
    private var recordBytes: [UInt8] = []

    /// How many commits have been added.
    package var count: Int { firstParents.count }

    /// Starts without commits, with room for `capacity` of them.
    package init(capacity: Int = 0) {
        ids.reserveCapacity(capacity * 20)
        firstParents.reserveCapacity(capacity)
        moreParents.reserveCapacity(capacity)
        authorTimes.reserveCapacity(capacity)
        commitTimes.reserveCapacity(capacity)
        authorNumbers.reserveCapacity(capacity)
        subjectStarts.reserveCapacity(capacity)
        subjectLengths.reserveCapacity(capacity)
        titles.reserveCapacity(capacity)
        flags.reserveCapacity(capacity)
        subjects.reserve(texts: capacity)
    }

    /// Starts with the rows of `index`.
    package init(extending index: CommitIndex) {
        ids = Array(UnsafeRawBufferPointer(start: index.ids, count: index.count * 20))
        firstParents = Array(index.firstParents)
        moreParents = Array(index.moreParents)
        parentRuns = Array(index.parentRuns)
        authorTimes = Array(index.authorTimes)
        commitTimes = Array(index.commitTimes)
        wideTimes = Array(index.wideTimes)
        authorNumbers = Array(index.authors)
        authorEnds = Array(index.authorEnds)
        subjectStarts = Array(index.subjectStarts)
        subjectLengths = Array(index.subjectLengths)
        titles = Array(index.titles)
        flags = Array(index.flagBits)
        recordRows = Array(index.recordRows)
        recordEnds = Array(index.recordEnds)
        recordBytes = Array(index.recordBytes)
        for author in 0..<index.authorCount { _ = authors.intern(index.authorEmail(author)) }
        subjects.adopt(index.subjectText, starts: subjectStarts, lengths: subjectLengths)
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
        let row = count
        append(id)
        firstParents.append(parents.first ?? CommitIndexImage.ParentMark.none)
        if parents.count > 1 {
            moreParents.append(UInt32(parentRuns.count + 1))
            parentRuns.append(Int32(parents.count - 1))
            parentRuns.append(contentsOf: parents.dropFirst())
        } else {
            moreParents.append(0)
        }
        authorTimes.append(narrow(commit.authorTime, key: row * 2))
        commitTimes.append(narrow(commit.commitTime, key: row * 2 + 1))
        let author = authors.intern(UnsafeRawBufferPointer(rebasing: text[commit.author]))
        if author.isNew { authorEnds.append(UInt32(authors.text.count)) }
        authorNumbers.append(author.number)
        let subject = subjects.intern(UnsafeRawBufferPointer(rebasing: text[commit.subject]))
        subjectStarts.append(subject.start)
        subjectLengths.append(UInt16(commit.subject.count))
        titles.append(commit.titleHash)
        flags.append(commit.flags.rawValue)
        if !records.isEmpty {
            recordRows.append(UInt32(row))
            recordBytes.append(contentsOf: records)
            recordEnds.append(UInt32(recordBytes.count))
        }
        return row
    }

    private mutating func append(_ id: CommitID) {
        let start = ids.count
        ids.append(contentsOf: repeatElement(0, count: 20))
        ids.withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { id.store(to: base + start) }
        }
    }

    private mutating func narrow(_ time: Int64, key: Int) -> UInt32 {
        if time >= 0, time < Int64(UInt32.max) { return UInt32(time) }
        wideTimes.append(Int64(key))
        wideTimes.append(time)
        return .max
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
        layout.add(.ids, ids)
        layout.add(.slots, makeSlots())
        layout.add(.firstParents, firstParents)
        layout.add(.moreParents, moreParents)
        layout.add(.parentRuns, parentRuns)
        layout.add(.authorTimes, authorTimes)
        layout.add(.commitTimes, commitTimes)
        layout.add(.wideTimes, wideTimes)
        layout.add(.authors, authorNumbers)
        layout.add(.authorEnds, authorEnds)
        layout.add(.authorText, authors.text)
        layout.add(.subjectStarts, subjectStarts)
        layout.add(.subjectLengths, subjectLengths)
        layout.add(.subjectText, subjects.text)
        layout.add(.titles, titles)
        layout.add(.flags, flags)
        layout.add(.recordRows, recordRows)
        layout.add(.recordEnds, recordEnds)
        layout.add(.recordBytes, recordBytes)
        layout.add(.refs, refBytes)
        layout.add(.fingerprint, fingerprint)
        return layout.finish()
    }

    private func makeSlots() -> [UInt32] {
        let size = max(count * 2, 1)
        var slots = [UInt32](repeating: 0, count: size)
        ids.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            for row in 0..<count {
                let id = CommitID(bytes: base + row * 20)
                var slot = CommitIndex.slot(of: id, slots: size)
                while slots[slot] != 0 { slot = slot + 1 == size ? 0 : slot + 1 }
                slots[slot] = UInt32(row + 1)
            }
        }
        return slots
    }
}

/// The bytes of an image in memory, aligned to 64 bytes.
package final class CommitIndexBytes: @unchecked Sendable {
    // Sound: written only by the one who makes it, before it is shared.

    /// The bytes; they live as long as this object.
    package let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: CommitIndexImage.alignment)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { bytes.deallocate() }

    /// The index in these bytes; `nil` if they are no sound index.
    package var index: CommitIndex? {
        CommitIndex(image: UnsafeRawBufferPointer(bytes), owner: self)
    }
}

/// Collects sections and copies them into one aligned image.
private struct ImageLayout {
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
        image.storeBytes(of: Image.magic, as: UInt64.self)
        image.storeBytes(of: Image.version, toByteOffset: 8, as: UInt32.self)
        image.storeBytes(of: Image.byteOrderMark, toByteOffset: 12, as: UInt32.self)
        image.storeBytes(of: 20, toByteOffset: 16, as: UInt32.self)
        image.storeBytes(of: UInt32(sections.count), toByteOffset: 20, as: UInt32.self)
        image.storeBytes(of: UInt64(rowCount), toByteOffset: 24, as: UInt64.self)
        image.storeBytes(of: identity, toByteOffset: 32, as: UInt64.self)
        var offset = aligned(Image.checkedLength)
        for (number, entry) in sections.enumerated() {
            let row = Image.headerLength + number * Image.sectionRowLength
            image.storeBytes(of: entry.section.rawValue, toByteOffset: row, as: UInt32.self)
            image.storeBytes(of: UInt64(offset), toByteOffset: row + 8, as: UInt64.self)
            image.storeBytes(
                of: UInt64(entry.column.length),
                toByteOffset: row + 16,
                as: UInt64.self
            )
            entry.column.copy(UnsafeMutableRawBufferPointer(rebasing: image[offset...]))
            offset += aligned(entry.column.length)
        }
        return result
    }
}

/// Keeps each distinct text once, in the order of first use.
private struct TextTable {
    private(set) var text: [UInt8] = []
    private var slots: [Entry] = Array(repeating: Entry(), count: 1024)
    private var used = 0

    private struct Entry {
        var hash: UInt64 = 0
        var start: UInt32 = 0
        var length: UInt32 = .max
        var number: UInt32 = 0
    }

    mutating func reserve(texts: Int) {
        while slots.count < texts * 2 { grow() }
        text.reserveCapacity(texts * 32)
    }

    /// Takes over `bytes`, in which the given spans are known texts.
    mutating func adopt(_ bytes: UnsafeRawBufferPointer, starts: [UInt32], lengths: [UInt16]) {
        text = Array(bytes)
        for row in starts.indices {
            let span = Int(starts[row])..<(Int(starts[row]) + Int(lengths[row]))
            let hash = hashBytes(UnsafeRawBufferPointer(rebasing: bytes[span]))
            let slot = find(UnsafeRawBufferPointer(rebasing: bytes[span]), hash: hash)
            if slots[slot].length == .max {
                insert(hash: hash, start: starts[row], length: UInt32(lengths[row]), slot: slot)
            }
        }
    }

    mutating func intern(
        _ bytes: UnsafeRawBufferPointer
    ) -> (number: UInt32, start: UInt32, isNew: Bool) {
        let hash = hashBytes(bytes)
        let slot = find(bytes, hash: hash)
        if slots[slot].length != .max { return (slots[slot].number, slots[slot].start, false) }
        let start = UInt32(text.count)
        let number = UInt32(used)
        text.append(contentsOf: bytes)
        insert(hash: hash, start: start, length: UInt32(bytes.count), slot: slot)
        return (number, start, true)
    }

    private mutating func insert(hash: UInt64, start: UInt32, length: UInt32, slot: Int) {
        slots[slot] = Entry(hash: hash, start: start, length: length, number: UInt32(used))
        used += 1
        if used * 2 > slots.count { grow() }
    }

    private func find(_ bytes: UnsafeRawBufferPointer, hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot].length != .max {
            let entry = slots[slot]
            if entry.hash == hash, Int(entry.length) == bytes.count, matches(bytes, entry) {
                return slot
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func matches(_ bytes: UnsafeRawBufferPointer, _ entry: Entry) -> Bool {
        text.withUnsafeBytes { text in
            let start = Int(entry.start)
            let own = UnsafeRawBufferPointer(rebasing: text[start..<(start + bytes.count)])
            return own.elementsEqual(bytes)
        }
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Entry(), count: old.count * 2)
        for entry in old where entry.length != .max {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            while slots[slot].length != .max { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = entry
        }
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
