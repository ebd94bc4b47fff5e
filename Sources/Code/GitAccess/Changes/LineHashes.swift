import BackportAnalysis
import CGit2
import Glibc
import MainstayCore

/// The lines of a blob, hashed without blanks. Empty lines and lone braces are left out, as they
/// are everywhere.
struct LineHashes {
    /// Blobs beyond this length are held to be data.
    private static let longestBlob = 8 << 20

    /// In the order of the file.
    private(set) var lines: [UInt64] = []

    /// Reads the blob `id`; no lines for `nil`, for binary and for very large blobs. `nil` if the
    /// object is absent.
    init?(_ id: CommitID?, _ repository: Repository) {
        guard let id else { return }
        let read = try? repository.withObject(id) { _, bytes in Self.hash(bytes) }
        guard let lines = read else { return nil }
        self.lines = lines
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt64] {
        guard bytes.count <= longestBlob, let base = bytes.baseAddress else { return [] }
        // As git does: a zero byte near the start means binary.
        if memchr(base, 0, min(bytes.count, 8000)) != nil { return [] }
        var lines: [UInt64] = []
        lines.reserveCapacity(bytes.count / 30)
        var hash: UInt64 = 0
        var length = 0
        for byte in bytes {
            if byte == 10 {
                if length > 1 { lines.append(mix(hash)) }
                hash = 0
                length = 0
            } else if byte > 32 {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
                hash ^= hash >> 29
                length += 1
            }
        }
        if length > 1 { lines.append(mix(hash)) }
        return lines
    }

    /// Appends to `added` what only `new` has and to `removed` what only `old` has, counting
    /// repeated lines.
    static func difference(
        _ old: [UInt64],
        _ new: [UInt64],
        added: inout [UInt64],
        removed: inout [UInt64]
    ) {
        // Most of a file is equal at both ends.
        var start = 0
        while start < old.count, start < new.count, old[start] == new[start] { start += 1 }
        var (oldEnd, newEnd) = (old.count, new.count)
        while oldEnd > start, newEnd > start, old[oldEnd - 1] == new[newEnd - 1] {
            oldEnd -= 1
            newEnd -= 1
        }
        let left = old[start..<oldEnd].sorted()
        let right = new[start..<newEnd].sorted()
        var (first, second) = (0, 0)
        while first < left.count || second < right.count {
            if second == right.count || first < left.count && left[first] < right[second] {
                removed.append(left[first])
                first += 1
            } else if first == left.count || right[second] < left[first] {
                added.append(right[second])
                second += 1
            } else {
                first += 1
                second += 1
            }
        }
    }
}
