import Glibc
package import MainstayCore

/// The columns of a commit index that hold numbers: ids, parents, times, titles and flags.
package struct FactColumns: Sendable {
    private var ids: [UInt8] = []
    private var firstParents: [Int32] = []
    private var moreParents: [UInt32] = []
    private var parentRuns: [Int32] = []
    private var authorTimes: [UInt32] = []
    private var commitTimes: [UInt32] = []
    private var wideTimes: [Int64] = []
    private var titles: [UInt64] = []
    private var flags: [UInt16] = []

    /// How many commits have been added.
    package var count: Int { firstParents.count }

    /// Starts with the rows of `index`, if there is one, and has room for `capacity` more.
    package init(extending index: CommitIndex? = nil, capacity: Int) {
        let count = (index?.count ?? 0) + capacity
        ids.reserveCapacity(count * 20)
        firstParents.reserveCapacity(count)
        moreParents.reserveCapacity(count)
        authorTimes.reserveCapacity(count)
        commitTimes.reserveCapacity(count)
        titles.reserveCapacity(count)
        flags.reserveCapacity(count)
        guard let index else { return }
        ids += UnsafeRawBufferPointer(start: index.ids, count: index.count * 20)
        firstParents += index.firstParents
        moreParents += index.moreParents
        parentRuns += index.parentRuns
        authorTimes += index.authorTimes
        commitTimes += index.commitTimes
        wideTimes += index.wideTimes
        titles += index.titles
        flags += index.flagBits
    }

    /// Adds one commit; see ``CommitIndexBuilder/add(_:parents:commit:text:records:)``.
    package mutating func add(
        _ id: CommitID,
        parents: UnsafeBufferPointer<Int32>,
        commit: ScannedCommit
    ) {
        let row = count
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { bytes in
            if let base = bytes.baseAddress { id.store(to: base) }
            ids.append(contentsOf: bytes)
        }
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
        titles.append(commit.titleHash)
        flags.append(commit.flags.rawValue)
    }

    private mutating func narrow(_ time: Int64, key: Int) -> UInt32 {
        if time >= 0, time < Int64(UInt32.max) { return UInt32(time) }
        wideTimes.append(Int64(key))
        wideTimes.append(time)
        return .max
    }

    func add(to layout: inout ImageLayout) {
        layout.add(.ids, ids)
        layout.add(.slots, makeSlots())
        layout.add(.firstParents, firstParents)
        layout.add(.moreParents, moreParents)
        layout.add(.parentRuns, parentRuns)
        layout.add(.authorTimes, authorTimes)
        layout.add(.commitTimes, commitTimes)
        layout.add(.wideTimes, wideTimes)
        layout.add(.titles, titles)
        layout.add(.flags, flags)
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

/// The columns of a commit index that hold texts: authors, subjects and the records of messages.
package struct TextColumns: Sendable {
    private var authors: TextTable
    private var authorNumbers: [UInt32] = []
    private var subjects: TextTable
    private var subjectStarts: [UInt32] = []
    private var subjectLengths: [UInt16] = []
    private var recordRows: [UInt32] = []
    private var recordEnds: [UInt32] = []
    private var recordBytes: [UInt8] = []

    /// Starts with the rows of `index`, if there is one, and has room for `capacity` more.
    package init(extending index: CommitIndex? = nil, capacity: Int) {
        let count = (index?.count ?? 0) + capacity
        authors = TextTable(capacity: 512)
        subjects = TextTable(capacity: count)
        authorNumbers.reserveCapacity(count)
        subjectStarts.reserveCapacity(count)
        subjectLengths.reserveCapacity(count)
        guard let index else { return }
        for author in 0..<index.authorCount { _ = authors.intern(index.authorEmail(author)) }
        authorNumbers += index.authors
        for row in 0..<index.count { addSubject(index.storedSubject(row)) }
        recordRows += index.recordRows
        recordEnds += index.recordEnds
        recordBytes += index.recordBytes
    }

    /// Adds one commit, whose spans are into `text`.
    package mutating func add(
        _ commit: ScannedCommit,
        text: UnsafeRawBufferPointer,
        records: UnsafeRawBufferPointer
    ) {
        authorNumbers.append(authors.intern(UnsafeRawBufferPointer(rebasing: text[commit.author])))
        addSubject(UnsafeRawBufferPointer(rebasing: text[commit.subject]))
        if !records.isEmpty {
            recordRows.append(UInt32(authorNumbers.count - 1))
            recordBytes.append(contentsOf: records)
            recordEnds.append(UInt32(recordBytes.count))
        }
    }

    private mutating func addSubject(_ subject: UnsafeRawBufferPointer) {
        let number = subjects.intern(subject)
        subjectStarts.append(subjects.start(of: number))
        subjectLengths.append(UInt16(subject.count))
    }

    func add(to layout: inout ImageLayout) {
        layout.add(.authors, authorNumbers)
        layout.add(.authorEnds, authors.ends)
        layout.add(.authorText, authors.text)
        layout.add(.subjectStarts, subjectStarts)
        layout.add(.subjectLengths, subjectLengths)
        layout.add(.subjectText, subjects.text)
        layout.add(.recordRows, recordRows)
        layout.add(.recordEnds, recordEnds)
        layout.add(.recordBytes, recordBytes)
    }
}

/// Keeps each distinct text once and numbers them in the order of first use.
private struct TextTable {
    /// All texts, one behind the other.
    private(set) var text: [UInt8] = []
    /// Where each text ends in `text`.
    private(set) var ends: [UInt32] = []
    /// The upper half of the hash and the number + 1, or 0; their count is a power of two.
    private var slots: [UInt64]

    init(capacity: Int) {
        var size = 1024
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        ends.reserveCapacity(capacity)
        text.reserveCapacity(capacity * 32)
    }

    func start(of number: UInt32) -> UInt32 { number == 0 ? 0 : ends[Int(number) - 1] }

    /// The number of `bytes`.
    mutating func intern(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let hash = hashBytes(bytes)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = UInt32(truncatingIfNeeded: slots[slot]) - 1
            if slots[slot] >> 32 == hash >> 32, isText(number, bytes) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = UInt32(ends.count)
        slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(number + 1)
        text.append(contentsOf: bytes)
        ends.append(UInt32(text.count))
        if ends.count * 2 > slots.count { grow() }
        return number
    }

    private func isText(_ number: UInt32, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = Int(start(of: number))
        guard Int(ends[Int(number)]) - start == bytes.count, let other = bytes.baseAddress else {
            return bytes.isEmpty && start == Int(ends[Int(number)])
        }
        return text.withUnsafeBytes { text in
            text.baseAddress.map { memcmp($0 + start, other, bytes.count) == 0 } ?? false
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        text.withUnsafeBytes { text in
            for number in ends.indices {
                let span = Int(start(of: UInt32(number)))..<Int(ends[number])
                let hash = hashBytes(UnsafeRawBufferPointer(rebasing: text[span]))
                var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(number + 1)
            }
        }
    }
}
