import BackportAnalysis
import MainstayCore

/// What commits change, as far as it was asked for: a commit never changes, so that what is kept
/// stays true.
///
/// A value that is known to be absent, because an object is, is kept as `nil`.
package struct ChangeTable: Sendable {
    /// Hashes of the changed paths, ascending.
    private(set) var paths: [CommitRow: [UInt64]?] = [:]
    /// The lines that are added and removed.
    private(set) var lines: [CommitRow: ChangedLines?] = [:]
    /// Stable patch-ids.
    private(set) var patchIDs: [CommitRow: CommitID?] = [:]
    /// What came of applying commits to one another, by a hash of what was asked.
    private(set) var replays: [UInt64: Bool] = [:]
    /// The titles that were found alike the last time.
    private(set) var similar: SimilarTitles?
    /// Whether anything was added since the table was made.
    package private(set) var isChanged = false

    /// Makes an empty table.
    package init() {}

    mutating func setPaths(of row: CommitRow, _ value: [UInt64]?) {
        paths[row] = .some(value)
        isChanged = true
    }

    mutating func setLines(of row: CommitRow, _ value: ChangedLines?) {
        lines[row] = .some(value)
        isChanged = true
    }

    mutating func setPatchID(of row: CommitRow, _ value: CommitID?) {
        patchIDs[row] = .some(value)
        isChanged = true
    }

    mutating func setSimilar(_ value: SimilarTitles?) {
        guard similar != value else { return }
        similar = value
        isChanged = true
    }

    mutating func setReplay(_ key: UInt64, _ value: Bool) {
        replays[key] = value
        isChanged = true
    }
}

// MARK: - Bytes

extension ChangeTable {
    /// The table as bytes, each part behind the number of its entries.
    var bytes: [UInt8] {
        var writer = TableWriter()
        writer.put(paths.count)
        for (row, hashes) in paths {
            writer.put(row)
            writer.put(hashes)
        }
        writer.put(lines.count)
        for (row, change) in lines {
            writer.put(row)
            writer.put(change?.added)
            writer.put(change?.removed)
        }
        writer.put(patchIDs.count)
        for (row, id) in patchIDs {
            writer.put(row)
            writer.put(id.map { [$0.high, $0.middle, UInt64($0.low)] })
        }
        writer.put(replays.count)
        for (key, value) in replays { writer.put([key, value ? 1 : 0]) }
        writer.put(similar.map { [UInt64($0.compared.count), $0.compared.hash] })
        writer.put(similar?.found.count ?? 0)
        for (row, found) in similar?.found ?? [:] {
            writer.put(row)
            writer.put([found.marks] + found.candidates.flatMap(\.words))
        }
        return writer.bytes
    }

    /// Reads ``bytes`` of a table whose rows are below `rows`; `nil` if they are none.
    init?(_ bytes: ArraySlice<UInt8>, rows: Int) {
        let isRead = bytes.withUnsafeBytes { bytes -> Bool in
            var reader = TableReader(bytes, rows: rows)
            guard let pathCount = reader.count() else { return false }
            paths.reserveCapacity(pathCount)
            for _ in 0..<pathCount {
                guard let row = reader.row(), let hashes = reader.list() else { return false }
                paths[row] = .some(hashes)
            }
            guard let lineCount = reader.count() else { return false }
            lines.reserveCapacity(lineCount)
            for _ in 0..<lineCount {
                guard let row = reader.row(), let added = reader.list(), let removed = reader.list()
                else { return false }
                let change = added.flatMap { added in
                    removed.map { ChangedLines(added: added, removed: $0) }
                }
                lines[row] = .some(change)
            }
            return readRest(&reader)
        }
        guard isRead else { return nil }
    }

    private mutating func readRest(_ reader: inout TableReader) -> Bool {
        guard let idCount = reader.count() else { return false }
        for _ in 0..<idCount {
            guard let row = reader.row(), let words = reader.list() else { return false }
            guard let words else {
                patchIDs[row] = .some(nil)
                continue
            }
            guard words.count == 3, let low = UInt32(exactly: words[2]) else { return false }
            patchIDs[row] = CommitID(high: words[0], middle: words[1], low: low)
        }
        guard let replayCount = reader.count() else { return false }
        for _ in 0..<replayCount {
            guard let list = reader.list(), let pair = list, pair.count == 2 else { return false }
            replays[pair[0]] = pair[1] == 1
        }
        return readSimilar(&reader) && reader.isAtEnd
    }

    private mutating func readSimilar(_ reader: inout TableReader) -> Bool {
        guard let list = reader.list(), let count = reader.count() else { return false }
        var found: [CommitRow: SimilarTitles.Found] = [:]
        for _ in 0..<count {
            guard let row = reader.row(), let list = reader.list(), let words = list,
                words.count % 3 == 1
            else { return false }
            var entry = SimilarTitles.Found(marks: words[0])
            for place in stride(from: 1, to: words.count, by: 3) {
                guard let candidate = SimilarTitles.Candidate(words[place...], below: reader.rows)
                else { return false }
                entry.candidates.append(candidate)
            }
            found[row] = entry
        }
        guard let compared = list else { return count == 0 }
        guard compared.count == 2, compared[0] <= UInt64(reader.rows) else { return false }
        similar = SimilarTitles(compared: (Int(compared[0]), compared[1]), found: found)
        return true
    }
}

extension SimilarTitles.Candidate {
    /// The candidate as three numbers.
    fileprivate var words: [UInt64] {
        [UInt64(row), likeness.bitPattern, hasRequest ? 1 : 0]
    }

    /// Reads ``words``; `nil` for a row that is not below `rows`.
    fileprivate init?(_ words: ArraySlice<UInt64>, below rows: Int) {
        let first = words.startIndex
        guard words[first] < UInt64(rows) else { return nil }
        self.init(
            row: Int(words[first]),
            likeness: Double(bitPattern: words[first + 1]),
            hasRequest: words[first + 2] == 1
        )
    }
}

/// Writes numbers and lists of numbers.
private struct TableWriter {
    /// Stands in place of the length of a list that is absent.
    static let absent = UInt32.max

    var bytes: [UInt8] = []

    mutating func put(_ number: Int) {
        withUnsafeBytes(of: UInt32(number)) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ list: [UInt64]?) {
        withUnsafeBytes(of: list.map { UInt32($0.count) } ?? Self.absent) {
            bytes.append(contentsOf: $0)
        }
        list?.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}

/// Reads what ``TableWriter`` writes.
private struct TableReader {
    private let bytes: UnsafeRawBufferPointer
    let rows: Int
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, rows: Int) {
        self.bytes = bytes
        self.rows = rows
    }

    var isAtEnd: Bool { offset == bytes.count }

    private mutating func number() -> UInt32? {
        guard offset + 4 <= bytes.count else { return nil }
        defer { offset += 4 }
        return bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    /// How many entries follow; each takes four bytes or more.
    mutating func count() -> Int? {
        guard let count = number(), Int(count) <= (bytes.count - offset) / 4 else { return nil }
        return Int(count)
    }

    mutating func row() -> CommitRow? {
        guard let row = number(), Int(row) < rows else { return nil }
        return Int(row)
    }

    /// The next list; the inner `nil` is one that is absent.
    mutating func list() -> [UInt64]?? {
        guard let length = number() else { return nil }
        guard length != TableWriter.absent else { return .some(nil) }
        let size = Int(length) * 8
        guard offset + size <= bytes.count else { return nil }
        defer { offset += size }
        let source = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + size)])
        return [UInt64](unsafeUninitializedCapacity: Int(length)) { list, count in
            UnsafeMutableRawBufferPointer(list).copyMemory(from: source)
            count = Int(length)
        }
    }
}
