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
        bytes.withUnsafeBufferPointer { buffer in
            var start = 0
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for index in 0..<buffer.count {
                hash = (hash ^ UInt64(buffer[index])) &* 0x100_0000_01b3
                guard buffer[index] == 10 || index + 1 == buffer.count else { continue }
                lines.append(number(of: start..<index + 1, in: buffer, hash: hash))
                start = index + 1
                starts.append(start)
                hash = 0xcbf2_9ce4_8422_2325
            }
        }
        return Text(bytes: bytes, lines: lines, starts: starts)
    }

    private mutating func number(
        of range: Range<Int>,
        in buffer: UnsafeBufferPointer<UInt8>,
        hash: UInt64
    ) -> Int32 {
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 29) & (slots.count - 1)
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
        _ buffer: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>
    ) -> Bool {
        guard candidate.range.count == range.count else { return false }
        return texts[candidate.text]
            .withUnsafeBufferPointer { other in
                for index in 0..<range.count
                where other[candidate.range.lowerBound + index] != buffer[range.lowerBound + index]
                {
                    return false
                }
                return true
            }
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for (number, line) in known.enumerated() {
            var slot = Int(truncatingIfNeeded: line.hash ^ line.hash >> 29) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number)
        }
    }
}
