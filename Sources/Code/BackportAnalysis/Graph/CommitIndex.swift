package import MainstayCore

/// All commits that the refs of a repository reach, in columns, parents before children.
///
/// A read-only view over the bytes of a ``CommitIndexImage``; opening one checks every bound that
/// later reads rely on, so that damaged bytes cannot lead outside the arrays.
package final class CommitIndex: @unchecked Sendable {
    // Sound: the bytes are never written while the view lives, and `owner` keeps them alive.
    private let owner: AnyObject?
    let image: UnsafeRawBufferPointer

    /// How many commits there are.
    package let count: Int
    /// Identity of the repository that the index was made from.
    package let identity: UInt64

    /// Commit ids, 20 bytes a row.
    package let ids: UnsafeRawPointer
    let slots: UnsafeBufferPointer<UInt32>
    /// First parent of each row: a row or a ``CommitIndexImage/ParentMark``.
    package let firstParents: UnsafeBufferPointer<Int32>
    let moreParents: UnsafeBufferPointer<UInt32>
    let parentRuns: UnsafeBufferPointer<Int32>
    let authorTimes: UnsafeBufferPointer<UInt32>
    let commitTimes: UnsafeBufferPointer<UInt32>
    let wideTimes: UnsafeBufferPointer<Int64>
    /// Number of the author of each row; see ``authorEmail(_:)``.
    package let authors: UnsafeBufferPointer<UInt32>
    let authorEnds: UnsafeBufferPointer<UInt32>
    let authorText: UnsafeRawBufferPointer
    let subjectStarts: UnsafeBufferPointer<UInt32>
    let subjectLengths: UnsafeBufferPointer<UInt16>
    let subjectText: UnsafeRawBufferPointer
    let titles: UnsafeBufferPointer<UInt64>
    let flagBits: UnsafeBufferPointer<UInt16>
    let recordRows: UnsafeBufferPointer<UInt32>
    let recordEnds: UnsafeBufferPointer<UInt32>
    let recordBytes: UnsafeRawBufferPointer
    let refBytes: UnsafeRawBufferPointer
    /// Fingerprint of the refs' storage when the index was made, opaque.
    package let fingerprint: UnsafeRawBufferPointer

    /// Opens the index in `image`, kept alive by `owner`; `nil` if the bytes are no sound index.
    ///
    /// Checks magic, version, byte order, section bounds and that every parent has a lower row.
    /// Checksums are left to the caller (``CommitIndexImage/headerChecksumOffset``).
    /// Cost: one pass over the columns of integers.
    package init?(image: UnsafeRawBufferPointer, owner: AnyObject?) {
        guard let header = ImageHeader(image) else { return nil }
        self.owner = owner
        self.image = image
        count = header.rowCount
        identity = header.identity
        guard
            let ids = header.section(.ids, of: UInt8.self, count: count * 20)
                .map({
                    UnsafeRawPointer($0.baseAddress ?? header.empty)
                })
        else { return nil }
        self.ids = ids
        guard
            let slots = header.section(.slots, of: UInt32.self),
            let firstParents = header.section(.firstParents, of: Int32.self, count: count),
            let moreParents = header.section(.moreParents, of: UInt32.self, count: count),
            let parentRuns = header.section(.parentRuns, of: Int32.self),
            let authorTimes = header.section(.authorTimes, of: UInt32.self, count: count),
            let commitTimes = header.section(.commitTimes, of: UInt32.self, count: count),
            let wideTimes = header.section(.wideTimes, of: Int64.self),
            let authors = header.section(.authors, of: UInt32.self, count: count),
            let authorEnds = header.section(.authorEnds, of: UInt32.self),
            let authorText = header.bytes(.authorText),
            let subjectStarts = header.section(.subjectStarts, of: UInt32.self, count: count),
            let subjectLengths = header.section(.subjectLengths, of: UInt16.self, count: count),
            let subjectText = header.bytes(.subjectText),
            let titles = header.section(.titles, of: UInt64.self, count: count),
            let flagBits = header.section(.flags, of: UInt16.self, count: count),
            let recordRows = header.section(.recordRows, of: UInt32.self),
            let recordEnds = header.section(
                .recordEnds,
                of: UInt32.self,
                count: recordRows.count
            ),
            let recordBytes = header.bytes(.recordBytes),
            let refBytes = header.bytes(.refs),
            let fingerprint = header.bytes(.fingerprint)
        else { return nil }
        self.slots = slots
        self.firstParents = firstParents
        self.moreParents = moreParents
        self.parentRuns = parentRuns
        self.authorTimes = authorTimes
        self.commitTimes = commitTimes
        self.wideTimes = wideTimes
        self.authors = authors
        self.authorEnds = authorEnds
        self.authorText = authorText
        self.subjectStarts = subjectStarts
        self.subjectLengths = subjectLengths
        self.subjectText = subjectText
        self.titles = titles
        self.flagBits = flagBits
        self.recordRows = recordRows
        self.recordEnds = recordEnds
        self.recordBytes = recordBytes
        self.refBytes = refBytes
        self.fingerprint = fingerprint
        guard isSound else { return nil }
    }

    /// Whether every number in the columns stays inside the arrays.
    private var isSound: Bool {
        guard slots.count > count || count == 0 else { return false }
        let runs = parentRuns.count
        let mark = Int(CommitIndexImage.ParentMark.absent)
        var sound = true
        for row in 0..<count {
            let parent = Int(firstParents[row])
            sound = sound && parent < row && parent >= mark
            let subjectEnd = Int(subjectStarts[row]) + Int(subjectLengths[row])
            sound = sound && subjectEnd <= subjectText.count
            sound = sound && Int(authors[row]) < authorEnds.count
            let run = Int(moreParents[row])
            guard run != 0 else { continue }
            guard run <= runs, parentRuns[run - 1] > 0, run + Int(parentRuns[run - 1]) <= runs
            else {
                return false
            }
            for index in run..<(run + Int(parentRuns[run - 1])) {
                let parent = Int(parentRuns[index])
                sound = sound && parent < row && parent >= mark
            }
        }
        for slot in slots { sound = sound && Int(slot) <= count }
        return sound && areRising(authorEnds, limit: authorText.count)
            && areRising(recordEnds, limit: recordBytes.count)
            && areRising(recordRows, limit: count)
    }

    private func areRising(_ values: UnsafeBufferPointer<UInt32>, limit: Int) -> Bool {
        var last: UInt32 = 0
        for value in values {
            guard value >= last else { return false }
            last = value
        }
        return Int(last) <= limit
    }
}

// MARK: - Reading one row

extension CommitIndex {
    /// The id of the commit at `row`.
    package func id(_ row: CommitRow) -> CommitID { CommitID(bytes: ids + row * 20) }

    /// Calls `body` with the row of each known parent, in order; parents that are cut off or
    /// absent are left out.
    @inline(__always)
    package func forEachParent(of row: CommitRow, _ body: (CommitRow) -> Void) {
        let first = Int(firstParents[row])
        if first >= 0 { body(first) }
        let run = Int(moreParents[row])
        if run == 0 { return }
        for index in run..<(run + Int(parentRuns[run - 1])) where parentRuns[index] >= 0 {
            body(Int(parentRuns[index]))
        }
    }

    /// Rows of the known parents, in order.
    package func parents(of row: CommitRow) -> [CommitRow] {
        var rows: [CommitRow] = []
        forEachParent(of: row) { rows.append($0) }
        return rows
    }

    /// The first parent's row; `nil` where there is none or it is not known.
    package func firstParent(of row: CommitRow) -> CommitRow? {
        firstParents[row] >= 0 ? Int(firstParents[row]) : nil
    }

    /// Whether the commit has more than one parent, known or not.
    package func isMerge(_ row: CommitRow) -> Bool { moreParents[row] != 0 }

    /// The strongest mark among the parents: `cut`, `absent`, or `none` where all are known.
    package func gap(at row: CommitRow) -> Int32 {
        var mark = min(firstParents[row], CommitIndexImage.ParentMark.none)
        let run = Int(moreParents[row])
        if run > 0 {
            for index in run..<(run + Int(parentRuns[run - 1])) {
                mark = min(mark, parentRuns[index])
            }
        }
        return mark
    }

    /// When the change was written: seconds since 1970, UTC.
    package func authorTime(_ row: CommitRow) -> Int64 {
        time(authorTimes[row], key: Int64(row) * 2)
    }

    /// When the commit was made: seconds since 1970, UTC.
    package func commitTime(_ row: CommitRow) -> Int64 {
        time(commitTimes[row], key: Int64(row) * 2 + 1)
    }

    private func time(_ short: UInt32, key: Int64) -> Int64 {
        guard short == .max else { return Int64(short) }
        var low = 0
        var high = wideTimes.count / 2
        while low < high {
            let middle = (low + high) / 2
            if wideTimes[middle * 2] < key { low = middle + 1 } else { high = middle }
        }
        guard low * 2 + 1 < wideTimes.count, wideTimes[low * 2] == key else { return 0 }
        return wideTimes[low * 2 + 1]
    }

    /// What was seen in the commit's message and header.
    package func flags(_ row: CommitRow) -> CommitFlags { CommitFlags(rawValue: flagBits[row]) }

    /// The stored bytes of the subject, raw: without the frame that
    /// ``CommitFlags/quotedMerge`` and ``CommitFlags/quotedRevert`` stand for.
    package func storedSubject(_ row: CommitRow) -> UnsafeRawBufferPointer {
        let start = Int(subjectStarts[row])
        return UnsafeRawBufferPointer(
            rebasing: subjectText[start..<(start + Int(subjectLengths[row]))]
        )
    }

    /// Where the stored subject starts: equal for equal subjects of one index.
    package func subjectKey(_ row: CommitRow) -> UInt64 {
        UInt64(subjectStarts[row]) << 16 | UInt64(subjectLengths[row])
    }

    /// Hash of the folded title; of a merge, of the title of the request that it brings in.
    ///
    /// 0 where it is too short to be evidence, and for a merge that only repeats a title. Reverts
    /// differ from what they revert.
    @inline(__always)
    package func titleHash(_ row: CommitRow) -> UInt64 { titles[row] }

    /// The first line of the message; bytes that are not UTF-8 are replaced.
    ///
    /// Not safe to show raw: it may hold control characters.
    package func subject(_ row: CommitRow) -> String {
        let text = String(decoding: storedSubject(row), as: UTF8.self)
        let flags = flags(row)
        if flags.contains(.quotedMerge) { return "Merge \"\(text)\"" }
        if flags.contains(.quotedRevert) { return "Revert \"\(text)\"" }
        return text
    }

    /// How many distinct authors there are.
    package var authorCount: Int { authorEnds.count }

    /// The raw e-mail of author number `author`.
    package func authorEmail(_ author: Int) -> UnsafeRawBufferPointer {
        let start = author == 0 ? 0 : Int(authorEnds[author - 1])
        return UnsafeRawBufferPointer(rebasing: authorText[start..<Int(authorEnds[author])])
    }
}

// MARK: - Finding rows

extension CommitIndex {
    /// The row of the commit `id`, if the refs reach it.
    ///
    /// Constant time.
    package func row(of id: CommitID) -> CommitRow? {
        guard count > 0 else { return nil }
        var slot = Self.slot(of: id, slots: slots.count)
        while true {
            let value = Int(slots[slot])
            if value == 0 { return nil }
            if self.id(value - 1) == id { return value - 1 }
            slot = slot + 1 == slots.count ? 0 : slot + 1
        }
    }

    /// Rows of the commits whose ids start with `prefix`, at most two: enough to tell none, one and
    /// several apart.
    ///
    /// Constant time for 7 digits and more.
    package func rows(startingWith prefix: CommitPrefix) -> [CommitRow] {
        if prefix.digits == 40 { return row(of: prefix.padded).map { [$0] } ?? [] }
        guard count > 0 else { return [] }
        // Slots keep the order of the ids, apart from entries pushed on by a collision: those of
        // one prefix stand between the lowest possible slot and the first hole after the highest.
        var slot = Self.slot(of: prefix.padded, slots: slots.count)
        let last = Self.slot(of: prefix.highest, slots: slots.count)
        var found: [CommitRow] = []
        var steps = 0
        var isPastLast = false
        while steps < slots.count, found.count < 2 {
            let value = Int(slots[slot])
            if value == 0 {
                if isPastLast || slot == last { break }
            } else if prefix.matches(id(value - 1)) {
                found.append(value - 1)
            }
            if slot == last { isPastLast = true }
            slot = slot + 1 == slots.count ? 0 : slot + 1
            steps += 1
        }
        return found
    }

    /// The slot at which the search for `id` starts: rises with the id.
    static func slot(of id: CommitID, slots: Int) -> Int {
        Int(id.high.multipliedFullWidth(by: UInt64(slots)).high)
    }

    /// The row that `prefix` names, if exactly one commit starts with it.
    package func uniqueRow(_ prefix: CommitPrefix) -> CommitRow? {
        let found = rows(startingWith: prefix)
        return found.count == 1 ? found[0] : nil
    }
}

extension CommitIndex {
    /// Hash of the ids of the first `rows` rows, in order: what is kept about rows is valid for
    /// every index with the same hash.
    package func contentHash(rows: Int) -> UInt64 {
        hashBytes(UnsafeRawBufferPointer(start: ids, count: rows * 20))
    }

    /// The share of rows that no ref reaches, 0 to 1.
    ///
    /// Cost: one pass over the rows.
    package var unreachableShare: Double {
        guard count > 0 else { return 0 }
        var reached = [Bool](repeating: false, count: count)
        for ref in refs { if let row = ref.row { reached[row] = true } }
        var missed = 0
        for row in stride(from: count - 1, through: 0, by: -1) {
            if reached[row] { forEachParent(of: row) { reached[$0] = true } } else { missed += 1 }
        }
        return Double(missed) / Double(count)
    }
}

/// The checked start of an index's bytes.
private struct ImageHeader {
    let image: UnsafeRawBufferPointer
    let rowCount: Int
    let identity: UInt64
    /// Stands for the start of an empty section.
    let empty: UnsafePointer<UInt8>

    init?(_ image: UnsafeRawBufferPointer) {
        typealias Image = CommitIndexImage
        guard
            image.count >= Image.checkedLength, let base = image.baseAddress,
            base.load(as: UInt64.self) == Image.magic,
            base.load(fromByteOffset: 8, as: UInt32.self) == Image.version,
            base.load(fromByteOffset: 12, as: UInt32.self) == Image.byteOrderMark,
            base.load(fromByteOffset: 16, as: UInt32.self) == 20,
            base.load(fromByteOffset: 20, as: UInt32.self) == UInt32(Image.Section.allCases.count)
        else { return nil }
        let rows = base.load(fromByteOffset: 24, as: UInt64.self)
        guard rows < UInt64(Int32.max) else { return nil }
        self.image = image
        rowCount = Int(rows)
        identity = base.load(fromByteOffset: 32, as: UInt64.self)
        empty = base.assumingMemoryBound(to: UInt8.self)
    }

    func bytes(_ section: CommitIndexImage.Section) -> UnsafeRawBufferPointer? {
        let row =
            CommitIndexImage.headerLength
            + Int(section.rawValue - 1) * CommitIndexImage.sectionRowLength
        guard image.load(fromByteOffset: row, as: UInt32.self) == section.rawValue else {
            return nil
        }
        let offset = image.load(fromByteOffset: row + 8, as: UInt64.self)
        let length = image.load(fromByteOffset: row + 16, as: UInt64.self)
        guard
            offset % UInt64(CommitIndexImage.alignment) == 0, offset <= UInt64(image.count),
            length <= UInt64(image.count) - offset
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: image[Int(offset)..<Int(offset + length)])
    }

    func section<Element>(
        _ section: CommitIndexImage.Section,
        of type: Element.Type,
        count: Int? = nil
    ) -> UnsafeBufferPointer<Element>? {
        guard let bytes = bytes(section), bytes.count % MemoryLayout<Element>.stride == 0 else {
            return nil
        }
        let elements = bytes.count / MemoryLayout<Element>.stride
        guard count == nil || count == elements else { return nil }
        return bytes.bindMemory(to: type)
    }
}
