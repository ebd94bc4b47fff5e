/// What a file is made of, for saying how alike two files are.
///
/// A file is cut after each line feed and after 64 bytes; each piece is hashed and the bytes of
/// equal pieces are summed. The likeness of two files is the share of bytes of the larger one
/// that stand in pieces of both, which is how Git measures renames. CR before LF does not count
/// in texts.
package struct ContentFingerprint: Sendable {
    /// Likeness of equal files, in the unit of Git.
    package static let full = 60_000
    /// Likeness from which Git calls two files a rename.
    package static let least = 30_000

    /// Size of the file in bytes.
    package let size: Int
    /// Hash in the upper half, bytes in the lower; one per hash, in ascending order.
    private let pieces: [UInt64]

    /// Memory that it takes, in bytes.
    package var cost: Int { pieces.count * 8 + 48 }

    /// Cuts and counts `bytes`.
    package init(of bytes: [UInt8]) {
        size = bytes.count
        var found: [UInt64] = []
        found.reserveCapacity(bytes.count / 24 + 1)
        let skipsReturns = !Self.isBinary(bytes)
        bytes.withUnsafeBufferPointer { buffer in
            var (first, second): (UInt32, UInt32) = (0, 0)
            var length: UInt64 = 0
            for index in 0..<buffer.count {
                let byte = buffer[index]
                if skipsReturns, byte == 13, index + 1 < buffer.count, buffer[index + 1] == 10 {
                    continue
                }
                let old = first
                first = ((first << 7) ^ (second >> 25)) &+ UInt32(byte)
                second = (second << 7) ^ (old >> 25)
                length += 1
                if length < 64, byte != 10 { continue }
                found.append(Self.piece(first, second, length))
                (first, second, length) = (0, 0, 0)
            }
            if length > 0 { found.append(Self.piece(first, second, length)) }
        }
        found.sort()
        pieces = Self.summed(found)
    }

    /// Whether Git holds content for binary: a zero byte among the first 8,000.
    package static func isBinary(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(8_000).contains(0)
    }

    /// Whether sizes alone rule out a likeness of ``least``.
    package static func areTooFarApart(_ left: Int, _ right: Int) -> Bool {
        let larger = max(left, right)
        return larger * (full - least) < (larger - min(left, right)) * full
    }

    /// Returns the likeness, 0 to ``full``.
    package func likeness(to other: ContentFingerprint) -> Int {
        guard size > 0, other.size > 0 else { return 0 }
        var (mine, theirs) = (0, 0)
        var common: UInt64 = 0
        while mine < pieces.count, theirs < other.pieces.count {
            let (left, right) = (pieces[mine], other.pieces[theirs])
            if left >> 32 == right >> 32 { common += min(left, right) & 0xffff_ffff }
            if left >> 32 <= right >> 32 { mine += 1 }
            if right >> 32 <= left >> 32 { theirs += 1 }
        }
        return Int(common) * Self.full / max(size, other.size)
    }

    private static func piece(_ first: UInt32, _ second: UInt32, _ length: UInt64) -> UInt64 {
        UInt64((first &+ second &* 0x61) % 107_927) << 32 | length
    }

    private static func summed(_ sorted: [UInt64]) -> [UInt64] {
        var sums: [UInt64] = []
        sums.reserveCapacity(sorted.count)
        for piece in sorted {
            if let last = sums.last, last >> 32 == piece >> 32 {
                sums[sums.count - 1] = last + (piece & 0xffff_ffff)
            } else {
                sums.append(piece)
            }
        }
        return sums
    }
}
