import BackportAnalysis
import CGit2
import Glibc
import MainstayCore

/// The lines of a blob, hashed without blanks.
///
/// Empty lines and lone braces are left out, as they are everywhere.
enum LineHashes {
    /// Hashes the lines by which two versions of a file differ: those between the bytes that are
    /// equal at the start and at the end.
    ///
    /// `nil` stands for no file; binary and very large files have no lines. `false` if an object is
    /// absent.
    ///
    /// What both sides still have in common is for ``difference(_:_:added:removed:)`` to find.
    static func read(
        _ old: CommitID?,
        _ new: CommitID?,
        _ repository: Repository,
        _ body: ([UInt64], [UInt64]) -> Void
    ) -> Bool {
        let left = BlobBytes(old, repository)
        let right = BlobBytes(new, repository)
        guard let left, let right else { return false }
        let (first, second) = (left.text, right.text)
        let start = commonStart(first, second)
        let end = commonEnd(first, second, from: start)
        body(
            hash(UnsafeRawBufferPointer(rebasing: first[start..<(first.count - end)])),
            hash(UnsafeRawBufferPointer(rebasing: second[start..<(second.count - end)]))
        )
        return true
    }

    /// How many bytes are equal at the start, up to the start of a line.
    private static func commonStart(
        _ left: UnsafeRawBufferPointer,
        _ right: UnsafeRawBufferPointer
    ) -> Int {
        let limit = min(left.count, right.count)
        var length = 0
        while length + 8 <= limit,
            left.loadUnaligned(fromByteOffset: length, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: length, as: UInt64.self)
        {
            length += 8
        }
        while length < limit, left[length] == right[length] { length += 1 }
        while length > 0, left[length - 1] != 10 { length -= 1 }
        return length
    }

    /// How many bytes are equal at the end, down to the end of a line.
    private static func commonEnd(
        _ left: UnsafeRawBufferPointer,
        _ right: UnsafeRawBufferPointer,
        from start: Int
    ) -> Int {
        let limit = min(left.count, right.count) - start
        var length = 0
        while length + 8 <= limit,
            left.loadUnaligned(fromByteOffset: left.count - length - 8, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: right.count - length - 8, as: UInt64.self)
        {
            length += 8
        }
        while length < limit, left[left.count - length - 1] == right[right.count - length - 1] {
            length += 1
        }
        // The line that the equal bytes start in belongs to the difference.
        while length > 0, left[left.count - length] != 10 { length -= 1 }
        return max(length - 1, 0)
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt64] {
        var lines: [UInt64] = []
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
        let left = old.sorted()
        let right = new.sorted()
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

/// Keeps a blob's bytes alive while they are compared.
private final class BlobBytes {
    /// Blobs beyond this length are held to be data.
    private static let longest = 8 << 20

    private let object: OpaquePointer?

    /// Reads the blob `id`, nothing for `nil`; `nil` if the object is absent.
    init?(_ id: CommitID?, _ repository: Repository) {
        guard let id else {
            object = nil
            return
        }
        var oid = git_oid(id)
        var object: OpaquePointer?
        guard git_odb_read(&object, repository.odb, &oid) == 0, let object else { return nil }
        self.object = object
    }

    deinit { git_odb_object_free(object) }

    /// The bytes; none for binary and for very large blobs.
    var text: UnsafeRawBufferPointer {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        guard let object, let data = git_odb_object_data(object) else { return none }
        let size = git_odb_object_size(object)
        // As git does: a zero byte near the start means binary.
        guard size <= Self.longest, memchr(data, 0, min(size, 8000)) == nil else { return none }
        return UnsafeRawBufferPointer(start: data, count: size)
    }
}
