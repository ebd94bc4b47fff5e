package import BackportAnalysis
import Synchronization

/// Hash of the set of changed paths for some of the rows of an index.
package struct PathSetTable: Sendable {
    /// By row; `unknown` where it was not read.
    private(set) var hashes: [UInt64]
    /// Whether anything was added since the table was made.
    package private(set) var isChanged = false

    private static let unknown = UInt64.max

    /// Makes an empty table for `count` rows.
    package init(count: Int) {
        hashes = Array(repeating: Self.unknown, count: count)
    }

    /// Takes over what an earlier run knew about the first rows.
    init(count: Int, known: [UInt64]) {
        hashes = Array(known.prefix(count))
        hashes += Array(repeating: Self.unknown, count: count - hashes.count)
    }

    /// The hash of the row's path set, 0 for none or absent objects; `nil` where it was not read.
    package subscript(row: CommitRow) -> UInt64? {
        get { hashes[row] == Self.unknown ? nil : hashes[row] }
        set {
            hashes[row] = newValue ?? Self.unknown
            isChanged = true
        }
    }
}

/// Hands out runs of rows to threads and takes their results.
final class PathSetWork: Sendable {
    private static let runLength = 256
    private let count: Int
    private let next = Atomic(0)
    private let sets: Mutex<[UInt64]>

    init(rows: [CommitRow]) {
        count = rows.count
        sets = Mutex(Array(repeating: 0, count: rows.count))
    }

    func take() -> Range<Int>? {
        let start = next.wrappingAdd(Self.runLength, ordering: .relaxed).oldValue
        return start < count ? start..<min(start + Self.runLength, count) : nil
    }

    func finish(_ run: Range<Int>, _ values: [UInt64]) {
        sets.withLock { $0.replaceSubrange(run, with: values) }
    }

    /// One hash for each row; 0 where no thread could read it.
    var results: [UInt64] { sets.withLock { $0 } }
}
