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

    private struct Known {
        var hash: UInt64
        var text: Int
        var range: Range<Int>
    }

    private var texts: [[UInt8]] = []
    private var known: [Known] = []
    private var slots: [Int32] = Array(repeating: -1, count: 1 << 10)

    /// The number of different lines.
    var count: Int { known.count }

    /// Cuts a text into lines and numbers them.
    mutating func add(_ bytes: [UInt8]) -> Text {
        texts.append(bytes)
        var lines: [Int32] = []
        var starts = [0]
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            var start = 0
            while start < buffer.count {
                let feed = memchr(base + start, 10, buffer.count - start)
                let end = feed.map { UnsafeRawPointer($0) - base + 1 } ?? buffer.count
                let hash = Self.hash(buffer, start..<end)
                lines.append(number(of: start..<end, in: buffer, hash: hash))
                starts.append(end)
                start = end
            }
        }
        return Text(bytes: bytes, lines: lines, starts: starts)
    }

    private mutating func number(
        of range: Range<Int>,
        in buffer: UnsafeRawBufferPointer,
        hash: UInt64
    ) -> Int32 {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let candidate = known[Int(slots[slot])]
            if candidate.hash == hash, isEqual(candidate, buffer, range) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = Int32(known.count)
        slots[slot] = number
        known.append(Known(hash: hash, text: texts.count - 1, range: range))
        if known.count * 2 > slots.count { grow() }
        return number
    }

    private func isEqual(
        _ candidate: Known,
        _ buffer: UnsafeRawBufferPointer,
        _ range: Range<Int>
    ) -> Bool {
        guard candidate.range.count == range.count else { return false }
        return texts[candidate.text]
            .withUnsafeBytes { other in
                guard let mine = other.baseAddress, let theirs = buffer.baseAddress else {
                    return true
                }
                let (left, right) = (mine + candidate.range.lowerBound, theirs + range.lowerBound)
                return memcmp(left, right, range.count) == 0
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

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for (number, line) in known.enumerated() {
            var slot = Int(truncatingIfNeeded: line.hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number)
        }
    }
}
