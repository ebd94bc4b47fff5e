import Glibc

/// The lines of several texts, each named by a number; equal lines have equal numbers.
///
/// A line includes its line feed, so a last line without one differs from the same line with it.
struct LineTable {
    /// One text cut into lines.
    struct Text {
        /// The content.
        let bytes: [UInt8]
        /// The number of each line.
        let lines: [Int32]
        /// Where each line starts, and the end of the text.
        let starts: [Int]

        /// Appends lines of this text to `target`.
        func copy(_ range: Range<Int>, to target: inout [UInt8]) {
            target.append(contentsOf: bytes[starts[range.lowerBound]..<starts[range.upperBound]])
        }
    }

    /// A line that was seen, as a part of `content`.
    private struct Known {
        var hash: UInt64
        var start: Int
        var count: Int
    }

    /// All texts, one behind the other.
    private var content: [UInt8] = []
    private var known: [Known] = []
    /// Numbers of lines by hash; a power of two of them, at most half of them in use.
    private var slots: [Int32] = []

    /// Creates a table for texts of `byteCount` bytes together.
    init(byteCount: Int) {
        content.reserveCapacity(byteCount)
    }

    /// The number of different lines.
    var count: Int { known.count }

    /// Cuts a text into lines and numbers them.
    mutating func add(_ bytes: [UInt8]) -> Text {
        let offset = content.count
        content.append(contentsOf: bytes)
        var lines: [Int32] = []
        lines.reserveCapacity(bytes.count / 24 + 1)
        var starts = [0]
        starts.reserveCapacity(bytes.count / 24 + 2)
        var numbers = LineNumbers(known: known, slots: slots)
        (known, slots) = ([], [])
        content.withUnsafeBytes { all in
            var start = offset
            while start < all.count, let base = all.baseAddress {
                let feed = memchr(base + start, 10, all.count - start)
                let end = feed.map { UnsafeRawPointer($0) - base + 1 } ?? all.count
                lines.append(numbers.number(of: start..<end, in: all))
                starts.append(end - offset)
                start = end
            }
        }
        (known, slots) = (numbers.known, numbers.slots)
        return Text(bytes: bytes, lines: lines, starts: starts)
    }

    /// The numbers given so far, apart from the texts, so that both can be at hand at once.
    private struct LineNumbers {
        var known: [Known]
        var slots: [Int32]

        mutating func number(of range: Range<Int>, in all: UnsafeRawBufferPointer) -> Int32 {
            if known.count * 2 >= slots.count { grow() }
            let hash = LineTable.hash(all, range)
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] >= 0 {
                let candidate = known[Int(slots[slot])]
                if candidate.hash == hash, candidate.count == range.count,
                    let base = all.baseAddress,
                    memcmp(base + candidate.start, base + range.lowerBound, range.count) == 0
                {
                    return slots[slot]
                }
                slot = (slot + 1) & (slots.count - 1)
            }
            let number = Int32(known.count)
            slots[slot] = number
            known.append(Known(hash: hash, start: range.lowerBound, count: range.count))
            return number
        }

        private mutating func grow() {
            slots = Array(repeating: -1, count: max(1 << 10, slots.count * 4))
            for (number, line) in known.enumerated() {
                var slot = Int(truncatingIfNeeded: line.hash) & (slots.count - 1)
                while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = Int32(number)
            }
        }
    }

    /// Mixes eight bytes at a time; only speed depends on how well.
    private static func hash(_ buffer: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        var hash = UInt64(range.count) &* 0x9e37_79b9_7f4a_7c15
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            let word = buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            hash = (hash ^ word) &* 0xff51_afd7_ed55_8ccd
            hash ^= hash >> 32
            index += 8
        }
        while index < range.upperBound {
            hash = (hash ^ UInt64(buffer[index])) &* 0x100_0000_01b3
            index += 1
        }
        return hash ^ hash >> 29
    }
}
